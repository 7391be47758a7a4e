"""The explainer of an audit, and what the manifest says of it."""

from keras_explain.engine.named_score import Score
from keras_explain.engine.request import Request
from keras_explain.errors import OptionError, brief
from keras_explain.methods.build import build, known, option_names
from keras_explain.methods.streaming import Streaming

# Of an explainer, what isn't an option of its maps.
_OTHERS = ("batch_size", "verbose", "diagnosed", "broken")


def audited(model, method, layer, request, batch_size):
    """Returns the explainer that is meant by a key, a class or an explainer.

    Raises:
        OptionError: If it is none of this package, or of another model, or a layer is given that it doesn't look at.
        ExplainError: If it doesn't apply to the model.
    """
    method = known(method, model)
    if not isinstance(method, type):
        if layer is not None or request != Request(model):
            raise OptionError("expected an explainer's own options where it is made, received some beside it.")
        return _of_this_package(method)
    options = {"batch_size": batch_size, "lazy": True, "input": request.input, "output": request.output}
    options |= {"head": request.head} | ({} if request.score == "logit" else {"score": request.score})
    if layer is not None and "layer" not in option_names(method):
        raise OptionError(f"expected a method that looks at a layer, received layer={brief(layer)}; leave it out.")
    return _of_this_package(build(method, model, options | ({} if layer is None else {"layer": layer})))


def _of_this_package(explainer):
    if not isinstance(explainer, Streaming):
        raise OptionError(f"expected an explainer of this package, received {explainer.title}; use a method's key.")
    return explainer


def told_options(explainer):
    """Returns what was asked of an explainer, as JSON can hold it: by it an audit knows that it is the same.

    Of the explainer's own options those that are numbers and texts.
    """
    request = explainer.request
    asked = {name: _told(getattr(request, name)) for name in ("score", "input", "output", "head")}
    own = {name.lstrip("_"): value for name, value in vars(explainer).items()}
    kinds = (bool, int, float, str)
    return asked | {name: value for name, value in sorted(own.items()) if type(value) in kinds and name not in _OTHERS}


def _told(value):
    if isinstance(value, Score):
        return value.entry
    return getattr(value, "__name__", type(value).__name__) if callable(value) else value
