"""An audit by this process: a thread reads the next images while the model explains these."""

import contextlib
import functools

from keras_explain.audits.checksums import image_checksums
from keras_explain.audits.found import Found
from keras_explain.inputs.read_ahead import read_ahead
from keras_explain.methods.checked_parts import checked_parts


class Here:
    """What is asked of this process.

    Attributes:
        named: Whether the images have names.
    """

    def __init__(self, data, auditor, masks, named, **options):
        """Reads nothing yet.

        Args:
            data: See `checked_parts`.
            auditor: The `Auditor`.
            masks: Where each image shows its class, see `region_source`; None for nowhere.
            named: Whether the images have names.
            **options: See `checked_parts`.
        """
        self._data, self._auditor, self._masks, self.named, self._options = data, auditor, masks, named, options

    def found(self, done):
        """Yields what is `Found`.

        Args:
            done: Names of images that stand already, or checksums where they have none.
        """
        parts = checked_parts(self._data, self._auditor.answers.compiled, done=done, **self._options)
        yield from found_here(parts, self._auditor, self._masks)


def found_here(parts, auditor, masks):
    """Yields what is `Found` in `Checked` parts; a thread reads the next one meanwhile.

    Args:
        parts: The parts.
        auditor: The `Auditor`.
        masks: Where each image shows its class, see `region_source`; None for nowhere.
    """
    with contextlib.closing(read_ahead(_prepared(parts, masks))) as ahead:
        for part, checksums, regions in ahead:
            columns = functools.partial(auditor.columns, part, checksums, regions)
            yield Found(part.keys, checksums, part.broken, columns)


def _prepared(parts, masks):
    """Yields each part, and the checksums and regions of its images."""
    for part in parts:
        if part.batch is None:
            yield part, [], None
        else:
            size = part.batch.images.shape[1:-1]
            yield part, image_checksums(part.batch), masks and masks(part.keys, part.numbers, size)
