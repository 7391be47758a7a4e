"""Which model is asked, and for what: the score, the input and the output that are explained."""

import dataclasses
import numbers
from collections.abc import Callable, Hashable

import keras

from keras_explain.checks.choices import HEADS, SCORES
from keras_explain.checks.options import check_chosen, check_function
from keras_explain.engine.layout import channels_first, image_rank
from keras_explain.engine.named_score import Score
from keras_explain.errors import ModelError, OptionError, TargetError, brief
from keras_explain.inputs.signature import images_signature, model_signature
from keras_explain.inputs.structure import written
from keras_explain.tracing.layer_tree import walk


@dataclasses.dataclass(frozen=True, eq=False)
class Request:
    """What is asked of which model; explainers with equal requests can share a forward pass.

    Attributes:
        model: The model, used as it stands.
        score: `"logit"`, `"probability"`, a `Score` or a function `(outputs, target) -> (N,)`.
        input: Index or name of the input to explain.
        output: Index or name of the output to explain.
        head: What the output's units are, one of `checks.choices.HEADS`; None for what the graph proves and the
            compiled loss says.
    """

    model: keras.Model
    score: str | Callable = "logit"
    input: int | str | None = None
    output: int | str | None = None
    head: str | None = None

    def __post_init__(self):
        check_model(self.model)
        if not isinstance(self.score, str) or self.score not in SCORES:
            check_function(self.score, 'score="logit", "probability" or', "outputs", "target")
        if isinstance(self.score, keras.Operation):
            raise OptionError(f"expected score= as a function of what the model returns, received {brief(self.score)}.")
        if self.head is not None and not (isinstance(self.head, str) and self.head in HEADS):
            raise OptionError(f"expected head= as one of {', '.join(HEADS)}, received {brief(self.head)}.")
        check_chosen(self.input, "input=")
        check_chosen(self.output, "output=")
        if self.output is not None and isinstance(self.score, Score) and self.score.outputs:
            raise OptionError(f"expected no output= beside {self.score}, which names its own, received {self.output}.")

    def __eq__(self, other):
        return isinstance(other, Request) and self._asked == other._asked

    def __hash__(self):
        return hash(self._asked)

    @property
    def _asked(self):
        score = self.score if isinstance(self.score, Hashable) else id(self.score)  # as of a dataclass with a call
        return self.model, score, self.input, self.output, self.head

    @property
    def of_class(self):
        """Whether the score is that of a target class, so that an output `(N, classes)` is asked for."""
        return self.score.takes_target if isinstance(self.score, Score) else not callable(self.score)

    @property
    def takes_target(self):
        """Whether a class is to be said beside the score, as of all but those that say themselves what they are of."""
        return not isinstance(self.score, Score) or self.score.takes_target

    def check_untargeted(self, targets):
        """Refuses targets beside a score that says itself what it is of.

        Args:
            targets: int32 `(N,)`, -1 for none.

        Raises:
            TargetError: If there are such.
        """
        asked = targets[targets >= 0]
        if not self.takes_target and len(asked):
            raise TargetError(
                f"expected no target for {self.score}, which says itself what is explained, received {asked[0]}."
            )

    def signature(self, images=None):
        """Returns the model's `Signature`, or that of `images` if the model doesn't know it; None without either."""
        first = channels_first(self.model)
        known = model_signature(self.model, self.input, first)
        if known is None and images is not None:
            return images_signature(images, self.input, first, image_rank(self.model))
        return known

    @property
    def output_names(self):
        """Names of the model's outputs in its own order, the keys of a dictionary; empty where they aren't known."""
        outputs = getattr(self.model, "output", None) if getattr(self.model, "outputs", None) else None
        return list(written(outputs)) if isinstance(outputs, dict) else getattr(self.model, "output_names", [])

    def chosen(self, outputs):
        """Returns the output that is explained, or those that a custom score takes: named ones, or all of them.

        Args:
            outputs: What the model returned.

        Raises:
            ModelError: If there are several and none is chosen, or no such one.
        """
        named = written(outputs)
        flat = list(named.values())
        if isinstance(self.score, Score) and self.score.outputs:
            return [self._called(output, option, outputs) for option, output in self.score.outputs.items()]
        if self.output is not None:
            return self._called(self.output, "output=", outputs)
        if len(flat) > 1 and (isinstance(self.score, Score) or not callable(self.score)):
            names = ", ".join(named) if isinstance(outputs, dict) else f"0 to {len(flat) - 1}"
            raise ModelError(f"the model has {len(flat)} outputs ({names}): say by output= which one to explain.")
        return flat[0] if len(flat) == 1 else outputs

    def _called(self, output, option, outputs):
        """Returns the one of some outputs that an option names by its index or name."""
        named = written(outputs)
        flat = list(named.values())
        if isinstance(output, numbers.Integral) and -len(flat) <= output < len(flat):
            return flat[output]
        named = {**named, **outputs} if isinstance(outputs, dict) else dict(zip(self.output_names, flat))
        if not isinstance(output, str) or output not in named:
            known = ", ".join([*named, f"0 to {len(flat) - 1}"])
            raise ModelError(f"expected {option} as one of {known}, received {brief(output)}.")
        return named[output]


def check_model(model):
    """Refuses what is no Keras model."""
    if not isinstance(model, keras.Model):
        raise ModelError(f"expected a keras.Model, received {brief(model)}; wrap a layer as keras.Sequential([layer]).")


def check_callable(model):
    """Refuses a model that trains others and can't be called itself.

    Raises:
        ModelError: If the model has no `call`.
    """
    if getattr(model.call, "__func__", None) is keras.Model.call and type(model).__call__ is keras.Model.__call__:
        inner = [path for path, found in walk(model) if isinstance(found, keras.Model)]
        within = f", such as '{inner[0]}'" if inner else ""
        raise ModelError(
            f"expected a model that can be called, received '{model.name}', which has no call(); build explainers on "
            f"the model within{within} and hand them in."
        )
