"""One input or one map in matplotlib axes."""

from matplotlib.figure import Figure

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_flag, check_text
from keras_explain.visual.arguments import check_axes, check_shown
from keras_explain.visual.colors import ALPHA
from keras_explain.visual.figure import draw_legend, show
from keras_explain.visual.fonts import cover
from keras_explain.visual.gradient import gradient_picture
from keras_explain.visual.legend import legend
from keras_explain.visual.picture import attribution_legend, attribution_picture, input_picture
from keras_explain.visual.scale import PERCENTILE, attribution_limit, attribution_limits
from keras_explain.visual.text import legible_lines

_ABOVE = 48  # Letters of a line above a single plot.


def plot_input(shown, ax=None, title="input"):
    """Draws an input, as `showable` makes it, and returns the matplotlib `Axes`: `ax`, or those of a new figure."""
    picture, title, ax = input_picture(shown), check_text(title, "title="), _axes(ax)
    _show(ax, picture, title)
    return ax


def plot_attribution(
    shown,
    values,
    ax=None,
    *,
    signed=False,
    fine=False,
    scale="image",
    percentile=PERCENTILE,
    cmap=None,
    alpha=ALPHA,
    bar=True,
    title=None,
):
    """Draws a map of an input, and below it a bar that says what the colors stand for.

    Args:
        shown: The input, as `showable` makes it.
        values: Map `(*spatial, C)`.
        ax: matplotlib `Axes` to draw into; those of a new figure by default.
        signed: See `attribution_picture`, as for the next three.
        fine: Whether each pixel has a value of its own.
        cmap: Colors of a map that is laid over the input.
        alpha: Opacity of its largest values.
        scale: `"image"`, or the value of the outermost color.
        percentile: From which percentile of the map on values look alike, with `scale="image"`.
        bar: Whether to draw the bar.
        title: Text above it.

    Returns:
        The `Axes`.
    """
    values = as_numbers(values, "a map", (..., None))
    signed, fine, bar = (
        check_flag(value, name) for value, name in ((signed, "signed="), (fine, "fine="), (bar, "bar="))
    )
    (limit,) = attribution_limits(values[None], signed, scale, percentile)
    picture = attribution_picture(shown, values, signed, limit, fine, cmap, alpha)
    title, ax = check_text(title, "title="), _axes(ax)
    _show(ax, picture, title)
    if bar:
        draw_legend(ax, attribution_legend(check_shown(shown), limit, signed, fine, cmap, alpha))
    return ax


def plot_gradient(values, ax=None, *, limit=None, title=None):
    """Draws a signed map `(H, W, 1 or 3)` as a color image, see `gradient_picture`, and returns the `Axes`."""
    picture, title, ax = gradient_picture(values, limit), check_text(title, "title="), _axes(ax)
    _show(ax, picture, title)
    draw_legend(ax, legend(True, True, attribution_limit(values, signed=True) if limit is None else limit))
    return ax


def _axes(ax):
    return check_axes(ax) or Figure(figsize=(3.2, 3), layout="constrained").add_subplot()


def _show(ax, picture, title):
    show(ax, picture, "\n".join(legible_lines(title or "", _ABOVE)))
    cover(ax.title)
