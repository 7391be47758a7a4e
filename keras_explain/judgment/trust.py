"""Ask of each map of an explanation whether it can be believed."""

from keras_explain.checks.options import check_count, check_seed
from keras_explain.engine.progress import check_verbose
from keras_explain.errors import InputError, OptionError, brief
from keras_explain.judgment.judge import Judge


def trust(explanation, *, places=20, seed=0, verbose="auto"):
    """Measures how far each map of an explanation can be believed.

        print(kx.trust(kx.explain(model, images, methods=["grad_cam", "guided_backprop"])))

    Three things are asked of each map, each beside its chance level:

    - *deletion*: does hiding what it marks most, 2 to 20% of the image, lower the score more than hiding the same shape
      elsewhere? The value is how many times as much, on average over the places, the chance level the luckiest place.
    - *class*: is the map of another class, drawn at random, another one? The value is how alike they are, by the rank
      correlation of how much places count; the chance level that of maps with nothing in common.
    - *weights*: is the map another one when the last third of the layers is redrawn? The value and the chance level are
      as before.

    Range: of deletion, from below 0 (the score rises) over 1 (as fast as elsewhere); of the others -1 to 1. Direction:
    of deletion more is better, of the others less.

    Can't tell: whether the network is right. A map that holds in all three shows faithfully what a wrong network looks
    at. An image with a hidden part is none that the network was trained on, see `metrics.deletion`.

    Cost: for each map, `4 (places + 1)` forward passes, 84 by default, and up to 13 further maps by its method.

    Args:
        explanation: What `explain` returned in this session. Of several classes an image, the first is judged.
        places: Number of places that each map is moved to.
        seed: Makes all draws repeatable.
        verbose: 0 for silence, 1 for the cost and progress on standard error, `"auto"` for such where it is watched.

    Returns:
        A `Trust`: `print` it for the sentences; `rows` holds the numbers.

    Raises:
        InputError: If the explanation was loaded from a folder, without its network.
        OptionError: If an option is outside of what it allows.

    Examples:
        >>> rows = kx.trust(kx.explain(model, images, methods=["saliency"]), places=3).rows
        >>> sorted({row.measure for row in rows})
        ['class', 'deletion', 'weights']
    """
    places, seed = check_count(places, "places"), check_seed(seed)
    verbose, source = check_verbose(verbose), getattr(explanation, "source", None)
    if not hasattr(explanation, "maps"):
        raise OptionError(f"expected an explanation, as kx.explain returns it, received {brief(explanation)}.")
    if source is None:
        raise InputError(
            "expected an explanation of this session, received one without its network, as load returns it; explain "
            "the images anew."
        )
    return asked(judge_of(explanation, places, seed), explanation, verbose)


def judge_of(explanation, places=20, seed=0):
    """Returns the `Judge` of an explanation of this session, and of others by the same methods of the same network.

    Args:
        explanation: The `Explanation`.
        places: See `trust`.
        seed: See there.
    """
    source, looks = explanation.source, {name: explanation.look(name) for name in explanation.maps}
    return Judge(source.request, source.explainers, explanation.titles, looks, places, seed)


def asked(judge, explanation, verbose):
    """Returns the `Trust` in the maps of an explanation; of several classes an image, the first is judged."""
    whole = explanation.targets.ndim == 1
    targets = explanation.targets if whole else explanation.targets[:, 0]
    maps = {name: values if whole else values[:, 0] for name, values in explanation.maps.items()}
    return judge(explanation.source.batch, targets, maps, verbose)
