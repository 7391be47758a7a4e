"""How a photograph became a network's input, and how a map of that is laid over the photograph again."""

import dataclasses
import math

import numpy as np

from keras_explain.maps import fitted


@dataclasses.dataclass(frozen=True)
class Framing:
    """Which part of a photograph a network saw, and at which size.

    Attributes:
        original: `(H, W)` of the photograph, upright.
        box: `(top, left, bottom, right)` of the part that was seen, in pixels of the photograph and fractions of them.
        size: `(H, W)` of the input.
    """

    original: tuple
    box: tuple
    size: tuple

    def drawn(self, max_side):
        """Returns the size `(H, W)` at which the photograph is drawn: its own, if that will do.

        A small one is drawn a whole number of times as large, so that the map isn't drawn below the input's size; and
        none with a side of more than `max_side` pixels.
        """
        top, left, bottom, right = self.box
        longest = max(self.original)
        needed = max(self.size[0] / (bottom - top), self.size[1] / (right - left))
        if longest > max_side:
            factor = max_side / longest
        else:
            factor = max(1, min(math.ceil(round(needed, 6)), max_side // longest))
        return tuple(max(1, round(side * factor)) for side in self.original)

    def seen(self, drawn):
        """Returns the part that was seen as slices `(rows, columns)` of the photograph drawn at a size `(H, W)`."""
        top, left, bottom, right = self.box
        return _pixels(top, bottom, self.original[0], drawn[0]), _pixels(left, right, self.original[1], drawn[1])


def frame(original, size, crop=False):
    """Returns the `Framing` of a photograph that was resized to an input.

    Args:
        original: `(H, W)` of the photograph.
        size: `(H, W)` of the input.
        crop: Whether it kept its aspect and lost at two sides alike what didn't fit, or else was stretched.
    """
    height, width = original
    if not crop:
        return Framing((height, width), (0.0, 0.0, float(height), float(width)), tuple(size))
    scale = min(height / size[0], width / size[1])
    top, left = max(0.0, (height - size[0] * scale) / 2), max(0.0, (width - size[1] * scale) / 2)
    return Framing((height, width), (top, left, height - top, width - left), tuple(size))


def laid_over(values, framing, drawn):
    """Returns a map as one of the photograph, drawn at a size: smooth within what was seen, NaN outside of it.

    Args:
        values: Map `(h, w, C)` of the input, of any size.
        framing: The `Framing` of the input.
        drawn: `(H, W)` at which the photograph is drawn.

    Returns:
        float32 array `(H, W, C)`.
    """
    rows, columns = framing.seen(drawn)
    laid = np.full((*drawn, values.shape[-1]), np.nan, np.float32)
    laid[rows, columns] = fitted(values[np.newaxis], (rows.stop - rows.start, columns.stop - columns.start))[0]
    return laid


def _pixels(start, stop, length, drawn):
    """Returns a part of an axis as a slice of so many pixels, of one at least."""
    first = min(round(start * drawn / length), drawn - 1)
    return slice(first, max(round(stop * drawn / length), first + 1))
