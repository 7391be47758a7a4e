"""Class visualization: an image made by gradient ascent on a class's score."""

import dataclasses

import numpy as np

from keras_explain.checks.options import check_counts, check_seed
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.layout import channels_first
from keras_explain.engine.progress import Progress, check_verbose
from keras_explain.engine.request import Request
from keras_explain.errors import InputError, ModelError, OptionError, brief
from keras_explain.inputs.images import image_array
from keras_explain.inputs.targets import check_targets, listed_targets
from keras_explain.methods.class_visualization.objective import Objective
from keras_explain.methods.class_visualization.recipes import make_recipe
from keras_explain.methods.class_visualization.seeding import seeded
from keras_explain.methods.not_finite import warn_unless_finite

# Pixels along an axis that an image may be made of.
_WIDEST = 2**14


@dataclasses.dataclass(frozen=True)
class Ascent:
    """What a run of class visualization made.

    Attributes:
        images: float32 `(N, *spatial, C)`, in the model's input units.
        scores: float32 `(steps, N)`, the score before each step.
    """

    images: np.ndarray
    scores: np.ndarray


class ClassVisualization:
    """What the network takes for the purest example of a class: an image made by gradient ascent on its score.

    `argmax_I f_c(I) - l2 ||I||_2^2`, with the class score `f_c` (the logit: a probability would be raised by lowering
    the other classes as well) and the image `I`. The recipe `"plain"` is the paper's; `"natural"` makes pictures in
    which a person recognizes the class.

    Images are `(N, *spatial, C)`, in the model's input units.

    Source: K. Simonyan, A. Vedaldi, A. Zisserman, 2013, arXiv:1312.6034, section 2; the second recipe: C. Olah et al.,
    2017, doi:10.23915/distill.00007.

    Examples:
        >>> kx.ClassVisualization(model, steps=8)(target=[3, 7], seed=0).shape
        (2, 12, 16, 3)
    """

    key = "class_visualization"
    title = "Class visualization"

    def __init__(
        self, model, *, recipe="plain", size=None, score="logit", output=None, head=None, verbose="auto", **settings
    ):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form with one input.
            recipe: `"plain"`; `"natural"`, which needs `bounds` and images of rank 4; or a `Plain` or `Natural` itself.
            size: The image's spatial shape, for a model that takes any.
            score: What is ascended, see `ModelExplainer`.
            output: Index or name of the output to explain, of several.
            head: What the output's units are, see `ModelExplainer`.
            verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched, on a
                terminal or in a notebook, and the work takes long.
            **settings: Of the recipe that was named, see `Plain` and `Natural`: `bounds`, `steps`, `regularizers`,
                `input_modifiers`, and of the plain one `l2` and `optimizer`. None for the recipe's own.

        Raises:
            OptionError: If an option is outside of what it allows, or doesn't belong to the recipe.
            ModelError: If the model has several inputs.
        """
        self.recipe, self.request = make_recipe(recipe, settings), Request(model, score, None, output, head)
        self._size = None if size is None else check_counts(size, "size", _WIDEST)
        self._verbose = check_verbose(verbose)
        inputs = len(getattr(model, "inputs", None) or ()) if model.built else 1
        if inputs > 1:
            raise ModelError(f"class visualization expects a model with one input, received {inputs}.")
        self._compiled, self._ascent = Compiled(self.request), None
        if self._size is not None and self._compiled.signature is not None:
            spatial = self._compiled.signature.explained.shape[1:-1]
            if not spatial.is_compatible_with(self._size):
                raise OptionError(f"expected size= as the model takes it, {tuple(spatial)}, received {brief(size)}.")

    def __call__(self, target, initial=None, seed=None):
        """Makes one image a target.

        Args:
            target: A class or several; several are made as one batch.
            initial: The image to start from, `(*spatial, C)`, or one a target; random by default.
            seed: Makes the run repeatable: the first image and the modifiers.

        Returns:
            float32 `(N, *spatial, C)` for N targets.

        Raises:
            TargetError: If a target is no class of the model.
            InputError: If `initial` doesn't fit the model.
        """
        return self.run(target, initial, seed).images

    def run(self, target, initial=None, seed=None):
        """Makes one image a target, like a call, and returns an `Ascent`: the images and their scores by step."""
        targets, images, rng = self.check(target, initial, seed)
        if self._ascent is None:
            objective = Objective(self.request, self._compiled.signature, self.recipe.regularizers)
            self._ascent = self.recipe.ascent(objective)
        modifiers = self.recipe.modifiers(images.shape[1:-1])
        bar = Progress(self.recipe.steps, self._verbose, "step")
        with seeded(modifiers, rng):
            found = self._compiled.keeping_state(lambda: self._ascent(images, targets, modifiers, bar))
        ascent = Ascent(*found)
        warn_unless_finite(self.title, ascent.images)
        return ascent

    @property
    def classes(self):
        """Number of classes of the model; None with a custom score, or before it is traced."""
        return self._compiled.classes

    def check(self, target, initial=None, seed=None):
        """Returns the classes as int32 `(N,)`, the images to start from and the random generator, or refuses.

        Raises:
            TargetError: If there is no target, or one is no class of the model.
            InputError: If `initial` doesn't fit the model.
            OptionError: If `seed` or the size doesn't fit.
            ModelError: If the recipe isn't for images of so many dimensions, or the model's outputs aren't what they
                were taken for.
        """
        self._compiled.check_current()
        targets = listed_targets(target)
        rng, count = np.random.default_rng(None if seed is None else check_seed(seed)), len(targets)
        images = self._random(count, rng) if initial is None else self._given(initial, count)
        targets = check_targets(targets, count, self._compiled.classes)
        # Of whole numbers there is no gradient, which says so itself.
        if self._compiled.unproven and self._compiled.signature.explained.dtype.is_floating:
            self._compiled.hold_claim(self._compiled.batch(self._turned(images)), count)
        return targets, images, rng

    def _turned(self, images):
        """Returns images `(N, *spatial, C)` as the model takes them."""
        return np.moveaxis(images, -1, 1) if channels_first(self.request.model) else images

    def _given(self, initial, count):
        """Returns the images to start from, by which a model that knows no input gets one."""
        images, signature = image_array(initial), self._compiled.signature
        if signature is None or images.ndim < signature.explained.shape.rank:
            images = images[np.newaxis]
        if images.ndim < 2 or len(images) not in (1, count):
            raise InputError(f"expected one initial image or {count}, one a target, received {len(images)}.")
        images = np.broadcast_to(images, (count, *images.shape[1:]))
        batch = self._compiled.batch(self._turned(images))
        self._check_axes(batch.images.ndim - 2)
        return batch.images.astype(np.float32)

    def _random(self, count, rng):
        if self._compiled.signature is None:
            raise InputError("the model has not been called, so that its input is unknown: give initial=, an image.")
        *spatial, channels = self._compiled.signature.explained.shape[1:]
        size = spatial if self._size is None else self._size
        if None in size:
            raise OptionError("the model takes images of any size: say by size= which height and width to make.")
        self._check_axes(len(size))
        return self.recipe.initial((count, *size, channels), rng)

    def _check_axes(self, count):
        if self.recipe.axes not in (None, count):
            raise ModelError(
                f'the recipe expects {self.recipe.axes} spatial axes, received {count}; use recipe="plain".'
            )
