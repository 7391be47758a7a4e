"""What is shown of each image at a step: the input and each method's map, side by side."""

import numpy as np

from keras_explain.visual.panel import panel
from keras_explain.visual.picture import attribution_picture, input_picture, showable
from keras_explain.visual.scale import attribution_limit


class Page:
    """Draws the pictures of fixed images, and keeps the scale of their colors over the epochs."""

    def __init__(self, name, display=None, scale="epoch"):
        """Keeps how to draw.

        Args:
            name: First part of the tags.
            display: Function that returns the pixels of the images, None to infer them.
            scale: `"epoch"` or `"run"`, see `ExplanationLogger`.
        """
        self._name, self._display, self._scale = name, display, scale
        self._halves = {}

    def prepare(self, images, titles, signed, labels, class_names):
        """Makes the pictures of the images.

        Args:
            images: `(N, *spatial, C)`.
            titles: `{name of a method: its title}`.
            signed: `{name of a method: whether its maps are drawn in diverging colors}`.
            labels: What each image truly shows, a text each, or None.
            class_names: List of the classes' names, for the predicted ones.

        Raises:
            InputError: If the images can't be shown.
        """
        self._images = showable(images, display=self._display)
        self._titles, self._signed, self._labels, self._class_names = titles, signed, labels, class_names

    def draw(self, maps, probabilities, time):
        """Returns `{tag: uint8 (H, W, 3)}`, one picture an image.

        Args:
            maps: `{name of a method: (N, *spatial, C)}`; a method that is missing has no map at this time.
            probabilities: `(N, classes)`, or None.
            time: When the maps were computed, as text.
        """
        limits = dict.fromkeys(maps)
        if self._scale == "run":
            for name, values in maps.items():
                half = self._halves.setdefault(name, attribution_limit(values, self._signed[name]))
                maps = {**maps, name: compressed(values, half)}
                limits[name] = 1.0
        pictures = {}
        for i, image in enumerate(self._images):
            tiles = [("input", input_picture(image))]
            for name, signed in self._signed.items():
                if name in maps:
                    tiles.append((self._titles[name], attribution_picture(image, maps[name][i], signed, limits[name])))
                else:
                    tiles.append((f"{self._titles[name]}: no map", tiles[0][1]))
            titles, shown = zip(*tiles)
            pictures[f"{self._name}/{i}"] = panel(shown, titles, self._caption(i, probabilities, time))
        return pictures

    def _caption(self, i, probabilities, time):
        lines = []
        if self._labels is not None:
            lines.append(f"true: {self._labels[i]}")
        if probabilities is not None:
            predicted = probabilities[i].argmax()
            lines.append(f"predicted: {self._class_names[predicted]}  {probabilities[i, predicted]:.0%}")
        return [*lines, time]


def compressed(values, half):
    """Returns `v / (|v| + half)`, in -1..1: equal for equal values, and without an end at which they look alike.

    Source: E. Reinhard et al., 2002, "Photographic tone reproduction for digital images", equation 3.
    """
    return values / (np.abs(values) + half) if half > 0 else np.sign(values)
