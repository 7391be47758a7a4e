"""What is shown of each image at a step: the input and each method's map, side by side."""

import math

import numpy as np

from keras_explain.visual.panel import panel
from keras_explain.visual.picture import attribution_legend, attribution_picture, input_picture, showable
from keras_explain.visual.scale import attribution_limit, beginning


class Page:
    """Draws the pictures of fixed images.

    With `scale="run"` the end of a map's scale is the next power of two above what `attribution_limit` says of it, and
    stands below it. So all maps under one number, whatever their epoch, show equal values in equal colors, and each
    fills half of its colors or more. What an epoch looks like depends on that epoch alone, also after a restart.
    """

    def __init__(self, name, display=None, scale="epoch"):
        """Keeps how to draw.

        Args:
            name: First part of the tags.
            display: Function that returns the pixels of the images, None to infer them.
            scale: `"epoch"` or `"run"`, see `ExplanationLogger`.
        """
        self._name, self._display, self._scale = name, display, scale

    def prepare(self, images, titles, looks, labels, class_names):
        """Makes the pictures of the images.

        Args:
            images: `(N, *spatial, C)`.
            titles: `{name of a method: its title}`.
            looks: `{name of a method: its look}`, options of `attribution_picture`.
            labels: What each image truly shows, a text each, or None.
            class_names: List of the classes' names, for the predicted ones.

        Raises:
            InputError: If the images can't be shown.
        """
        self._images = showable(images, display=self._display)
        self._titles, self._looks, self._labels, self._class_names = titles, looks, labels, class_names

    def pictures(self):
        """Returns the picture of each image, uint8 `(H, W, 3)`, or those of a clip's frames, `(T, H, W, 3)`."""
        return [image if image.ndim == 4 else input_picture(image) for image in self._images]

    def draw_some(self, maps, probabilities, time, rows, count, none):
        """Returns the same as `draw` of some images, under the numbers of places; a place that is left says so.

        Args:
            maps: See `draw`, of these images.
            probabilities: See `draw`.
            time: See `draw`.
            rows: Which images they are; None if that isn't known.
            count: Number of places.
            none: What an empty place says.
        """
        pictures = {}
        for place in range(count):
            if rows is not None and place < len(rows):
                own = {name: values[place] for name, values in maps.items()}
                chances = None if probabilities is None else probabilities[place]
                caption = self._caption(rows[place], chances, time)
                picture = self._panel(rows[place], own, [f"image {rows[place]} of {len(self._images)}", *caption])
            else:
                picture = panel([np.full_like(input_picture(self._images[0]), 255)], [""], [none, time])
            pictures[f"{self._name}/{place}"] = picture
        return pictures

    def draw(self, maps, probabilities, time):
        """Returns `{tag: uint8 (H, W, 3)}`, one picture an image.

        Args:
            maps: `{name of a method: (N, *spatial, C)}`; a method that is missing has no map at this time.
            probabilities: `(N, classes)`, or None.
            time: When the maps were computed, as text.
        """
        pictures = {}
        for i in range(len(self._images)):
            own = {name: values[i] for name, values in maps.items()}
            caption = self._caption(i, None if probabilities is None else probabilities[i], time)
            pictures[f"{self._name}/{i}"] = self._panel(i, own, caption)
        return pictures

    def _panel(self, i, maps, caption):
        image = self._images[i]
        shown = input_picture(image)
        tiles = [("input", shown, None)]
        for name, look in self._looks.items():
            if name in maps:
                values = maps[name] - beginning(maps[name], look["relative"])
                limit = self._limit(values, look["signed"])
                picture = attribution_picture(image, values, limit=limit, **look)
                tiles.append((self._titles[name], picture, attribution_legend(image, limit, **look)))
            else:
                tiles.append((f"{self._titles[name]}: no map", shown, None))
        titles, shown, below = zip(*tiles)
        return panel(shown, titles, caption, below)

    def _limit(self, values, signed):
        """Returns the value of the outermost color of a map; None for its own."""
        if self._scale == "epoch":
            return None
        limit = attribution_limit(values, signed)
        return 2.0 ** math.ceil(math.log2(limit)) if limit > 0 else 0.0

    def _caption(self, i, chances, time):
        lines = []
        if self._labels is not None:
            lines.append(f"true: {self._labels[i]}")
        if chances is not None:
            predicted = chances.argmax()
            lines.append(f"predicted: {self._class_names[predicted]}  {chances[predicted]:.0%}")
        return [*lines, time]
