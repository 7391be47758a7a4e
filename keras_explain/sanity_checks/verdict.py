"""What the numbers of sanity checks say, in words."""

import numpy as np

from keras_explain.sanity_checks.result import Verdict, curve


def verdicts_of(rows, chance, layers):
    """Returns the `Verdict`s on a method.

    Args:
        rows: The `SanityRow`s.
        chance: The chance level of similarities.
        layers: How many layers can be redrawn.
    """
    limit = (1 + chance) / 2
    made = {"weights": _weights, "class": _class, "image": _image}
    found = {check: make(rows, chance, limit, layers) for check, make in made.items()}
    return tuple(Verdict(check, *said[:2], chance, said[2]) for check, said in found.items() if said)


def _weights(rows, chance, limit, layers):
    values = curve(rows, "weights")
    if not len(values):
        return None
    redrawn = {row.step: row.layers for row in rows if row.check == "weights"}
    counts = np.cumsum([len(redrawn[step]) for step in sorted(redrawn)])
    most, holds = int(values.argmax()), bool((values < limit).all())
    last = (
        f"the last {counts[most]} of {layers} layers redrawn, down to"
        if counts[most] > 1
        else "the last layer redrawn,"
    )
    said = (
        f"with {last} '{redrawn[most][-1]}', maps are "
        f"{'' if holds else 'still '}{_short(values[most])} like the network's own ({_beside(chance, limit)})"
    )
    if holds:
        return True, float(values[most]), f"weights: it depends on them: {said}, and no closer at any other step."
    still = np.flatnonzero(values >= limit)[-1]
    until = "" if still == most else f", and nearer to the same than to chance until {counts[still]} are"
    return False, float(values[most]), f"weights: it doesn't show what these layers learned: {said}{until}."


def _class(rows, chance, limit, layers):
    drawn, second = curve(rows, "class"), curve(rows, "runner-up")
    if not len(drawn) and not len(second):
        return None
    value = float((drawn if len(drawn) else second).mean())
    other = "of a class drawn at random" if len(drawn) else "of the other class"
    said = f"maps {other} are {_short(value)} alike ({_beside(chance, limit)})"
    if value >= limit:
        return False, value, f"class: it doesn't say why this class: {said}."
    if len(drawn) and len(second):
        near = ": not what tells this class from the next" if second[0] >= limit else ""
        said += f", those of the runner-up {_short(second[0])}{near}"
    return True, value, f"class: it depends on it: {said}."


def _image(rows, chance, limit, layers):
    values = curve(rows, "image")
    if not len(values):
        return None
    said = f"maps of another image, for the same class, are {_short(values[0])} alike ({_beside(chance, limit)})"
    holds = bool(values[0] < limit)
    return holds, float(values[0]), f"image: it {'depends' if holds else 'hardly depends'} on it: {said}."


def _beside(chance, limit):
    return f"chance {_short(chance)}, halfway to the same {_short(limit)}"


def _short(number):
    return f"{round(number, 2) + 0.0:.2f}"  # without a minus before zero
