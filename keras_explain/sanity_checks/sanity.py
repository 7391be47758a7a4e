"""Ask a method for maps of other weights, classes and images than its own, and see whether they differ."""

import numpy as np

from keras_explain.checks.options import check_count, check_seed, is_listed
from keras_explain.engine.progress import check_verbose
from keras_explain.errors import MethodError, OptionError, brief
from keras_explain.methods.asked import batch_for
from keras_explain.methods.build import check_explainer
from keras_explain.methods.explainer import ModelExplainer
from keras_explain.sanity_checks.others import other_classes
from keras_explain.sanity_checks.questions import CHECKS, questions
from keras_explain.sanity_checks.trial import Trial
from keras_explain.sanity_checks.weights import Weights


def sanity(explainer, images, target=None, *, checks=CHECKS, steps=10, seed=0, verbose="auto"):
    """Checks that a method's maps depend on what they claim to show: the network's weights, the class, the image.

    Maps are asked for again where one of these is another, and compared with the method's own by the rank correlation
    of how much each place counts:

    - *weights*: cascading randomization. From the last layer down, more and more layers are redrawn by their own
      initializers. Where the last layers have forgotten everything there is no class to be explained, so that a map
      that stays shows the image, not what the network learned. *independent*: the same of each few layers alone, which
      tells what a map is made of, and gives no verdict.
    - *class*: a class drawn at random, the image as it is; and the runner-up, which may well be seen in the same place.
    - *image*: another one of the images for the same class; of a single image, itself moved by a quarter of its size.

    The chance level is measured: the mean similarity of maps that have nothing in common but the method, namely of
    different images, one of the network and one with all layers redrawn. A map depends on what was changed if it is
    nearer to chance than to the same, on average over the images; on the weights, if that is so at every step.

    The model is never written to, whatever is raised or interrupted: its compiled function is handed copies of the
    weights. Other threads see the model as it is.

    Cost: 25 maps an image, `2 steps + 5`, and up to 10 more of fewer than 8 images.

    Can't tell: whether a map is right. One that depends on all three may still mark the wrong places; and of a network
    whose classes are seen in one place, a good map of another class is much the same.

    Source: J. Adebayo et al., 2018, arXiv:1810.03292, section 2 (weights); the other two after W. Nie et al., 2018,
    arXiv:1805.07039.

    Args:
        explainer: An explainer of a Keras model, or a wrapper of one such as `SmoothGrad`.
        images: As the explainer takes them. Some more give a steadier verdict.
        target: The class to explain: None for the predicted one, an int, or one int an image. It is kept while layers
            are redrawn.
        checks: Which of `"weights"`, `"independent"`, `"class"` and `"image"`.
        steps: In how many steps layers are redrawn, at most; the layers of one step are redrawn together.
        seed: Makes the draws repeatable.
        verbose: 0 for silence, 1 for progress on standard error, counted in maps, `"auto"` for such where it is
            watched, on a terminal or in a notebook, and the work takes long.

    Returns:
        A `Sanity`: `print` it for the verdict, `plot()` it for the figure.

    Raises:
        OptionError: If an option is outside of what it allows, or there is nothing to check.
        MethodError: If the explainer asks no model by a compiled function, so that its weights can't be redrawn, or its
            maps hold nothing to be compared.
        ExplainError: If the images or the targets are refused.

    Examples:
        >>> kx.sanity(kx.GuidedBackprop(model), images, steps=2).curve("weights").shape
        (2,)
    """
    checks, steps, seed = _check_checks(checks), check_count(steps, "steps"), check_seed(seed)
    verbose, asked = check_verbose(verbose), _asked(explainer)
    batch = batch_for(explainer, images, target)
    answer = asked.compiled(asked.compiled.batch(batch), asked.batch_size)
    batch = batch.copies(np.arange(len(batch)), batch.images, answer.targets)
    others = other_classes(answer.targets, answer.probabilities, asked.compiled.classes, seed)
    if "class" in checks and not others and len(checks) == 1:
        raise MethodError('expected a score with classes, received one with none to compare: leave out "class".')
    trial = Trial(explainer, Weights(asked.compiled, seed), batch)
    notes = ["Class: left out, as the score has no other."] if "class" in checks and not others else []
    return trial.result(questions(checks, batch, trial.steps(steps), others), notes, verbose)


def _asked(explainer):
    """Returns the explainer that asks a model, itself or what it wraps."""
    if isinstance(check_explainer(explainer, "an explainer"), type):
        raise OptionError(f"expected an explainer, received the class {brief(explainer)}: build it on a model.")
    asked = explainer
    while not isinstance(asked, ModelExplainer) and hasattr(asked, "explainer"):
        asked = asked.explainer
    if not isinstance(asked, ModelExplainer):
        raise MethodError(
            f"expected an explainer derived from ModelExplainer, or a wrapper whose `explainer` is one, received "
            f"{brief(explainer)}, which reads weights that can't be exchanged without writing to the model."
        )
    return asked


def _check_checks(checks):
    listed = [checks] if isinstance(checks, str) else list(checks) if is_listed(checks) else []
    if not listed or not all(isinstance(check, str) and check in CHECKS for check in listed):
        raise OptionError(f"expected checks= as some of {', '.join(CHECKS)}, received {brief(checks)}.")
    return listed
