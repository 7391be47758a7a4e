"""Ask of each map of an explanation whether it can be believed."""

import numpy as np

from keras_explain.checks.options import check_count, check_seed
from keras_explain.engine.progress import announce, check_verbose
from keras_explain.errors import ExplainError, InputError, OptionError, brief
from keras_explain.judgment.hiding import SHARES, hiding
from keras_explain.judgment.result import Trust, TrustRow
from keras_explain.metrics.scorer import Scorer
from keras_explain.sanity_checks.sanity import sanity

# In so many steps layers are redrawn, of which the first, the last third of them, is looked at.
_THIRDS = 3


def trust(explanation, *, places=20, seed=0, verbose="auto"):
    """Measures how far each map of an explanation can be believed.

        print(kx.trust(kx.explain(model, images, methods=["grad_cam", "guided_backprop"])))

    Three things are asked of each map, each beside its chance level:

    - *deletion*: does hiding what it marks most, 2 to 20% of the image, lower the score more than hiding the same shape
      elsewhere? The value is how many times as much, on average over the places, the chance level the luckiest place.
    - *class*: is the map of another class, drawn at random, another one? The value is how alike they are, by the rank
      correlation of how much places count; the chance level that of maps with nothing in common.
    - *weights*: is the map another one when the last third of the layers is redrawn? The value and the chance level are
      as before.

    Range: of deletion, from below 0 (the score rises) over 1 (as fast as elsewhere); of the others -1 to 1. Direction:
    of deletion more is better, of the others less.

    Can't tell: whether the network is right. A map that holds in all three shows faithfully what a wrong network looks
    at. An image with a hidden part is none that the network was trained on, see `metrics.deletion`.

    Cost: for each map, `4 (places + 1)` forward passes, 84 by default, and up to 13 further maps by its method.

    Args:
        explanation: What `explain` returned in this session. Of several classes an image, the first is judged.
        places: Number of places that each map is moved to.
        seed: Makes all draws repeatable.
        verbose: 0 for silence, 1 for the cost and progress on standard error, `"auto"` for such where it is watched.

    Returns:
        A `Trust`: `print` it for the sentences; `rows` holds the numbers.

    Raises:
        InputError: If the explanation was loaded from a folder, without its network.
        OptionError: If an option is outside of what it allows.

    Examples:
        >>> rows = kx.trust(kx.explain(model, images, methods=["saliency"]), places=3).rows
        >>> sorted({row.measure for row in rows})
        ['class', 'deletion', 'weights']
    """
    places, seed = check_count(places, "places"), check_seed(seed)
    verbose, source = check_verbose(verbose), getattr(explanation, "source", None)
    if not hasattr(explanation, "maps"):
        raise OptionError(f"expected an explanation, as kx.explain returns it, received {brief(explanation)}.")
    if source is None:
        raise InputError(
            "expected an explanation of this session, received one without its network, as load returns it; explain "
            "the images anew."
        )
    request, batch = source.request, source.batch
    targets = explanation.targets if explanation.targets.ndim == 1 else explanation.targets[:, 0]
    count = len(batch) * len(explanation.maps)
    passes = count * len(SHARES) * (places + 1)
    announce(f"trust: {passes} forward passes, and up to 13 further maps for each of {count}.", verbose)
    asked = {name: getattr(request, name) for name in ("score", "input", "output", "head")}
    scorer = Scorer(request.model, **asked)
    rows, notes = [], []
    for name, maps in explanation.maps.items():
        maps = maps if explanation.targets.ndim == 1 else maps[:, 0]
        look = explanation.look(name)
        by = "magnitude" if look["signed"] and look["fine"] else "value"
        try:
            found = hiding(scorer, batch, targets, maps, by, places, seed, verbose)
            rows += _hiding_rows(name, found, places)
        except ExplainError as error:
            notes.append(f"{explanation.titles[name]}: no deletion: {error}")
        try:
            checked = sanity(
                source.explainers[name],
                batch.inputs,
                targets if (targets >= 0).all() else None,
                checks=("weights", "class"),
                steps=_THIRDS,
                seed=seed,
                verbose=verbose,
            )
            rows += _sanity_rows(name, checked)
        except ExplainError as error:
            notes.append(f"{explanation.titles[name]}: nothing on class and weights: {error}")
    return Trust(tuple(rows), dict(explanation.titles), tuple(notes))


def _hiding_rows(name, found, places):
    for image, (speed, luckiest) in enumerate(zip(found.speeds.tolist(), found.luckiest.tolist())):
        holds = bool(found.drops[image] > found.elsewhere[image].max())
        if np.isnan(speed):
            said = "hiding the same shape elsewhere hardly lowers the score"
            said += ", hiding what this map marks does" if holds else ", and what this map marks no more"
        else:
            said = (
                f"hiding what this map marks lowers the score {speed:.1f} times as much as hiding the same shape "
                f"elsewhere ({places} places; the luckiest {luckiest:.1f})"
            )
            said += "" if holds else ": no more than chance"
        yield TrustRow(name, image, "deletion", speed, luckiest, holds, f"deletion: {said}.")


def _sanity_rows(name, checked):
    kinds = {row.check for row in checked.rows}
    other = "class" if "class" in kinds else "runner-up"
    for image in sorted({row.image for row in checked.rows}):
        rows = [row for row in checked.rows if row.image == image]
        value = float(np.mean([row.similarity for row in rows if row.check == other]))
        yield _alike(name, image, "class", value, rows[0], "that of another class", "doesn't say why this class")
        for row in (row for row in rows if row.check == "weights" and row.step == 0):
            what = f"that of the network with its last layers redrawn, from '{row.layers[-1]}' on,"
            yield _alike(name, image, "weights", row.similarity, row, what, "doesn't show what they learned")


def _alike(name, image, measure, value, row, what, otherwise):
    """Returns a row on the similarity of a map and `what`, which should be low."""
    holds = bool(value < row.limit)
    said = f"{measure}: the map and {what} are {value:.2f} alike (chance {row.chance:.2f})"
    said += "." if holds else f": it {otherwise}."
    return TrustRow(name, image, measure, value, row.chance, holds, said)
