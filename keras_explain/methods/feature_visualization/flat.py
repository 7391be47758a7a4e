"""Tell of units that could not be climbed, as they have no slope."""

import warnings

import numpy as np
import tensorflow as tf

from keras_explain.errors import ExplainWarning


def still_units(scores):
    """Returns the numbers of the units whose scores, `(steps, units)`, are constant over the last half of steps."""
    half = scores[len(scores) // 2 :]
    return np.flatnonzero((half == half[-1]).all(axis=0)) if len(half) > 1 else np.array([], int)


def is_flat(score, images, weights):
    """Tells of which images the score has no true gradient: one that has come to rest, as at its bounds, has.

    Args:
        score: See `Synthesis.score`.
        images: `(N, *spatial, C)`.
        weights: `(N, K)`.
    """

    @tf.function(autograph=False)
    def slope(images, weights):
        with tf.GradientTape() as tape:
            tape.watch(images)
            climbed = score(images, weights).score
        return tape.gradient(climbed, images)

    slopes = slope(images, weights).numpy()
    return ~slopes.any(axis=tuple(range(1, slopes.ndim)))


def tell_of_flat(flat, names, path, scores):
    """Warns of units without a slope, by the first of them.

    Args:
        flat: Their numbers.
        names: The names of all units.
        path: The layer's.
        scores: float32 `(steps, units)`.
    """
    if len(flat):
        end = scores[-1, flat[0]]
        why = (
            "its ReLU is closed, and nothing on the way opened it; try another seed= or initial=."
            if end == 0
            else "it has no slope there, as a ReLU6 at its end; choose the layer before that."
        )
        stays = f"{names[flat[0]]} of '{path}' stays at {end:.3g} ({len(flat)} of {len(names)} units): {why}"
        warnings.warn(stays, ExplainWarning, stacklevel=4)
