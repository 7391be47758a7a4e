"""The door: images and targets that were checked once, and are not asked again behind it."""

import dataclasses
from operator import itemgetter

import keras
import numpy as np

from keras_explain.inputs.images import check_images
from keras_explain.inputs.targets import check_targets


@dataclasses.dataclass(frozen=True, eq=False)
class Batch:
    """N images as they passed the door.

    Attributes:
        inputs: The model's inputs as arrays, in the model's own structure and layout.
        signature: What the model takes, and which of it is explained.
        target: What was asked for: None, an int, or one int an image.
        targets: The same as int32 `(N,)`, -1 for the predicted class.
    """

    inputs: object
    signature: object
    target: object
    targets: np.ndarray

    @property
    def arrays(self):
        """The inputs one after the other, the explained one as a view with its channels last."""
        arrays = keras.tree.flatten(self.inputs)
        if self.signature.channels_first:
            arrays[self.signature.index] = np.moveaxis(arrays[self.signature.index], 1, -1)
        return arrays

    @property
    def images(self):
        """The explained input, `(N, *spatial, C)`."""
        return self.arrays[self.signature.index]

    def __len__(self):
        return len(self.targets)

    def __getitem__(self, some):
        """Returns the `Batch` of some of the images, by a slice or by their numbers."""
        inputs = keras.tree.map_structure(itemgetter(some), self.inputs)
        targets = self.targets[some]
        return Batch(inputs, self.signature, None if self.target is None else targets, targets)

    def copies(self, rows, images, targets):
        """Returns the `Batch` of changed copies of some images.

        Args:
            rows: Which image each is a copy of, ints `(M,)`: the other inputs are its.
            images: The copies, `(M, *spatial, C)`.
            targets: The class that is explained of each, int32 `(M,)`.
        """
        leaves = [leaf[rows] for leaf in keras.tree.flatten(self.inputs)]
        images = images.astype(self.images.dtype, copy=False)
        leaves[self.signature.index] = np.moveaxis(images, -1, 1) if self.signature.channels_first else images
        unasked = self.target is None and (targets < 0).all()  # as by a custom score
        return Batch(
            keras.tree.pack_sequence_as(self.inputs, leaves), self.signature, None if unasked else targets, targets
        )


def check_batch(images, target, signature, classes):
    """Returns the `Batch` of what a user hands in.

    Args:
        images: `(N, *spatial, C)` or the structure of all inputs, as the model takes them; or a `Batch`, whose images
            are not checked again by a model that takes the same.
        target: See `check_targets`; None for that of the `Batch`.
        signature: The model's `Signature`.
        classes: Number of classes, or None if it isn't known.

    Raises:
        InputError: If the images don't fit the model.
        TargetError: If the targets don't fit the images or the classes.
    """
    if isinstance(images, Batch):
        target = images.target if target is None else target
    if isinstance(images, Batch) and images.signature.structure == signature.structure:
        inputs = images.inputs
    else:
        images = images.inputs if isinstance(images, Batch) else images
        inputs = check_images(images, signature)
    count = len(keras.tree.flatten(inputs)[0])
    return Batch(inputs, signature, target, check_targets(target, count, classes))
