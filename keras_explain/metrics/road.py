"""ROAD: what becomes of the score as pixels are filled in from their neighbors, in the order of a map."""

import numpy as np

from keras_explain.checks.arrays import as_array
from keras_explain.checks.options import check_choice, check_count, check_number, check_seed
from keras_explain.engine.progress import check_verbose
from keras_explain.errors import OptionError, brief
from keras_explain.inputs.baseline import as_images
from keras_explain.metrics.curves import Curves, runs_of
from keras_explain.metrics.imputation import imputed
from keras_explain.metrics.ordering import MOST_ORDERS, MOST_STEPS, ordering, place_values
from keras_explain.metrics.perturbations import value_ranges
from keras_explain.metrics.scorer import scorer_of

_SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def road(model, images, maps, target=None, **options):
    """Returns the mean score while pixels are removed and debiased: filled in from their neighbors, with some noise.

    `A = 1/s int_0^s f(I_r) dr`, with the score `f` and the image `I_r`, in which a share `r` of the pixels, those that
    the map marks most, is what the weighted mean of the pixels around gives, and noise; by the trapezoid rule over the
    shares, up to the largest `s`. Filled in like that, holes tell less of their own shape than black ones do. Ties are
    treated as by `deletion`.

    Range: of a probability 0 to 1. Direction: less is better; with `first="least"`, where what the map marks most stays
    longest, more is better. Chance level: the area by a constant map, which knows no order.

    What it can't tell: a wide hole, filled smoothly, is a shape still. A map that is right about where and wrong about
    how much is not told from one that is right about both.

    Cost: 10 forward passes an image, and 9 times a linear system with as many unknowns as pixels are removed, of a
    quarter of a second each at 224x224; more by `orders` for the shares that end among pixels of equal value.

    Source: Y. Rong et al., 2022, arXiv:2202.00449, section 4.

    Args:
        model: See `deletion`.
        images: See `deletion`.
        maps: See `deletion`.
        target: See `deletion`.
        **options: See `road_curves`.

    Returns:
        float64 `(N,)`.

    Examples:
        >>> kx.metrics.road(model, images, maps, shares=(0.2, 0.5)).shape
        (2,)
    """
    return road_curves(model, images, maps, target, **options).areas


def road_curves(
    model,
    images,
    maps,
    target=None,
    *,
    shares=_SHARES,
    first="most",
    noise=0.01,
    by="value",
    orders=5,
    seed=0,
    verbose="auto",
    **options,
):
    """Returns the `Curves` of `road`: the score of the image and with each share of its pixels filled in.

    Args:
        model: See `road`.
        images: See `road`.
        maps: See `road`.
        target: See `road`.
        shares: Which shares of the pixels are filled in, ascending, above 0 and below 1.
        first: Whether the pixels that the map marks `"most"` go first, or those that it marks `"least"`.
        noise: Standard deviation of the noise on what is filled in, as a share of each image's range of values; the
            paper takes 0.01 on images whose values are about 1 from each other.
        by: What counts as most: the largest `"value"`, or `"magnitude"`.
        orders: How many orders of pixels of equal value are tried.
        seed: Makes these and the noise repeatable; both are the same for all images.
        verbose: 0, 1 or `"auto"`, for progress on standard error.
        **options: `score`, `input`, `output`, `head` and `batch_size` of a model, see `Scorer`.

    Raises:
        InputError: If the images don't fit the model, or the maps don't fit the images or aren't finite.
        OptionError: If an option is outside of what it allows.

    Examples:
        >>> kx.metrics.road_curves(model, images, maps, shares=(0.2, 0.5)).scores.shape
        (2, 3)
    """
    shares, noise = _check_shares(shares), check_number(noise, "noise", 0)
    sign = 1 if check_choice(first, "first=", ("most", "least")) == "most" else -1
    orders, seed = check_count(orders, "orders", MOST_ORDERS), check_seed(seed)
    verbose, scorer = check_verbose(verbose), scorer_of(model, options)
    batch = scorer.batch(images, target)
    values = sign * place_values(maps, batch.images, by)
    counts = np.rint(shares * values[0].size).astype(int)
    ordered, answer = ordering(values, counts, orders, seed), scorer.answer(batch)
    wanted = np.repeat(ordered.split[:, np.newaxis], ordered.steps.shape[1], axis=1)
    wanted[:, 0] = True

    change, each = _filling(batch.images, ordered.steps, len(shares), noise, seed), wanted.reshape(len(batch), -1)
    scores = scorer.copies(batch, answer.targets, each, change, verbose).reshape(wanted.shape)
    runs = runs_of(scores, wanted, orders)
    whole = np.broadcast_to(answer.scores[:, np.newaxis, np.newaxis], (*runs.shape[:2], 1))
    return Curves(np.array([0, *counts / values[0].size]), np.concatenate([whole, runs], axis=2))


def _filling(images, steps, count, noise, seed):
    """Returns the function that fills in what of copy `order * count + k` has gone with step `k`."""
    sigmas = noise * value_ranges(images.astype(np.float64))

    def filled(row, number):
        order, step = divmod(number, count)
        missing = steps[row, order] <= step
        drawn = np.random.default_rng((seed, order, step)).standard_normal(images.shape[1:])
        return imputed(images[row], missing) + sigmas[row] * missing[..., np.newaxis] * drawn

    def change(rows, numbers):
        return as_images(np.stack([filled(*one) for one in zip(rows, numbers)]), images.dtype)

    return change


def _check_shares(shares):
    """Returns shares as float64 `(S,)`."""
    values = as_array(shares, "shares", OptionError)
    rising = values.ndim == 1 and 0 < values.size <= MOST_STEPS and values.dtype.kind == "f"
    if not rising or not (np.diff([0, *values, 1]) > 0).all():
        raise OptionError(f"expected shares as ascending numbers above 0 and below 1, received {brief(shares)}.")
    return values.astype(np.float64)
