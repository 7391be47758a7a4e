"""Ask several methods at once why a model decides as it does."""

from keras_explain.checks.options import check_flag, check_function
from keras_explain.engine.request import Request
from keras_explain.methods.table import USUAL_METHODS
from keras_explain.report.judged import Judged
from keras_explain.report.reporter import Reporter


def explain(
    model,
    images,
    target=None,
    methods=USUAL_METHODS,
    *,
    labels=None,
    class_names=None,
    layer=None,
    grid=None,
    score="logit",
    input=None,
    output=None,
    head=None,
    batch_size=32,
    display=None,
    trust=False,
):
    """Explains images by several methods, from as few forward passes as possible.

        kx.explain(model, images, class_names=names).plot()

    Args:
        model: A Keras model of any form.
        images: `(N, *spatial, C)` as the model takes them, the structure of all its inputs, a dataset, a generator of
            batches, the path of a folder of photographs, or `kx.Photographs`. An explanation holds them all: for more
            than it is for a person to look at there are `kx.audit` and `explainer.stream`.
        target: The class to explain: None for the predicted one, an int, one int an image, or `"top3"` for each image's
            three most probable ones (any number).
        methods: Keys of methods, explainer classes, or explainers built on this model. The options below are for keys
            and classes; an explainer has its own.
        labels: The true class of each image, to be shown beside the explained one: indices, None among them where it
            isn't known, or one-hot; by default the data's own, of photographs that of the folder that holds them;
            False for none.
        class_names: Name of each class: a sequence, a dictionary by index, or Keras's `class_indices`, one of indices
            by name.
        layer: The layer to look at, for the methods that look at one that can be chosen; by default the last features.
        grid: How many tokens lie along each axis of the image, `(rows, columns)`, where the layer is one of a
            transformer whose tokens can't be followed to the image.
        score: What is explained, see `ModelExplainer`. By default it is the logit, and RISE's the probability.
        input: Index or name of the input to explain, of several.
        output: Index or name of the output to explain, of several.
        head: What the output's units are, where the model doesn't show it, see `ModelExplainer`.
        batch_size: Number of images in memory at a time.
        display: Function from the explained input to pixels that can be shown, `(N, H, W, 1 or 3)`, where the input
            itself can't be.
        trust: Whether to measure how far each map can be believed, as `kx.trust` does, which takes some hundred forward
            passes a map: `plot`, `save` and `to_html` show it.

    Returns:
        An `Explanation`. Methods that don't apply to the model are left out of it, with the reason.

    Raises:
        MethodError: If no method applies to the model.
        ExplainError: If the model, the images, the targets or an option are refused.
    """
    if display is not None:
        check_function(display, "display= as", "images")
    trust = check_flag(trust, "trust=")
    request = Request(model, score, input, output, head)
    reporter = Reporter(request, methods, class_names=class_names, layer=layer, grid=grid, batch_size=batch_size)
    explanation = reporter.explain(images, target, display, labels)
    return Judged()(explanation) if trust else explanation
