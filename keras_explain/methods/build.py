"""Build explainers from what users name them by, a key, a class or an explainer itself, and name them apart."""

import inspect

from keras_explain.errors import MethodError, OptionError, brief, near
from keras_explain.methods.explainer import ModelExplainer
from keras_explain.methods.table import METHODS
from keras_explain.tracing.layer_tree import walk

# What `Explainer` names.
ASKED = ("key", "title", "signed", "layer", "targets", "__call__")


def known(method, model, within=False):
    """Returns the explainer class or the explainer that is meant.

    Args:
        method: A key, an explainer class, or an explainer.
        model: The model to explain.
        within: Whether an explainer may also be one of a model within it, as a training of several models has them.

    Raises:
        OptionError: If it is none of these, or an explainer of another model.
    """
    if isinstance(method, str):
        if method not in METHODS:
            raise OptionError(f"expected a method's key, received {brief(method)}; {near(method, METHODS)}")
        return METHODS[method]
    if isinstance(check_explainer(method, "a method's key, an explainer class or an explainer"), type):
        return method
    asked = getattr(method, "explainer", method)  # by a wrapper
    if isinstance(asked, ModelExplainer) and not (_is_of(asked, model) or (within and _is_within(asked, model))):
        raise OptionError(f"expected an explainer built on model '{model.name}', received one of another model.")
    return method


def check_explainer(value, wanted):
    """Returns a value that has to be an explainer, or a class of such, by what it has.

    Args:
        value: What was received.
        wanted: What was expected, in the message.

    Raises:
        OptionError: If it lacks some of it.
    """
    missing = [name for name in ASKED if name not in dir(value)]
    if isinstance(value, type):
        missing = [name for name in missing if name in ("__call__", "targets")]  # an instance may have the others
    if missing:
        raise OptionError(f"expected {wanted}, received {brief(value)}, which has no {', '.join(missing)}.")
    if not isinstance(value.key, str) or not isinstance(value.title, str):
        raise OptionError(f"expected a method with a key and a title, two texts, received {brief(value)}.")
    return value


def _is_of(explainer, model):
    return explainer.request.model is model


def _is_within(explainer, model):
    parts = [*vars(model).values(), *(found for _, found in walk(model))]  # a functional model's walk is its graph's
    return any(part is explainer.request.model for part in parts)


def build(method, model, options):
    """Returns an explainer, made with those of the options that its class takes if it is a class.

    Raises:
        MethodError: If the options hold a custom score, and the class takes none.
        OptionError: If what the class makes is no explainer.
    """
    if not isinstance(method, type):
        return method
    taken = option_names(method)
    if callable(options.get("score")) and "score" not in taken:
        raise MethodError(f"{method.__name__} takes no score=, received a custom score; use a method that does.")
    explainer = method(model, **{name: value for name, value in options.items() if name in taken})
    return known(explainer, model)


def option_names(method):
    """Returns the names of the options that an explainer class takes, those that it passes on included.

    It passes them on to its bases, or, a wrapper, to the class that is its `wrapped`.
    """
    names = set()
    passed = getattr(method, "wrapped", method)
    for base in (method, *inspect.getmro(passed)) if isinstance(method, type) else ():
        if "__init__" in vars(base):
            parameters = inspect.signature(base.__init__).parameters.values()
            names |= {parameter.name for parameter in parameters}
            if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
                break
    return names


def names_of(explainers):
    """Returns a name for each explainer that tells it from the others."""
    keys = [explainer.key for explainer in explainers]
    names = [
        f"{key} {_own_names(explainer.layer)}" if keys.count(key) > 1 and explainer.layer else key
        for key, explainer in zip(keys, explainers)
    ]
    return [f"{name} {names[: i + 1].count(name)}" if names.count(name) > 1 else name for i, name in enumerate(names)]


def _own_names(layer):
    """Returns a layer's own name from its path, of several with a plus between them those of all."""
    return " + ".join(path.split("/")[-1] for path in layer.split(" + "))
