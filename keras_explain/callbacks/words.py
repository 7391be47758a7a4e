"""What TensorBoard's pages say of tags: the heading of each, and what speaks for a map behind the (i) beside it."""

from keras_explain.visual.text import legible

_LETTERS = 80  # Of a heading.
_PICTURE = "The input and each method's map, after the step that is chosen. Steps count from 0, epochs from 1."
_NUMBERS = {
    "concentration": "Gini coefficient of the map: 0 where all places count alike, near 1 where one of them does. "
    "Neither end is good by itself; a jump tells that the network looks elsewhere.",
    "movement": "How far the maps moved since they were last logged: 0 the same direction, 1 nothing in common. "
    "It falls as the network settles.",
    "energy_inside": "Share of the map within the image's region. More is better; a map without any aim gives the "
    "region's share of the image.",
    "pointing": "Share of the images in which the peak of the map is within the region. More is better.",
    "trust_deletion": "How many times as fast the score falls as what the map marks is hidden, as when the same shape "
    "is hidden elsewhere. More is better; 1 says nothing.",
    "trust_class": "How alike the map and that of another class are. Less is better: near 1 it doesn't say why this "
    "class.",
    "trust_weights": "How alike the map and that of redrawn last layers are. Less is better: near 1 it doesn't depend "
    "on what was learned.",
}
_SHARES = {
    "misclassified": "Share of all given images whose label isn't the most probable class. Less is better.",
    "changed": "Share of all given images whose predicted class is another one than at the last log. It falls as the "
    "network settles.",
}
_WHOLE = {
    "strip": "A row an image, a column a step: early ones, when most changes, stand closer together.",
    "animation": "All images, a frame a step.",
}
_HOLDS = "Share of the images whose maps hold by {}. More is better."
_MEAN = " The mean over the images."


def words(name, headings, titles):
    """Returns `{tag: (heading, description)}` of what a logger writes.

    Args:
        name: First part of the tags.
        headings: The heading of each picture.
        titles: `{name of a method: its title}`.
    """
    said = {f"{name}/{i}": (legible(heading, _LETTERS), _PICTURE) for i, heading in enumerate(headings)}
    said |= {f"{name}_{show}": (show, description) for show, description in _SHARES.items()}
    for whole, description in _WHOLE.items():
        said |= {f"{name}_{whole}/{method}": (title, description) for method, title in titles.items()}
    for measure, description in _NUMBERS.items():
        for method, title in titles.items():
            said[f"{name}_{measure}/{method}"] = title, description + _MEAN * (measure != "pointing")
            if measure.startswith("trust_"):
                said[f"{name}_{measure}_holds/{method}"] = title, _HOLDS.format(measure.removeprefix("trust_"))
    return said


def headings(rows, labels):
    """Returns the headings of images that stay the same.

    Args:
        rows: The number of each among those that were given.
        labels: What each truly shows, a text each, or None.
    """
    return [f"image {row}" + (f", true: {labels[i]}" if labels else "") for i, row in enumerate(rows)]
