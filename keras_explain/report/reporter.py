"""Several methods made ready to explain images of one model, again and again."""

import importlib.metadata
import numbers
import re

import keras
import numpy as np
import tensorflow as tf

from keras_explain.engine.layers import channels_first
from keras_explain.engine.request import Question
from keras_explain.errors import InputError, LayerError, MethodError, TargetError, check_count
from keras_explain.inputs.class_names import check_class_names
from keras_explain.inputs.images import check_targets
from keras_explain.methods.joint import Together
from keras_explain.report.explanation import Explanation
from keras_explain.visual.picture import showable

USUAL_METHODS = ("cam", "grad_cam", "guided_backprop", "guided_grad_cam", "saliency", "occlusion")


class Ready:
    """Several methods, traced together, that explain images of one model as often as they are asked.

    Attributes:
        classes: Number of classes of the model; None with a custom score, or before a model that doesn't know its
            inputs has been given some.
    """

    def __init__(
        self,
        model,
        methods=USUAL_METHODS,
        *,
        class_names=None,
        layer=None,
        score="logit",
        input=None,
        output=None,
        batch_size=32,
    ):
        """Builds and traces the methods; the arguments are those of `explain`.

        Raises:
            ExplainError: If the model or an option is refused.
        """
        self._model, self._class_names = model, class_names
        self._asked = {"layer": layer, "score": score, "input": input, "output": output}
        batch_size = check_count(batch_size, "batch_size")
        forgiven = (MethodError, LayerError) if layer is None else (MethodError,)
        question = Question(model, score, input, output)
        self._together = Together(
            model, methods, question=question, layer=layer, batch_size=batch_size, forgiven=forgiven
        )

    @property
    def classes(self):
        return None if callable(self._asked["score"]) else self._together.classes

    @property
    def left_out(self):
        """`{name: error}` of the methods that don't apply to the model."""
        return self._together.left_out

    def check_target(self, target):
        """Refuses a target for all images that is no class of the model, where these are known already."""
        if self.classes is not None:
            top = _top(target)
            _check_top(top, self.classes)
            check_targets(None if top else target, 1, self.classes)

    def explain(self, images, target=None, display=None):
        """Returns an `Explanation` of some images; see `explain`.

        Raises:
            MethodError: If no method applies to the model.
            ExplainError: If the images or the targets are refused.
        """
        together, top = self._together, _top(target)
        images = together.check(images, None if top else target)
        classes = self.classes
        _check_top(top, classes)
        used = () if target is None or top else np.ravel(target).tolist()
        names = check_class_names(self._class_names, classes, used)
        explained = keras.tree.flatten(images)[together.index]
        explained = np.moveaxis(explained, 1, -1) if channels_first(self._model) else explained
        shown = _shown(explained, display)
        answers = _answers(together, images, target, top)
        explainers = {name: together.explainers[name] for name in answers[0].maps}
        if not explainers:
            reasons = "; ".join(f"{name}: {error}" for name, error in together.left_out.items())
            raise MethodError(f"no method applies to model '{self._model.name}'. {reasons}")

        def stacked(parts):
            return np.stack(parts, axis=1) if top else parts[0]

        return Explanation(
            images=explained if explained.dtype.kind in "fiub" else explained.astype(np.float32),
            shown=shown,
            targets=stacked([answer.targets for answer in answers]),
            scores=stacked([answer.scores for answer in answers]),
            probabilities=answers[0].probabilities,
            maps={name: stacked([answer.maps[name] for answer in answers]) for name in explainers},
            signed=tuple(name for name, explainer in explainers.items() if getattr(explainer, "signed", False)),
            layers={
                name: explainer.layer for name, explainer in explainers.items() if getattr(explainer, "layer", None)
            },
            left_out={name: str(error) for name, error in together.left_out.items()},
            class_names=names,
            settings={
                "model": self._model.name,
                **{option: _plain(value) for option, value in {"target": target, **self._asked}.items()},
            },
            versions=_versions(),
        )


def _top(target):
    """Returns how many of the most probable classes are asked for, None if others are."""
    if not isinstance(target, str):
        return None
    if not re.fullmatch(r"top[1-9]\d*", target):
        raise TargetError(f'expected target= as None, an int, one int an image, or "top3", received {target!r}.')
    return int(target[3:])


def _check_top(top, classes):
    if top and (classes is None or top > classes):
        found = "a custom score" if classes is None else f"a model with {classes}"
        raise TargetError(f'expected at least {top} classes for target="top{top}", received {found}.')


def _answers(together, images, target, top):
    """Returns one answer, or one for each of the `top` most probable classes, that one first."""
    if not top:
        return [together(images, target)]
    first = together(images)
    ranked = np.zeros((len(first.targets), 0), int)
    if top > 1:
        probabilities = first.probabilities.copy()
        np.put_along_axis(probabilities, first.targets[:, np.newaxis], -1, axis=1)
        ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, : top - 1]
    return [first, *(together(images, classes) for classes in ranked.T)]


def _shown(images, display):
    try:
        return showable(images, display=display)
    except InputError:
        if display is not None:
            raise
        return None  # numbers are wanted all the same; who wants to see them is told of display=


def _plain(value):
    """Returns an option as JSON can hold it."""
    if isinstance(value, (str, bool, type(None))):
        return value
    if hasattr(value, "__array__") or isinstance(value, (numbers.Number, list, tuple)):
        return np.asarray(value).tolist()
    return getattr(value, "path", None) or getattr(value, "__name__", None) or type(value).__name__


def _versions():
    try:
        own = importlib.metadata.version("keras-explain-cnn")
    except importlib.metadata.PackageNotFoundError:  # used from a clone
        own = "not installed"
    libraries = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}
    return {"keras_explain": own, **libraries}
