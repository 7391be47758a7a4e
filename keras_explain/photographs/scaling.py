"""Scale pixels to what a model takes: a range, or a preprocessing of keras.applications."""

import dataclasses
import re
from collections.abc import Callable

import keras
import numpy as np

from keras_explain.engine.layer_list import list_layers
from keras_explain.engine.request import Request
from keras_explain.errors import OptionError, near
from keras_explain.tracing.layer_tree import walk

_RESCALING = ("Rescaling", "Normalization", "TrueDivide", "Divide", "Multiply", "Subtract")


@dataclasses.dataclass(frozen=True)
class Scale:
    """How pixels become the model's input.

    Attributes:
        name: What `scale=` takes.
        reason: Why it was chosen.
        apply: Function from uint8 `(N, H, W, C)` to the model's input.
    """

    name: str
    reason: str
    apply: Callable

    @property
    def bounds(self):
        """What black and white become; of several channels the lowest and the highest."""
        ends = self.apply(np.array([0, 255], np.uint8).reshape(2, 1, 1, 1).repeat(3, axis=3))
        return float(ends.min()), float(ends.max())


def choose_scale(text, model):
    """Returns the `Scale` that was asked for, or the one that the model most likely was trained with.

    Raises:
        OptionError: If there is no such range or preprocessing.
    """
    if text is not None:
        return _scale(text, "as asked")
    rescaling = _first_rescaling(model)
    if rescaling:
        return _scale("0..255", f"since its layer '{rescaling}' scales them itself")
    signature = Request(model).signature()
    if signature is not None and signature.explained.dtype.is_integer:
        return _scale("0..255", "since it takes whole numbers")
    for name in [model.name, *(part.name for _, part in walk(model) if isinstance(part, keras.Model))]:
        known = _application(name)
        if known:
            return _scale(known, f"since '{name}' sounds like a network of keras.applications")
    return _scale("0..1", "a guess, since nothing in the model tells: if it was trained on others give scale=")


def _scale(text, reason):
    numbers = re.fullmatch(r"(-?[\d.]+)\.\.(-?[\d.]+)", text)
    if numbers:
        return Scale(text, reason, _range(text, *numbers.groups()))
    known = {name: module for name, module in vars(keras.applications).items() if hasattr(module, "preprocess_input")}
    known.pop("imagenet_utils", None)
    name = text if text in known else _application(text)
    if name is None:
        raise OptionError(
            f"expected scale= as a range such as 0..1, or a network's name, received '{text}'; {near(text, known)}"
        )
    preprocess = known[name].preprocess_input
    return Scale(name, reason, lambda pixels: preprocess(pixels.astype(np.float32), data_format="channels_last"))


def _range(text, low, high):
    try:
        low, high = float(low), float(high)
    except ValueError:
        raise OptionError(f"expected scale= as a range such as 0..1, received '{text}'.") from None
    if not low < high:
        raise OptionError(f"expected scale= as a range from low to high, received '{text}'.")
    return lambda pixels: low + pixels.astype(np.float32) * np.float32((high - low) / 255)


def _application(name):
    """Returns the module of keras.applications that a network's name tells, None if it tells none."""
    networks = {key.lower(): value.__module__ for key, value in vars(keras.applications).items() if callable(value)}
    networks = {key: module.split(".")[-1] for key, module in networks.items()} | {"nasnet": "nasnet"}
    name = re.sub(r"[^a-z0-9]", "", name.lower())
    return next((networks[key] for key in sorted(networks, key=len, reverse=True) if name.startswith(key)), None)


def _first_rescaling(model):
    """Returns the path of the layer that scales the input before any layer with weights, None if there is none."""
    if Request(model).signature() is None:
        return None
    layers = dict(walk(model))
    for call in list_layers(model):
        if call.kind in _RESCALING:
            return call.path
        if getattr(layers.get(call.path), "weights", None):
            return None
    return None
