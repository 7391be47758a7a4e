"""Show which methods apply to a model, and its layers."""

from keras_explain.cli import arguments
from keras_explain.cli.models import check_model_file, check_modules, load_model
from keras_explain.cli.output import show, told
from keras_explain.cli.quiet import import_tensorflow
from keras_explain.errors import ExplainError, LayerError, MethodError, OptionError
from keras_explain.methods.table import METHODS
from keras_explain.visual.text import legible, one_line

_APPLIES = "applies"


def add_arguments(parser):
    """Adds the command's arguments."""
    arguments.add_model(parser)
    arguments.add_output(parser)
    arguments.add_size(parser, "of an image, for a model that doesn't say it")


def run(options):
    """Prints the methods that apply, the layer that is looked at and the tree of layers; returns the exit code."""
    check_model_file(options.model)
    check_modules(options.custom_objects)
    import_tensorflow()

    from keras_explain.engine.layer_list import list_layers
    from keras_explain.engine.request import Request

    model = load_model(options.model, options.custom_objects)
    request, example = Request(model, output=options.output, head=options.head), None
    if request.signature() is None:
        if not options.size:
            raise OptionError("the model doesn't say which images it takes: give size=, the height and the width.")
        example = _black(options.size)
    for key, verdict in sorted(_verdicts(request, example).items(), key=lambda told: told[1] != _APPLIES):
        show(one_line(f"{key}: {verdict}"))
    calls = list_layers(model, example, output=options.output)
    show()
    show(one_line(_looked_at(calls)))
    show("--layer takes a name, or where several have it the path: the names above it joined by '/'.")
    show()
    _show_tree(_tree(calls))
    return 0


def _black(size):
    import numpy as np

    return np.zeros((1, *size, 3), np.float32)


def _show_tree(calls):
    rows = [(_indented(call.path), legible(call.kind), _shape(call.shape)) for call in calls]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for call, row in zip(calls, rows):
        line = "  ".join(text.ljust(width) for text, width in zip(row, widths))
        show(f"{line}  <- looked at by default" if call.default else line.rstrip())


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


def _verdicts(request, example):
    """Returns for each method "applies", or why it doesn't: from one traced pass, which they share.

    Each is asked for what it declares in that pass: one that puts its maps together from several applies where its
    first does, one that asks no gradient where the images have what it hides, a wrapper where what it wraps does.
    """
    from keras_explain.engine.compiled import Compiled

    explainers, refusals = {}, {}
    for key, method in METHODS.items():
        made = method(request.model, output=request.output, head=request.head, lazy=True)
        explainers[key] = getattr(made, "explainer", made)
    watching = [one for one in explainers.values() if one.watch is not None]
    try:
        compiled = Compiled(request, watching, (MethodError, LayerError))
        if example is not None:
            compiled(compiled.batch(example))
    except ExplainError as error:
        return dict.fromkeys(METHODS, f"doesn't apply: {told(error)}")
    for key, explainer in explainers.items():
        try:
            explainer.check(compiled.signature)
        except ExplainError as error:
            refusals[key] = error
        if explainer in compiled.left_out:
            refusals[key] = compiled.left_out[explainer]
    return {key: f"doesn't apply: {told(refusals[key])}" if key in refusals else _APPLIES for key in METHODS}
