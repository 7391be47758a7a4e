"""The usual picture of an input and of a map of it: images, time series and volumes."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_function, check_number, check_range
from keras_explain.errors import InputError, reason
from keras_explain.maps import fitted, reduce_channels
from keras_explain.visual.arguments import check_shown
from keras_explain.visual.colors import ALPHA, color_table, painted
from keras_explain.visual.gradient import gradient_picture
from keras_explain.visual.ink import ink_picture
from keras_explain.visual.legend import legend
from keras_explain.visual.look import check_look
from keras_explain.visual.overlay import as_shares
from keras_explain.visual.pixels import to_pixels
from keras_explain.visual.scale import attribution_limit, beginning
from keras_explain.visual.series import series_picture
from keras_explain.visual.volume import montage


def showable(inputs, value_range=None, display=None):
    """Returns a model's inputs as `input_picture` takes them, one by one.

    Args:
        inputs: `(N, *spatial, C)`: time series of any number of channels, images and volumes of 1 or 3.
        value_range: The values that stand for black and white, see `to_pixels`; time series need none.
        display: Function from the inputs to what is to be shown of them, of the same number and size.

    Returns:
        Time series as float32 `(N, T, C)`, images as uint8 `(N, H, W, 3)`, volumes as uint8 `(N, D, H, W, 3)`.

    Raises:
        InputError: If they can't be shown.
    """
    inputs = as_numbers(inputs, "inputs")
    if display is not None:
        check_function(display, "display= as", "images")
        size, inputs = inputs.shape[:-1], as_numbers(_displayed(display, inputs), "what display= returns")
        if inputs.shape[:-1] != size:
            raise InputError(f"expected display= to return shape {(*size, 3)}, received {inputs.shape}.")
    if value_range is not None:
        check_range(value_range, "a value range")
    if inputs.ndim == 3:
        return inputs.astype(np.float32)
    if inputs.ndim in (4, 5) and inputs.shape[-1] in (1, 3):
        return to_pixels(inputs, value_range)
    raise InputError(
        "expected inputs to show of shape (N, T, C), (N, H, W, 1 or 3) or (N, D, H, W, 1 or 3), "
        f"received {inputs.shape}; turn them into one of these by display=."
    )


def _displayed(display, inputs):
    try:
        return display(inputs)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"expected display= as a function of images {inputs.shape}, with which it fails; {reason(error)}"
        ) from error


def input_picture(shown):
    """Returns a picture of an input.

    Args:
        shown: What `showable` makes of it: `(T, C)`, uint8 `(H, W, 3)` or uint8 `(D, H, W, 3)`.

    Returns:
        uint8 array `(H, W, 3)`; of a volume, evenly spaced slices.
    """
    shown = check_shown(shown)
    if shown.ndim == 2:
        return series_picture(shown)
    return montage(shown) if shown.ndim == 4 else shown


def attribution_picture(shown, values, signed=False, limit=None, fine=False, cmap=None, alpha=ALPHA, relative=False):
    """Returns a map as a picture: laid over the input as by `overlay`, or a `fine` one by itself.

    A time series runs through the colors of its map, and a volume shows the slices that `input_picture` shows.

    Args:
        shown: The input, as `input_picture` takes it.
        values: Map `(*spatial, C)`, resized if it is of another size than the input; of several channels the value of
            largest magnitude is shown.
        signed: Whether negative values are shown, in colors of their own; else they are as zero.
        limit: Value of the outermost color; the map's own by default, see `attribution_limit`.
        fine: Whether each pixel has a value of its own, which over a photograph would be lost: `signed`, it is shown
            by `gradient_picture`, else by `ink_picture`. Time series are shown as they are.
        cmap: Colors of a map that is laid over the input, see `overlay`.
        alpha: Opacity of its largest values.
        relative: Whether only differences within the map say something: its colors begin at its smallest value, and
            `limit` is one above that. Such a map isn't `signed`.

    Returns:
        uint8 array `(H, W, 3)`.

    Raises:
        OptionError: If an option is outside of what it allows.
        InputError: If the map has not as many dimensions as the input.
    """
    shown, values = check_shown(shown), as_numbers(values, "a map")
    signed, fine, relative = check_look(signed, fine, relative).values()
    if values.ndim != shown.ndim:
        raise InputError(f"expected a map of shape {(*shown.shape[:-1], 'C')}, received {values.shape}.")
    table, values = color_table(signed, cmap, alpha), values - beginning(values, relative)
    values = fitted(values[np.newaxis], shown.shape[:-1])[0]
    limit = attribution_limit(values, signed) if limit is None else check_number(limit, "limit=", 0)
    if fine and shown.ndim > 2:
        slices = values if shown.ndim == 4 else values[np.newaxis]
        picture = np.stack([_fine_picture(one, signed, limit) for one in slices])
        return montage(picture) if shown.ndim == 4 else picture[0]
    shares = as_shares(reduce_channels(values)[..., 0].astype(np.float32), limit)
    if shown.ndim == 2:
        return series_picture(shown, shares, table)
    picture = painted(shown, shares, table)
    return montage(picture) if shown.ndim == 4 else picture


def attribution_legend(shown, limit=None, signed=False, fine=False, cmap=None, alpha=ALPHA, relative=False):
    """Returns the `Legend` of the picture that `attribution_picture` draws of such an input, see `legend`."""
    by_itself = fine and np.ndim(shown) > 2  # that of a time series lies behind its curves
    return legend(signed, by_itself, limit, cmap, alpha, relative)


def _fine_picture(values, signed, limit):
    if not signed:
        return ink_picture(values, limit)
    return gradient_picture(values if values.shape[-1] in (1, 3) else reduce_channels(values), limit)
