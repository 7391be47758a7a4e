"""What an audit tells of each image: the columns of its table."""

import numpy as np

from keras_explain.audits.packed import packed
from keras_explain.maps import reduce_channels
from keras_explain.metrics.regions import energy_inside, pointing
from keras_explain.metrics.spread import concentration, evidence

_TOP = 5
# Columns that are null where the number is this one, or isn't finite.
_UNKNOWN = -1


def schema():
    """Returns the table's Arrow schema."""
    import pyarrow as pa

    types = {"key": pa.string(), "index": pa.int64(), "label": pa.int32(), "predicted": pa.int32()}
    types |= {"target": pa.int32(), "score": pa.float32()}
    types |= {"top_classes": pa.list_(pa.int32()), "top_probabilities": pa.list_(pa.float32())}
    types |= {"concentration": pa.float32(), "energy_inside": pa.float32(), "pointing": pa.bool_()}
    types |= {"trust_deletion": pa.float32(), "trust_deletion_chance": pa.float32(), "trust_deletion_holds": pa.bool_()}
    types |= {"map_scale": pa.float32(), "feature_scale": pa.float32(), "checksum": pa.string()}
    return pa.schema(types)


def columns_of(part, answer, maps, features, checksums, signed, masks, resized):
    """Returns what is kept of some images: `{column: values}`, with maps and features as columns of arrays.

    Args:
        part: The `Checked` images.
        answer: The `Answer`.
        maps: The maps at their own size, float32 `(N, *spatial, C)`.
        features: The pooled features, float32 `(N, units)`; None if there are none.
        checksums: Of each.
        signed: Whether negative values of the maps speak for the score's dependence, see `evidence`.
        masks: The region of each or None; None for none at all.
        resized: The maps at the size of the images, where there are masks.
    """
    columns = {"key": part.keys, "checksum": checksums}
    columns["label"] = np.full(len(part.keys), _UNKNOWN) if part.labels is None else part.labels
    columns |= {"target": answer.targets, "score": answer.scores, **_prediction(answer, part.batch.target)}
    columns["concentration"] = _of_finite(lambda some: concentration(evidence(some, signed)), maps)
    columns |= _inside(resized, masks, signed)
    columns["maps"], columns["map_scale"] = packed(reduce_channels(maps)[..., 0])
    if features is not None:
        columns["features"], columns["feature_scale"] = packed(features)
    return columns


def some_rows(columns, some, start):
    """Returns some of the rows of columns, numbered from `start` on.

    Args:
        columns: `{column: values}`.
        some: Indices of the rows.
        start: The number of the first of them in the audit.
    """
    columns = {
        name: values[some] if isinstance(values, np.ndarray) else [values[i] for i in some]
        for name, values in columns.items()
    }
    return columns | {"index": np.arange(start, start + len(some))}


def arrow_table(columns):
    """Returns columns as an Arrow table; unknown classes and numbers that aren't finite are null."""
    import pyarrow as pa

    arrays, count = [], len(columns["key"])
    for field in schema():
        values = columns.get(field.name, [None] * count)
        if isinstance(values, np.ndarray) and values.dtype.kind == "f" and values.ndim == 1:
            arrays.append(pa.array(values.astype(np.float32), field.type, mask=~np.isfinite(values)))
        elif field.name in ("label", "predicted", "target"):
            arrays.append(pa.array(np.asarray(values, np.int32), field.type, mask=np.asarray(values) == _UNKNOWN))
        else:
            arrays.append(pa.array(values, field.type))
    return pa.Table.from_arrays(arrays, schema=schema())


def _prediction(answer, target):
    """Returns the predicted class, and the most probable ones with their probabilities."""
    count, chances = len(answer.targets), answer.probabilities
    if chances is None:  # of values, as of a regression, the class is that of the largest
        predicted = answer.targets if target is None else np.full(count, _UNKNOWN)
        return {"predicted": predicted, "top_classes": [None] * count, "top_probabilities": [None] * count}
    chances = np.concatenate([1 - chances, chances], axis=1) if chances.shape[1] == 1 else chances
    top = np.argsort(-chances, axis=1, kind="stable")[:, :_TOP]
    predicted = answer.targets if target is None else top[:, 0].astype(np.int32)
    best = np.take_along_axis(chances, top, axis=1)
    return {"predicted": predicted, "top_classes": list(top.astype(np.int32)), "top_probabilities": list(best)}


def _inside(maps, masks, signed):
    """Returns the share of each map in its region, and whether its peak is there, unknown where there is none."""
    count = 0 if masks is None else len(masks)
    known = [i for i in range(count) if masks[i] is not None and np.isfinite(maps[i]).all()]
    energies, points = np.full(count, np.nan), [None] * count
    if known:
        places, regions = evidence(maps[known], signed), np.stack([masks[i] for i in known])
        energies[known] = energy_inside(places, regions)
        for i, hit in zip(known, pointing(places, regions).tolist()):
            points[i] = hit
    return {} if masks is None else {"energy_inside": energies, "pointing": points}


def _of_finite(measure, maps):
    found, finite = np.full(len(maps), np.nan), np.isfinite(maps).all(axis=tuple(range(1, maps.ndim)))
    if finite.any():
        found[finite] = measure(maps[finite])
    return found
