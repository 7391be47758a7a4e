"""Say of an option what is typed: errors name Python's arguments, as `size=`, where the command line has `--size`."""

import re

OPTIONS = (
    "batch_size",
    "bounds",
    "class_names",
    "grid",
    "head",
    "layer",
    "output",
    "ray",
    "recipe",
    "regions",
    "scale",
    "score",
    "seed",
    "size",
    "steps",
    "target",
    "workers",
)
_NAMED = re.compile(rf'\b({"|".join(OPTIONS)})=(?:(None)\b|"(\w+)"|(?=[\s,.;:)]|$))')


def as_typed(text):
    """Returns an error's text with options as they are typed: `--size`, `--score logit`, and `no --layer` for None."""
    text = text.replace("pass score=, one of", "pass --region or --box to `explain`, or in Python one of")
    return _NAMED.sub(_typed, text).replace(" input= ", " input= (in Python) ")


def _typed(found):
    name, none, value = found.groups()
    return f"{'no ' if none else ''}--{name.replace('_', '-')}{f' {value}' if value else ''}"
