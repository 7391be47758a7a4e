"""Occlusion maps: what the score loses where a patch is hidden."""

import numpy as np

from keras_explain.checks.options import check_choice, check_counts, check_flag
from keras_explain.engine.progress import check_verbose
from keras_explain.errors import OptionError
from keras_explain.inputs.baseline import check_baseline
from keras_explain.methods.base import check_spatial
from keras_explain.methods.explainer import ModelExplainer
from keras_explain.methods.occlusion.choice import METHODS, Ways
from keras_explain.methods.occlusion.patches import Patches, spread
from keras_explain.methods.occlusion.shown import check_fill, each_channel, what_shows
from keras_explain.tracing.thread_state import unharmed


class Occlusion(ModelExplainer):
    """How much the class score drops when a patch at each place is hidden.

    `D_p = S_c(I) - S_c(I_p)`, with the class score `S_c`, the image `I`, and `I_p` in which the patch `p` is filled
    with a constant, or shows a baseline; a pixel's value is the mean of `D_p` over the patches that cover it. Positive:
    hiding it lowers the score.

    Maps are `(N, *spatial, 1)`, or `(N, *spatial, C)` by channel, in units of the score.

    Cost: 1 forward pass, and up to 1 more a patch; by channel, that a channel.
    Needs: that the filled patch is no evidence itself.
    Laws: of a linear model, a patch's drop is the sum of weight times what is taken away, `w (x - fill)`, and the drops
    of its channels add up to it.
    Fails: slow; a gray patch is an object, too; blind to what is present twice.

    Source: M. D. Zeiler, R. Fergus, 2014, arXiv:1311.2901, section 4.2.

    Examples:
        >>> kx.Occlusion(model, patch=4, stride=2)(images, target=3).shape
        (2, 12, 16, 1)

    Attributes:
        plan: Which way the scores were computed last, and what that is expected to save, a `Choice`; before any images
            which way those of many are, None of a model that doesn't know their size.
    """

    key = "occlusion"
    title = "Occlusion"

    def __init__(
        self,
        model,
        *,
        patch=None,
        stride=None,
        fill="mean",
        baseline=None,
        by_channel=False,
        resize=True,
        method="auto",
        verbose="auto",
        **options,
    ):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form.
            patch: Side of the patch in pixels, or one a dimension; an eighth of the image by default.
            stride: Distance from one patch to the next, or one a dimension; half the patch by default. The last patch
                is laid flush with the border, so that every pixel is covered.
            fill: What hides: `"mean"`, each image's own channel means; a number; or one a channel.
            baseline: What shows where a patch is, in place of `fill`: `"blur"`, each image blurred; an image
                `(*spatial, C)` or one an image; or what `fill` may be.
            by_channel: Whether channels are hidden one at a time, as for images of many bands.
            resize: Whether maps have the input's size, or else are the grid of patches, `(N, *grid, 1)`.
            method: `"plain"`, a forward pass for each patch; `"incremental"`, of each patch only what it changes, which
                gives the same scores to rounding, see `occlusion.rerun`; or `"auto"`, what is expected to be faster for
                the images of a call, tracing included.
            verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched, on a
                terminal or in a notebook, and the work takes long.
            **options: `score`, `input`, `output`, `head`, `batch_size` (of occluded images, whatever the grid), `lazy`:
                see `ModelExplainer`.

        Raises:
            OptionError: If an option is outside of what it allows.
            MethodError: If the model takes no images, or `method="incremental"` doesn't apply to it.
            ExplainError: If the model can't be explained.
        """
        self._patch = None if patch is None else check_counts(patch, "patch")
        self._stride = None if stride is None else check_counts(stride, "stride")
        self._fill, self._baseline = check_fill(fill), None if baseline is None else check_baseline(baseline)
        if baseline is not None and not isinstance(self._fill, str):
            raise OptionError("expected fill= or baseline=, received both; leave one of them out.")
        self._by_channel, self._resize = check_flag(by_channel, "by_channel="), check_flag(resize, "resize=")
        self._method, self._verbose = check_choice(method, "method=", METHODS), check_verbose(verbose)
        self._chosen, self._ways = None, {}
        super().__init__(model, **options)

    def check(self, signature):
        """Refuses a model whose input has no places to hide."""
        check_spatial(signature.explained.shape[1:])

    def compile(self, scores=None):
        """Traces the model unless that was done, and where it knows the images' size chooses the way."""
        super().compile(scores)
        if self._chosen is None and self._compiled.signature is not None:
            specs = self._compiled.signature.specs
            if all(spec.shape[1:].is_fully_defined() for spec in specs):
                self._choose(specs)

    @property
    def plan(self):
        return self._chosen and unharmed(lambda: self._chosen.choice)

    def maps_of(self, batch):
        """Returns the maps of a `Batch`, float32 `(N, *spatial, 1 or C)`, or `(N, *grid, 1 or C)` with `resize=False`.

        Raises:
            OptionError: If the patch is larger than the images, or `fill` has not one value a channel.
            InputError: If the baseline doesn't fit the images.
        """
        ways = self._choose(batch.arrays)
        shown = what_shows(self._fill, self._baseline, batch.images)

        def drops(shown):
            base, scores = unharmed(lambda: ways.scores(batch, shown, self.batch_size, self._verbose))
            return (base[:, np.newaxis] - scores).reshape(-1, *ways.patches.grid)

        changes = each_channel(batch.images, shown) if self._by_channel else [shown]
        found = np.stack([drops(one) for one in changes], axis=-1)
        return spread(found, ways.patches) if self._resize else found

    def _choose(self, arrays):
        """Returns the `Ways` to compute the scores with each patch hidden, for images of this size."""
        compiled, shapes = self._compiled, tuple(tuple(array.shape[1:]) for array in arrays)
        if shapes not in self._ways:
            explained = shapes[compiled.signature.index]
            check_spatial(explained)
            patches = Patches.over(explained[:-1], self._patch, self._stride)
            self._ways[shapes] = unharmed(lambda: Ways(self._method, compiled, patches, arrays))
        self._chosen = self._ways[shapes]
        return self._chosen
