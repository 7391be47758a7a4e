"""Draw an explanation as a figure: which of its images and methods, and what stands beside them."""

from keras_explain.checks.options import is_listed, is_whole
from keras_explain.checks.rows import check_rows
from keras_explain.errors import InputError, OptionError, brief, near
from keras_explain.judgment.result import FAILS, HOLDS
from keras_explain.visual.grids import plot_attributions, plot_comparison
from keras_explain.visual.look import LOOKS


def plot(explanation, methods, rows, **options):
    """Returns the figure of `Explanation.plot`."""
    if explanation.shown is None:
        shape = explanation.images.shape
        raise InputError(f"images of shape {shape} can't be shown as they are: explain with display=.")
    names, chosen = _names(methods, explanation), check_rows(rows, len(explanation))
    shown, titles = zip(*((explanation.shown[i], explanation.class_titles(i)) for i in chosen))
    maps = {explanation.titles[name]: explanation.maps[name][chosen] for name in names}
    for look in LOOKS:
        options[look] = [explanation.titles[name] for name in names if explanation.look(name)[look]]
    notes = []
    if explanation.trust is not None:
        notes.append(f"{HOLDS} speaks for the map, {FAILS} doesn't")
        options["captions"] = {
            explanation.titles[name]: [_marks(explanation.trust, name, i) for i in chosen] for name in names
        }
    if len(chosen) < len(explanation) and is_whole(rows):
        notes.append(f"the first {len(chosen)} of {len(explanation)} images")
    options["note"] = "; ".join(notes) or None
    if explanation.targets.ndim == 2:
        return plot_comparison(shown, maps, titles, **options)
    return plot_attributions(shown, maps, input_titles=[one for (one,) in titles], **options)


def _marks(trust, name, i):
    return "\n".join(row.mark for row in trust.of(name, image=i))


def _names(methods, explanation):
    if methods is None:
        return list(explanation.maps)
    names = list(dict.fromkeys([methods] if isinstance(methods, str) else methods)) if _are_names(methods) else []
    unknown = next((name for name in names if name not in explanation.maps), None)
    if unknown is not None:
        raise OptionError(
            f"expected methods= as names of its maps, received {brief(unknown)}; {near(unknown, explanation.maps)}"
        )
    if not names:
        raise OptionError(f"expected methods= as a list of one name or more, received {brief(methods)}.")
    return names


def _are_names(methods):
    return isinstance(methods, str) or (is_listed(methods) and all(isinstance(name, str) for name in methods))
