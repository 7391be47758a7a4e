"""Infidelity: how far a map is from telling what changes of the image do to the score."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_count, check_counts, check_flag, check_number, check_seed
from keras_explain.engine.progress import check_verbose
from keras_explain.errors import InputError, OptionError
from keras_explain.inputs.baseline import baseline_images, check_baseline
from keras_explain.metrics.perturbations import Noise, Squares
from keras_explain.metrics.scorer import scorer_of

_MOST_SAMPLES = 10**6


def infidelity(
    model,
    images,
    maps,
    target=None,
    *,
    samples=200,
    side=None,
    baseline=None,
    noise=None,
    scaled=True,
    seed=0,
    verbose="auto",
    **options,
):
    """Returns how far each map is from telling by how much the score falls as the image changes.

    `E_I (b I^T M - (f(x) - f(x - I)))^2`, the mean over random changes `I` of the image `x`, with the score `f` and the
    map `M`. There are two kinds of changes, for two kinds of maps:

    - By default a square at a random place is hidden, and `I` is 1 there and else 0: `I^T M` is the sum of the map in
      the square. For maps that share the score out among places, as those of class activation do.
    - With `noise=`, `I` is drawn from `N(0, sigma^2)` for each value: `I^T M` is the change that a gradient predicts.
      For maps in units of the score per unit of the input, as gradients are.

    `b` is 1 with `scaled=False`; else what fits each map best, `b = E (I^T M d) / E (I^T M)^2` with
    `d = f(x) - f(x - I)`, as the authors' code does: for maps that are right up to a factor, also a negative one.

    Range: from 0 on, in squared units of the score; scaled, up to `E d^2`. Direction: less is better. Chance level:
    that of a map of zeros, `E d^2`, by which to divide it for comparing images. What it can't tell: a gradient is best
    by definition where changes are small, whatever a person sees in it; squares leave the data's distribution.

    Cost: 201 forward passes an image.

    Source: C.-K. Yeh et al., 2019, arXiv:1901.09392, definition 2.1.

    Args:
        model: A Keras model, or a `Scorer`, which is traced once for many calls.
        images: `(N, *spatial, C)`, as the model takes them; or the structure of all its inputs.
        maps: `(N, *spatial, C)` or `(N, *spatial, 1)`, finite, of the images' size: one channel stands for each place
            as a whole, or with noise for each of its values.
        target: None for each image's predicted class, an int, or one int an image.
        samples: Number of changes. They are the same for all images.
        side: Side of the square in pixels, or one a dimension; an eighth of the image by default.
        baseline: What hides: a number, by default 0; one a channel, an image, one an image, `"mean"` or `"blur"`.
        noise: `sigma` as a share of each image's range of values; None for squares.
        scaled: Whether maps are scaled by the best `b`.
        seed: Makes the changes repeatable.
        verbose: 0, 1 or `"auto"`, for progress on standard error.
        **options: `score`, here the logit by default, `input`, `output`, `head` and `batch_size` of a model, see
            `Scorer`.

    Returns:
        float64 `(N,)`.

    Raises:
        InputError: If the images don't fit the model, or the maps don't fit the images or aren't finite.
        OptionError: If an option is outside of what it allows, or noise goes with what squares alone have.

    Examples:
        >>> kx.metrics.infidelity(model, images, maps, samples=20).shape
        (2,)
    """
    samples, seed, verbose = check_count(samples, "samples", _MOST_SAMPLES), check_seed(seed), check_verbose(verbose)
    scaled, kind = check_flag(scaled, "scaled="), _check_kind(side, baseline, noise)
    scorer = scorer_of(model, options, "logit")
    batch = scorer.batch(images, target)
    maps, changes = _check_maps(maps, batch.images.shape), kind(batch.images)
    answer = scorer.answer(batch)
    predicted = np.empty((len(batch), samples))

    def change(rows, numbers):
        drawn = {number: changes.draw(np.random.default_rng((seed, number))) for number in np.unique(numbers)}
        pairs = [changes.apply(row, drawn[number]) for row, number in zip(rows, numbers)]
        predicted[rows, numbers] = [(change * maps[row]).sum(dtype=np.float64) for row, (_, change) in zip(rows, pairs)]
        return np.stack([copy for copy, _ in pairs])

    scores = scorer.copies(batch, answer.targets, np.ones(predicted.shape, bool), change, verbose)
    return mean_squared_gap(predicted, answer.scores[:, np.newaxis].astype(np.float64) - scores, scaled)


def _check_kind(side, baseline, noise):
    """Returns the function `images -> changes` that the options ask for."""
    if noise is not None and (side is not None or baseline is not None):
        raise OptionError("expected noise= or the side= and the baseline= of squares, received both.")
    if noise is not None:
        level = check_number(noise, "noise", 0, above=True)
        return lambda images: Noise.over(images, level)
    sides, hidden = (
        side if side is None else check_counts(side, "side"),
        check_baseline(0 if baseline is None else baseline),
    )
    return lambda images: Squares.over(images, baseline_images(hidden, images), sides)


def _check_maps(maps, shape):
    """Returns maps as an array that goes along with images of a shape `(N, *spatial, C)`."""
    maps = as_numbers(maps, "maps", finite=True)
    maps = maps[..., np.newaxis] if maps.shape == shape[:-1] else maps
    if maps.shape not in (shape, (*shape[:-1], 1)):
        raise InputError(f"expected maps of shape {shape} or {(*shape[:-1], 1)}, received {maps.shape}.")
    return maps


def mean_squared_gap(predicted, drops, scaled):
    """Returns `E (b p - d)^2` of each image, float64 `(N,)`, with the best `b` or 1.

    Args:
        predicted: `p = I^T M`, float64 `(N, samples)`.
        drops: `d`, of the same shape.
        scaled: Whether `b` is what fits best; 0 where nothing was predicted.
    """
    if scaled:
        square = (predicted**2).mean(axis=1)
        best = np.divide((predicted * drops).mean(axis=1), square, out=np.zeros_like(square), where=square > 0)
        predicted = best[:, np.newaxis] * predicted
    return ((predicted - drops) ** 2).mean(axis=1)
