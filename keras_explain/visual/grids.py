"""Many inputs and maps as one matplotlib figure."""

from keras_explain.checks.options import check_count
from keras_explain.visual.arguments import check_captions, check_maps, check_texts, check_titles, each_of
from keras_explain.visual.colors import ALPHA
from keras_explain.visual.figure import gallery
from keras_explain.visual.look import LOOKS, check_look
from keras_explain.visual.picture import attribution_legend, attribution_picture, input_picture
from keras_explain.visual.scale import PERCENTILE, attribution_limits, beginning, scale_name


def plot_attributions(
    shown,
    maps,
    signed=(),
    fine=(),
    relative=(),
    *,
    scale="image",
    percentile=PERCENTILE,
    cmap=None,
    alpha=ALPHA,
    input_titles=None,
    row_titles=None,
    boxes=None,
    captions=None,
    note=None,
    size=1.8,
    dpi=None,
):
    """Returns a figure with one row an input, which comes first, and one column a method.

    Below the last map of each column a bar says what its colors stand for.

    Args:
        shown: N inputs, as `showable` makes them.
        maps: By title of the column, arrays `(N, *spatial, C)`.
        signed: Titles of the maps that are, see `attribution_picture`.
        fine: Titles of the maps that are.
        relative: Titles of the maps that are, each of which begins at its own smallest value.
        scale: `"image"` for each map's own colors; `"all"` for the same in all maps of a column, or the value of the
            outermost color.
        percentile: From which percentile on values look alike.
        cmap: Colors of maps that are laid over the input, see `overlay`.
        alpha: Opacity of their largest values.
        input_titles: Text above each input; "input" above the first by default.
        row_titles: Text beside each row.
        boxes: See `gallery`.
        captions: By title of the column, the lines below each of its maps.
        note: Text below the figure, after what is said of the scale.
        size: Height of a picture in inches.
        dpi: Dots an inch, see `gallery`.
    """
    shown = each_of(shown, "inputs")
    maps = check_maps(maps, len(shown))
    looks, captions = _looks(maps, signed, fine, relative), check_captions(captions, maps, len(shown))
    input_titles = check_texts(input_titles, "input_titles", len(shown))
    rows, legends = [[input_picture(one)] for one in shown], [None]
    for title, arrays in _begun(maps, looks, 1).items():
        how = {**looks[title], "cmap": cmap, "alpha": alpha}
        limits = attribution_limits(arrays, how["signed"], scale, percentile)
        for row, one, values, limit in zip(rows, shown, arrays, limits):
            row.append(attribution_picture(one, values, limit=limit, **how))
        legends.append(attribution_legend(shown[0], None if scale == "image" else limits[0], **how))
    above = ["input"] if input_titles is None else input_titles
    titles = [[title, *([None] * len(maps) if i else maps)] for i, title in enumerate(above)]
    titles += [None] * (len(rows) - len(titles))
    note = _noted(scale_name(scale, percentile, "map"), note)
    return gallery(
        rows,
        row_titles=row_titles,
        boxes=boxes,
        size=size,
        titles=titles,
        note=note,
        legends=[*[None] * (len(rows) - 1), legends],
        captions=[[None, *(captions[title][i] for title in maps)] for i in range(len(rows))],
        dpi=dpi,
    )


def plot_comparison(
    shown,
    maps,
    class_titles,
    signed=(),
    fine=(),
    relative=(),
    *,
    scale="image",
    percentile=PERCENTILE,
    cmap=None,
    alpha=ALPHA,
    captions=None,
    note=None,
    size=1.8,
    dpi=None,
):
    """Returns a figure that compares classes: a row for each input and method, and one column a class.

    Args:
        shown: N inputs, as `showable` makes them.
        maps: By the title of their rows, arrays `(N, K, *spatial, C)`.
        class_titles: For each input the titles of its K classes.
        signed: Titles of the maps that are, see `attribution_picture`.
        fine: Titles of the maps that are.
        relative: Titles of the maps that are, each of which begins at its own smallest value.
        scale: `"image"` for the same colors in a row; `"all"` for the same in all rows of a method, or the value of the
            outermost color.
        percentile: From which percentile on values look alike.
        cmap: Colors of maps that are laid over the input, see `overlay`.
        alpha: Opacity of their largest values.
        captions: By title of their rows, the lines below the first class's map of each input.
        note: Text below the figure, after what is said of the scale.
        size: Height of a picture in inches.
        dpi: Dots an inch, see `gallery`.
    """
    shown = each_of(shown, "inputs")
    maps = check_maps(maps, len(shown), None)
    looks, texts = _looks(maps, signed, fine, relative), check_captions(captions, maps, len(shown))
    class_titles, maps = each_of(class_titles, "class_titles", len(shown)), _begun(maps, looks, 2)
    limits = {
        title: attribution_limits(arrays, looks[title]["signed"], scale, percentile) for title, arrays in maps.items()
    }
    rows, titles, legends, captions = [], [], [], []
    for i, one in enumerate(shown):
        for title, arrays in maps.items():
            how = {**looks[title], "cmap": cmap, "alpha": alpha}
            limit = limits[title][i]
            pictures = [attribution_picture(one, values, limit=limit, **how) for values in arrays[i]]
            first, last = len(rows) % len(maps) == 0, i == len(shown) - 1
            rows.append([input_picture(one) if first else None, *pictures])
            above = check_texts(class_titles[i], "each of class_titles", len(arrays[i])) or ()
            titles.append(["input", *above] if first else None)
            below = attribution_legend(one, None if scale == "image" else limit, **how)
            legends.append([None, below] if last else None)
            captions.append([None, texts[title][i], *[None] * (len(pictures) - 1)])
    note = _noted(scale_name(scale, percentile, "row"), note)
    row_titles = list(maps) * len(shown)
    how = {"row_titles": row_titles, "size": size, "titles": titles, "note": note, "legends": legends, "dpi": dpi}
    return gallery(rows, captions=captions, **how)


def plot_classes(pictures, titles, columns=5, size=1.8):
    """Returns a figure with pictures uint8 `(N, H, W, 3)` in a grid, each under its title."""
    pictures, columns = each_of(pictures, "pictures"), check_count(columns, "columns")
    titles = each_of(titles, "titles", len(pictures))
    starts = range(0, len(pictures), columns)
    rows = [pictures[start : start + columns] for start in starts]
    return gallery(rows, titles=[titles[start : start + columns] for start in starts], size=size)


def _looks(maps, *chosen):
    """Returns `{title: its flags}`, see `LOOKS`, of the titles of the maps that have each."""
    chosen = {name: check_titles(titles, name, maps) for name, titles in zip(LOOKS, chosen)}
    return {title: check_look(*(title in titles for titles in chosen.values())) for title in maps}


def _begun(maps, looks, each):
    """Returns maps less the value at which the colors of each begin."""
    return {title: arrays - beginning(arrays, looks[title]["relative"], each) for title, arrays in maps.items()}


def _noted(scale, note):
    return scale if note is None else f"{scale}; {note}"
