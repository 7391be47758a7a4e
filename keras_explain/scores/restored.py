"""Make a named score again, of what a manifest says of it."""

from keras_explain.errors import ExplainError, InputError, brief
from keras_explain.scores.classes import difference, margin, multi_label
from keras_explain.scores.detection import box, nearest_box
from keras_explain.scores.region import region
from keras_explain.scores.unit import unit
from keras_explain.storage.runs import from_runs

_MAKERS = {maker.__name__: maker for maker in (region, unit, difference, margin, multi_label, box, nearest_box)}


def restored(entry):
    """Returns the `Score` that an entry of a manifest stands for.

        kx.scores.restored(kx.scores.difference(3, 5).entry)   # scores.difference(a=3, b=5)

    Args:
        entry: What its `entry` was, from anybody.

    Raises:
        InputError: If it stands for none, without the end of a sentence.
    """
    if not isinstance(entry, dict) or entry.get("score") not in list(_MAKERS):
        raise InputError(f"expected a score as one of {', '.join(_MAKERS)} with its arguments, received {brief(entry)}")
    fields = {name: value for name, value in entry.items() if name != "score"}
    if isinstance(fields.get("mask"), dict):
        fields["mask"] = from_runs(fields["mask"])
    try:
        return _MAKERS[entry["score"]](**fields)
    except (ExplainError, TypeError) as error:  # fields of another name or kind
        raise InputError(f"expected a score's own arguments, received {brief(entry)}; {error}") from None
