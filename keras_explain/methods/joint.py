"""Several methods on the same images, from as few forward passes as there are questions to the model."""

import dataclasses
import inspect

import keras
import numpy as np

from keras_explain.engine.compiled import Answer, Trace
from keras_explain.engine.layers import channels_first
from keras_explain.errors import MethodError, OptionError, near
from keras_explain.methods.base import TracedExplainer
from keras_explain.methods.table import METHODS


class Together:
    """Explainers of one model, traced together where they ask the same question.

    Attributes:
        explainers: `{name: explainer}` in the order of `methods`. A name is the method's key, with the layer or a
            number behind it where there are several of one key.
        left_out: `{name: error}` of the methods that don't apply to the model, if that is forgiven.
    """

    def __init__(self, model, methods, *, question=None, layer=None, batch_size=32, forgiven=()):
        """Builds and traces the explainers.

        Args:
            model: The model to explain.
            methods: Keys of methods, explainer classes, or explainers built on this model.
            question: The `Question` that keys and classes ask, and that is asked in any case: the answer's scores are
                its. By default each method's own.
            layer: The layer that keys and classes look at, where they look at one.
            batch_size: Number of images in memory at a time.
            forgiven: Kinds of errors for which a method is left out, as one that doesn't apply to the model.

        Raises:
            OptionError: If a method is none of these.
            ExplainError: If one of them doesn't apply to the model.
        """
        if isinstance(methods, str) or not methods:
            raise OptionError(f"expected methods as a list of keys, classes or explainers, received {methods!r}.")
        self._batch_size, self._forgiven = batch_size, tuple(forgiven)
        self._first = isinstance(model, keras.Model) and channels_first(model)
        options = {"batch_size": batch_size} if layer is None else {"batch_size": batch_size, "layer": layer}
        if question is not None:
            options.update(score=question.score, input=question.input, output=question.output)
        methods = [_known(method, model) for method in methods]
        if layer is not None and not any("layer" in _options(method) for method in methods):
            raise OptionError(
                f"expected a method that looks at a layer, received layer={layer!r} for none; leave it out."
            )
        explainers, refused = [], {}
        for method in methods:
            try:
                explainers.append(_built(method, model, options))
            except self._forgiven as error:
                refused[getattr(method, "key", str(method))] = error
        groups = {} if question is None else {question: []}
        for explainer in explainers:
            if hasattr(explainer, "question"):
                group = groups.setdefault(explainer.question, [])
                group += [explainer] if isinstance(explainer, TracedExplainer) else []
        self._traces = [Trace(asked, group, self._forgiven) for asked, group in groups.items()]
        self._named, self._refused = dict(zip(_names(explainers), explainers)), refused

    @property
    def left_out(self):
        errors = {id(explainer): error for trace in self._traces for explainer, error in trace.left_out.items()}
        named = {name: errors[id(explainer)] for name, explainer in self._named.items() if id(explainer) in errors}
        return {**self._refused, **named}

    @property
    def explainers(self):
        left_out = self.left_out
        return {name: explainer for name, explainer in self._named.items() if name not in left_out}

    @property
    def index(self):
        """Position of the explained input among the model's flattened inputs."""
        return self._traces[0].signature.index if self._traces else 0

    @property
    def classes(self):
        """Number of classes of the model; None if it gives no class scores."""
        return next((trace.classes for trace in self._traces if trace.classes is not None), None)

    def check(self, images, target=None):
        """Raises what calling it with these images and targets would be refused with.

        Returns:
            The images as arrays in the model's structure; as they are if no explainer asks the model itself.
        """
        checked = [trace.check(images, target)[0] for trace in self._traces]
        return checked[0] if checked else images

    def __call__(self, images, target=None, failed=None):
        """Explains images.

        Args:
            images: What the model takes.
            target: See `TracedExplainer`.
            failed: Called with the name of an explainer of the user's own that raised, and with what; its maps are
                missing then. By default what it raised is raised.

        Returns:
            An `Answer` whose maps are `{name: maps}`, channels last, in the order of `explainers`. Its scores, targets
            and probabilities are those of the first question, or None if no explainer asks the model itself.
        """
        answers = [trace(images, target, self._batch_size) for trace in self._traces]
        maps = {}
        for trace, answer in zip(self._traces, answers):
            maps.update((id(one), self._channels_last(one, found)) for one, found in zip(trace.explainers, answer.maps))
        for name, explainer in self.explainers.items():
            if id(explainer) not in maps:
                try:
                    maps[id(explainer)] = explainer(images, target)
                except self._forgiven as error:
                    self._refused[name] = error
                except Exception as error:  # it is the caller's to judge
                    if failed is None:
                        raise
                    failed(name, f"{type(error).__name__}: {error}")
        maps = {name: maps[id(explainer)] for name, explainer in self.explainers.items() if id(explainer) in maps}
        return dataclasses.replace(answers[0], maps=maps) if answers else Answer(maps, None, None)

    def _channels_last(self, explainer, maps):
        return np.moveaxis(maps, 1, -1) if self._first and "images" in explainer.sources else maps


def _names(explainers):
    """Returns a name for each explainer that tells it from the others."""
    keys = [explainer.key for explainer in explainers]
    names = [
        f"{key} {explainer.layer.split('/')[-1]}" if keys.count(key) > 1 and getattr(explainer, "layer", None) else key
        for key, explainer in zip(keys, explainers)
    ]
    return [f"{name} {names[: i + 1].count(name)}" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _known(method, model):
    """Returns an explainer class or an explainer."""
    if isinstance(method, str):
        if method not in METHODS:
            raise OptionError(f"expected a method's key, received '{method}'; {near(method, METHODS)}")
        return METHODS[method]
    if not callable(method) or not (hasattr(method, "key") or isinstance(method, type)):
        raise OptionError(f"expected a method's key, an explainer class or an explainer, received {method!r}.")
    if not isinstance(method, type) and hasattr(method, "question") and method.question.model is not model:
        raise OptionError(f"expected an explainer built on model '{model.name}', received one of another model.")
    return method


def _built(method, model, options):
    """Returns an explainer, made with those of the options that its class takes if it is a class."""
    if not isinstance(method, type):
        return method
    taken = _options(method)
    if callable(options.get("score")) and "score" not in taken:
        raise MethodError(f"{method.__name__} expects class scores, received a custom score; use GradCAM.")
    options = {name: value for name, value in options.items() if name in taken}
    return method.waiting(model, **options) if issubclass(method, TracedExplainer) else method(model, **options)


def _options(method):
    """Returns the names of the options that an explainer class takes, base class included; none of an explainer."""
    if not isinstance(method, type):
        return set()
    own = inspect.signature(method.__init__).parameters
    passed_on = any(parameter.kind is parameter.VAR_KEYWORD for parameter in own.values())
    base = inspect.signature(TracedExplainer.__init__).parameters if passed_on else {}
    return {*own, *base}
