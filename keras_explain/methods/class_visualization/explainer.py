"""Class visualization."""

import dataclasses
import numbers

import keras
import numpy as np

from keras_explain.engine.compiled import Trace
from keras_explain.engine.layers import channels_first
from keras_explain.engine.progress import Progress, check_verbose
from keras_explain.engine.request import Question
from keras_explain.errors import InputError, ModelError, OptionError, TargetError, check_count
from keras_explain.inputs.images import check_targets
from keras_explain.methods.class_visualization import natural, plain
from keras_explain.methods.class_visualization.seeding import seeded


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
    """

    key = "class_visualization"

    def __init__(
        self,
        model,
        *,
        recipe="plain",
        l2=None,
        steps=None,
        regularizers=None,
        input_modifiers=None,
        optimizer=None,
        bounds=None,
        size=None,
        score="logit",
        output=None,
        verbose="auto",
    ):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form with one input.
            recipe: `"plain"` or `"natural"`, which needs `bounds` and images of rank 4.
            l2: Weight of the squared norm, in the plain recipe. None chooses it for each image by its first gradient
                `g`, as `||g||^2 / 400`, with which the score of a linear model would rise by 200.
            steps: Number of steps; 192 by default, 160 in the natural recipe.
            regularizers: Functions `(N, *spatial, C) -> (N,)` of what the image is charged: tf-keras-vis's
                `TotalVariation2D` and `Norm`, or own ones. None for the recipe's own.
            input_modifiers: Functions of the image that are called before each step: tf-keras-vis's `Jitter`,
                `Rotate2D` and `Scale`, or own ones. None for the recipe's own.
            optimizer: A Keras optimizer to take the steps of the plain recipe instead of plain ascent.
            bounds: The range `(low, high)` of the model's input, which the image is kept in.
            size: The image's spatial shape, for a model that takes any.
            score: What is ascended, see `TracedExplainer`.
            output: Index or name of the output to explain, of several.
            verbose: 0 for silence, 1 for a progress bar, `"auto"` for one when the work takes long.

        Raises:
            OptionError: If an option is outside of what it allows, or doesn't belong to the recipe.
            ModelError: If the model has several inputs.
        """
        if recipe not in ("plain", "natural"):
            raise OptionError(f'expected recipe="plain" or "natural", received {recipe!r}.')
        pair = bounds is None or (isinstance(bounds, (tuple, list)) and _are_numbers(bounds) and len(bounds) == 2)
        if not pair or (bounds is not None and not bounds[0] < bounds[1]):
            raise OptionError(f"expected bounds as (low, high) with low < high, received {bounds!r}.")
        if recipe == "natural" and bounds is None:
            raise OptionError('recipe="natural" expects bounds=, the range of the model\'s input, such as (0, 255).')
        if recipe == "natural" and (l2 is not None or optimizer is not None):
            raise OptionError('l2= and optimizer= belong to recipe="plain"; leave them out.')
        if optimizer is not None and not isinstance(optimizer, keras.optimizers.Optimizer):
            raise OptionError(f"expected optimizer as a keras.optimizers.Optimizer, received {optimizer!r}.")
        for value, name in ((regularizers, "regularizers"), (input_modifiers, "input_modifiers")):
            if value is not None and not (isinstance(value, (tuple, list)) and all(map(callable, value))):
                raise OptionError(f"expected {name} as a list of functions, received {value!r}.")
        for side in () if size is None else np.ravel(size).tolist():
            check_count(side, "size")
        if l2 is not None and not (_are_numbers([l2]) and l2 >= 0):
            raise OptionError(f"expected l2 as a number from 0, received {l2!r}.")
        self._recipe = natural if recipe == "natural" else plain
        self._steps = self._recipe.STEPS if steps is None else check_count(steps, "steps")
        self._regularizers = self._recipe.regularizers(bounds) if regularizers is None else tuple(regularizers)
        self._modifiers, self._bounds = input_modifiers, bounds
        self._own = {"l2": l2, "optimizer": optimizer} if recipe == "plain" else {}
        self._size, self._verbose = size, check_verbose(verbose)
        self.question = Question(model, score, None, output)
        inputs = len(getattr(model, "inputs", None) or ()) if model.built else 1
        if inputs > 1:
            raise ModelError(f"class visualization expects a model with one input, received {inputs}.")
        if recipe == "natural" and channels_first(model):
            raise ModelError('recipe="natural" expects channels last, received channels first; use recipe="plain".')
        self._trace = Trace(self.question)
        self._ascent = None

    def __call__(self, target, initial=None, seed=None):
        """Makes one image a target.

        Args:
            target: A class or several; several are made as one batch.
            initial: The image to start from, `(*spatial, C)` or one a target; random by default.
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
            self._ascent = self._recipe.Recipe(
                self.question, self._trace.signature, self._regularizers, self._bounds, **self._own
            )
        modifiers = self._recipe.input_modifiers(images.shape[1:-1]) if self._modifiers is None else self._modifiers
        progress = Progress(self._steps, self._verbose, "step")
        with seeded(modifiers, rng):
            return Ascent(*self._ascent.ascend(images, targets, self._steps, modifiers, progress))

    def check(self, target, initial=None, seed=None):
        """Returns the classes as int32 `(N,)`, the images to start from and the random generator, or refuses.

        Raises:
            TargetError: If there is no target, or one is no class of the model.
            InputError: If `initial` doesn't fit the model.
            OptionError: If `seed` or the size doesn't fit.
        """
        if target is None or np.size(target) == 0:
            raise TargetError(f"expected the class or the classes to visualize, received {target!r}.")
        if seed is not None and not (isinstance(seed, numbers.Integral) and seed >= 0):
            raise OptionError(f"expected seed as a whole number from 0, received {seed!r}.")
        rng, count = np.random.default_rng(seed), np.size(target)
        images = self._start(initial, count, rng)
        return check_targets(target, count, self._trace.classes), images, rng

    def _start(self, initial, count, rng):
        """Returns the images to start from, `(count, *spatial, C)`, by which a model that knows no input gets one."""
        if initial is not None:
            images = np.asarray(initial)
            if self._trace.signature is None or images.ndim < self._trace.signature.explained.shape.rank:
                images = images[np.newaxis]
            if len(images) not in (1, count):
                raise InputError(f"expected one initial image or {count}, one a target, received {len(images)}.")
            images, _ = self._trace.check(np.broadcast_to(images, (count, *images.shape[1:])))
            return images.astype(np.float32)
        if self._trace.signature is None:
            raise InputError("the model has not been called, so that its input is unknown: give initial=, an image.")
        *spatial, channels = self._trace.signature.explained.shape[1:]
        size = spatial if self._size is None else np.ravel(self._size).tolist()
        if None in size:
            raise OptionError("the model takes images of any size: say by size=, such as (224, 224), which to make.")
        if len(size) != len(spatial) or any(side not in (None, given) for side, given in zip(spatial, size)):
            raise OptionError(f"expected size= as the model takes it, {tuple(spatial)}, received {self._size!r}.")
        if self._recipe is natural and len(size) != 2:
            raise ModelError(f'recipe="natural" expects two spatial axes, received {len(size)}; use recipe="plain".')
        return self._recipe.initial((count, *size, channels), rng, self._bounds)


def _are_numbers(values):
    return all(isinstance(value, numbers.Real) and np.isfinite(value) for value in values)
