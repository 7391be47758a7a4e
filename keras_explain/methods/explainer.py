"""What an explainer is, and the base class of those that ask a Keras model."""

import copy
from typing import Protocol, runtime_checkable

import numpy as np

from keras_explain.checks.options import check_count, check_flag
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.request import Request
from keras_explain.engine.telling import tell
from keras_explain.errors import MethodError
from keras_explain.methods.checked_parts import is_stream, joined
from keras_explain.methods.not_finite import warn_unless_finite
from keras_explain.methods.streaming import Streaming

_SATURATED = 0.9999


@runtime_checkable
class Explainer(Protocol):
    """All that callbacks, reports and wrappers ask of a method.

    Attributes:
        key: The method's key, `"grad_cam"`.
        title: How people read it, `"Grad-CAM"`.
        signed: Whether a picture of its maps should show negative values in colors of their own.
        fine: Whether each pixel of its maps has a value of its own, so that a picture shows them by themselves, not
            over the image.
        relative: Whether only differences within a map say something, so that its pictures begin at its smallest value,
            not at 0. Such maps are not `signed`.
        layer: Path of the layer that is looked at; None if there is none.
    """

    key: str
    title: str
    signed: bool = False
    fine: bool = False
    relative: bool = False
    layer: str | None = None

    def targets(self, images, target=None):
        """Returns the class that is explained of each image, int32 `(N,)`: the predicted one by default."""
        raise NotImplementedError

    def __call__(self, images, target=None):
        """Returns the maps as float32 array `(N, *spatial, C)`: raw values, never normalized."""
        raise NotImplementedError


