"""Pictures of maps over the photograph that an input was made of."""

import math

import numpy as np

from keras_explain.visual.framing import laid_over
from keras_explain.visual.picture import attribution_picture
from keras_explain.visual.scale import attribution_limit, beginning

_FADED = 0.7
_LINE, _THIN = 96, 500  # Gray of the line around what was seen, and how many of its widths the longer side has.
_LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def photograph_picture(photo, framing):
    """Returns a photograph, gray and faded where the network didn't see it, beyond a thin line.

    Args:
        photo: uint8 `(H, W, 3)`, the photograph at any size.
        framing: Its `Framing`.

    Returns:
        uint8 array `(H, W, 3)`.
    """
    rows, columns = framing.seen(photo.shape[:2])
    picture, line = photo.copy(), math.ceil(max(photo.shape) / _THIN)
    outside = np.s_[: rows.start], np.s_[rows.stop :], np.s_[:, : columns.start], np.s_[:, columns.stop :]
    for part in outside:
        gray = photo[part] @ _LUMA
        picture[part] = np.rint(gray + _FADED * (255 - gray))[..., np.newaxis]
    picture[max(0, rows.start - line) : rows.start] = picture[rows.stop : rows.stop + line] = _LINE
    picture[:, max(0, columns.start - line) : columns.start] = picture[:, columns.stop : columns.stop + line] = _LINE
    return picture


def map_over_photograph(picture, framing, values, signed=False, fine=False, relative=False):
    """Returns a map as a picture, see `attribution_picture`, within that of the photograph.

    Args:
        picture: What `photograph_picture` makes of it.
        framing: Its `Framing`.
        values: Map `(h, w, C)` of the input.
        signed: Whether negative values are shown, in colors of their own.
        fine: Whether each pixel has a value of its own: it is shown by itself where the photograph was seen.
        relative: Whether its colors begin at its smallest value.

    Returns:
        uint8 array `(H, W, 3)`.
    """
    rows, columns = framing.seen(picture.shape[:2])
    values = values - beginning(values, relative)
    laid, limit = laid_over(values, framing, picture.shape[:2]), attribution_limit(values, signed)
    picture = picture.copy()
    picture[rows, columns] = attribution_picture(picture[rows, columns], laid[rows, columns], signed, limit, fine)
    return picture
