"""Make a picture of what the network takes for a class, or of what excites channels of a layer."""

from pathlib import Path

from keras_explain.checks.choices import RECIPES, SCORES
from keras_explain.cli import arguments
from keras_explain.cli.classes import check_number, class_index, read_class_names
from keras_explain.cli.models import check_model_file, check_modules, load_model
from keras_explain.cli.output import say, show
from keras_explain.cli.picture_file import check_picture_file, write_picture
from keras_explain.cli.quiet import import_tensorflow
from keras_explain.errors import ModelError, OptionError
from keras_explain.visual.text import legible, written_out

_NAME = 64  # Letters of a class's name in a line.


def add_arguments(parser):
    """Adds the command's arguments."""
    arguments.add_model(parser)
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument(
        "--target",
        action="append",
        help="the class, an index or a name in --class-names; several times for several",
    )
    asked.add_argument("--layer", help="in place of a class: the layer whose channels are visualized, its name or path")
    parser.add_argument(
        "--channel",
        action="append",
        type=arguments.whole(0),
        metavar="N",
        help="a channel of --layer; several times for several; by default all of up to 64",
    )
    arguments.add_class_names(parser)
    parser.add_argument(
        "--out", metavar="FILE", help="the picture, .png, .pdf or .svg; class.png, or features.png of a layer"
    )
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
    """Writes one picture with all the classes, or all the channels; returns the exit code."""
    out = Path(options.out or ("features.png" if options.layer else "class.png"))
    check_picture_file(out, options.overwrite)
    _check_asked(options)
    check_model_file(options.model)
    check_modules(options.custom_objects)
    names = read_class_names(options.class_names)
    targets = [class_index(target, names) for target in options.target or ()]
    if options.bounds and not options.bounds[0] < options.bounds[1]:
        raise OptionError("expected --bounds as LOW HIGH with LOW < HIGH, received {:g} {:g}.".format(*options.bounds))
    import_tensorflow()

    import numpy as np

    from keras_explain.visual.grids import plot_classes
    from keras_explain.visual.pixels import to_pixels

    model = load_model(options.model, options.custom_objects)
    bounds = _bounds(options, model)
    how = {"recipe": options.recipe, "bounds": bounds, "steps": options.steps, "size": options.size}
    if options.layer:
        ascent, titles = _features(options, model, how)
    else:
        ascent, titles = _classes(options, model, how, targets, names)
    if ascent.images.ndim != 4 or ascent.images.shape[-1] not in (1, 3):
        raise ModelError(f"expected a model of images in gray or RGB, received one of {ascent.images.shape[1:]}.")
    pictures = [to_pixels(image[np.newaxis], bounds)[0] for image in ascent.images]
    write_picture(out, plot_classes(pictures, titles), options.overwrite)
    for title, before, after in zip(titles, ascent.scores[0], ascent.scores[-1]):
        title = legible(title, _NAME)
        show(f"{title}: score {before:.3g} at the start, {after:.3g} at the end -> {written_out(str(out))}")
    return 0


def _check_asked(options):
    """Refuses what says nothing of what is asked for: a class, or a layer's channels."""
    if options.channel and not options.layer:
        raise OptionError("expected --layer with --channel, received none.")
    foreign = {"--class-names": options.class_names, "--output": options.output, "--head": options.head}
    foreign["--score"] = options.score != SCORES[0]
    given = [name for name, value in foreign.items() if value not in (None, False)]
    if options.layer and given:
        raise OptionError(f"{', '.join(given)} say how a class is scored, received --layer; leave them out.")


def _classes(options, model, how, targets, names):
    """Returns the `Ascent` of classes, and a title of each."""
    from keras_explain.inputs.class_names import check_class_names
    from keras_explain.methods.class_visualization import ClassVisualization

    asked = {"score": options.score, "output": options.output, "head": options.head}
    visualization = ClassVisualization(model, **how, **asked)
    check_number(names, visualization.classes)
    visualization.check(targets, seed=options.seed)
    titles = check_class_names(names, None, targets)
    return visualization.run(targets, seed=options.seed), [titles[target] for target in targets]


def _features(options, model, how):
    """Returns the `Ascent` of channels, and a title of each."""
    from keras_explain.methods.feature_visualization import FeatureVisualization

    visualization = FeatureVisualization(model, options.layer, options.channel, **how)
    units, _, _ = visualization.check(seed=options.seed)
    return visualization.run(seed=options.seed), units.names


def _bounds(options, model):
    from keras_explain.photographs.scaling import choose_scale

    if options.bounds or options.recipe == "plain":
        return options.bounds
    scale = choose_scale(None, model)
    say(f"the range of the model's input is taken from {scale.name}: {scale.reason}.")
    return scale.bounds
