"""The measures by which methods are compared: what each asks, which way is better, and what it costs."""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Measure:
    """One of them.

    Attributes:
        question: What it belongs to.
        said: What the number is, in a few words.
        better: `"less"` or `"more"`.
        passes: The most forward passes that it takes, an image and method.
        for_chance: Those for its chance level, which all methods share, an image.
        maps: Further maps, an image and method.
    """

    question: str
    said: str
    better: str
    passes: int = 0
    for_chance: int = 0
    maps: int = 0


_WHY = "Does the map say why this class, and what the network learned?"
_ENOUGH = "Is what it marks enough?"
_MATTERS = "Does what it marks matter?"
_AMOUNTS = "Are its amounts right, and steady?"

MEASURES = {
    "class": Measure(_WHY, "how alike the map of another class is", "less"),
    "weights": Measure(_WHY, "how alike it is with the last layers redrawn", "less"),
    "grid_pointing": Measure(_WHY, "share on its own image, of four laid in a grid", "more", maps=1),
    "insertion": Measure(_ENOUGH, "mean score while what it marks comes first", "more", 51, 51),
    "average_drop": Measure(_ENOUGH, "share of the score lost without all the rest", "less", 2),
    "hiding": Measure(_MATTERS, "share of other places that cost less", "more", 85),
    "deletion": Measure(_MATTERS, "mean score while what it marks goes first", "less", 51, 51),
    "road": Measure(_MATTERS, "the same, holes filled in", "less", 5, 5),
    "infidelity": Measure(_AMOUNTS, "share of the score's changes not foretold", "less", 101, 101),
    "max_sensitivity": Measure(_AMOUNTS, "how far it moves where the image hardly does", "less", maps=11),
}
ALIKE = ("class", "weights")  # They come of the same maps.
_ALIKE_MAPS = 13


def cost(measures, images, methods):
    """Returns the most forward passes that measuring takes, and the most further maps of each method."""
    chosen = [MEASURES[name] for name in measures]
    passes = images * sum(methods * one.passes + one.for_chance for one in chosen)
    maps = sum(one.maps for one in chosen) + (_ALIKE_MAPS if any(name in ALIKE for name in measures) else 0)
    return passes, images * maps
