"""What is made by gradient ascent: where it starts, how it climbs, and what it gives."""

import dataclasses

import numpy as np

from keras_explain.checks.options import check_counts, check_seed
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.layout import channels_first
from keras_explain.engine.progress import Progress, check_verbose
from keras_explain.errors import InputError, ModelError, OptionError, brief
from keras_explain.inputs.images import image_array
from keras_explain.methods.not_finite import warn_unless_finite
from keras_explain.methods.synthesis.objective import Objective
from keras_explain.methods.synthesis.recipes import make_recipe
from keras_explain.methods.synthesis.seeding import seeded

# Pixels along an axis that an image may be made of.
_WIDEST = 2**14


@dataclasses.dataclass(frozen=True)
class Ascent:
    """What a run of gradient ascent made.

    Attributes:
        images: float32 `(N, *spatial, C)`, in the model's input units.
        scores: float32 `(steps, N)`, the score before each step.
    """

    images: np.ndarray
    scores: np.ndarray


class Synthesis:
    """Base class of the methods that make images by gradient ascent.

    A method overrides `score`, the number that is climbed, and calls `ascend`.

    Attributes:
        key, title: See `Explainer`.
        logits: Whether what is climbed is of the size that class scores have.
        recipe: How the ascent climbs, a `Plain` or a `Natural`.
        request: The `Request`.
        compiled: The model, traced, a `Compiled`.
    """

    key = title = None
    logits = True

    def __init__(self, request, recipe, settings, size, verbose, explainers=()):
        """Checks the options and traces the model.

        Args:
            request: The `Request`, of a model with one input.
            recipe: The name of a recipe, or a recipe itself.
            settings: Of the recipe that was named.
            size: The image's spatial shape, for a model that takes any.
            verbose: See `Progress`.
            explainers: What `Compiled` computes beside the scores.

        Raises:
            OptionError: If an option is outside of what it allows, or doesn't belong to the recipe.
            ModelError: If the model has several inputs.
        """
        self.recipe, self.request = make_recipe(recipe, settings), request
        self._size = None if size is None else check_counts(size, "size", _WIDEST)
        self._verbose, model = check_verbose(verbose), request.model
        inputs = len(getattr(model, "inputs", None) or ()) if model.built else 1
        if inputs > 1:
            raise ModelError(f"{self.title.lower()} expects a model with one input, received {inputs}.")
        self.compiled, self._ascent = Compiled(request, explainers), None
        if self._size is not None and self.compiled.signature is not None:
            spatial = self.compiled.signature.explained.shape[1:-1]
            if not spatial.is_compatible_with(self._size):
                raise OptionError(f"expected size= as the model takes it, {tuple(spatial)}, received {brief(size)}.")

    def score(self, inputs, targets):
        """Returns the number to climb of each image, as `Climbed`, while it is traced.

        Args:
            inputs: Symbolic images `(N, *spatial, C)`, in the model's input units.
            targets: What to climb of each, as `ascend` was given it.
        """
        raise NotImplementedError

    def ascend(self, targets, images, rng):
        """Returns the `Ascent` from some images.

        Args:
            targets: Array `(N, ...)`, see `score`.
            images: float32 `(N, *spatial, C)`.
            rng: The random generator of the modifiers.
        """
        if self._ascent is None:
            charges = self.recipe.charges(self.logits)
            objective = Objective(self.score, charges, self.title, self.compiled.signature)
            self._ascent = self.recipe.ascent(objective)
        modifiers = self.recipe.modifiers(images.shape[1:-1])
        bar = Progress(self.recipe.steps, self._verbose, "step")
        with seeded(modifiers, rng):
            found = self.compiled.keeping_state(lambda: self._ascent(images, targets, modifiers, bar))
        ascent = Ascent(*found)
        warn_unless_finite(self.title, ascent.images)
        return ascent

    def start(self, initial, rng, count=1):
        """Returns the images to start from, float32 `(M, *spatial, C)`: all that are given, or so many random ones.

        Raises:
            InputError: If `initial` doesn't fit the model.
            OptionError: If the model takes images of any size and none is said.
            ModelError: If the recipe isn't for images of so many dimensions.
        """
        return self._random(count, rng) if initial is None else self._given(initial)

    def batch(self, images):
        """Returns the `Batch` of images `(N, *spatial, C)`, turned as the model takes them."""
        return self.compiled.batch(np.moveaxis(images, -1, 1) if channels_first(self.request.model) else images)

    def _given(self, initial):
        """Returns the images to start from, by which a model that knows no input gets one."""
        images, signature = image_array(initial), self.compiled.signature
        if signature is None or images.ndim < signature.explained.shape.rank:
            images = images[np.newaxis]
        batch = self.batch(images)
        self._check_axes(batch.images.ndim - 2)
        return batch.images.astype(np.float32)

    def _random(self, count, rng):
        if self.compiled.signature is None:
            raise InputError("the model has not been called, so that its input is unknown: give initial=, an image.")
        *spatial, channels = self.compiled.signature.explained.shape[1:]
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


def one_each(images, count):
    """Returns images `(1 or count, ...)` as `(count, ...)`, or refuses another number of them."""
    if len(images) not in (1, count):
        raise InputError(f"expected one initial image or {count}, one a target, received {len(images)}.")
    return np.broadcast_to(images, (count, *images.shape[1:]))


def generator(seed):
    """Returns the random generator of a seed, or refuses it."""
    return np.random.default_rng(None if seed is None else check_seed(seed))
