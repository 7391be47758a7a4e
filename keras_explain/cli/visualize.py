"""Make a picture of what the network takes for a class."""

import io
import os
from pathlib import Path

from keras_explain.checks.choices import RECIPES
from keras_explain.checks.paths import why_no_file
from keras_explain.cli import arguments
from keras_explain.cli.classes import check_number, class_index, read_class_names
from keras_explain.cli.files import check_writable
from keras_explain.cli.models import check_model_file, check_modules, load_model
from keras_explain.cli.output import say, show
from keras_explain.cli.quiet import import_tensorflow
from keras_explain.errors import ModelError, OptionError
from keras_explain.visual.text import legible, written_out

_NAME = 64  # Letters of a class's name in a line.
_FORMATS = (".png", ".pdf", ".svg")


def add_arguments(parser):
    """Adds the command's arguments."""
    arguments.add_model(parser)
    parser.add_argument(
        "--target",
        action="append",
        required=True,
        help="the class, an index or a name in --class-names; several times for several",
    )
    arguments.add_class_names(parser)
    parser.add_argument("--out", default="class.png", metavar="FILE", help="the picture, .png, .pdf or .svg; class.png")
    parser.add_argument(
        "--recipe",
        default=RECIPES[0],
        choices=RECIPES,
        help="plain, as the paper has it, or natural: pictures in which a person recognizes the class",
    )
    parser.add_argument(
        "--bounds",
        nargs=2,
        type=float,
        metavar=("LOW", "HIGH"),
        help="the range of the model's input; the natural recipe's default is what the model's layers or its name tell",
    )
    parser.add_argument("--steps", type=arguments.whole(1), help="number of steps")
    parser.add_argument("--seed", type=arguments.whole(0), help="makes the picture repeatable")
    arguments.add_size(parser)
    arguments.add_score(parser, "what to raise")
    arguments.add_output(parser)
    arguments.add_overwrite(parser, "the picture at --out")


def run(options):
    """Writes one picture with all the classes; returns the exit code."""
    out = Path(options.out)
    _check_out(out, options.overwrite)
    check_model_file(options.model)
    check_modules(options.custom_objects)
    names = read_class_names(options.class_names)
    targets = [class_index(target, names) for target in options.target]
    if options.bounds and not options.bounds[0] < options.bounds[1]:
        raise OptionError("expected --bounds as LOW HIGH with LOW < HIGH, received {:g} {:g}.".format(*options.bounds))
    import_tensorflow()

    import numpy as np

    from keras_explain.inputs.class_names import check_class_names
    from keras_explain.methods.class_visualization import ClassVisualization
    from keras_explain.visual.grids import plot_classes
    from keras_explain.visual.pixels import to_pixels

    model = load_model(options)
    bounds = _bounds(options, model)
    visualization = ClassVisualization(
        model,
        recipe=options.recipe,
        bounds=bounds,
        steps=options.steps,
        size=options.size,
        score=options.score,
        output=options.output,
        head=options.head,
    )
    check_number(names, visualization.classes)
    visualization.check(targets, seed=options.seed)
    ascent = visualization.run(targets, seed=options.seed)
    if ascent.images.ndim != 4 or ascent.images.shape[-1] not in (1, 3):
        raise ModelError(f"expected a model of images in gray or RGB, received one of {ascent.images.shape[1:]}.")
    pictures = [to_pixels(image[np.newaxis], bounds)[0] for image in ascent.images]
    titles = check_class_names(names, None, targets)
    _write(out, plot_classes(pictures, [titles[target] for target in targets]), options.overwrite)
    for target, before, after in zip(targets, ascent.scores[0], ascent.scores[-1]):
        title = legible(titles[target], _NAME)
        show(f"{title}: score {before:.3g} at the start, {after:.3g} at the end -> {written_out(str(out))}")
    return 0


def _check_out(out, overwrite):
    """Refuses a path at which no picture can be made, or something is that nobody said to replace."""
    if out.suffix.lower() not in _FORMATS or os.path.isdir(out):
        raise OptionError(f"expected --out as a picture's file ({', '.join(_FORMATS)}), received '{out}'.")
    there = os.path.lexists(out)
    why = why_no_file(out)
    if there and why is not None:
        raise OptionError(f"expected --out as a picture's file or a new one, received '{out}', which {why}.")
    check_writable(out, "--out")
    if there and not overwrite:
        raise OptionError(f"expected --out as a new file, received '{out}', which exists; replace it by --overwrite.")


def _bounds(options, model):
    from keras_explain.cli.scaling import choose_scale

    if options.bounds or options.recipe == "plain":
        return options.bounds
    scale = choose_scale(None, model)
    say(f"the range of the model's input is taken from {scale.name}: {scale.reason}.")
    return scale.bounds


def _write(out, figure, overwrite):
    """Writes a figure whole or not at all."""
    file = io.BytesIO()
    figure.savefig(file, format=out.suffix[1:].lower(), dpi=150)
    out.parent.mkdir(parents=True, exist_ok=True)
    with open(out, "wb" if overwrite else "xb") as written:
        written.write(file.getvalue())
