"""RISE: the mean score of an image under random masks, over those that show a pixel."""

import dataclasses

import numpy as np
import tensorflow as tf

from keras_explain.checks.options import check_count, check_counts, check_number, check_seed
from keras_explain.engine.copies import Copies, masked
from keras_explain.engine.progress import check_verbose
from keras_explain.errors import OptionError, brief
from keras_explain.inputs.baseline import baseline_images, check_baseline
from keras_explain.methods.base import check_spatial
from keras_explain.methods.explainer import ModelExplainer
from keras_explain.methods.not_finite import warn_unless_finite
from keras_explain.methods.rise.masks import Masks

# What memory holds of random numbers.
_MOST_MASKS, _MOST_CELLS = 2**20, 64


@dataclasses.dataclass(frozen=True)
class Estimate:
    """Maps that are means over random masks.

    Attributes:
        maps: float32 `(N, *spatial, 1)`.
        standard_error: That of each value, of the same shape: other masks move two of three by less than it.
    """

    maps: np.ndarray
    standard_error: np.ndarray


class RISE(ModelExplainer):
    """How high the class score is on average where a pixel is shown, over random masks.

    `M = 1 / (N p) sum_i f(I * M_i) M_i`, with the class probability `f`, the image `I` and `N` masks `M_i`: grids of
    cells that are 1 with probability `p` and else 0, upsampled bilinearly, each moved at random by less than a cell. It
    estimates the mean score under the condition that a pixel is shown. All images get the same masks.

    Maps are `(N, *spatial, 1)` in units of the score: a pixel that makes no difference has the mean score, not 0, so
    that pictures begin at a map's smallest value.

    Cost: 1 forward pass, and 1 more a mask.
    Needs: that the model judges dimmed images as it judges others.
    Laws: of a linear model the mean of the maps is the score of `p I`, and `1 - p` times what the pixels add that masks
    show along with this one; by chance maps differ from it, as `1 / sqrt(N)`.
    Fails: slow; noisy, see `run` for how much; as fine as the cells; blind to what is present twice.

    Source: V. Petsiuk, A. Das, K. Saenko, 2018, arXiv:1806.07421, section 3.

    Examples:
        >>> kx.RISE(model, masks=40)(images, target=3).shape
        (2, 12, 16, 1)
    """

    key = "rise"
    title = "RISE"
    relative = True

    def __init__(
        self,
        model,
        *,
        masks=4000,
        cells=7,
        keep=0.5,
        baseline=0,
        seed=0,
        score="probability",
        verbose="auto",
        **options,
    ):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form.
            masks: Their number `N`, from 2. The paper takes 4000 for VGG16 and 8000 for ResNet50.
            cells: Number of cells along each axis, or one a dimension.
            keep: The probability `p` that a cell is shown.
            baseline: What is shown where a mask is 0: a number, one a channel, an image, `"mean"` or `"blur"`, see
                `inputs.baseline`. In the paper 0, in the model's input units.
            seed: Makes the masks.
            score: What is explained, see `ModelExplainer`: by default the probability, as in the paper, of a model that
                gives one; of others, as of a regression, `"logit"` is the value itself.
            verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched, on a
                terminal or in a notebook, and the work takes long.
            **options: `input`, `output`, `head`, `batch_size` (of masked images, whatever their number), `lazy`: see
                `ModelExplainer`.

        Raises:
            OptionError: If an option is outside of what it allows.
            MethodError: If the model takes no images.
            ModelError: If the model gives no probability, and no other score is chosen.
        """
        self._count = check_count(masks, "masks", _MOST_MASKS, least=2)
        self._cells = check_counts(cells, "cells", _MOST_CELLS)
        self._keep, self._seed = check_number(keep, "keep", 0, 1, above=True), check_seed(seed)
        if self._keep == 1:
            raise OptionError("expected keep as a number below 1, received 1, by which nothing is hidden.")
        self._baseline, self._verbose = check_baseline(baseline), check_verbose(verbose)
        self._masks = self._copies = None
        super().__init__(model, score=score, **options)

    def check(self, signature):
        """Refuses a model whose input has no places to hide, or other axes than `cells`."""
        shape, given = signature.explained.shape[1:], self._cells
        check_spatial(shape)
        axes = len(shape) - 1
        if len(given) not in (1, axes):
            raise OptionError(f"expected cells as one number or {axes}, one a dimension, received {brief(given)}.")

    def run(self, images, target=None):
        """Explains images like a call, and returns an `Estimate`: the maps, and the standard error of each value."""
        estimate = self._estimate(self.compiled.batch(images, target))
        warn_unless_finite(self.title, estimate.maps)
        return estimate

    def maps_of(self, batch):
        return self._estimate(batch).maps

    def _estimate(self, batch):
        if self._copies is None:
            self._prepare()
        baselines, size = baseline_images(self._baseline, batch.images), batch.images.shape[1:-1]
        targets, every = self._compiled(batch, self.batch_size).targets, np.ones((len(batch), self._count), bool)
        options = {"batch_size": self.batch_size, "verbose": self._verbose}
        scores = self._copies(batch, targets, every, [baselines], **options)
        mean, square = self._masks.moments(scores, size, self.batch_size)
        mean, square = mean / self._keep, square / self._keep**2
        error = np.sqrt(np.maximum(square - mean**2, 0) / (self._count - 1))
        return Estimate(*(values[..., np.newaxis].astype(np.float32) for values in (mean, error)))

    def _prepare(self):
        self.check(self._compiled.signature)
        explained = self._compiled.signature.explained
        cells = self._cells * (explained.shape.rank - 2) if len(self._cells) == 1 else self._cells
        self._masks = Masks.drawn(self._count, cells, self._keep, self._seed)
        self._copies = Copies(self._compiled, self._masked, [tf.TensorSpec(explained.shape, explained.dtype)])

    def _masked(self, images, rows, numbers, baselines):
        """Returns the images at `rows` where the mask of their number is 1, and their baseline where it is 0."""
        masks = self._masks.make(numbers, tf.shape(images)[1:-1])
        return masked(tf.gather(images, rows), masks, tf.gather(baselines, rows))
