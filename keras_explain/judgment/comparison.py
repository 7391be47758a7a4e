"""Compare methods on a user's own images, by all measures that need nothing but these."""

import numpy as np

from keras_explain.checks.options import check_count, check_seed, is_listed
from keras_explain.engine.progress import Progress, announce, check_verbose
from keras_explain.engine.request import Request
from keras_explain.errors import ExplainError, LayerError, MethodError, OptionError, brief, near
from keras_explain.inputs.baseline import baseline_images, check_baseline
from keras_explain.inputs.true_classes import true_classes
from keras_explain.judgment.compared import Comparison
from keras_explain.judgment.judge import Judge
from keras_explain.judgment.mapped import mapped_by
from keras_explain.judgment.measures import MEASURES, cost
from keras_explain.judgment.measuring import Measuring
from keras_explain.methods.joint import Joint
from keras_explain.methods.table import USUAL_METHODS


def compare_methods(
    model,
    images,
    methods=USUAL_METHODS,
    *,
    target=None,
    labels=None,
    measures=tuple(MEASURES),
    baseline="mean",
    layer=None,
    score="logit",
    input=None,
    output=None,
    head=None,
    batch_size=32,
    seed=0,
    verbose="auto",
):
    """Compares methods on your own model and images: which one's maps can be believed, and what for.

        found = kx.compare_methods(model, x_val[:50], ["grad_cam", "cam", "guided_backprop"], labels=y_val[:50])
        print(found)
        found.plot().savefig("methods.png")

    Each method's maps are measured image by image:

    - Do they say why this class, and what the network learned? `"class"` and `"weights"`, see `trust`;
      `"grid_pointing"`, which share of the map is on the image of its class among four, see `metrics.grid_pointing`.
    - Is what they mark enough? `"insertion"` and `"average_drop"`, see `metrics`.
    - Does it matter? `"hiding"`, the share of 20 other places at which the same shape lowers the score less, when it is
      hidden as `trust` hides it; `"deletion"` and `"road"`, see `metrics`.
    - Are their amounts right, and steady? `"infidelity"`, by squares, divided by that of a map of zeros; and
      `"max_sensitivity"`.

    The numbers are means over the images, with bootstrap intervals of 95%: how far they would move with other images
    like these. A method is called the best by a measure where it doesn't fail it and is better than each other one
    beyond doubt, that is where the interval of the difference, image by image, excludes 0: often none is. There is no
    overall score: the measures ask different things, and disagree.

    All methods are compared on the same terms: for the same class, with the same random draws, and by the magnitude
    where a map's sign says nothing of how much a place matters, as of gradients of pixels. Insertion, average drop,
    deletion and ROAD ask for the probability, where the model gives one, the others for the explained score.

    Can't tell: whether the network is right; a faithful map of a wrong network is a faithful map. Images with parts
    hidden are none that it was trained on, so that a score may fall by the hole itself. Average drop and insertion like
    broad maps, deletion scattered ones, max-sensitivity a map that never changes. Of fewer than six images nothing is
    beyond doubt.

    Cost: 295 forward passes and 25 maps, an image and method, and for ROAD linear systems of a second at 224x224;
    208 passes an image for chance levels. It is said before. For a first look take
    `measures=["class", "weights", "hiding"]`: 85 passes and 13 maps.

    Source: that of each measure, see there; of the intervals T. Hesterberg, 2014, arXiv:1411.5279.

    Args:
        model: A Keras model of any form.
        images: `(N, *spatial, C)` as the model takes them, the structure of all its inputs, or a dataset.
        methods: Keys of methods, explainer classes, or explainers built on this model, see `explain`.
        target: The class to explain: None for the predicted one, an int, or one int an image; for the true ones, give
            the labels here as well.
        labels: The true class of each image, None among them where it isn't known, or one-hot. They don't change what
            is explained: it is told how many are predicted right, `found.among(found.right)` compares on these alone,
            and grids are laid of no other.
        measures: Which of the measures, by name; all by default.
        baseline: What is seen in place of a hidden part, in average drop, deletion and infidelity: `"mean"`, each
            image's mean color, or as for `metrics.deletion`.
        layer: The layer to look at, for the methods that look at one that can be chosen.
        score: What is explained, see `ModelExplainer`.
        input: Index or name of the input to explain, of several.
        output: Index or name of the output to explain, of several.
        head: What the output's units are, where the model doesn't show it, see `ModelExplainer`.
        batch_size: Number of images in memory at a time.
        seed: Makes all draws repeatable.
        verbose: 0 for silence, 1 for the cost and progress on standard error, `"auto"` for such where it is watched.

    Returns:
        A `Comparison`: `print` it for the table, `plot()` it for the figure; `rows` holds the numbers.

    Raises:
        MethodError: If no method applies to the model.
        OptionError: If an option is outside of what it allows.
        ExplainError: If the model, the images, the targets or the labels are refused.

    Examples:
        >>> found = kx.compare_methods(model, images, ["grad_cam", "saliency"], measures=["hiding", "average_drop"])
        >>> [(row.method, row.measure) for row in found.rows]
        [('grad_cam', 'average_drop'), ('saliency', 'average_drop'), ('grad_cam', 'hiding'), ('saliency', 'hiding')]
    """
    measures, baseline, seed = _check_measures(measures), check_baseline(baseline), check_seed(seed)
    verbose, batch_size = check_verbose(verbose), check_count(batch_size, "batch_size")
    request = Request(model, score, input, output, head)
    leave_out = (MethodError, LayerError) if layer is None else (MethodError,)
    joint = Joint(model, methods, request=request, layer=layer, batch_size=batch_size, leave_out=leave_out)
    batch = joint.batch(images, target)
    classes = joint.classes if request.of_class else None
    labels = true_classes(labels, len(batch), classes)
    passes, further = cost(measures, len(batch), len(joint.explainers))
    announce(
        f"compare_methods: up to {passes:,} forward passes, and up to {further:,} further maps by each of "
        f"{len(joint.explainers)} methods.",
        verbose,
    )
    answer = joint(batch)
    batch = batch.copies(np.arange(len(batch)), batch.images, answer.targets)
    predicted = answer.targets if target is None and classes else None
    predicted = predicted if answer.probabilities is None else answer.probabilities.argmax(axis=1)
    mapped, left_out = mapped_by(joint, batch, answer.maps)
    if not mapped:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in left_out.items())
        raise MethodError(f"no method applies to model '{model.name}'. {reasons}")
    judge = Judge(request, joint.explainers, joint.titles, joint.looks, seed=seed)
    truth = None if labels is None or predicted is None else np.where(labels < 0, predicted, labels)
    measured = score if answer.probabilities is None else "probability"
    baselines = baseline_images(baseline, batch.images)
    measuring = Measuring(request, judge, batch, measured, truth, baselines, seed, batch_size)
    values, chances, failed = _measured(measuring, measures, mapped, len(batch), verbose)
    return Comparison(
        values,
        chances,
        {one.name: joint.titles[one.name] for one in mapped},
        left_out,
        failed,
        answer.targets,
        predicted,
        labels,
        seed,
    )


def _check_measures(measures):
    listed = [measures] if isinstance(measures, str) else list(measures) if is_listed(measures) else []
    if not listed:
        raise OptionError(f"expected measures= as some of {', '.join(MEASURES)}, received {brief(measures)}.")
    for name in listed:
        if not isinstance(name, str) or name not in MEASURES:
            raise OptionError(
                f"expected measures= as names of measures, received {brief(name)}; {near(name, MEASURES)}"
            )
    return [name for name in MEASURES if name in listed]


def _measured(measuring, measures, mapped, count, verbose):
    """Returns values and chance levels, `{(method, measure): (N,)}`, and why some are missing, by the same."""
    values, chances, failed = {}, {}, {}
    bar = Progress(len(mapped) * len(measures), verbose, "measure")
    for one in mapped:
        for measure in measures:
            key = one.name, measure
            values[key], chances[key] = np.full((2, count), np.nan)
            try:
                values[key][one.rows], chances[key][one.rows] = measuring(measure, one)
            except ExplainError as error:
                failed[key] = str(error)
            bar.step()
    return values, chances, failed