class ModelExplainer(Streaming):
    """Base class of the explainers of a Keras model: what it is asked, as one compiled function.

    What the model is asked is fixed at construction, images and targets come with the call, so that one explainer is
    traced once, or once for each size of images where places show at a known one alone, see `Compiled`. The model is
    used as it stands, with its live weights, at inference.

    Attributes:
        key, title, signed, fine, relative, layer: See `Explainer`.
        watch: The gradients that `attribution` asks for, a `Watch`; None if it asks for none.
        blank: What a map that is zero everywhere means, and what to do.
        request: The `Request`.
    """

    key = title = None
    signed = fine = relative = False
    layer = None
    watch = None
    _resize = False  # Whether maps are resized to the input, of methods whose maps have a size of their own.
    blank = "the score has no slope there, as where all ReLUs are closed; try another target or image."

    def __init__(self, model, *, score="logit", input=None, output=None, head=None, batch_size=32, lazy=False):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form.
            score: What is explained: `"logit"`, the value before softmax or sigmoid; `"probability"`; one of
                `kx.scores`, as of a region of a segmentation; or a function `(outputs, target) -> (N,)` on symbolic
                tensors, where the target is -1 if none is given.
            input: Index or name of the input to explain, of several.
            output: Index or name of the output to explain, of several.
            head: What the output's units are, where the model doesn't show it: `"softmax_logits"`, `"sigmoid_logits"`
                (a single unit is the logit of class 1), `"probabilities"` or `"values"`, as of a regression. By default
                what the graph proves, and beyond it the compiled loss says.
            batch_size: Number of images in memory at a time.
            lazy: Whether to trace with the first images rather than now, for an explainer that is handed to `explain`
                or to a callback, which trace it together with others.

        Raises:
            OptionError: If an option is outside of what it allows.
            ExplainError: If the model can't be explained by this method.
        """
        self.request = Request(model, score, input, output, head)
        self.batch_size = check_count(batch_size, "batch_size")
        self._diagnosed, self._broken, self._compiled = False, False, None
        if not check_flag(lazy, "lazy="):
            self.compile()

    @property
    def compiled(self):
        """The explainer's own `Compiled` function."""
        self.compile()
        return self._compiled

    @property
    def is_traced(self):
        """Whether it has been traced, of the model as it is now."""
        return self._compiled is not None and self._compiled.is_current

    def check(self, signature):
        """Refuses a model that the method isn't for, as far as the `Signature` of its inputs tells."""

    def compile(self, scores=None):
        """Traces the model unless that was done; refuses a model that can't be explained.

        Args:
            scores: `{request: Compiled}` of scores alone, which explainers without a `watch` share; changed in place.
        """
        sharing = scores is not None and self.watch is None
        if self._compiled is None:
            if (signature := self.request.signature()) is not None:
                self.check(signature)
            shared = scores.get(self.request) if sharing else None
            self._compiled = shared or Compiled(self.request, [] if self.watch is None else [self])
        if sharing and self.is_traced:
            scores.setdefault(self.request, self._compiled)

    def targets(self, images, target=None):
        """Returns the class that is explained of each image, int32 `(N,)`; -1 if a custom score gets none."""
        batches = self._batches(images, target)
        if target is None:
            return joined([self.compiled(batch, self.batch_size).targets for batch in batches])
        return joined([batch.targets for batch in batches])

    def __call__(self, images, target=None):
        """Explains the score of one class an image.

        Args:
            images: `(N, *spatial, C)` as the model takes them, N of any size; the structure of all its inputs; or any
                other data that `stream` takes, which are read batch by batch.
            target: None for each image's predicted class, an int, or one int an image; tf-keras-vis's
                `CategoricalScore` and `BinaryScore` as well.

        Returns:
            float32 array of N raw maps, in the units of the method's formula.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        found = []
        for batch in self._batches(images, target):  # no comprehension: warnings count the frames up to the caller
            found.append(self.maps_of(batch))
        maps = joined(found)
        self._broken = self._broken or warn_unless_finite(self.title, maps)
        return maps

    def _batches(self, images, target):
        """Returns the `Batch`es of images: of arrays one, of other data as they are read."""
        return self.read(images, target) if is_stream(images) else [self.compiled.batch(images, target)]

    @property
    def one_pass(self):
        """Whether the maps come from a single forward pass that others can share."""
        return is_one_pass(self)

    def at_own_size(self):
        if not self._resize:
            return self
        own = copy.copy(self)
        own._resize = False
        if self.watch is not None:  # else it is the scores that are traced, whatever the size of the maps
            own._compiled = None
        return own

    def maps_of(self, batch):
        """Returns the maps of a `Batch`, whose images were checked already.

        Raises:
            MethodError: If the method neither declares a `watch` nor overrides this.
        """
        if self.watch is None:
            raise MethodError(
                f"expected a method with a watch, such as Watch(images=True), or with maps_of, received "
                f"{type(self).__name__} without either."
            )
        answer = self.compiled.maps(batch, self.batch_size)
        self.tell_once(answer.maps[0], answer)
        return answer.maps[0]

    def tell_once(self, maps, answer):
        """Warns of maps that say little, the first time that there are such."""
        reason = None if self._diagnosed else self.diagnose(maps, answer)
        if reason:
            self._diagnosed = tell(reason, stacklevel=4)

    def diagnose(self, maps, answer):
        """Returns why maps say little and what to do, in a sentence that is warned of once; None if they are fine."""
        saturated = self.request.score == "probability" and np.sum(answer.scores > _SATURATED)
        if saturated:
            return (
                f"the probability is above {_SATURATED} for {saturated} of {len(maps)} images, "
                'where softmax and sigmoid are flat and gradients vanish; use score="logit".'
            )
        return self.why_blank(maps)

    def why_blank(self, maps):
        """Returns which of the maps are zero everywhere, and what that means; None if there are none."""
        # One by one, as all at once would take as much memory as the images of a batch.
        blank = [i for i, values in enumerate(maps) if np.size(values) and not np.any(values)]
        if len(blank):
            return f"the map of image {blank[0]} is zero everywhere ({len(blank)} of {len(maps)} images): {self.blank}"
        return None

    def attribution(self, forward):
        """Returns the symbolic maps `(N, *spatial, C)`, of a method that has a `watch`.

        Args:
            forward: The recorded `ForwardPass`.
        """
        raise NotImplementedError


def is_one_pass(explainer):
    """Tells whether an explainer's maps, or those of a class, come from a single forward pass, that others can share.

    One that overrides `maps_of` puts them together from several.
    """
    kind = explainer if isinstance(explainer, type) else type(explainer)
    if not issubclass(kind, ModelExplainer) or kind.watch is None:
        return False
    return kind.maps_of is ModelExplainer.maps_of and kind.__call__ is ModelExplainer.__call__
