"""Images of an audit's data as they come, with a way to explain them."""

import dataclasses
from collections.abc import Callable


@dataclasses.dataclass(frozen=True, eq=False)
class Found:
    """Some images of an audit's data, which are explained if they are asked for.

    Attributes:
        keys: The name of each.
        checksums: Of each.
        broken: `(key, reason)` of those since the images before that could not be read, or aren't finite.
        columns: Returns the columns of all of them, see `columns_of`: values don't depend on which rows are missing,
            to the last bit.
    """

    keys: list
    checksums: list
    broken: tuple
    columns: Callable
