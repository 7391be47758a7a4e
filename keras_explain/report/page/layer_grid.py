"""Find the small map that a large one was resized from, such as that of a layer, and prove that it is it.

To resize is linear along each axis: `map = U_h @ grid @ U_w.T`, with `U` what `maps.resize` makes of an identity
matrix. So the grid is a solution of least squares, of the smallest size for which there is one without a remainder.
"""

import functools

import numpy as np

from keras_explain.maps import fitted

_ROUNDING = 32 * np.finfo(np.float32).eps  # Of the map's largest value: a few roundings in each of two dimensions.
_PROBED = 8  # Most sizes are ruled out by so many columns, those that bend most.
_TRIED = (
    32  # Sizes from the fewest rows that can be: all up to that, and of larger grids those with little that is flat.
)


def layer_grid(values):
    """Returns the smallest grid that `maps.resize` makes the map of, within the rounding of float32.

    Args:
        values: Map, float32 `(H, W)`, or those of several frames `(T, H, W)`, which get grids of one size.

    Returns:
        float32 `(h, w)` or `(T, h, w)`, along each axis of half the map's size or less; or of the map's own, where
        none is found.
    """
    if not np.isfinite(values).all():
        return values
    most = _ROUNDING * float(np.abs(values).max())
    grid = values.astype(np.float64)
    for axis in (-2, -1):
        rows = np.moveaxis(grid, axis, 0)
        grid = np.moveaxis(_shrunk(rows.reshape(len(rows), -1), most).reshape(-1, *rows.shape[1:]), 0, axis)
    grid = grid.astype(np.float32)
    frames = grid.reshape(-1, *grid.shape[-2:], 1)
    again = fitted(frames, values.shape[-2:]).reshape(values.shape)
    return grid if np.abs(again - values).max() <= most else values


def _shrunk(values, most):
    """Returns the fewest rows that these rows were resized from, or these."""
    length = len(values)
    # A straight line bends at a row of the grid alone, over two of its own rows: there are half as many or more.
    bends = np.abs(np.diff(values, 2, axis=0))
    fewest = max(int((bends > most).any(axis=1).sum()) // 2, 1)
    probe = values[:, np.argsort(bends.sum(axis=0))[-_PROBED:]]
    for rows in range(fewest, min(fewest + _TRIED, length // 2 + 1)):
        if _remainder(probe, rows) <= most and _remainder(values, rows) <= most:
            return _spread(rows, length)[1] @ values
    return values


def _remainder(values, rows):
    """Returns by how much these rows differ from the nearest ones that were resized from so many."""
    spread, inverse = _spread(rows, len(values))
    return np.abs(spread @ (inverse @ values) - values).max()


@functools.lru_cache(maxsize=128)
def _spread(rows, length):
    """Returns the matrix that resizes so many rows to a length, and its inverse in the sense of least squares."""
    identity = np.eye(rows, dtype=np.float32)[np.newaxis, ..., np.newaxis]
    spread = fitted(identity, (length, rows))[0, ..., 0].astype(np.float64)
    return spread, np.linalg.solve(spread.T @ spread, spread.T)
