"""Deletion and insertion: what becomes of the score as pixels go, or come, in the order of a map."""

from keras_explain.checks.options import check_count, check_seed
from keras_explain.engine.progress import check_verbose
from keras_explain.inputs.baseline import as_images, baseline_images, blurred, check_baseline
from keras_explain.metrics.exchange import exchanged
from keras_explain.metrics.ordering import MOST_ORDERS, MOST_STEPS, place_values
from keras_explain.metrics.scorer import scorer_of

# Of the paper: 11 x 11 pixels of a Gaussian.
_SIGMA, _RADIUS = 5, 5


def deletion(model, images, maps, target=None, **options):
    """Returns the mean score while the pixels that a map marks most go first: how soon the class is lost.

    `A = int_0^1 f(I_s) ds`, with the score `f` and the image `I_s` of which a share `s` of the pixels has gone to a
    baseline, in the order of the map; by the trapezoid rule. Pixels of equal value have no order: the mean over random
    orders of them is taken, and nothing random where no step ends between two of them, or between so few that they are
    less than a tenth of it.

    Range: of a probability 0 to 1. Direction: less is better. Chance level: the area by a constant map, which knows no
    order; less than it speaks for the map. Never 0: where the baseline itself scores, all maps do.

    What it can't tell: an image with holes is none that the network was trained on, so that a score may fall by the
    holes rather than by what was in them; a map of scattered pixels gains by that.

    Cost: 51 forward passes an image; more by `orders` for the steps that end among pixels of equal value.

    Source: V. Petsiuk, A. Das, K. Saenko, 2018, arXiv:1806.07421, section 4.2.

    Args:
        model: A Keras model, or a `Scorer`, which is traced once for many calls.
        images: `(N, *spatial, C)`, as the model takes them; or the structure of all its inputs.
        maps: `(N, *spatial, K)`, finite, of the images' size; of several channels the value of largest magnitude
            counts, as for `evidence`.
        target: None for each image's predicted class, an int, or one int an image.
        **options: See `deletion_curves`.

    Returns:
        float64 `(N,)`.

    Examples:
        >>> kx.metrics.deletion(model, images, maps, steps=10).shape
        (2,)
    """
    return deletion_curves(model, images, maps, target, **options).areas


def insertion(model, images, maps, target=None, **options):
    """Returns the mean score while the pixels that a map marks most come back first: how soon the class is there.

    `A = int_0^1 f(I_s) ds`, with the score `f` and a blurred image `I_s` of which a share `s` of the pixels is sharp,
    in the order of the map; by the trapezoid rule. Ties are treated as by `deletion`.

    Range: of a probability 0 to 1. Direction: more is better. Chance level: the area by a constant map, which knows no
    order; more than it speaks for the map.

    What it can't tell: what is seen in the blurred image needs no pixel. A sharp part within a blur is no photograph
    either, though it has fewer edges of its own than a hole.

    Cost: 51 forward passes an image; more by `orders` for the steps that end among pixels of equal value.

    Source: V. Petsiuk, A. Das, K. Saenko, 2018, arXiv:1806.07421, section 4.2.

    Args:
        model: See `deletion`.
        images: See `deletion`.
        maps: See `deletion`.
        target: See `deletion`.
        **options: See `insertion_curves`.

    Returns:
        float64 `(N,)`.

    Examples:
        >>> kx.metrics.insertion(model, images, maps, steps=10, baseline=0).shape
        (2,)
    """
    return insertion_curves(model, images, maps, target, **options).areas


def deletion_curves(
    model,
    images,
    maps,
    target=None,
    *,
    steps=50,
    by="value",
    baseline=0,
    orders=5,
    seed=0,
    verbose="auto",
    **options,
):
    """Returns the `Curves` of `deletion`: the score at each step, and how far the orders of ties leave the area open.

    Args:
        model: See `deletion`.
        images: See `deletion`.
        maps: See `deletion`.
        target: See `deletion`.
        steps: In how many equal groups the pixels go; no more than there are pixels. The paper takes as many as an
            image has rows, 224.
        by: What goes first: the largest `"value"`, so that what speaks against the class goes last; or the largest
            `"magnitude"`, for maps whose sign says nothing, as of gradients.
        baseline: Where pixels go: a number, one a channel, an image, one an image, `"mean"` or `"blur"`.
        orders: How many orders of pixels of equal value are tried.
        seed: Makes these repeatable; they are the same for all images.
        verbose: 0, 1 or `"auto"`, for progress on standard error.
        **options: `score`, `input`, `output`, `head` and `batch_size` of a model, see `Scorer`.

    Raises:
        InputError: If the images don't fit the model, or the maps don't fit the images or aren't finite.
        OptionError: If an option is outside of what it allows.

    Examples:
        >>> kx.metrics.deletion_curves(model, images, maps, steps=10).scores.shape
        (2, 11)
    """
    baseline = check_baseline(baseline)

    def other_end(images):
        return baseline_images(baseline, images)

    return _curves(model, images, maps, target, other_end, False, steps, by, orders, seed, verbose, options)


def insertion_curves(
    model,
    images,
    maps,
    target=None,
    *,
    steps=50,
    by="value",
    baseline=None,
    orders=5,
    seed=0,
    verbose="auto",
    **options,
):
    """Returns the `Curves` of `insertion`: the score at each step, and how far the orders of ties leave the area open.

    Args:
        model: See `insertion`.
        images: See `insertion`.
        maps: See `insertion`.
        target: See `insertion`.
        steps: See `deletion_curves`, as all that isn't said here.
        by: What comes first, the largest `"value"` or `"magnitude"`.
        baseline: Where pixels come from: None for the paper's blur, 11 pixels of a Gaussian with a standard deviation
            of 5 along each axis; or as for `deletion_curves`.
        orders: How many orders of pixels of equal value are tried.
        seed: Makes these repeatable.
        verbose: 0, 1 or `"auto"`.
        **options: Those of `Scorer`, for a model.

    Raises:
        InputError: If the images don't fit the model, or the maps don't fit the images or aren't finite.
        OptionError: If an option is outside of what it allows.

    Examples:
        >>> kx.metrics.insertion_curves(model, images, maps, steps=10).shares[:3]
        array([0.        , 0.09895833, 0.19791667])
    """
    baseline = None if baseline is None else check_baseline(baseline)

    def other_end(images):
        if baseline is None:
            return as_images(blurred(images, _SIGMA, _RADIUS), images.dtype)
        return baseline_images(baseline, images)

    return _curves(model, images, maps, target, other_end, True, steps, by, orders, seed, verbose, options)


def _curves(model, images, maps, target, other_end, coming, steps, by, orders, seed, verbose, options):
    """Returns the `Curves` from the images to what `other_end` makes of them, or where pixels are `coming`, back."""
    steps, orders = check_count(steps, "steps", MOST_STEPS), check_count(orders, "orders", MOST_ORDERS)
    seed, verbose, scorer = check_seed(seed), check_verbose(verbose), scorer_of(model, options)
    batch = scorer.batch(images, target)
    values = place_values(maps, batch.images, by)
    given = {"steps": steps, "orders": orders, "seed": seed, "verbose": verbose}
    return exchanged(scorer, batch, other_end(batch.images), values, coming=coming, **given)
