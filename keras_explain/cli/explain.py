"""Explain photographs: pictures and arrays of where the network looks."""

import dataclasses
import re

from keras_explain.checks.drawing import FORMATS, LEAST_DPI, MAX_SIDE, MOST_DPI
from keras_explain.cli import arguments, report_page
from keras_explain.cli.classes import check_number, class_index, read_class_names
from keras_explain.cli.files import check_out
from keras_explain.cli.models import check_model_file, check_modules, load_model
from keras_explain.cli.output import say, told
from keras_explain.cli.quiet import import_tensorflow
from keras_explain.cli.scores import add_scores, check_scores, named_score
from keras_explain.cli.wording import as_typed
from keras_explain.errors import OptionError
from keras_explain.photographs.class_folders import folder_classes
from keras_explain.photographs.found import find_photos


def add_arguments(parser):
    """Adds the command's arguments."""
    arguments.add_model(parser)
    arguments.add_photos(parser)
    arguments.add_methods(parser)
    parser.add_argument(
        "--target",
        help="the class to explain: an index, a name in --class-names, or top3 for the three most probable ones; by "
        "default the predicted one",
    )
    arguments.add_class_names(parser)
    parser.add_argument(
        "--out", default="why", metavar="FOLDER", help="where to write, a folder for each photograph; why by default"
    )
    report_page.add_argument(parser)
    parser.add_argument(
        "--trust",
        action="store_true",
        help="also measure how far each map can be believed, by some hundred forward passes a map",
    )
    parser.add_argument("--layer", help="the layer to look at, as the command `layers` names it")
    parser.add_argument(
        "--grid",
        nargs=2,
        type=arguments.whole(1),
        metavar=("ROWS", "COLUMNS"),
        help="how the tokens of that layer lie, of a transformer in which that isn't found",
    )
    arguments.add_score(parser, "what to explain of a class")
    add_scores(parser)
    arguments.add_output(parser)
    arguments.add_scale(parser)
    arguments.add_size(parser)
    arguments.add_crop(parser)
    parser.add_argument(
        "--max-side",
        type=arguments.whole(1),
        default=MAX_SIDE,
        metavar="PIXELS",
        help=f"photographs with a longer side than that are drawn smaller; {MAX_SIDE} by default",
    )
    parser.add_argument("--format", default="png", choices=FORMATS, help="what the plot is saved as; png by default")
    dpi = arguments.whole(LEAST_DPI, MOST_DPI)
    parser.add_argument("--dpi", type=dpi, metavar="N", help="dots an inch of the plot, or of the pictures in it")
    parser.add_argument("--json", action="store_true", help="print a JSON object for each photograph, a line each")
    arguments.add_batch_size(parser)


def run(options):
    """Explains photographs batch by batch, each saved as soon as it can be; returns the exit code."""
    methods, batch_size = arguments.checked_methods(options.method), options.batch_size
    check_model_file(options.model)
    check_modules(options.custom_objects)
    found, names = find_photos(options.photos), read_class_names(options.class_names)
    waits = names is None and found.classes  # for the model: the folders may name its classes
    target = None if waits else _target(options.target, names)
    named = check_scores(options)
    if named and waits:
        raise OptionError("expected --class-names with folders of classes and --region or --box, received none.")
    check_out(options.out)
    report_page.check_report(options.report)
    import_tensorflow()

    from keras_explain.cli.results import Results
    from keras_explain.engine.request import Request
    from keras_explain.photographs.intake import model_intake
    from keras_explain.photographs.scaling import choose_scale
    from keras_explain.report.judged import Judged
    from keras_explain.report.reporter import Reporter

    model = load_model(options.model, options.custom_objects)
    intake, scale = model_intake(model, options.size, options.crop), choose_scale(options.scale, model)
    asked = {"score": options.score, "output": options.output, "head": options.head}
    if named:
        asked["score"], target = named_score(options, target, model, intake), None
        asked["output"] = None if options.box else options.output
    request = Request(model, **asked)
    looking = {"layer": options.layer, "grid": options.grid}
    reporter = Reporter(request, methods, class_names=names, **looking, batch_size=batch_size)
    if reporter.classes is None or len(reporter.left_out) == len(methods):
        reporter.explain(intake.model_input(_noise(intake), scale))  # what all photographs fail by is told once, first
    check_number(names, reporter.classes)
    truth = folder_classes(found, names, reporter.classes)
    target = _target(options.target, truth.names) if waits else target
    reporter.check_target(target)

    judged = Judged()

    def explained(pixels):
        explanation = reporter.explain(intake.model_input(pixels, scale), target)
        explanation = judged(explanation) if options.trust else explanation
        return dataclasses.replace(explanation, class_names=truth.names) if truth.names else explanation

    for note in (*found.notes, *(f"no photographs in '{folder}'." for folder in found.empty), *truth.notes):
        say(as_typed(note))
    say(f"photographs are {intake}, and drawn with up to {options.max_side} pixels a side.")
    say(f"values are taken as {scale.name}: {as_typed(scale.reason)}.")
    settings = {"scale": scale.name, **intake.settings()}
    drawn = {"format": options.format, "dpi": options.dpi, "max_side": options.max_side, "crop": options.crop}
    results = Results(
        options.out, found.photos, truth.labels, settings, folders=found.classes, as_json=options.json, options=drawn
    )
    try:
        with report_page.photographs_page(options.report) as add_to_page:

            def keep(photo, explanation):
                saved = results.save(photo, explanation)
                if saved is not None:
                    results.attempt([photo], add_to_page, photo, saved, drawn["crop"])

            for batch, pixels in intake.batches(results.waiting, batch_size, results.attempt, say):
                _explain(explained, batch, pixels, results, keep)
    except KeyboardInterrupt:
        say(f"{results}.")
        raise
    whole = results.report()
    for name, error in reporter.left_out.items():
        say(f"{name} is left out: {told(error)}")
    return 0 if whole and not found.empty and not (options.method and reporter.left_out) else 1


def _target(text, names):
    if text is None or re.fullmatch(r"top[1-9]\d*", text):
        return text
    return class_index(text, names)


def _noise(intake):
    import numpy as np

    return np.random.default_rng(0).integers(
        256, size=(1, *(intake.size or (256, 256)), intake.channels), dtype="uint8"
    )


def _explain(explained, batch, pixels, results, keep):
    """Explains photographs together, or if that fails one by one, so that the others are not lost with one."""
    explanation = results.attempt(batch, explained, pixels)
    if explanation is not None:
        for i, photo in enumerate(batch):
            keep(photo, explanation[i])
    elif len(batch) > 1:
        for photo, one in zip(batch, pixels):
            _explain(explained, [photo], [one], results, keep)
