"""Write a page image by image, so that hundreds are never in memory together."""

import numpy as np

from keras_explain.errors import InputError
from keras_explain.maps import fitted, reduce_channels
from keras_explain.report.page.answers import LONGEST, answers, class_name, trust_told
from keras_explain.report.page.document import data, frame
from keras_explain.report.page.layer_grid import layer_grid
from keras_explain.report.page.looks import look
from keras_explain.report.page.map_code import encode
from keras_explain.report.page.photographs import CRISP, photographs
from keras_explain.report.schema import check_parts, check_values
from keras_explain.visual.arguments import check_texts
from keras_explain.visual.scale import PERCENTILE, attribution_limit, beginning
from keras_explain.visual.text import legible

_SAMPLES = 1024  # Values that stand for those of a map when one scale is found for all maps.


class PageWriter:
    """A page that is being written: explanations are added one after the other, then it is finished."""

    def __init__(self, write, views=None):
        """Writes how a page begins.

        Args:
            write: Function that takes texts, as of a file.
            views: `Views` beside the images; None for none.
        """
        self._write, self._images, self._samples = write, [], {}
        self._methods, self._class_names, self._left_out, self._title = {}, {}, {}, ""
        self._groups, self._summary, self._notes, self._views = [], [], [], views
        self._write(frame(views)[0])

    def add(self, explanation, names=None, original=None, crop=False):
        """Writes the images of an `Explanation`; the arguments are those of `Explanation.to_html`.

        Raises:
            InputError: If its images can't be shown, or have no height and width.
        """
        check_parts(explanation)
        check_values(explanation)
        shown = explanation.shown
        if shown is None or shown.ndim not in (4, 5):
            told = "expected images (N, H, W, C) or clips (N, T, H, W, C) for a page"
            raise InputError(
                f"{told}, received shape {explanation.images.shape}; plot() and save() show what they can of others."
            )
        names = check_texts(names, "names", len(explanation))
        self._title = str(explanation.settings.get("model") or "explanation")
        self._left_out |= explanation.left_out
        for key, title in explanation.titles.items():
            about = {"key": key, "title": legible(title), "layer": legible(explanation.layers.get(key, ""), LONGEST)}
            self._methods[key] = {**about, **look(**explanation.look(key))}
        for i, photo in enumerate(photographs(explanation, original, crop)):
            self._add(explanation, i, f"image {len(self._images)}" if names is None else names[i], photo)

    def group(self, sentence, images, title=None):
        """Adds a choice of images to the page: what is chosen shows them alone, in this order.

        Args:
            sentence: What they have in common.
            images: Their numbers, in the order in which images were added.
            title: The same in a few words.
        """
        told = {"sentence": legible(sentence), "title": legible(title or sentence, LONGEST)}
        self._groups.append({**told, "images": [int(image) for image in images]})

    def summarize(self, lines):
        """Adds lines of text that stand above all images."""
        self._summary += [legible(line) for line in lines]

    def note(self, lines):
        """Adds lines of text that stand below all images: what the page leaves out."""
        self._notes += [legible(line) for line in lines]

    def carry(self, name, value):
        """Writes a value that scripts of the page's views find by its name.

        Args:
            name: The name.
            value: What JSON can hold.
        """
        self._write(data(name, value))

    def finish(self):
        """Writes what the page says of all its images, and its end.

        Raises:
            InputError: If there are none.
        """
        if not self._images:
            raise InputError("expected an image or more for a page, received none.")
        methods = []
        for key, method in self._methods.items():
            limit = attribution_limit(np.concatenate(self._samples[key])[:, np.newaxis], method["signed"])
            methods.append({**method, "limit": limit})
        index = {
            "title": legible(self._title, LONGEST),
            "images": self._images,
            "methods": methods,
            "class_names": self._class_names,
            "left_out": [
                *(f"{legible(key)} is left out: {legible(why)}" for key, why in self._left_out.items()),
                *self._notes,
            ],
            "reading": [
                f"The strongest color stands for the {PERCENTILE:g}th percentile of a map, or of all maps of a method: "
                "the few values beyond it look alike.",
                'A value that begins with "about" is known as well as its color can be seen: within a 48th of that, or '
                "where it is beyond within several percent.",
            ],
            "crisp": CRISP,
            "groups": self._groups,
            "summary": self._summary,
        }
        self._write(data("page", index) + frame(self._views)[1])

    def _add(self, explanation, i, name, photo):
        maps = {key: self._maps(explanation, key, i) for key in explanation.maps}
        self._write(data(f"image-{len(self._images)}", {"photos": photo.urls, "maps": maps}))
        said = answers(explanation, i)
        used = {said["label"], *said["targets"], *(at for at, _ in said["top"])} - {None, -1}
        self._class_names |= {at: class_name(explanation.class_names, at) for at in used}
        seen = {"photo": photo.size, "part": photo.part, "size": explanation.shown.shape[-3:-1]}
        seen["frames"] = len(photo.urls)
        self._images.append({"name": legible(name, LONGEST), **seen, **said, "trust": trust_told(explanation.trust, i)})

    def _maps(self, explanation, key, i):
        """Returns the maps of an image by one method, one a class, and keeps some of their values."""
        size, how = explanation.shown.shape[1:-1], self._methods[key]
        maps = explanation.maps[key][i]
        entries = []
        for values in maps if explanation.targets.ndim == 2 else maps[np.newaxis]:
            least = beginning(values, how["relative"])
            values = fitted((values - least)[np.newaxis], size)[0].astype(np.float32, copy=False)
            limit = attribution_limit(values, how["signed"])
            carried = encode(_as_carried(values, how["signed"], how["fine"]), limit, how["fine"], how["power"])
            entries.append({**carried, "limit": limit, "least": float(np.squeeze(least))})
            self._samples.setdefault(key, []).append(_sample(reduce_channels(values), how["signed"]))
        return entries


def _as_carried(values, signed, fine):
    """Returns what is shown of a map, at the size of its layer where it comes from one."""
    if signed and fine and values.shape[-1] == 3:  # shown as a color image
        return values
    return layer_grid(reduce_channels(values)[..., 0])[..., np.newaxis]


def _sample(values, signed):
    """Returns values, evenly among all of a map in their order: their percentiles are those of the map."""
    values = np.sort(np.abs(values) if signed else values, axis=None)
    return values[((np.arange(_SAMPLES) + 0.5) * len(values) / _SAMPLES).astype(int)]
