"""What is explained of a segmentation or a detector, as it is typed: a region, or a box."""

import argparse

from keras_explain.checks.choices import BOX_FORMATS
from keras_explain.checks.paths import why_no_file
from keras_explain.cli.arguments import index_or_name
from keras_explain.errors import ModelError, OptionError

_INSIDE = 128  # Of a picture of a region, the values from here on.
_PREDICTED = "predicted"


def add_scores(parser):
    """Adds a region and a box, whose class is the target."""
    parser.add_argument(
        "--region",
        metavar="PICTURE",
        help="of a segmentation, a picture that is white where the logits of the class --target are summed, laid over "
        f"each photograph; or {_PREDICTED}, where the model gives that class",
    )
    parser.add_argument(
        "--box",
        type=_four_numbers,
        metavar="X,Y,W,H",
        help="of a detector, the box to which the nearest predicted one is explained, for the class --target by the "
        "output --output: its corner and its size, in the units of the model's boxes",
    )
    parser.add_argument("--boxes", type=index_or_name, metavar="NAME", help="name or index of the output of boxes")
    parser.add_argument(
        "--box-format", default=BOX_FORMATS[0], choices=BOX_FORMATS, help=f"of the model's boxes; {BOX_FORMATS[0]}"
    )


def check_scores(options):
    """Refuses a region or a box that lacks something, before the model is loaded; returns whether there is one.

    Raises:
        OptionError: If it lacks something, or goes with nothing.
    """
    given = {"--region": options.region, "--box": options.box}
    asked = [name for name, value in given.items() if value is not None]
    if len(asked) > 1 or (asked and options.score != "logit"):
        others = " and ".join(asked) if len(asked) > 1 else f"{asked[0]} and --score {options.score}"
        raise OptionError(f"expected one score, received {others}.")
    needed = {"--target": options.target, "--boxes": options.boxes, "--output": options.output}
    needed = needed if options.box else {"--target": options.target} if asked else {}
    missing = [name for name, value in needed.items() if value is None]
    if missing:
        raise OptionError(f"expected {', '.join(missing)} with {asked[0]}, received none.")
    if options.boxes is not None and not options.box:
        raise OptionError(f"expected --box with --boxes {options.boxes}, received none.")
    if asked and options.target.startswith("top"):
        raise OptionError(f"expected --target as one class with {asked[0]}, received {options.target}.")
    if options.region not in (None, _PREDICTED) and (why := why_no_file(options.region)) is not None:
        raise OptionError(f"expected --region as a picture, received '{options.region}', which {why}.")
    return bool(asked)


def named_score(options, class_index, model, intake):
    """Returns the `Score` that was typed.

    Args:
        options: What was typed, checked.
        class_index: The class.
        model: The model.
        intake: Its `Intake` of photographs.

    Raises:
        OptionError: If it doesn't fit the model.
        ExplainError: If the picture of a region can't be read, or is black.
    """
    from keras_explain.scores import nearest_box, region

    if options.box:
        box = _in_format(*options.box, options.box_format)
        return nearest_box(box, class_index, options.boxes, options.output, options.box_format)
    predicted = region(_PREDICTED, class_index)
    return predicted if options.region == _PREDICTED else region(_mask(options, predicted, model, intake), class_index)


def _mask(options, score, model, intake):
    """Returns the mask in a picture, of the places of the output, to which it is fitted as photographs are."""
    import keras

    from keras_explain.engine.request import Request
    from keras_explain.photographs.reading import read_photo

    size = intake.size or (None, None)
    shape = (1, intake.channels, *size) if intake.channels_first else (1, *size, intake.channels)
    made = model.compute_output_spec(keras.KerasTensor(shape))
    places = Request(model, score, output=options.output).chosen(made).shape[1:-1]
    if len(places) != 2 or None in places:
        raise ModelError(
            f"expected an output of places (N, H, W, classes) for --region, received one of {places}; give size= to a "
            "model that takes any, or choose another by output=."
        )
    return read_photo(options.region, 1, places, intake.crop)[0][..., 0] >= _INSIDE


def _in_format(x, y, width, height, format):
    """Returns a box by its corner and its size in another format."""
    return {
        "xyxy": (x, y, x + width, y + height),
        "yxyx": (y, x, y + height, x + width),
        "xywh": (x, y, width, height),
        "center_xywh": (x + width / 2, y + height / 2, width, height),
    }[format]


def _four_numbers(text):
    try:
        numbers = tuple(map(float, text.split(",")))
    except ValueError:
        numbers = ()
    if len(numbers) != 4 or not min(numbers[2:]) > 0:
        raise argparse.ArgumentTypeError(f"expected four numbers x,y,w,h with a size above 0, received '{text}'")
    return numbers
