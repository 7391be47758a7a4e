"""Occlusion maps."""

import keras
import numpy as np

from keras_explain.engine.compiled import Trace
from keras_explain.engine.layers import channels_first
from keras_explain.engine.progress import check_verbose
from keras_explain.engine.request import Question
from keras_explain.errors import OptionError, check_count
from keras_explain.methods.occlusion.choice import METHODS, choose
from keras_explain.methods.occlusion.patches import Patches


class Occlusion:
    """How much the class score drops when a patch at each place is hidden.

    `D_p = S_c(I) - S_c(I_p)`, with the class score `S_c`, the image `I`, and `I_p` in which the patch `p` is filled
    with a constant; a pixel's value is the mean of `D_p` over the patches that cover it. Positive: hiding it lowers the
    score.

    Maps are `(N, *spatial, 1)` in units of the score.

    Source: M. D. Zeiler, R. Fergus, 2014, arXiv:1311.2901, section 4.2.

    Attributes:
        plan: Which way the scores are computed and what that is expected to save, a `Choice`; None before the first
            images of a model that doesn't know their size.
    """

    key = "occlusion"

    def __init__(
        self,
        model,
        *,
        patch=None,
        stride=None,
        fill="mean",
        resize=True,
        score="logit",
        input=None,
        output=None,
        method="auto",
        batch_size=32,
        verbose="auto",
    ):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form.
            patch: Side of the patch in pixels, or one a dimension; an eighth of the image by default.
            stride: Distance from one patch to the next, or one a dimension; half the patch by default. The last patch
                is laid flush with the border, so that every pixel is covered.
            fill: What hides: `"mean"`, each image's own channel means; a number; or one a channel.
            resize: Whether maps have the input's size, or else are the grid of patches `(N, *grid, 1)`.
            score: What is explained, see `TracedExplainer`.
            input: Index or name of the input to explain, of several.
            output: Index or name of the output to explain, of several.
            method: `"plain"`, a forward pass for each patch; `"incremental"`, of each patch only what it changes, which
                gives the same scores to rounding, see `hiding.step`; or `"auto"`, what is expected to be faster.
            batch_size: Number of occluded images in memory at a time, whatever the grid.
            verbose: 0 for silence, 1 for a progress bar, `"auto"` for one when the work takes long.

        Raises:
            OptionError: If an option is outside of what it allows.
            MethodError: If `method="incremental"` doesn't apply to the model.
            ExplainError: If the model can't be explained.
        """
        if method not in METHODS:
            raise OptionError(f"expected method as one of {', '.join(METHODS)}, received {method!r}.")
        for value, name in ((patch, "patch"), (stride, "stride")):
            for side in np.ravel(value).tolist() if value is not None else ():
                check_count(side, name)
        if isinstance(fill, str) and fill != "mean":
            raise OptionError(f'expected fill="mean", a number or one a channel, received {fill!r}.')
        self.question = Question(model, score, input, output)
        self._first = channels_first(model)
        self._patch, self._stride, self._fill, self._resize = patch, stride, fill, resize
        self.batch_size, self._verbose = check_count(batch_size, "batch_size"), check_verbose(verbose)
        self.plan, self._method, self._ways = None, method, {}
        self._trace = Trace(self.question)
        signature = self._trace.signature
        if signature is not None and all(spec.shape[1:].is_fully_defined() for spec in signature.specs):
            self._choose(signature.specs)

    def __call__(self, images, target=None):
        """Explains the score of one class an image.

        Args:
            images: `(N, *spatial, C)` as the model takes them; or the structure of all its inputs.
            target: None for each image's predicted class, an int, or one int an image.

        Returns:
            float32 `(N, *spatial, 1)`, or `(N, *grid, 1)` with `resize=False`.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
            OptionError: If the patch is larger than the images, or `fill` has not one value a channel.
        """
        structure, targets = self._trace.check(images, target)
        inputs = keras.tree.flatten(structure)
        explained = self._channels_last(inputs[self._trace.signature.index])
        fills = np.asarray(_fills(self._fill, explained), explained.dtype)
        patches, scores_of = self._choose(inputs)
        base, scores = scores_of(inputs, targets, fills, self.batch_size, self._verbose)
        drops = (base[:, np.newaxis] - scores).reshape(-1, *patches.grid)
        return (spread(drops, patches) if self._resize else drops)[..., np.newaxis]

    def _choose(self, inputs):
        """Returns the `Patches`, and the way to compute the scores with each hidden, for images of this size."""
        shapes = tuple(tuple(leaf.shape[1:]) for leaf in inputs)
        if shapes not in self._ways:
            shape = shapes[self._trace.signature.index]
            patches = self._layout(shape[1:] if self._first else shape[:-1])
            self._ways[shapes] = *choose(self._method, self._trace, patches, inputs), patches
        self.plan, scores_of, patches = self._ways[shapes]
        return patches, scores_of

    def _layout(self, size):
        """Returns the `Patches` for images of a spatial size."""
        sides = _per_axis(self._patch, [max(1, side // 8) for side in size], "patch")
        stride = _per_axis(self._stride, [max(1, side // 2) for side in sides], "stride")
        if any(side > length for side, length in zip(sides, size)):
            raise OptionError(f"expected a patch of at most {size}, the images' size, received {tuple(sides)}.")
        if any(step > side for step, side in zip(stride, sides)):
            raise OptionError(f"expected a stride of at most the patch, {tuple(sides)}, received {tuple(stride)}.")
        return Patches(tuple(sides), tuple(patch_starts(*axis) for axis in zip(size, sides, stride)), size)

    def _channels_last(self, images):
        """Returns a view of images as `(N, *spatial, C)`."""
        return np.moveaxis(images, 1, -1) if self._first else images


def patch_starts(length, patch, stride):
    """Returns where patches begin along an axis: every `stride`, the last one flush with the end."""
    starts = list(range(0, length - patch + 1, stride))
    return starts if starts[-1] == length - patch else [*starts, length - patch]


def spread(drops, patches):
    """Returns maps `(N, *size)`: at each place the mean of the drops `(N, *grid)` over the patches that cover it."""
    maps, covered = drops, np.ones((1, *drops.shape[1:]), drops.dtype)
    for axis, (starts, side, length) in enumerate(zip(patches.starts, patches.sides, patches.size), start=1):
        places = np.arange(length)[:, np.newaxis]
        covers = ((places >= starts) & (places < np.add(starts, side))).astype(drops.dtype)
        maps, covered = (np.moveaxis(np.tensordot(covers, x, (1, axis)), 0, axis) for x in (maps, covered))
    return maps / covered


def _per_axis(value, default, name):
    values = default if value is None else np.ravel(value).tolist()
    if len(values) not in (1, len(default)):
        raise OptionError(f"expected {name} as one number or {len(default)}, one a dimension, received {value!r}.")
    return values if len(values) == len(default) else values * len(default)


def _fills(fill, images):
    """Returns what hides in each image, `(N, C)`."""
    if isinstance(fill, str):
        return images.mean(axis=tuple(range(1, images.ndim - 1)))
    values, channels = np.ravel(fill), images.shape[-1]
    if values.dtype.kind not in "iuf" or values.size not in (1, channels):
        raise OptionError(f"expected fill as one number or {channels}, one a channel, received {fill!r}.")
    if not (np.isfinite(values.astype(float)).all() and np.allclose(values.astype(images.dtype), values, atol=0)):
        raise OptionError(f"expected fill as values that {images.dtype} images can have, received {fill!r}.")
    return np.broadcast_to(values.astype(images.dtype), (len(images), channels))
