"""Weights & Biases: pictures and numbers in the run that is active when a training begins."""

import wandb

from keras_explain.errors import OptionError


def begin(name):
    """Returns the `WandbRun` of the active run.

    Raises:
        OptionError: If there is none.
    """
    if wandb.run is None:
        raise OptionError('expected an active run of Weights & Biases for "wandb", received none; call wandb.init().')
    return WandbRun(wandb.run, name)


class WandbRun:
    """Logs as W&B's own Keras callbacks do: at the run's next step, with the epoch beside it to draw charts over."""

    def __init__(self, run, name):
        """Takes the run, and the first part of the tags."""
        self._run, self._step = run, f"{name}_step"
        for tags in (f"{name}/*", f"{name}_*"):
            run.define_metric(tags, step_metric=self._step)

    def log_step(self, step, pictures, numbers):
        """See `Tracker`."""
        shown = {tag: wandb.Image(picture) for tag, picture in pictures.items()}
        self._run.log({**shown, **numbers, self._step: step})
