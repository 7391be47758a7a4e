"""Compare methods on photographs: which one's maps can be believed, and what for."""

import dataclasses
import json
import math
from pathlib import Path

from keras_explain.cli import arguments
from keras_explain.cli.classes import check_number, class_index, read_class_names
from keras_explain.cli.models import check_model_file, check_modules, load_model
from keras_explain.cli.output import say, show, told
from keras_explain.cli.picture_file import check_picture_file, write_picture
from keras_explain.cli.quiet import import_tensorflow
from keras_explain.cli.wording import as_typed
from keras_explain.errors import ExplainError, InputError, OptionError
from keras_explain.judgment.measures import MEASURES
from keras_explain.photographs.class_folders import folder_classes
from keras_explain.photographs.found import find_photos
from keras_explain.visual.text import written_out


def add_arguments(parser):
    """Adds the command's arguments."""
    arguments.add_model(parser)
    arguments.add_photos(parser)
    arguments.add_methods(parser)
    parser.add_argument(
        "--measure",
        action="append",
        choices=MEASURES,
        metavar="NAME",
        help=f"a measure, several times for several: {', '.join(MEASURES)}; all by default",
    )
    parser.add_argument(
        "--target",
        help="the class to explain, an index or a name in --class-names; by default the predicted one of each",
    )
    arguments.add_class_names(parser)
    parser.add_argument("--out", metavar="FILE", help="also draw a figure: .png, .pdf or .svg")
    parser.add_argument("--layer", help="the layer to look at, as the command `layers` names it")
    arguments.add_score(parser, "what to explain of a class")
    arguments.add_output(parser)
    arguments.add_scale(parser)
    arguments.add_size(parser)
    arguments.add_crop(parser)
    parser.add_argument("--seed", type=arguments.whole(0), default=0, help="makes all draws repeatable; 0")
    parser.add_argument("--json", action="store_true", help="print a JSON object a measure and method, a line each")
    arguments.add_batch_size(parser)
    arguments.add_overwrite(parser, "the figure at --out")


def run(options):
    """Prints the table, and draws the figure that was asked for; returns the exit code."""
    methods, out = arguments.checked_methods(options.method), options.out and Path(options.out)
    if out:
        check_picture_file(out, options.overwrite)
    check_model_file(options.model)
    check_modules(options.custom_objects)
    found, names = find_photos(options.photos), read_class_names(options.class_names)
    waits = names is None and found.classes  # for the model: the folders may name its classes
    target = None if waits or options.target is None else class_index(options.target, names)
    import_tensorflow()

    from keras_explain.engine.compiled import Compiled
    from keras_explain.engine.request import Request
    from keras_explain.judgment.comparison import compare_methods
    from keras_explain.photographs.intake import model_intake
    from keras_explain.photographs.scaling import choose_scale

    model = load_model(options.model, options.custom_objects)
    intake, scale = model_intake(model, options.size, options.crop), choose_scale(options.scale, model)
    asked = {name: getattr(options, name) for name in ("score", "output", "head")}
    photos, images = _read(intake, scale, found.photos)
    compiled = Compiled(Request(model, **asked))
    compiled.batch(images[:1])
    check_number(names, compiled.classes)
    truth = folder_classes(found, names, compiled.classes)
    target = class_index(options.target, truth.names) if waits and options.target is not None else target
    compiled.batch(images[:1], target)
    for note in (*found.notes, *(f"no photographs in '{folder}'." for folder in found.empty), *truth.notes):
        say(as_typed(note))
    say(f"photographs are {intake}.")
    say(f"values are taken as {scale.name}: {as_typed(scale.reason)}.")
    compared = compare_methods(
        model,
        images,
        methods,
        target=target,
        labels=[truth.labels.get(photo, (None,))[0] for photo in photos] if truth.labels else None,
        measures=options.measure or list(MEASURES),
        layer=options.layer,
        batch_size=options.batch_size,
        seed=options.seed,
        **asked,
    )
    _tell(compared, options.json)
    if out:
        write_picture(out, compared.plot(), options.overwrite)
        say(f"the figure is '{written_out(str(out))}'.")
    whole = len(photos) == len(found.photos) and not found.empty
    return 0 if whole and not (options.method and compared.left_out) else 1


def _read(intake, scale, photos):
    """Returns the photographs that can be read, and the model's input of them; tells of the others.

    Raises:
        InputError: If none can be.
        OptionError: If they are of several sizes.
    """

    def attempt(some, work, *given):
        try:
            return work(*given)
        except (ExplainError, OSError) as error:
            say(f"error: '{written_out(str(some[0]))}' can't be read: {told(error)}")
            return None

    batches = list(intake.batches(photos, len(photos), attempt, say))
    if not batches:
        raise InputError("expected photographs that can be read, received none.")
    if len(batches) > 1:
        raise OptionError("expected photographs of one size, received several: give --size HEIGHT WIDTH.")
    read, pixels = batches[0]
    return read, intake.model_input(pixels, scale)


def _tell(compared, as_json):
    """Prints the results, and beside them what couldn't be measured."""
    for line in compared.lines if not as_json else [json.dumps(_fields(row)) for row in compared.rows]:
        show(line)
    for note in compared.notes:
        say(as_typed(note))


def _fields(row):
    fields = dataclasses.asdict(row)
    return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in fields.items()}
