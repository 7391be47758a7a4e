"""Several methods on the same images, from as few forward passes as there are questions to the model."""

from keras_explain.errors import OptionError, near
from keras_explain.explainer import TracedExplainer
from keras_explain.methods import METHODS
from keras_explain.trace import Trace


class Together:
    """Explainers of one model, traced together where they ask the same question.

    Attributes:
        explainers: `{name: explainer}` in the order of `methods`. A name is the method's key, with the layer or a
            number behind it where there are several of one key.
    """

    def __init__(self, model, methods):
        """Builds and traces the explainers.

        Args:
            model: The model to explain.
            methods: Keys of methods, explainer classes, or explainers built on this model.

        Raises:
            OptionError: If a method is none of these.
            ExplainError: If one of them doesn't apply to the model.
        """
        if isinstance(methods, str) or not methods:
            raise OptionError(f"expected methods as a list of keys, classes or explainers, received {methods!r}.")
        explainers = [_resolve(method, model) for method in methods]
        groups = {}
        for explainer in explainers:
            if hasattr(explainer, "question"):
                group = groups.setdefault(explainer.question, [])
                group += [explainer] if isinstance(explainer, TracedExplainer) else []
        self._traces = [(group, Trace(question, group)) for question, group in groups.items()]
        self.explainers = dict(zip(_names(explainers), explainers))

    @property
    def index(self):
        """Position of the explained input among the model's flattened inputs."""
        return self._traces[0][1].signature.index if self._traces else 0

    @property
    def classes(self):
        """Number of classes of the model; None if it gives no class scores."""
        return next((trace.classes for _, trace in self._traces if trace.classes is not None), None)

    def check(self, images, target=None):
        """Raises what calling it with these images and targets would be refused with."""
        for _, trace in self._traces:
            trace.check(images, target)

    def __call__(self, images, target=None, batch_size=32, failed=None):
        """Returns `{name: maps}` in the order of `explainers`, and the class probabilities or None.

        Args:
            images: What the model takes.
            target: See `TracedExplainer`.
            batch_size: Number of images in memory at a time.
            failed: Called with the name of an explainer of the user's own that raised, and with what; its maps are
                missing then. By default what it raised is raised.
        """
        maps, probabilities = {}, None
        for group, trace in self._traces:
            answer = trace(images, target, batch_size)
            maps.update(zip(map(id, group), answer.maps))
            probabilities = answer.probabilities if probabilities is None else probabilities
        for name, explainer in self.explainers.items():
            if id(explainer) not in maps:
                try:
                    maps[id(explainer)] = explainer(images, target)
                except Exception as error:  # it is the caller's to judge
                    if failed is None:
                        raise
                    failed(name, f"{type(error).__name__}: {error}")
        return {name: maps[id(e)] for name, e in self.explainers.items() if id(e) in maps}, probabilities


def _names(explainers):
    """Returns a name for each explainer that tells it from the others."""
    keys = [explainer.key for explainer in explainers]
    names = [
        f"{key} {explainer.layer.split('/')[-1]}" if keys.count(key) > 1 and getattr(explainer, "layer", None) else key
        for key, explainer in zip(keys, explainers)
    ]
    return [f"{name} {names[: i + 1].count(name)}" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _resolve(method, model):
    if isinstance(method, str):
        if method not in METHODS:
            raise OptionError(f"expected a method's key, received '{method}'; {near(method, METHODS)}")
        method = METHODS[method]
    if isinstance(method, type):
        return method.waiting(model) if issubclass(method, TracedExplainer) else method(model)
    if not callable(method) or not hasattr(method, "key"):
        raise OptionError(f"expected a method's key, an explainer class or an explainer, received {method!r}.")
    if hasattr(method, "question") and method.question.model is not model:
        raise OptionError(f"expected an explainer built on model '{model.name}', received one of another model.")
    return method
