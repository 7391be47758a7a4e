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
from keras_explain.visual.look import check_look
from keras_explain.visual.picture import attribution_legend, attribution_picture, input_picture
from keras_explain.visual.scale import PERCENTILE, attribution_limit, attribution_limits, beginning
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
    relative=False,
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
        signed: See `attribution_picture`, as for the next four.
        fine: Whether each pixel has a value of its own.
        relative: Whether its colors begin at its smallest value.
        cmap: Colors of a map that is laid over the input.
        alpha: Opacity of its largest values.
        scale: `"image"`, or the value of the outermost color; of a `relative` map how far that is above the first.
        percentile: From which percentile of the map on values look alike, with `scale="image"`.
        bar: Whether to draw the bar.
        title: Text above it.

    Returns:
        The `Axes`.
    """
    values = as_numbers(values, "a map", (..., None))
    look, bar = check_look(signed, fine, relative), check_flag(bar, "bar=")
    values = values - beginning(values, relative)
    (limit,) = attribution_limits(values[None], signed, scale, percentile)
    how = {**look, "limit": limit, "cmap": cmap, "alpha": alpha}
    picture = attribution_picture(shown, values, **how)
    title, ax = check_text(title, "title="), _axes(ax)
    _show(ax, picture, title)
    if bar:
        draw_legend(ax, attribution_legend(check_shown(shown), **how))
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
