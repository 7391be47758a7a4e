"""Which of several images are meant."""

from keras_explain.checks.options import check_count, is_listed, is_whole
from keras_explain.errors import OptionError, brief


def check_rows(rows, count):
    """Returns the indices of the images that are meant.

    Args:
        rows: How many of the first ones, a slice, or a list of indices.
        count: How many images there are.

    Raises:
        OptionError: If it is none of these, or no image is meant.
    """
    if is_whole(rows):
        return list(range(min(check_count(rows, "rows="), count)))
    if isinstance(rows, slice):
        try:
            chosen = list(range(count)[rows])
        except (TypeError, ValueError):
            chosen = []
    else:
        chosen = list(rows) if is_listed(rows) else []
        chosen = chosen if all(is_whole(i) and -count <= i < count for i in chosen) else []
    if not chosen:
        raise OptionError(
            f"expected rows= as a number, a slice or a list of indices of {count} images, received {brief(rows)}."
        )
    return [int(i) % count for i in chosen]
