"""The units of a layer that are asked for: channels, one place of a channel, or directions across channels."""

import dataclasses
import math

import numpy as np
import tensorflow as tf

from keras_explain.checks.arrays import as_array
from keras_explain.checks.options import is_listed, is_whole
from keras_explain.errors import LayerError, OptionError, brief


@dataclasses.dataclass(frozen=True, eq=False)
class Units:
    """Units of a layer with the output `A`, `(N, *places, K)`: each is `sum_k w_k A_k`, at a place or its mean.

    Attributes:
        weights: `w`, float32 `(units, K)`: a single 1 for a channel, else a direction.
        place: Index of the place along each axis, or `"center"`; None for the mean over all.
        names: `"channel 3"`, one a unit.
    """

    weights: np.ndarray
    place: tuple | str | None
    names: list

    def __len__(self):
        return len(self.weights)


def find_units(channel, unit, shape, path, most=math.inf):
    """Returns the `Units` that are meant.

    Args:
        channel: A channel or several; a direction `(K,)` of floats, or several `(units, K)`; None for all channels.
        unit: The place: an index along each axis, or `"center"`; None for the mean over all.
        shape: Shape of the layer's output, `(*places, K)`, where the length of a place's axis may be None.
        path: The layer's, for messages.
        most: How many channels None may stand for.

    Raises:
        OptionError: If the layer has no such units.
        LayerError: If its number of channels isn't known.
    """
    *places, channels = shape
    if channels is None:
        raise LayerError(f"expected a layer of a known number of channels, received '{path}'; choose another.")
    place = None if unit is None else _found_place(unit, places, path)
    if channel is None:
        if channels > most:
            raise OptionError(
                f"expected channel= for layer '{path}', which has {channels}: a channel, or several as "
                f"channel=range({min(most, 16)})."
            )
        channel = np.arange(channels)
    array = as_array(channel, "channel=", OptionError)
    if array.dtype.kind in "iu" and array.ndim < 2 and array.size:
        numbers = [int(number) for number in array.ravel()]
        outside = [number for number in numbers if not 0 <= number < channels]
        if outside:
            raise OptionError(
                f"expected channel= from 0 to {channels - 1} of layer '{path}', received {brief(outside[0])}."
            )
        return Units(np.eye(channels, dtype=np.float32)[numbers], place, [f"channel {number}" for number in numbers])
    if array.dtype.kind not in "fiu" or array.ndim not in (1, 2) or not array.size or array.shape[-1] != channels:
        raise OptionError(
            f"expected channel= as a channel of layer '{path}' or several, or as a direction of {channels} weights, "
            f"received {brief(channel)}."
        )
    weights = np.atleast_2d(array).astype(np.float32)
    if not np.isfinite(weights).all() or not weights.any(axis=1).all():
        raise OptionError("expected directions of finite weights that are not all 0, received others in channel=.")
    return Units(weights, place, [f"direction {number}" for number in range(len(weights))])


def _found_place(unit, places, path):
    if not places:
        raise OptionError(f"expected unit= for a layer with places, received '{path}', each channel of which is one.")
    if isinstance(unit, str) and unit == "center":
        return unit
    listed = list(unit) if is_listed(unit) else [unit]
    if len(listed) != len(places) or not all(map(is_whole, listed)):
        raise OptionError(f'expected unit= as "center" or {len(places)} whole numbers, received {brief(unit)}.')
    if not all(0 <= index < (size or math.inf) for index, size in zip(listed, places)):
        raise OptionError(f"expected unit= within the places {tuple(places)} of '{path}', received {brief(unit)}.")
    return tuple(map(int, listed))


def along(activations, units):
    """Returns the units at each place, `(N, *places, units)` of `(N, *places, K)`."""
    return tf.tensordot(activations, units.weights, [[-1], [-1]])


def at_place(activations, place):
    """Returns the activations of one place, or their mean over all, `(N, K)` of `(N, *places, K)`."""
    if place is None:
        return tf.reduce_mean(activations, range(1, activations.shape.rank - 1))
    middle = tf.unstack(tf.shape(activations)[1:-1] // 2, activations.shape.rank - 2)
    return activations[(slice(None), *(middle if place == "center" else place))]
