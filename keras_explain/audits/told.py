"""An audit in a sentence."""

import numpy as np


def told(audit):
    """Returns what an `Audit` found of all images together."""
    layer = audit.manifest.get("layer")
    parts = [f"{len(audit):,} images by {audit.manifest['title']}{f' at {layer!s}' if layer else ''}"]
    if audit.broken:
        parts.append(f"{len(audit.broken):,} could not be read")
    if audit.accuracy is not None:
        parts.append(f"accuracy {audit.accuracy:.1%} of {np.sum(audit.labels >= 0):,} with a label")
    inside = audit.energy_inside[np.isfinite(audit.energy_inside)]
    if len(inside):
        parts.append(f"{inside.mean():.0%} of the evidence inside the region of {len(inside):,} images")
    holds = audit.table["trust_deletion_holds"].drop_null().to_numpy()
    if len(holds):
        parts.append(f"hiding what it marks counts more than elsewhere for {holds.mean():.0%} of {len(holds):,} maps")
    parts += [] if audit.complete else ["unfinished: the same call goes on"]
    return "; ".join(parts) + "."
