"""Bring photographs into the form that a model takes, a batch at a time."""

import dataclasses

import numpy as np

from keras_explain.engine.request import Request
from keras_explain.errors import ModelError, OptionError
from keras_explain.photographs.reading import KERNEL, read_photo


@dataclasses.dataclass(frozen=True)
class Intake:
    """What a model takes.

    Attributes:
        channels: 3, or 1 for gray.
        size: `(H, W)`; None if photographs are taken as they are.
        channels_first: Whether channels come first.
        crop: Whether what doesn't fit the size is cut off, or else photographs are stretched.
    """

    channels: int
    size: tuple | None
    channels_first: bool

    crop: bool = False

    def __str__(self):
        how = "cropped and resized to" if self.crop else "stretched to"
        size = "taken at their own size" if self.size is None else f"{how} {self.size[0]} x {self.size[1]} ({KERNEL})"
        return f"{size} in {'gray' if self.channels == 1 else 'RGB'}"

    def settings(self):
        """Returns what a manifest says of it; the sizes are those of each photograph."""
        how = "not resized" if self.size is None else "cropped" if self.crop else "stretched"
        kernel = {} if self.size is None else {"kernel": KERNEL}
        return {"fitted": how, **kernel, "colors": "gray" if self.channels == 1 else "RGB"}

    def batches(self, photos, count, attempt, tell):
        """Yields photographs and the pixels of each, up to `count` of one size at a time.

        Args:
            photos: Paths.
            count: Number of photographs in memory at a time.
            attempt: `(photos, work, *arguments)`: returns what some work on photographs returns, None if it failed.
            tell: Called with a sentence about a photograph to which something was done that may surprise.
        """

        def read():
            for photo in photos:
                found = attempt([photo], self.read, photo)
                if found is not None:
                    pixels, notes = found
                    for note in notes:
                        tell(f"'{photo}' {note}.")
                    yield photo, pixels

        for pairs in alike(read(), count):
            yield [photo for photo, _ in pairs], [pixels for _, pixels in pairs]

    def read(self, photo):
        """Returns the pixels of a photograph, and ends of sentences about what was done to it, see `read_photo`."""
        return read_photo(photo, self.channels, self.size, self.crop)

    def model_input(self, pixels, scale):
        """Returns the pixels of photographs as the model takes them, in the values of a `Scale`."""
        scaled = scale.apply(np.stack(pixels))
        return np.moveaxis(scaled, -1, 1) if self.channels_first else scaled


def alike(read, count):
    """Yields lists of up to `count` pairs `(photo, pixels)` that follow each other and are of one size."""
    pairs = []
    for pair in read:
        if pairs and (len(pairs) == count or pair[1].shape != pairs[0][1].shape):
            yield pairs
            pairs = []
        pairs.append(pair)
    if pairs:
        yield pairs


def model_intake(model, size=None, crop=False):
    """Returns the `Intake` of a model.

    Args:
        model: A Keras model.
        size: `(H, W)` that was asked for, for a model that takes any.
        crop: Whether to cut off what doesn't fit the size, or else to stretch photographs.

    Raises:
        ModelError: If it takes anything else than one image.
        OptionError: If it doesn't take images of that size.
    """
    size = None if size is None else tuple(size)
    if size is not None and min(size) < 1:
        raise OptionError(f"expected size= as two whole numbers from 1, received {size[0]} {size[1]}.")
    signature = Request(model).signature()
    if signature is None:
        if size is None:
            raise OptionError("the model doesn't say which images it takes: give size=, the height and the width.")
        return Intake(3, size, False, crop)
    if len(signature.specs) > 1:
        raise ModelError(f"expected a model of one input, received {len(signature.specs)}; explain it in Python.")
    *fixed, channels = signature.explained.shape[1:]
    if len(fixed) != 2 or channels not in (1, 3, None):
        raise ModelError(
            f"expected a model of images in gray or RGB, received one of {(*fixed, channels)}; explain it in Python."
        )
    if size is not None and any(given not in (None, asked) for given, asked in zip(fixed, size)):
        raise OptionError(f"expected size= as the model takes it, {fixed[0]} {fixed[1]}, received {size[0]} {size[1]}.")
    if size is None and None not in fixed:
        size = tuple(fixed)
    if size is None and fixed != [None, None]:
        raise OptionError(f"the model takes images of {fixed[0]} x {fixed[1]}: give size=, the height and the width.")
    return Intake(channels or 3, size, signature.channels_first, crop)
