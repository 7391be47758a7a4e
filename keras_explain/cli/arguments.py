"""What several commands take: each argument is described once, and a value that is never right is refused at once."""

import argparse
import re

from keras_explain.checks.choices import HEADS, SCORES
from keras_explain.errors import OptionError, near
from keras_explain.methods.table import METHODS, USUAL_METHODS


def add_model(parser, **models):
    """Adds the model and how it is loaded; of several, `{name: what it is}`."""
    for name, what in (models or {"model": "the model"}).items():
        parser.add_argument(name, help=f"{what}, as model.save wrote it: .keras or .h5")
    parser.add_argument(
        "--custom-objects",
        action="append",
        default=[],
        metavar="MODULE",
        help="a Python module to import first, which registers a model's own layers and functions by "
        "keras.saving.register_keras_serializable; several times for several",
    )


def add_photos(parser):
    """Adds the photographs."""
    parser.add_argument("photos", nargs="+", help="photographs: files, folders and globs")


def add_methods(parser):
    """Adds the methods."""
    parser.add_argument(
        "--method",
        action="append",
        metavar="KEY",
        help=f"a method, several times for several: {', '.join(METHODS)}; by default {', '.join(USUAL_METHODS)}, those "
        "of them that apply to the model",
    )


def checked_methods(keys):
    """Returns the keys of methods that were typed, or else the usual ones.

    Raises:
        OptionError: If one of them is none.
    """
    for key in keys or ():
        if key not in METHODS:
            raise OptionError(f"expected --method as a method's key, received '{key}'; {near(key, METHODS)}")
    return list(dict.fromkeys(keys or USUAL_METHODS))


def add_output(parser):
    """Adds the choice among a model's outputs, and what it is."""
    parser.add_argument(
        "--output", type=index_or_name, metavar="NAME", help="name or index of the output to explain, of several"
    )
    parser.add_argument("--head", choices=HEADS, help="what the output's units are, where the model doesn't show it")


def add_size(parser, what="for a model that takes any"):
    """Adds the size of images, and for which model it is needed."""
    parser.add_argument("--size", nargs=2, type=whole(1), metavar=("HEIGHT", "WIDTH"), help=what)


def add_crop(parser):
    """Adds how photographs of another aspect than the model's input are fitted."""
    parser.add_argument("--crop", action="store_true", help="cut off what doesn't fit the size, instead of stretching")


def add_batch_size(parser):
    """Adds how many photographs are in memory."""
    parser.add_argument(
        "--batch-size", type=whole(1), default=32, metavar="N", help="photographs in memory at a time; 32"
    )


def add_score(parser, what):
    """Adds the choice of the score, and what it is for."""
    parser.add_argument("--score", default=SCORES[0], choices=SCORES, help=what)


def add_class_names(parser):
    """Adds the file of class names."""
    parser.add_argument("--class-names", metavar="FILE", help="a text file with the name of one class a line, in UTF-8")


def add_scale(parser):
    """Adds the scale of the values of photographs."""
    parser.add_argument(
        "--scale",
        help="the values that the model takes for black and white, as 0..1, -1..1 or 0..255, or "
        "the preprocessing of a network in keras.applications by its name, as resnet50; by default what the model's "
        "layers or its name tell, else 0..1, which is said",
    )


def add_overwrite(parser, what):
    """Adds the permission to replace what is there, and what that is."""
    parser.add_argument("--overwrite", action="store_true", help=f"replace {what}, if there is one")


def whole(least, most=999_999_999):
    """Returns the function that reads a whole number from `least` to `most`."""

    def read(text):
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            to = f" to {most}" if most < 999_999_999 else ""
            raise argparse.ArgumentTypeError(f"expected a whole number from {least}{to}, received '{text}'")
        return int(text)

    return read


def index_or_name(text):
    """Returns what names one of several: a whole number as an int, anything else as it is."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,9}", text) else text
