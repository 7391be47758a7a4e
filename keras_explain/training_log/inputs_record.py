"""What is logged once: pictures of the images, and what they and the methods are called."""

import dataclasses
import io
import zlib

import numpy as np
from PIL import Image

from keras_explain.errors import InputError
from keras_explain.training_log.blobs import header_of, pack

_LARGEST = 448  # Pixels of a picture's longer side.
_LONGEST = 65000  # Pixels of all frames together, of which a JPEG may be high.
_WHOLE = 128  # Up to so many it is kept pixel by pixel.
_QUALITY = 88
_LARGEST_CLASS = 2**31 - 1


@dataclasses.dataclass(frozen=True, eq=False)
class Inputs:
    """The images of a log.

    Attributes:
        id: Number of these pictures: those of other images have another one.
        pictures: A PNG or JPEG an image, as bytes.
        captions: What each truly shows, as text; None if that isn't known.
        labels: The class that each shows, None where it is none or several.
        class_names: The names of the classes by their index.
        methods: `{name: {"title": str, "signed": bool, "fine": bool, "relative": bool, "layer": str or None}}`.
        by_epoch: Whether a step is an epoch, or else a number of batches.
        frames: How many frames of a clip, or slices of a volume, a picture holds, one below the other; 1 of an image.
    """

    id: int
    pictures: list
    captions: list | None
    labels: list
    class_names: list
    methods: dict
    by_epoch: bool
    frames: int = 1

    def __len__(self):
        return len(self.pictures)

    def blobs(self):
        """Returns them as a list of bytes."""
        about = {name: value for name, value in vars(self).items() if name != "pictures"}
        return [*pack({"kind": "inputs", **about}, {}), *self.pictures]

    def images(self):
        """Returns the pictures as uint8 `(N, H, W, 3)`, those of clips as `(N, T, H, W, 3)`.

        Raises:
            InputError: If they are broken.
        """
        try:
            found = np.stack([np.asarray(Image.open(io.BytesIO(data)).convert("RGB")) for data in self.pictures])
            count, height, width, _ = found.shape
            return found if self.frames == 1 else found.reshape(count, self.frames, height // self.frames, width, 3)
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            raise InputError("expected the images of the log, received them broken.") from error


def pictured(pixels):
    """Returns pictures and their `id`.

    Args:
        pixels: uint8 `(H, W, 3)` of each image, or `(T, H, W, 3)` of each clip.
    """
    pictures = [_encoded(each if each.ndim == 4 else each[np.newaxis]) for each in pixels]
    return pictures, zlib.crc32(b"".join(pictures))


def inputs_in(blobs):
    """Returns the `Inputs` in what `Inputs.blobs` returned.

    Raises:
        InputError: If it is broken.
    """
    header = header_of(blobs)
    names = [field.name for field in dataclasses.fields(Inputs) if field.name not in ("pictures", "frames")]
    try:
        known = {name: header[name] for name in names} | {"frames": header.get("frames", 1)}  # older logs have none
        found = Inputs(pictures=list(blobs[1:]), **known)
    except LookupError as error:
        raise InputError("expected the images of a log, received something else.") from error
    if not _is_sound(found):
        raise InputError("expected a label for each of the logged images, and methods, received others.")
    return found


def _is_sound(inputs):
    """Tells whether these are the kinds of values that `Inputs` says: anybody may have written them."""
    count, methods = len(inputs.pictures), inputs.methods
    labels, captions, names = inputs.labels, inputs.captions, inputs.class_names
    return (
        count > 0
        and isinstance(labels, list)
        and len(labels) == count
        and type(inputs.frames) is int
        and inputs.frames > 0
        and all(label is None or (type(label) is int and 0 <= label <= _LARGEST_CLASS) for label in labels)
        and (captions is None or (_are_texts(captions) and len(captions) == count))
        and _are_texts(names)
        and isinstance(methods, dict)
        and all(isinstance(told, dict) and isinstance(told.get("title"), str) for told in methods.values())
    )


def _are_texts(values):
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _encoded(frames):
    side, shown = min(_LARGEST, _LONGEST // len(frames)), [Image.fromarray(frame) for frame in frames]
    for frame in shown:
        frame.thumbnail((side, side), Image.Resampling.LANCZOS)
    whole, file = Image.fromarray(np.concatenate([np.asarray(frame) for frame in shown])), io.BytesIO()
    whole.save(file, "png" if max(shown[0].size) <= _WHOLE else "jpeg", quality=_QUALITY)
    return file.getvalue()
