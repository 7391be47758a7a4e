"""What explainers of a Keras model have in common: they read data of any length, batch by batch."""

from keras_explain.errors import InputError, brief
from keras_explain.inputs.read_ahead import read_ahead
from keras_explain.methods.answers import Answers
from keras_explain.methods.checked_parts import checked_parts
from keras_explain.methods.stream import Stream


class Streaming:
    """Base class of what has a `request`, a `compiled` function, a `batch_size` and `maps_of`.

    Attributes:
        one_pass: Whether the maps come from a single forward pass that others can share.
    """

    one_pass = False
    _answers = None

    def stream(self, data, target=None, *, labels=None, keys=None, count=None):
        """Explains data of any length, a batch at a time; the next one is read while this one is explained.

            for batch in kx.GradCAM(model).stream(dataset):
                print(batch.keys, batch.targets, batch.scores, batch.maps.shape)

        Args:
            data: A batched `tf.data.Dataset` or `keras.utils.PyDataset` of `x`, `(x, y)` or `(x, y, sample_weight)`, a
                generator of such batches, the path of a folder of photographs, `kx.Photographs`, or images as arrays.
            target: The class to explain, see `__call__`.
            labels: The class that each image shows, None where it isn't known; by default the data's own,
                False for none.
            keys: The name of each image; by default its path in the folder, or its number.
            count: How many images to explain, the first ones; needed of a dataset without an end.

        Returns:
            A `Stream`, an iterator of `Streamed` batches with maps at their own size: Grad-CAM's at its layer's.
            Photographs that can't be read, and images that aren't finite, are left out and listed in its
            `broken`. `close()` ends it early.

        Raises:
            InputError: If the images don't fit the model, or the dataset is not batched, or has no end and no `count`.
            TargetError: If the targets don't fit the images or the classes.
        """
        if self._answers is None:
            self._answers = Answers(self)
        return Stream(self._answers, data, target, labels=labels, keys=keys, count=count)

    def at_own_size(self):
        """Returns the explainer of the same maps before they are resized to the input: itself, if they aren't."""
        return self

    def read(self, data, target=None):
        """Yields data that are read part by part as `Batch`es; the arguments are those of `stream`.

        Raises:
            InputError: As `stream` does, and if an image can't be read or isn't finite, since maps have no names.
        """
        for part in read_ahead(checked_parts(data, self.compiled, self.batch_size, target, labels=False)):
            for key, why in part.broken:
                raise InputError(
                    f"expected images that can all be explained, received {brief(key)}: {why.removesuffix('.')}; "
                    "explainer.stream(data) leaves such out and lists them."
                )
            yield part.batch
