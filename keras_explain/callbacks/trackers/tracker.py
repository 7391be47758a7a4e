"""What a tracker of experiments is asked for, and which ones are known by a name."""

import importlib
import importlib.util
from typing import Protocol

from keras_explain.checks.options import is_listed
from keras_explain.errors import OptionError, brief, near

_KNOWN = {"mlflow": "MLflow", "wandb": "Weights & Biases"}


class Tracker(Protocol):
    """Takes what a logger shows at a step, as any object with this method does."""

    def log_step(self, step, pictures, numbers):
        """Takes what is shown at a step; steps come in order, on the thread that draws, strips on the training's own.

        Args:
            step: The step, as TensorBoard has it.
            pictures: `{tag: uint8 (H, W, 3)}`.
            numbers: `{tag: number}`.
        """


def check_trackers(trackers):
    """Returns `trackers=` as a list: names of known ones, or objects of whoever logs elsewhere.

    Raises:
        OptionError: If one is neither, or what it needs isn't installed.
    """
    listed = list(trackers) if is_listed(trackers) else [trackers]
    for each in listed:
        if isinstance(each, str):
            if each not in _KNOWN:
                raise OptionError(f"expected trackers= by name, received {brief(each)}; {near(each, _KNOWN)}")
            if importlib.util.find_spec(each) is None:
                raise OptionError(f"{_KNOWN[each]} isn't installed: pip install {each}.")
        elif isinstance(each, type) or not callable(getattr(each, "log_step", None)):
            names = " or ".join(f'"{name}"' for name in _KNOWN)
            raise OptionError(
                f"expected trackers= as {names}, or objects with log_step(step, pictures, numbers), "
                f"received {brief(each)}."
            )
    return listed


def begun(tracker, name):
    """Returns the `Tracker` that is meant, bound to the run that is active now.

    Args:
        tracker: One of what `check_trackers` returned.
        name: First part of the tags.

    Raises:
        OptionError: If there is no active run.
    """
    if not isinstance(tracker, str):
        return tracker
    return importlib.import_module(f"keras_explain.callbacks.trackers.{tracker}_run").begin(name)
