"""The images of a dataset that excite units of a layer most, found in one pass over it."""

import numpy as np

from keras_explain.checks.options import check_choice, check_count, check_flag
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.request import Request
from keras_explain.engine.score import everything
from keras_explain.engine.tap import Tap
from keras_explain.engine.watch import Watch
from keras_explain.inputs.datasets import is_dataset, read_batches
from keras_explain.inputs.images import parts_of
from keras_explain.methods.dataset_examples import Best
from keras_explain.methods.units import along, find_units


def most_exciting(
    model,
    layer,
    images,
    channel=None,
    unit=None,
    *,
    count=4,
    by="mean",
    call=-1,
    input=None,
    batch_size=32,
    keep=True,
):
    """Finds the images of a dataset that excite units of a layer most.

    A unit is what `FeatureVisualization` makes images for, and by the mean its activation the same number. The dataset
    is read once; in memory are one batch of it and what is returned.

    Args:
        model: A Keras model of any form.
        layer: The layer: a name, a path into nested models or the layer itself; None for the last features.
        images: `(N, *spatial, C)` as the model takes them, an array or a list, the structure of all its inputs, or a
            batched `tf.data.Dataset` or `keras.utils.PyDataset`.
        channel: A channel, or several; a direction `(K,)` of floats, or several; None for all of the layer.
        unit: The place: its index along each axis of the layer's output, or `"center"`; None for all of them.
        count: How many images to return for each unit, fewer if there are no more.
        by: What they are sorted by, where `unit` names no place: `"mean"` or `"max"` over all places.
        call: Which of its calls, for a layer that is called more than once.
        input: Index or name of the input with the images, of several.
        batch_size: Number of images in memory at a time.
        keep: Whether to return the images themselves as well, up to `count` for each unit.

    Returns:
        `DatasetExamples`: of images that excite a unit equally the first ones.

    Raises:
        LayerError: If there is no such layer.
        OptionError: If it has no such unit, or an option is outside of what it allows.
        InputError: If the images don't fit the model, or the dataset has no end.

    Examples:
        >>> found = kx.most_exciting(model, "conv1", images, channel=[0, 3], count=1)
        >>> found.indices.shape, found.images.shape
        ((2, 1), (2, 1, 12, 16, 3))
    """
    best = Best(check_count(count, "count"), check_flag(keep, "keep="))
    by, batch_size = check_choice(by, "by=", ("mean", "max")), check_count(batch_size, "batch_size")
    asked = _UnitMaps(Tap(model, layer, call), channel, unit)
    compiled = Compiled(Request(model, everything, input), [asked])
    for part in _parts(images, compiled, batch_size):
        batch = compiled.batch(part)
        maps = compiled(batch, batch_size).maps[0]
        values, peaks = _excitement(maps, asked.units.place, by)
        best.add(values, asked.pixels(peaks, maps.shape[1:-1], batch.images.shape[1:-1]), batch.images)
    return best.examples(asked.units.names)


class _UnitMaps:
    """What `Compiled` is to compute: the units of a layer at each place."""

    watch = Watch()

    def __init__(self, tap, channel, unit):
        self._tap, self._asked, self.units = tap, (channel, unit), None

    def attribution(self, forward):
        output = forward.output(self._tap)
        self.units = find_units(*self._asked, output.shape[1:], self._tap.path)
        return along(output, self.units)

    def pixels(self, places, lengths, size):
        """Returns the pixels in the middle of places, `(N, units, axes)`; None if the places are none of the image's.

        Args:
            places: int `(N, units)`, flat indices of places.
            lengths: How many places there are along each axis.
            size: Of the images, in pixels.
        """
        if self._tap.part is None or self._tap.grid is not None:
            return None
        shares = (np.stack(np.unravel_index(places, lengths), axis=-1) + 0.5) / lengths
        starts, stops = np.array(self._tap.part).T
        return (size * (starts + (stops - starts) * shares)).astype(int)


def _excitement(maps, place, by):
    """Returns the activation of each unit, `(N, units)`, and the flat index of the place that excites it most.

    Args:
        maps: `(N, *places, units)`.
        place: Index of the only place that counts, `"center"`, or None.
        by: `"mean"` or `"max"` over all places.
    """
    flat, lengths = maps.reshape(len(maps), -1, maps.shape[-1]), maps.shape[1:-1]
    if place is None:
        return getattr(flat, by)(axis=1), flat.argmax(axis=1)
    place = tuple(length // 2 for length in lengths) if place == "center" else place
    only = np.ravel_multi_index(place, lengths)
    return flat[:, only], np.full((len(maps), maps.shape[-1]), only)


def _parts(images, compiled, size):
    """Yields so many images at a time, or fewer where a dataset's batch ends."""
    batches = (batch[0] for batch in read_batches(images)) if is_dataset(images) else [images]
    for batch in batches:
        yield from parts_of(batch, size, compiled.signature or compiled.request.signature(batch))
