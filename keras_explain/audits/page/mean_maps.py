"""Mean maps: of the decisions for a class, and of a finding's images beside the rest of their class."""

import numpy as np

from keras_explain.audits.page.groups import decisions
from keras_explain.findings.looks import small, unit
from keras_explain.report.page.map_code import encode
from keras_explain.visual.scale import attribution_limit, beginning

_READ = 512  # Maps in memory at a time.


def mean_map(maps, rows):
    """Returns the mean of some maps, each of length 1, averaged to 16 places along each axis at most; None without any.

    Args:
        maps: `(N, h, w)`, or what reads such rows as they are asked for.
        rows: Their indices.
    """
    total, count = 0.0, 0
    for start in range(0, len(rows), _READ):
        part = small(maps[rows[start : start + _READ]])
        known = np.isfinite(part).all(axis=(1, 2))
        total = total + unit(np.where(known[:, None, None], part, 0)).sum(axis=0, dtype=np.float64)
        count += int(known.sum())
    return (total / count).astype(np.float32) if count else None


def beside_the_rest(audit, finding):
    """Returns the mean maps of a finding's images and of the other decisions for their class, each with its number."""
    rest = np.setdiff1d(np.flatnonzero(decisions(audit, finding.label)), finding.rows)
    return [(mean_map(audit.maps, rows), len(rows)) for rows in (finding.rows, rest)]


def carried(maps, looks):
    """Returns maps as a page carries them, all by one color scale; None for those that are None.

    Args:
        maps: Float32 `(h, w)` each, or None.
        looks: How they are drawn, see `visual.look`.
    """
    least = [
        0 if one is None else float(np.squeeze(beginning(one[..., np.newaxis], looks["relative"]))) for one in maps
    ]
    above = [None if one is None else (one - low)[..., np.newaxis] for one, low in zip(maps, least)]
    limits = [attribution_limit(one, looks["signed"]) for one in above if one is not None]
    return [
        None if one is None else {**encode(one, max(limits)), "limit": max(limits), "least": low}
        for one, low in zip(above, least)
    ]
