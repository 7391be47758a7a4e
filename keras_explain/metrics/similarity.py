"""Numbers that say how alike two maps of one image look."""

import numpy as np
import tensorflow as tf

from keras_explain.checks.arrays import as_numbers
from keras_explain.errors import InputError
from keras_explain.metrics.spread import check_places

SSIM_SIDE = 11  # Pixels of the Gaussian window of the structural similarity.


def rank_correlation(maps, others):
    """Returns Spearman's rank correlation of two maps of each image, `(N,)`: do they put places in the same order?

    It is the correlation of the ranks of their values; values that are equal share the mean of their ranks. From -1,
    the opposite order, to 1, the same; 0 is the chance level of values without order, but smooth maps of different
    images vary widely around it. A map that is the same everywhere has no order: 1 with another such, else 0. It can't
    tell by how much values differ.

    Source: C. Spearman, 1904; for saliency maps J. Adebayo et al., 2018, arXiv:1810.03292, section 3.

    Args:
        maps: `(N, ...)`, signed values or how much places count, see `evidence`.
        others: Of the same shape.
    """
    maps = as_numbers(maps, "maps", (None, ..., None), finite=True)
    others = as_numbers(others, "others", maps.shape, finite=True)
    return np.einsum("nd,nd->n", standard_ranks(maps), standard_ranks(others))


def standard_ranks(maps):
    """Returns the ranks of each map's values, centered and of length 1, `(N, values + 1)`.

    Their dot product is the rank correlation. A map that is the same everywhere has zeros, and 1 at the end.
    """
    rows = np.reshape(maps, (len(maps), -1))
    found = np.zeros((len(rows), rows.shape[1] + 1))
    for row, values in zip(found, rows):
        _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
        ranks = (np.cumsum(counts) - (counts + 1) / 2)[places.reshape(-1)]
        ranks -= (len(values) - 1) / 2
        length = np.linalg.norm(ranks)
        row[:-1] = np.divide(ranks, length, out=ranks, where=length > 0)
        row[-1] = length == 0
    return found


def structural_similarity(places, others):
    """Returns the structural similarity (SSIM) of two maps of each image, `(N,)`, each scaled so that its maximum is 1.

    The mean over windows of 11 x 11 pixels, weighted by a Gaussian of 1.5, of
    `(2 m m' + c_1)(2 s_mm' + c_2) / ((m^2 + m'^2 + c_1)(s^2 + s'^2 + c_2))`, with their means `m`, variances `s^2`,
    covariance `s_mm'`, `c_1 = .01^2`, `c_2 = .03^2`. From -1 to 1, the same. It has no chance level: what is zero
    nearly everywhere in both maps counts as the same there, so that sparse maps are alike whatever they show.

    Source: Z. Wang et al., 2004, "Image Quality Assessment", equation 13; for saliency maps J. Adebayo et al., 2018,
    arXiv:1810.03292, section 3.

    Args:
        places: How much places count, `(N, H, W)`, as `evidence` returns them.
        others: Of the same shape.

    Raises:
        InputError: If there are fewer than 11 pixels along an axis.
    """
    places = check_places(as_numbers(places, "places", (None, None, None)))
    others = check_places(as_numbers(others, "others", places.shape))
    if min(places.shape[1:]) < SSIM_SIDE:
        raise InputError(f"expected places of {SSIM_SIDE} x {SSIM_SIDE} pixels or more, received {places.shape[1:]}.")
    scaled = [tf.constant(_to_one(one)[..., np.newaxis], tf.float32) for one in (places, others)]
    return tf.image.ssim(*scaled, max_val=1.0, filter_size=SSIM_SIDE).numpy()


def _to_one(places):
    places = places.astype(np.float64)
    most = places.max(axis=(1, 2), keepdims=True)
    return np.divide(places, most, out=np.zeros_like(places), where=most > 0)
