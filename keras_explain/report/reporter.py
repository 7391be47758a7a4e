"""Several methods made ready to explain images of one model, again and again."""

import importlib.metadata
import numbers
import re

import keras
import numpy as np
import tensorflow as tf

from keras_explain.checks.options import check_count
from keras_explain.engine.given_grid import check_grid
from keras_explain.engine.named_score import Score
from keras_explain.errors import InputError, LayerError, MethodError, TargetError, brief
from keras_explain.inputs.class_names import check_class_names
from keras_explain.inputs.targets import check_targets
from keras_explain.inputs.true_classes import true_classes
from keras_explain.methods.joint import Joint
from keras_explain.methods.table import USUAL_METHODS
from keras_explain.report.explanation import Explanation
from keras_explain.report.source import Source
from keras_explain.report.whole import Whole, whole
from keras_explain.tracing.layer_tree import layer_path
from keras_explain.visual.look import LOOKS
from keras_explain.visual.picture import showable


class Reporter:
    """Several methods, traced together, that explain images of one model as often as they are asked.

    Attributes:
        classes: Number of classes of the model; None with a custom score, or before a model that doesn't know its
            inputs has been given some.
    """

    def __init__(self, request, methods=USUAL_METHODS, *, class_names=None, layer=None, grid=None, batch_size=32):
        """Builds and traces the methods, which all make one `Request`; the other arguments are those of `explain`.

        Raises:
            ExplainError: If the model or an option is refused.
        """
        self._request, self._class_names = request, class_names
        self._layer, self._grid = layer, check_grid(grid)
        leave_out = (MethodError, LayerError) if layer is None else (MethodError,)
        options = {
            "layer": layer,
            "grid": self._grid,
            "batch_size": check_count(batch_size, "batch_size"),
            "leave_out": leave_out,
        }
        self._joint = Joint(request.model, methods, request=request, **options)

    @property
    def classes(self):
        return self._joint.classes if self._request.of_class else None

    @property
    def left_out(self):
        """`{name: error}` of the methods that don't apply to the model."""
        return self._joint.left_out

    def check_target(self, target):
        """Refuses a target for all images that is no class of the model, where these are known already."""
        if self.classes is not None:
            top = _top(target)
            _check_top(top, self.classes)
            check_targets(None if top else target, 1, self.classes)

    def explain(self, images, target=None, display=None, labels=None):
        """Returns an `Explanation` of some images; see `explain`.

        Raises:
            MethodError: If no method applies to the model.
            ExplainError: If the images or the targets are refused.
        """
        joint, top = self._joint, _top(target)
        given = whole(images, joint.compiled, self._class_names) if joint.compiled else Whole(images)
        batch = joint.batch(given.images, None if top else target)
        _check_top(top, self.classes)
        labels = None if labels is False else given.labels if labels is None else labels
        labels = true_classes(labels, len(batch), self.classes)
        known = [] if labels is None else labels[labels >= 0].tolist()
        names = given.class_names if self._class_names is None else self._class_names
        known += self._request.score.named if isinstance(self._request.score, Score) else ()
        names = check_class_names(names, self.classes, [*batch.targets.tolist(), *known])
        shown, looks = _shown(batch.images, display), joint.looks
        answers = _answers(joint, batch, top)
        explainers = {name: one for name, one in joint.explainers.items() if name in answers[0].maps}
        if not explainers:
            reasons = "; ".join(f"{name}: {error}" for name, error in joint.left_out.items())
            raise MethodError(f"no method applies to model '{self._request.model.name}'. {reasons}")

        def stacked(parts):
            return np.stack(parts, axis=1) if top else parts[0]

        return Explanation(
            images=batch.images if batch.images.dtype.kind in "fiub" else batch.images.astype(np.float32),
            shown=shown,
            targets=stacked([answer.targets for answer in answers]),
            scores=stacked([answer.scores for answer in answers]),
            probabilities=answers[0].probabilities,
            maps={name: stacked([answer.maps[name] for answer in answers]) for name in explainers},
            titles={name: joint.titles[name] for name in explainers},
            **{look: tuple(name for name in explainers if looks[name][look]) for look in LOOKS},
            labels=labels,
            layers={name: explainer.layer for name, explainer in explainers.items() if explainer.layer},
            left_out={name: str(error) for name, error in joint.left_out.items()},
            class_names=names,
            settings=self._settings(target),
            versions=versions(),
            source=Source(self._request, explainers, batch),
        )

    def _settings(self, target):
        """Returns what was asked, as JSON can hold it."""
        model = self._request.model
        layer = keras.tree.map_structure(lambda each: _named(model, each), self._layer)
        asked = {"model": model.name, "target": target, "layer": layer}
        asked |= {name: getattr(self._request, name) for name in ("score", "input", "output")}
        asked |= {} if self._request.head is None else {"head": self._request.head}
        asked |= {} if self._grid is None else {"grid": self._grid}
        return {name: _jsonable(value) for name, value in asked.items()}


def _top(target):
    """Returns how many of the most probable classes are asked for, None if others are."""
    if not isinstance(target, str):
        return None
    if not re.fullmatch(r"top[1-9]\d{0,8}", target):
        raise TargetError(f'expected target= as None, an int, one int an image, or "top3", received {brief(target)}.')
    return int(target[3:])


def _check_top(top, classes):
    if top and (classes is None or top > classes):
        found = "a custom score" if classes is None else f"a model with {classes}"
        raise TargetError(f'expected at least {top} classes for target="top{top}", received {found}.')


def _answers(joint, batch, top):
    """Returns one answer, or one for each of the `top` most probable classes, that one first."""
    first = joint(batch)
    if not top:
        return [first]
    ranked = np.zeros((len(batch), 0), int)
    if top > 1:
        probabilities = first.probabilities.copy()
        np.put_along_axis(probabilities, first.targets[:, np.newaxis], -1, axis=1)
        ranked = np.argsort(-probabilities, axis=1, kind="stable")[:, : top - 1]
    return [first, *(joint(joint.batch(batch, classes)) for classes in ranked.T)]


def _shown(images, display):
    try:
        return showable(images, display=display)
    except InputError:
        if display is not None:
            raise
        return None  # numbers are wanted all the same; who wants to see them is told of display=


def _named(model, layer):
    """Returns the path of a layer within the model; what is a name already as it is."""
    return layer_path(model, layer) if isinstance(layer, keras.Operation) else layer


def _jsonable(value):
    """Returns an option as JSON can hold it."""
    if isinstance(value, (str, bool, type(None))):
        return value
    if isinstance(value, (list, tuple)):
        return [_jsonable(one) for one in value]
    if isinstance(value, Score):
        return value.entry
    if hasattr(value, "__array__") or isinstance(value, numbers.Number):
        return np.asarray(value).tolist()
    return getattr(value, "__name__", None) or type(value).__name__


def versions():
    """Returns the versions of the package and of the libraries that its numbers depend on."""
    try:
        own = importlib.metadata.version("keras-explain-cnn")
    except importlib.metadata.PackageNotFoundError:  # used from a clone
        own = "not installed"
    libraries = {"keras": keras.__version__, "tensorflow": tf.__version__, "numpy": np.__version__}
    return {"keras_explain": own, **libraries}
