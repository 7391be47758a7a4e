"""An audit by the workers of a Ray cluster: what can't be sent is refused before any work."""

import numbers
import os

from keras_explain.audits.cluster.connection import worker_pool
from keras_explain.audits.cluster.image_rows import ImageRows
from keras_explain.audits.cluster.packed_model import packed_model
from keras_explain.audits.cluster.photo_rows import PhotoRows, photo_dataset
from keras_explain.audits.cluster.run import found_by_workers
from keras_explain.audits.cluster.worker import Errand
from keras_explain.errors import OptionError, brief


class Workers:
    """What is asked of the workers of the Ray cluster that this process is connected to.

    Attributes:
        named: Whether the images have names.
    """

    def __init__(self, data, listed, compiled, asked, *, target, labels, keys, regions, count, workers):
        """Packs the model.

        Args:
            data: A Ray dataset, or the `Listed` photographs.
            listed: The `Listed` photographs, None if they are none.
            compiled: The `Compiled` function of this process.
            asked: See `Errand`.
            target: See `audit`, as the others.
            labels: See there.
            keys: See there.
            regions: See there.
            count: See there.
            workers: See there.

        Raises:
            OptionError: If something is asked that can't be sent to workers, or the dataset's columns are others.
            ModelError: If the model can't be saved.
        """
        self._data, self._listed, self._workers = data, listed, workers
        if listed is None:
            self._data = data if count is None else data.limit(count)
            self._source = ImageRows(data.columns() or (), labels is not False)
        else:
            self._source = PhotoRows(listed)
        self.named = self._source.named
        _check_sent(asked, target, labels, keys, regions, self.named)
        if isinstance(regions, (str, os.PathLike)):
            regions = os.path.abspath(regions)
        self._asked, self._target, self._regions = asked, target, regions
        if compiled.signature is None:
            self._introduce(compiled)
        self._model = packed_model(compiled.request.model)

    def found(self, done):
        """Yields what is `Found`, see `found_by_workers`.

        Args:
            done: Names of images that stand already, or checksums where they have none.
        """
        data, size, crop = self._data, self._asked["batch_size"], False
        count, pool = worker_pool(self._workers, reading=self._listed is None)
        if self._listed is not None:
            missing, done = self._listed.without(done), frozenset()
            if not missing.keys:
                return
            data, size = photo_dataset(missing, size, count)
            crop = missing.intake.crop
        errand = Errand(self._model, self._asked, self._target, self._regions, self._source, crop, done)
        yield from found_by_workers(data, size, errand, pool)

    def _introduce(self, compiled):
        """Shows a model that doesn't know its inputs one of the images, by which this process knows its layers."""
        if self._listed is None:
            parts = self._source.parts(self._data.take_batch(1), 1, frozenset())
        else:
            parts = self._listed.parts(1)
        for part in parts:
            if len(part):
                compiled.batch(part.images)
                return


def _check_sent(asked, target, labels, keys, regions, named):
    if not isinstance(asked["method"], (str, type)):
        raise OptionError("expected a method's key or class by Ray, since workers build it, received an explainer.")
    if not isinstance(asked["layer"], (str, type(None))):
        raise OptionError("expected layer= by its name, since workers look for it, received a layer.")
    if target is not None and not isinstance(target, numbers.Integral):
        raise OptionError(f"expected target= as one class for all images by Ray, received {brief(target)}.")
    if keys is not None or not (labels is None or labels is False):
        raise OptionError("expected keys= and labels= in columns of the Ray dataset, or as photographs have them.")
    by_key = regions is None or callable(regions) or isinstance(regions, (str, os.PathLike))
    if not by_key or (regions is not None and not named):
        raise OptionError(
            "expected regions= as a function of the key or a folder, and images with names, a column key or path, by "
            "Ray; received others."
        )
