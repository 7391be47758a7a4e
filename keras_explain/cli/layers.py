"""Show a model's layers, and which methods apply to it."""

import numpy as np

from keras_explain.checks.options import check_count
from keras_explain.cli import models
from keras_explain.cli.output import one_line, show
from keras_explain.engine.layer_list import list_layers
from keras_explain.engine.request import Request
from keras_explain.errors import ExplainError
from keras_explain.methods.table import METHODS
from keras_explain.report.reporter import Reporter
from keras_explain.visual.text import legible


def add_arguments(parser):
    """Adds the command's arguments."""
    models.add_arguments(parser)
    models.add_output(parser)
    parser.add_argument(
        "--size", nargs=2, type=int, metavar=("HEIGHT", "WIDTH"), help="of an image, for a model that doesn't say it"
    )


def run(options):
    """Prints the tree of layers, the one that is looked at, and the methods that apply; returns the exit code."""
    for side in options.size or ():
        check_count(side, "--size")
    model = models.load_model(options)
    example = None
    if options.size and Request(model).signature() is None:
        example = np.zeros((1, *options.size, 3), np.float32)
    calls = _tree(list_layers(model, example, output=models.output_choice(options)))
    rows = [(_indented(call.path), legible(call.kind), _shape(call.shape)) for call in calls]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for call, row in zip(calls, rows):
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths))
        show(f"{line}  <- looked at by default" if call.default else line.rstrip())
    show()
    show(one_line(_looked_at(calls)))
    show("--layer takes a name, or where several have it the path: the names above it joined by '/'.")
    for key, verdict in _verdicts(model, example, models.output_choice(options)).items():
        show(one_line(f"{key}: {verdict}"))
    return 0


def _tree(calls):
    """Returns calls in the order in which they end, but a layer before those within it."""
    tree = []
    for call in calls:
        place = len(tree)
        while place > 0 and tree[place - 1].path.startswith(f"{call.path}/"):
            place -= 1
        tree.insert(place, call)
    return tree


def _indented(path):
    *above, name = path.split("/")
    return "  " * len(above) + legible(name)


def _shape(shape):
    return "" if shape is None else " x ".join("any" if size is None else str(size) for size in shape[1:])


def _looked_at(calls):
    for call in calls:
        if call.default:
            return (
                f"Grad-CAM looks at '{call.path}': the last output with more than one place that is no pooling and "
                "that the prediction depends on."
            )
    return "Grad-CAM finds no layer to look at: none that the prediction depends on has more than one place."


def _verdicts(model, example, output):
    """Returns for each method "applies", or why it doesn't."""
    try:
        reporter = Reporter(Request(model, output=output), list(METHODS))
        if example is not None:
            reporter.explain(example)
    except ExplainError as error:
        return dict.fromkeys(METHODS, f"doesn't apply: {error}")
    return {
        key: f"doesn't apply: {reporter.left_out[key]}" if key in reporter.left_out else "applies" for key in METHODS
    }
