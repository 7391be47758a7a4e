"""Explain a whole folder of photographs into a table, which goes on where it was interrupted."""

import os

from keras_explain.cli import arguments, report_page
from keras_explain.cli.classes import check_number, read_class_names
from keras_explain.cli.models import check_model_file, check_modules, load_model
from keras_explain.cli.output import say, show
from keras_explain.cli.quiet import import_tensorflow
from keras_explain.cli.wording import as_typed
from keras_explain.errors import OptionError
from keras_explain.methods.table import METHODS
from keras_explain.photographs.found import find_photos
from keras_explain.visual.text import written_out

_LISTED = 10  # Photographs that are named.


def add_arguments(parser):
    """Adds the command's arguments."""
    arguments.add_model(parser)
    arguments.add_photos(parser)
    parser.add_argument(
        "--out", default="audit", metavar="FOLDER", help="where to write, or what to go on with; audit by default"
    )
    parser.add_argument(
        "--method", default="grad_cam", metavar="KEY", help=f"one of {', '.join(METHODS)}; grad_cam by default"
    )
    report_page.add_argument(parser, "what was found")
    arguments.add_class_names(parser)
    parser.add_argument(
        "--regions", metavar="FOLDER", help="pictures named like the photographs, white where each shows its class"
    )
    parser.add_argument("--trust", action="store_true", help="also check each map, by 84 forward passes a photograph")
    parser.add_argument("--layer", help="the layer to look at, as the command `layers` names it")
    arguments.add_score(parser, "what to explain of a class")
    arguments.add_output(parser)
    arguments.add_scale(parser)
    arguments.add_size(parser)
    arguments.add_crop(parser)
    arguments.add_batch_size(parser)
    parser.add_argument(
        "--ray",
        metavar="ADDRESS",
        help="explain by the workers of a Ray cluster: local for one that is started on this machine, auto for the one "
        "that runs on it, or its address",
    )
    parser.add_argument(
        "--workers", type=arguments.whole(1), metavar="N", help="of a cluster, how many workers at most"
    )


def run(options):
    """Audits the photographs and tells in numbers what was found; returns the exit code."""
    from keras_explain.audits.arrow import check_ray

    arguments.checked_methods([options.method])
    check_model_file(options.model)
    check_modules(options.custom_objects)
    if options.regions is not None and not os.path.isdir(options.regions):
        raise OptionError(f"expected --regions as a folder of masks, received '{options.regions}', which is none.")
    report_page.check_report(options.report)
    check_ray(options.ray, options.workers)
    find_photos(options.photos)  # what stands for none is refused before TensorFlow is loaded
    names = read_class_names(options.class_names)
    import_tensorflow()

    from keras_explain.audits.audit import audit
    from keras_explain.audits.folder import check_audit_folder
    from keras_explain.engine.compiled import Compiled
    from keras_explain.engine.request import Request
    from keras_explain.photographs.photographs import Photographs

    check_audit_folder(options.out)
    model = load_model(options.model, options.custom_objects)
    request = Request(model, options.score, output=options.output, head=options.head)
    classes = Compiled(request).classes
    check_number(names, classes)
    photos = Photographs(*options.photos, size=options.size, scale=options.scale, crop=options.crop, class_names=names)
    listed = photos.listed(model, classes)
    for note in (*listed.found.notes, *listed.truth.notes):
        say(as_typed(note))
    say(f"photographs are {listed.intake}.")
    say(f"values are taken as {listed.scale.name}: {as_typed(listed.scale.reason)}.")
    asked = {name: getattr(options, name) for name in ("method", "layer", "score", "output", "head", "out")}
    found = audit(
        model,
        photos,
        class_names=names,
        regions=options.regions,
        trust=options.trust,
        batch_size=options.batch_size,
        ray=options.ray,
        workers=options.workers,
        verbose="auto",
        **asked,
    )
    for key, why in list(found.broken.items())[:_LISTED]:
        say(f"error: '{written_out(key)}' was not explained: {why}")
    if len(found.broken) > _LISTED:
        say(f"{len(found.broken) - _LISTED} more were not explained, see `broken` of the audit.")
    show(str(found))
    for line in str(found.findings).splitlines():
        show(written_out(line))
    if options.report:
        paths = dict(zip(listed.keys, listed.found.photos))
        found.to_html(options.report, paths.__getitem__, crop=options.crop)
    return 1 if found.broken else 0
