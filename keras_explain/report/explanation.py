"""What several methods found on some images: looked at, saved and loaded."""

import dataclasses
import functools

import numpy as np

from keras_explain.checks.drawing import MAX_SIDE
from keras_explain.errors import OptionError, brief
from keras_explain.judgment.result import Trust
from keras_explain.report.figure import plot
from keras_explain.report.notebook import as_html, png
from keras_explain.report.page.files import new_page
from keras_explain.report.save import save
from keras_explain.report.schema import ARRAYS
from keras_explain.report.source import Source
from keras_explain.report.titles import class_titles
from keras_explain.scores.restored import restored
from keras_explain.visual.look import LOOKS

_ROWS = 12  # A figure shows that many images.


class NoImageError(OptionError, IndexError):
    """There is no image of this index, which ends a loop over all of them."""


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Explanation:
    """What several methods found on N images, for one class an image or for the K that the network prefers.

    `len` is N; an index or a slice chooses among the images.

    Attributes:
        images: The explained input as the model took it, channels last, `(N, *spatial, C)`.
        shown: The same as it is shown, see `visual.picture.showable`; None if it can't be.
        targets: int32 `(N,)` or `(N, K)`, the explained classes; -1 where a custom score got none.
        scores: float32, one a target: what was explained.
        probabilities: float32 `(N, classes)`; None if the model gives none.
        maps: `{name: float32 (N, *spatial, C) or (N, K, *spatial, C)}`, raw values, by method.
        titles: `{name: title}` of the methods, as they stand above their maps.
        signed: Names of the methods whose negative values are shown in colors of their own.
        fine: Names of the methods whose maps are shown by themselves, not over the image, see `Explainer`.
        relative: Names of the methods whose pictures begin at a map's smallest value, not at 0, see there.
        layers: `{name: path}` of the layer that was looked at, for the methods that look at one.
        left_out: `{name: reason}` of the methods that don't apply to the model.
        class_names: The name of each class.
        settings: What was asked: the model's name and the options.
        versions: Of keras_explain, keras, tensorflow and numpy.
        labels: int32 `(N,)`, the true class of each image, -1 where it isn't known; None if none is.
        trust: How far each map can be believed, a `Trust`; None if that wasn't asked.
        source: What was asked, and of which images, for `kx.trust` to ask on; it isn't saved: None if it was loaded.
    """

    images: np.ndarray
    shown: np.ndarray | None
    targets: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray | None
    maps: dict
    titles: dict
    signed: tuple
    layers: dict
    left_out: dict
    class_names: list
    settings: dict
    versions: dict
    fine: tuple = ()
    relative: tuple = ()
    labels: np.ndarray | None = None
    trust: Trust | None = None
    source: Source | None = None

    @functools.cached_property
    def score(self):
        """What was explained: `"logit"`, `"probability"`, one of `kx.scores` as it was given, or a function's name."""
        asked = self.settings.get("score")
        return restored(asked) if isinstance(asked, dict) else asked

    def __len__(self):
        return len(self.images)

    def __getitem__(self, chosen):
        if isinstance(chosen, bool):
            raise OptionError(f"expected an index or a slice of images, received {chosen}.")
        try:
            chosen = range(len(self))[chosen]
        except IndexError:
            raise NoImageError(f"expected an index below {len(self)}, received {brief(chosen)}.") from None
        except (TypeError, ValueError):
            raise OptionError(f"expected an index or a slice of images, received {brief(chosen)}.") from None
        chosen = [chosen] if isinstance(chosen, int) else list(chosen)
        arrays = {name: getattr(self, name) for name in ARRAYS}
        arrays = {name: None if array is None else array[chosen] for name, array in arrays.items()}
        parts = {name: part and part[chosen] for name, part in (("trust", self.trust), ("source", self.source))}
        return dataclasses.replace(
            self, **arrays, maps={name: maps[chosen] for name, maps in self.maps.items()}, **parts
        )

    def __repr__(self):
        return f"<Explanation of {len(self)} images by {', '.join(self.maps)}>"

    def plot(self, *, methods=None, rows=_ROWS, **options):
        """Returns a matplotlib `Figure`: one row an image and one column a method, or one column a class.

        Above each input stands its explained class with its probability; if the network prefers another, or the true
        one is known, that too. Below each map stands what its `trust` says, if that was asked: a mark for what holds,
        the value and its chance level.

        Args:
            methods: Names of the methods to show, in that order; all by default.
            rows: Which images to show: how many of the first ones, a slice, or a list of indices. A figure of many
                more would be too long to be drawn or looked at: `for i in range(0, len(e), 12): e.plot(rows=slice(i,
                i + 12))` makes pages.
            **options: `scale`, `percentile`, `cmap`, `alpha`, `size` and `dpi`, see `visual.grids.plot_attributions`;
                of several classes `scale="image"` is the same for all of a row.

        Raises:
            InputError: If the images can't be shown.
            OptionError: If an option is outside of what it allows.
        """
        return plot(self, methods, rows, **options)

    def _repr_png_(self):
        return png(self)

    def _repr_html_(self):
        return as_html(self)

    def to_html(self, path, *, names=None, original=None, crop=False):
        """Writes one page to explore all images in a browser, without a network.

        Maps travel in it at their layer's own size and are colored by the browser: the method, the opacity, the color
        scale and the class can be switched, and the value under the pointer be read. Maps of finer detail travel in
        steps that are hardly told apart, photographs with 448 pixels at most. Clips and volumes are films, that show
        beside a map how much of it lies in each frame. An earlier page at that path is replaced.

        Args:
            path: Path of the file, as `"why.html"`.
            names: A text an image, such as its file's name.
            original: The photographs that the images were made of, over which maps are laid, see `save`.
            crop: Whether they were cropped, see there.

        Raises:
            InputError: If the images can't be shown, or are time series; or the photographs aren't one an
                image, or can't be read.
            OptionError: If there is anything but an earlier page at that path, or it can't be written.
        """
        with new_page(path) as page:
            page.add(self, names, original, crop)

    def save(self, folder, *, original=None, crop=False, max_side=MAX_SIDE, format="png", dpi=None):
        """Writes arrays, a manifest, a plot of the first images, and into `pictures/` a PNG a map.

            explanation.save("why", original=["cat.jpg", "dog.jpg"])   # maps over the photographs, at their own size

        In `arrays.npz` a map is called `"map grad_cam"`. All or nothing: if it fails or is interrupted, nothing of it
        is left behind. An explanation that was saved there before is replaced if all its files are as they were
        written; the folder keeps its permissions, and a link to it stays.

        Args:
            folder: Path of the folder.
            original: The photographs that the images were made of, over which maps are laid in their own aspect and
                size: a list of paths, Pillow images and arrays of uint8 `(H, W, 3)`, one an image. Files and Pillow
                images are turned upright as their EXIF data say. What was done to each is kept in the manifest's
                settings, as `"originals"`.
            crop: Whether photographs were cropped in the middle to the aspect of the input before they were resized,
                as by Keras's `crop_to_aspect_ratio=True`; what was cut off is shown gray and faded. By default they
                were stretched.
            max_side: Pixels of a photograph's longer side from which on it is drawn smaller.
            format: Of the plot: `"png"`, `"pdf"` or `"svg"`, in which text stays text.
            dpi: Dots an inch of the plot, or of the pictures in it; by default as many as show each pixel of these.

        Raises:
            InputError: If parts of the explanation were exchanged for some that don't go with the others, or the
                photographs aren't one an image, or can't be read.
            OptionError: If there is anything else in the folder, a file that was edited included.
        """
        save(self, folder, original, crop, max_side, format, dpi)

    def look(self, name):
        """Returns how the maps of a method are drawn, as options of `attribution_picture`."""
        return {look: name in getattr(self, look) for look in LOOKS}

    def class_titles(self, i):
        """Returns for each explained class of an image its name and its probability, or its score.

        To the first, further lines say which class the network prefers and which is the true one, if they are others.
        """
        return class_titles(self, i)
