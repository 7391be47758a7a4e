"""The grid that tokens come from, as a user gives it."""

import math

from keras_explain.checks.options import is_whole
from keras_explain.engine.open_size import layer_error
from keras_explain.errors import LayerError, OptionError, brief
from keras_explain.tracing.lattice import Lattice


def check_grid(grid):
    """Returns `grid=` as a tuple of lengths, or None.

    Raises:
        OptionError: If it is anything else than whole numbers above 0.
    """
    if grid is None:
        return None
    if not isinstance(grid, (tuple, list)) or not all(is_whole(length) and length > 0 for length in grid):
        raise OptionError(f"expected grid= as lengths such as (rows, columns), whole numbers, received {brief(grid)}.")
    return tuple(map(int, grid))


def given_lattice(grid, found, tokens, images, path):
    """Returns the `Lattice` of a given grid: its places are the last tokens, row by row, and others before have none.

    Args:
        grid: How many tokens lie along each spatial axis of the images.
        found: The `Lattice` that was found, or None.
        tokens: What the layer returns.
        images: The explained input.
        path: The layer's path.

    Raises:
        LayerError: If the tokens don't fit, or are known to lie on another grid.
    """
    if tokens.shape.rank != 3 or images.shape.rank < 4:
        raise LayerError(
            f"expected a layer of tokens (N, tokens, D) of images for grid=, received '{path}' with "
            f"{tuple(tokens.shape)}; leave grid= out."
        )
    axes, count = images.shape.rank - 2, tokens.shape[1]
    if len(grid) != axes:
        raise LayerError(f"expected grid= with {axes} lengths, one an axis of the images, received {grid}.")
    if found is not None and found.shape != grid:
        raise LayerError(f"expected grid={found.shape}, as the tokens of '{path}' lie, received {grid}; leave it out.")
    if found is not None:
        return found
    if count is None:
        raise layer_error(
            images, f"expected a layer whose number of tokens is known, received '{path}' with {tuple(tokens.shape)}."
        )
    if math.prod(grid) > count:
        raise LayerError(f"expected grid= of at most the {count} tokens of '{path}', received {grid}.")
    others = count - math.prod(grid)
    return Lattice(grid, tuple(range(others, count)), ((0.0, 1.0),) * axes, others)
