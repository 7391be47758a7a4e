"""Average drop: how much of the score is lost where an image keeps what its map marks alone."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.engine.progress import check_verbose
from keras_explain.errors import OptionError
from keras_explain.inputs.baseline import as_images, baseline_images, check_baseline
from keras_explain.metrics.ordering import place_values
from keras_explain.metrics.scorer import scorer_of


def average_drop(model, images, maps, target=None, *, baseline=0, verbose="auto", **options):
    """Returns which share of the probability each image loses where it keeps what its map marks alone.

    `max(0, Y - O) / Y`, with the probability `Y` of the image and `O` of the explanation image `B + L (I - B)`: the
    image `I`, the baseline `B` and the map `L`, of which what is negative counts nothing, divided by its maximum. The
    mean over images is what the paper calls the average drop, in percent. Of a map that is nowhere positive, all of the
    image goes.

    Range: 0 to 1. Direction: less is better. Chance level: none; a map that is 1 everywhere has 0, and a broad map less
    than a narrow one. What it can't tell: whether a map is specific; beside it belongs how much of the image was kept.
    What is dimmed is an image that the network has not been trained on.

    Cost: 2 forward passes an image.

    Source: A. Chattopadhyay et al., 2018, arXiv:1710.11063, section 4.1.

    Args:
        model: A Keras model, or a `Scorer`, which is traced once for many calls.
        images: `(N, *spatial, C)`, as the model takes them; or the structure of all its inputs.
        maps: `(N, *spatial, K)`, finite, of the images' size; of several channels the value of largest magnitude
            counts, as for `evidence`.
        target: None for each image's predicted class, an int, or one int an image.
        baseline: `B`, what is seen where the map is 0: a number, one a channel, an image, one an image, `"mean"` or
            `"blur"`. In the paper 0.
        verbose: 0, 1 or `"auto"`, for progress on standard error.
        **options: `score`, `input`, `output`, `head` and `batch_size` of a model, see `Scorer`.

    Returns:
        float64 `(N,)`.

    Raises:
        InputError: If the images don't fit the model, or the maps don't fit the images or aren't finite.
        OptionError: If an option is outside of what it allows, or a score is negative, of which there are no shares.

    Examples:
        >>> kx.metrics.average_drop(model, images, maps).shape
        (2,)
    """
    baseline, verbose, scorer = check_baseline(baseline), check_verbose(verbose), scorer_of(model, options)
    batch = scorer.batch(images, target)
    kept = shares_kept(place_values(maps, batch.images))[..., np.newaxis]
    below, answer = baseline_images(baseline, batch.images), scorer.answer(batch)

    def change(rows, _):
        part = below[rows] + kept[rows] * (batch.images[rows].astype(kept.dtype) - below[rows])
        return as_images(part, batch.images.dtype)

    once = np.ones((len(batch), 1), bool)
    before, after = answer.scores, scorer.copies(batch, answer.targets, once, change, verbose)[:, 0]
    if min(before.min(), after.min()) < 0:
        raise OptionError(
            f"expected scores from 0, as probabilities are, received {min(before.min(), after.min()):.3g}."
        )
    return relative_drop(before, after)


def shares_kept(values):
    """Returns how much of each place is kept, from 0 to 1: what is positive, by the maximum of its map.

    Args:
        values: Numbers `(N, *spatial)`.
    """
    positive = np.maximum(values, 0)
    top = positive.max(axis=tuple(range(1, values.ndim)), keepdims=True)
    return np.divide(positive, top, out=np.zeros_like(positive), where=top > 0)


def relative_drop(before, after):
    """Returns `max(0, Y - O) / Y` of scores from 0, float64 `(N,)`: where `Y` is 0, nothing can drop."""
    before, after = (as_numbers(values, "scores").astype(np.float64) for values in (before, after))
    return np.divide(np.maximum(before - after, 0), before, out=np.zeros_like(before), where=before > 0)
