"""Every refusal of the package; each says what was expected, what was received and what to do."""

import difflib
import re
import reprlib

_WIDTH = 80
_SEARCHED = 50_000  # Names; more would take seconds.
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = _WIDTH


class ExplainError(ValueError):
    """Base of all errors that keras_explain raises on purpose."""


class ModelError(ExplainError):
    """The model, or the way TensorFlow is set up, can't be explained."""


class MethodError(ExplainError):
    """The method doesn't apply to this model; the message names one that does."""


class RuleError(MethodError):
    """A backward rule for ReLUs doesn't reach all of the model's, or there is none to follow it."""


class GradientError(MethodError):
    """The score has no gradient at the place where a method takes one."""


class LayerError(ExplainError):
    """No such layer, several such layers, or a layer that the method can't tap."""


class InputError(ExplainError):
    """The images don't fit the model: shape, dtype, values or number."""


class TargetError(ExplainError):
    """The target is no class of the model, or there isn't one for each image."""


class OptionError(ExplainError):
    """An option is outside of what it allows."""


class ExplainWarning(UserWarning):
    """The result is exact but probably not what was hoped for, or something was not logged."""


def brief(value):
    """Returns what a user handed in, as a message shows it: in one line, an array that is long by its shape."""
    try:
        text = " ".join(_SHORT.repr(value).split())
    except ValueError:  # a whole number of more digits than Python writes
        text = f"{type(value).__name__} of thousands of digits"
    return (_by_shape(value) if len(text) > _WIDTH or "..." in text else None) or _cut(text)


def reason(error):
    """Returns what an exception says, in one line."""
    return f"{type(error).__name__}: {_cut(' '.join(str(error).split()))}"


def _by_shape(value):
    """Returns an array in short, None for anything else."""
    if isinstance(value, type):
        return None
    try:
        return f"{getattr(value.dtype, 'name', value.dtype)} of shape {value.shape}"
    except Exception:  # it is no array, whatever it raises: telling of it must not fail
        return None


def _cut(text):
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."


def near(name, names):
    """Returns the end of an error message: the names that `name` may have meant, or some of them all.

    Names that hold it as whole words come first: "cat" more likely means "tiger cat" than "crate".
    """
    names = list(dict.fromkeys(str(known) for known in names))
    close = _close(name, names[:_SEARCHED]) if isinstance(name, str) else ()
    if close:
        return f"did you mean {', '.join(map(repr, close))}?"
    some = names if len(names) <= 8 else [*names[:4], "...", *names[-3:]]
    return f"known are: {', '.join(some)}."


def _close(name, names):
    wanted = _words(name)
    holding = [known for known in names if wanted and wanted <= _words(known)]
    holding = difflib.get_close_matches(name, holding, n=4, cutoff=0)
    return list(dict.fromkeys([*holding, *difflib.get_close_matches(name, names, n=4, cutoff=0.5)]))[:4]


def _words(text):
    return {word for word in re.split(r"[\W_]+", text.casefold()) if word}
