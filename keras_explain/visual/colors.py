"""Colors of maps: how each value is drawn over whatever lies below it."""

import matplotlib
import numpy as np
from matplotlib.colors import Colormap, LinearSegmentedColormap

from keras_explain.checks.options import check_flag, check_number
from keras_explain.errors import OptionError, brief, near

# From red to yellow: full saturation throughout, and the lighter the more, which a deuteranope and a gray print keep.
EVIDENCE = matplotlib.colormaps["autumn"]
# Its counterpart for what speaks against, the darker the more: a gray print tells the two apart.
AGAINST = LinearSegmentedColormap.from_list("against", ["#00a0ff", "#0000ff"])
ALPHA = 0.8
INK = 0.5  # Power of a value that is its ink: saliency squares the gradient, and few pixels would be seen.
_STEPS = 256


def color_table(signed=False, cmap=None, alpha=ALPHA):
    """Returns the color and the opacity of each value.

    Opacity rises with the magnitude, from nothing at zero, so that nothing is laid over what a map says nothing of; the
    color rises with it, so that the largest values catch the eye.

    Args:
        signed: Whether negative values have colors of their own.
        cmap: A matplotlib colormap, or its name, in place of the package's own: from zero to the largest value, or
            with `signed` a diverging one, from the most negative to the most positive.
        alpha: Opacity of the largest values, from 0 to 1.

    Returns:
        float32 array `(256, 4)` of red, green, blue and opacity in 0..1, from zero to the largest value; with `signed`
        `(511, 4)`, from the most negative one to the largest, zero being entry 255.

    Raises:
        OptionError: If an option is outside of what it allows.
    """
    signed, alpha = check_flag(signed, "signed="), check_number(alpha, "alpha=", 0, 1)
    size = np.linspace(0, 1, _STEPS)
    shares = np.concatenate([-size[:0:-1], size]) if signed else size
    if cmap is not None:
        colors = _colormap(cmap)((shares + 1) / 2 if signed else shares)
    else:
        colors = np.where(shares[:, np.newaxis] < 0, AGAINST(-shares), EVIDENCE(shares))
    return np.concatenate([colors[:, :3], alpha * np.abs(shares)[:, np.newaxis]], axis=1, dtype=np.float32)


def gray_table(signed=False):
    """Returns what `gradient_picture` and `ink_picture` make of each value, in the form of `color_table`.

    Args:
        signed: Whether gray is for none, between black and white; or else white is, up to black, and values follow the
            table to the power of `INK`.
    """
    shades = np.linspace(0, 1, 2 * _STEPS - 1) if signed else np.linspace(1, 0, _STEPS)
    return np.stack([shades, shades, shades, np.ones_like(shades)], axis=1)


def painted(pixels, shares, table):
    """Returns pixels under the colors of values.

    Args:
        pixels: uint8 `(..., 3)`.
        shares: Values as shares of the largest one, in 0..1, or -1..1 with a table for signed ones; what isn't a
            number is left as it is.
        table: See `color_table`.

    Returns:
        uint8 array `(..., 3)`.
    """
    signed = len(table) > _STEPS
    shares = np.clip(np.nan_to_num(shares), -1.0 if signed else 0.0, 1.0)
    chosen = table[np.rint(shares * (_STEPS - 1)).astype(int) + (_STEPS - 1 if signed else 0)]
    below = pixels.astype(np.float32)
    return np.rint(below + chosen[..., 3:] * (255 * chosen[..., :3] - below)).astype(np.uint8)


def _colormap(cmap):
    if isinstance(cmap, Colormap):
        return cmap
    if not isinstance(cmap, str) or cmap not in matplotlib.colormaps:
        hint = near(cmap, matplotlib.colormaps)
        raise OptionError(f"expected cmap= as a matplotlib colormap or its name, received {brief(cmap)}; {hint}")
    return matplotlib.colormaps[cmap]
