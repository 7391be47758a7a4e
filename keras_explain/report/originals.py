"""The photographs that images were made of, as they are handed in: each opened when it is its turn."""

import os
import warnings
from typing import NamedTuple

import numpy as np
from PIL import Image

from keras_explain.checks.arrays import as_array
from keras_explain.checks.drawing import MAX_SIDE
from keras_explain.checks.options import check_count, check_path
from keras_explain.checks.paths import why_no_file
from keras_explain.errors import ExplainWarning, InputError, brief
from keras_explain.inputs.photograph import as_seen, read_photograph
from keras_explain.visual.framing import Framing, frame

_COARSE = (16, 16)  # What a photograph shows, whatever kernel it was resized by.
_ALIKE = 0.95  # Whatever the kernel it is .995 at least; of a photograph cropped rather than stretched .93 at most.
_FLAT = 4.0  # Standard deviation of pixels below which nothing can be told from likeness.


class Original(NamedTuple):
    """A photograph as it is drawn.

    Attributes:
        pixels: uint8 `(H, W, 3)`.
        framing: Its `Framing`.
        turn: How it was turned to stand upright, None if it stood.
    """

    pixels: np.ndarray
    framing: Framing
    turn: str | None

    def seen(self, side):
        """Returns the part that was seen, as small as it can be with sides of so many pixels and of the input's."""
        rows, columns = self.framing.seen(self.pixels.shape[:2])
        image = Image.fromarray(self.pixels[rows, columns])
        share = max(max(side, size) / own for size, own in zip(self.framing.size, (image.height, image.width)))
        if share < 1:
            image = image.resize([max(1, round(own * share)) for own in image.size], Image.Resampling.LANCZOS)
        return np.asarray(image)

    def entry(self):
        """Returns what a manifest says of it."""
        entry = {"size": self.framing.original, "seen": self.framing.box, "input": self.framing.size}
        return entry | {"drawn": self.pixels.shape[:2]} | ({} if self.turn is None else {"turn": self.turn})


class Originals:
    """The photographs of an explanation's images; going through them opens one at a time."""

    def __init__(self, given, explanation, crop=False, max_side=MAX_SIDE):
        """Opens none of them.

        Args:
            given: For each image a path, a Pillow image, or an array of uint8 `(H, W, 3)`, `(H, W, 1)` or `(H, W)`.
            explanation: The `Explanation`.
            crop: Whether they were cropped in the middle to the input's aspect, or else stretched.
            max_side: Pixels of the longer side from which on one is drawn smaller.

        Raises:
            InputError: If there isn't one for each image, or one of them is something else.
        """
        images = explanation.images
        if images.ndim != 4:
            raise InputError(f"expected images (N, H, W, C) for original=, received some of shape {images.shape}.")
        several = isinstance(given, (list, tuple)) or (isinstance(given, np.ndarray) and given.ndim > 1)
        if not several or len(given) != len(images):
            found = len(given) if several else brief(given)
            raise InputError(
                f"expected original= as a list of {len(images)}, one photograph an image, received {found}."
            )
        self._given = [_checked(one, i) for i, one in enumerate(given)]
        self._size, self._shown = images.shape[1:3], explanation.shown
        self._crop, self._max_side = crop, check_count(max_side, "max_side=")

    def __iter__(self):
        """Yields an `Original` each, with a warning if it doesn't look like its image.

        Raises:
            InputError: If it can't be read as a picture.
        """
        for i, given in enumerate(self._given):
            try:
                original = _opened(given, self._size, self._crop, self._max_side)
            except InputError as error:
                raise InputError(
                    f"expected original= as photographs, received as number {i} one of which {error}"
                ) from None
            if self._shown is not None:
                _warn_unless_alike(self._shown[i], original, i, self._crop)
            yield original


def _opened(given, size, crop, max_side):
    if isinstance(given, np.ndarray):
        pixels = given[..., 0] if given.ndim == 3 and given.shape[-1] == 1 else given
        given = Image.fromarray(np.ascontiguousarray(pixels))
    image, turn, _ = as_seen(given) if isinstance(given, Image.Image) else read_photograph(given)
    framing = frame((image.height, image.width), size, crop)
    height, width = framing.drawn(max_side)
    if (height, width) != framing.original:
        smaller = max(height, width) < max(framing.original)
        image = image.resize((width, height), Image.Resampling.LANCZOS if smaller else Image.Resampling.NEAREST)
    return Original(np.asarray(image), framing, turn)


def _warn_unless_alike(shown, original, i, crop):
    rows, columns = original.framing.seen(original.pixels.shape[:2])
    likeness = _likeness(shown, original.pixels[rows, columns])
    if likeness is not None and likeness < _ALIKE:
        other = "stretched, for which leave out crop=True" if crop else "cropped, for which give crop=True"
        warnings.warn(
            f"image {i} doesn't look like its original= (correlation {likeness:.2f}): its maps may lie at the wrong "
            f"places. Are they in one order? Was it turned, or {other}?",
            ExplainWarning,
            stacklevel=6,
        )


def _likeness(image, other):
    """Returns the correlation of two pictures seen coarsely; None if one of them is flat."""
    image, other = (
        np.asarray(Image.fromarray(one).convert("L").resize(_COARSE, Image.Resampling.BOX), np.float32).ravel()
        for one in (image, other)
    )
    if min(image.std(), other.std()) < _FLAT:
        return None
    return float(np.corrcoef(image, other)[0, 1])


def _checked(one, i):
    expected = "expected original= as paths, Pillow images or arrays of uint8 (H, W, 3)"
    if isinstance(one, (str, os.PathLike)):
        path = check_path(one, "each of original=")
        why = why_no_file(path)
        if why is not None:
            raise InputError(f"{expected}, received as number {i} {brief(path)}, which {why}.")
        return path
    if isinstance(one, Image.Image):
        return one
    array = as_array(one, "each of original=")
    gray = array.ndim == 2 or (array.ndim == 3 and array.shape[-1] == 1)
    if array.dtype != np.uint8 or array.size == 0 or not (gray or (array.ndim == 3 and array.shape[-1] == 3)):
        raise InputError(f"{expected}, received as number {i} {brief(one)}.")
    return array
