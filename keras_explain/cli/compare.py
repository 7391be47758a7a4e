"""Compare two networks on photographs: which decisions are other ones, and which maps moved."""

import dataclasses
import json
from pathlib import Path

from keras_explain.cli import arguments
from keras_explain.cli.classes import read_class_names
from keras_explain.cli.models import check_model_file, check_modules, load_model
from keras_explain.cli.output import say, show
from keras_explain.cli.picture_file import check_picture_file, write_picture
from keras_explain.cli.quiet import import_tensorflow
from keras_explain.cli.wording import as_typed
from keras_explain.errors import OptionError
from keras_explain.photographs.found import find_photos
from keras_explain.visual.text import written_out


def add_arguments(parser):
    """Adds the command's arguments."""
    arguments.add_model(parser, before="the model before", after="the model after")
    arguments.add_photos(parser)
    parser.add_argument("--method", default="grad_cam", metavar="KEY", help="the method of the maps; grad_cam")
    arguments.add_class_names(parser)
    parser.add_argument("--out", metavar="FILE", help="also draw the first rows: .png, .pdf or .svg")
    arguments.add_scale(parser)
    arguments.add_size(parser)
    arguments.add_crop(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON object a photograph, a line each")
    arguments.add_batch_size(parser)
    arguments.add_overwrite(parser, "the figure at --out")


def run(options):
    """Prints what changed, and draws the figure that was asked for; returns the exit code."""
    (method,), out = arguments.checked_methods([options.method]), options.out and Path(options.out)
    if out:
        check_picture_file(out, options.overwrite)
    for path in (options.before, options.after):
        check_model_file(path)
    check_modules(options.custom_objects)
    if Path(options.before).resolve() == Path(options.after).resolve():
        raise OptionError(f"expected two models, received '{options.before}' twice.")
    find_photos(options.photos)  # what isn't there is refused before TensorFlow is loaded
    names = read_class_names(options.class_names)
    import_tensorflow()

    from keras_explain.audits.compare import compare
    from keras_explain.photographs.photographs import Photographs

    models = [load_model(path, options.custom_objects) for path in (options.before, options.after)]
    photographs = Photographs(*options.photos, size=options.size, scale=options.scale, crop=options.crop)
    called = [Path(path).name for path in (options.before, options.after)]
    called = called if called[0] != called[1] else [options.before, options.after]
    changes = compare(
        *models, photographs, method=method, class_names=names, names=called, batch_size=options.batch_size
    )
    for key, why in changes.broken.items():
        say(f"error: '{written_out(key)}' can't be read: {as_typed(why)}")
    lines = [json.dumps(dataclasses.asdict(row)) for row in changes.rows] if options.json else str(changes).splitlines()
    for line in lines:
        show(written_out(line))
    if out:
        write_picture(out, changes.plot(), options.overwrite)
        say(f"the figure is '{written_out(str(out))}'.")
    return 1 if changes.broken else 0
