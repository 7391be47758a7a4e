"""Ask several methods at once why a model decides as it does."""

import importlib.metadata
import numbers
import re

import keras
import numpy as np
import tensorflow as tf

from keras_explain.datasets import gather, is_dataset
from keras_explain.errors import InputError, LayerError, MethodError, TargetError, check_count
from keras_explain.explanation import Explanation
from keras_explain.labels import check_class_names
from keras_explain.layers import channels_first
from keras_explain.question import Question
from keras_explain.together import Together
from keras_explain.visual.picture import showable

_METHODS = ("cam", "grad_cam", "guided_backprop", "guided_grad_cam", "saliency", "occlusion")


def explain(
    model,
    images,
    target=None,
    methods=_METHODS,
    *,
    class_names=None,
    layer=None,
    score="logit",
    input=None,
    output=None,
    batch_size=32,
    display=None,
):
    """Explains images by several methods, from as few forward passes as possible.

        kx.explain(model, images, class_names=names).plot()

    Args:
        model: A Keras model of any form.
        images: `(N, *spatial, C)` as the model takes them, the structure of all its inputs, or a dataset.
        target: The class to explain: None for the predicted one, an int, one int an image, or `"top3"` for each image's
            three most probable ones (any number).
        methods: Keys of methods, explainer classes, or explainers built on this model. The options below are for keys
            and classes; an explainer has its own.
        class_names: Name of each class, a sequence or a dictionary by index.
        layer: The layer to look at, for the methods that look at one that can be chosen.
        score: What is explained, see `TracedExplainer`.
        input: Index or name of the input to explain, of several.
        output: Index or name of the output to explain, of several.
        batch_size: Number of images in memory at a time.
        display: Function from the explained input to pixels that can be shown, `(N, H, W, 1 or 3)`, where the input
            itself can't be.

    Returns:
        An `Explanation`. Methods that don't apply to the model are left out of it, with the reason.

    Raises:
        MethodError: If no method applies to the model.
        ExplainError: If the model, the images, the targets or an option are refused.
    """
    top = _top(target)
    asked = {"target": target, "layer": layer, "score": score, "input": input, "output": output}
    batch_size = check_count(batch_size, "batch_size")
    if is_dataset(images):
        images, _ = gather(images)
    forgiven = (MethodError, LayerError) if layer is None else (MethodError,)
    question = Question(model, score, input, output)
    together = Together(model, methods, question=question, layer=layer, batch_size=batch_size, forgiven=forgiven)
    images = together.check(images, None if top else target)
    classes = None if callable(score) else together.classes
    if top and (classes is None or top > classes):
        found = "a custom score" if classes is None else f"a model with {classes}"
        raise TargetError(f'expected at least {top} classes for target="top{top}", received {found}.')
    names = check_class_names(class_names, classes, () if target is None or top else np.ravel(target).tolist())
    explained = keras.tree.flatten(images)[together.index]
    explained = np.moveaxis(explained, 1, -1) if channels_first(model) else explained
    shown = _shown(explained, display)
    answers = _answers(together, images, target, top)
    explainers = {name: together.explainers[name] for name in answers[0].maps}
    if not explainers:
        reasons = "; ".join(f"{name}: {error}" for name, error in together.left_out.items())
        raise MethodError(f"no method applies to model '{model.name}'. {reasons}")

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
        layers={name: explainer.layer for name, explainer in explainers.items() if getattr(explainer, "layer", None)},
        left_out={name: str(error) for name, error in together.left_out.items()},
        class_names=names,
        settings={"model": model.name, **{option: _plain(value) for option, value in asked.items()}},
        versions=_versions(),
    )


def _top(target):
    """Returns how many of the most probable classes are asked for, None if others are."""
    if not isinstance(target, str):
        return None
    if not re.fullmatch(r"top[1-9]\d*", target):
        raise TargetError(f'expected target= as None, an int, one int an image, or "top3", received {target!r}.')
    return int(target[3:])


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
