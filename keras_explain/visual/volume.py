"""A volume as a picture: some of its slices side by side."""

import math

import numpy as np

_MOST = 9


def montage(slices):
    """Returns all slices along the first axis, of more than nine as many evenly spaced ones, in a grid on white.

    Args:
        slices: uint8 `(D, H, W, 3)`.

    Returns:
        uint8 array `(height, width, 3)`, of which the first slice is the upper left one, the next to its right.
    """
    depth, height, width = slices.shape[:3]
    count = min(depth, _MOST)
    columns = math.ceil(math.sqrt(count))
    gap = max(1, min(height, width) // 24)
    rows = math.ceil(count / columns)
    grid = np.full((rows * (height + gap) - gap, columns * (width + gap) - gap, 3), 255, np.uint8)
    for place, at in enumerate(slice_indices(depth, count)):
        top, left = (place // columns) * (height + gap), (place % columns) * (width + gap)
        grid[top : top + height, left : left + width] = slices[at]
    return grid


def slice_indices(depth, count):
    """Returns the middles of `count` equal parts of `depth` slices."""
    return [int((number + 0.5) * depth / count) for number in range(count)]
