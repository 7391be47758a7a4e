"""What runs on a worker: it holds the model, and explains the rows that it is sent.

Nothing here imports TensorFlow before the worker has told it to be silent and which part of the machine is its own.
"""

import dataclasses
import functools
import os
import pickle

import numpy as np

from keras_explain.errors import ExplainError


@dataclasses.dataclass(frozen=True, eq=False)
class Errand:
    """What workers are told once.

    Attributes:
        model: The `PackedModel`.
        asked: What `audit` was asked: `method`, `layer`, `score`, `input`, `output`, `head`, `trust`,
            `batch_size`.
        target: The class to explain.
        regions: See `audit`; None for none.
        source: What makes parts of rows, a `PhotoRows` or `ImageRows`.
        crop: Whether photographs are cropped, as pictures of regions are then.
        done: What stands already: names of images, or checksums where they have none.
    """

    model: object
    asked: dict
    target: object
    regions: object
    source: object
    crop: bool
    done: frozenset


class Worker:
    """Explains rows of a Ray dataset, a batch or several at a time."""

    def __init__(self, errands):
        """Keeps a list of the reference to the `Errand`, which is read with the first rows."""
        self._errands = errands

    def __call__(self, rows):
        """Returns one row: what was found in these, or the error by which they are refused, which isn't a failure."""
        try:
            found = list(self._explained(rows)), len(next(iter(rows.values())))
        except ExplainError as error:
            found = error
        return {"found": np.array([pickle.dumps(found)], object)}

    @functools.cached_property
    def _errand(self):
        import ray

        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        if not ray.get_gpu_ids():
            import tensorflow as tf

            # It asked for one core: several on a machine would be in each other's way.
            tf.config.threading.set_intra_op_parallelism_threads(1)
            tf.config.threading.set_inter_op_parallelism_threads(1)
        return ray.get(self._errands[0])

    @functools.cached_property
    def _auditor(self):
        from keras_explain.audits.auditor import Auditor
        from keras_explain.audits.options import audited
        from keras_explain.engine.request import Request

        model, asked = self._errand.model.unpacked(), dict(self._errand.asked)
        method, layer, batch_size, trust = (asked.pop(name) for name in ("method", "layer", "batch_size", "trust"))
        explainer = audited(model, method, layer, Request(model, **asked), batch_size)
        return Auditor(explainer, self._errand.regions is not None, trust)

    @functools.cached_property
    def _masks(self):
        from keras_explain.audits.regions import region_source

        regions = self._errand.regions
        return None if regions is None else region_source(regions, True, self._errand.crop)

    def _explained(self, rows):
        """Yields `(keys, checksums, broken, columns)` of the parts of rows, None for the columns where all stand."""
        from keras_explain.audits.here import found_here

        known = frozenset() if self._errand.source.named else self._errand.done
        for found in found_here(self._parts(rows), self._auditor, self._masks):
            stands = known.issuperset(found.checksums)
            yield found.keys, found.checksums, found.broken, None if stands else found.columns()

    def _parts(self, rows):
        from keras_explain.methods.checked_parts import checked

        errand, compiled = self._errand, self._auditor.answers.compiled
        for part in errand.source.parts(rows, errand.asked["batch_size"], errand.done):
            named = part.keys or [str(i) for i in range(len(part))]
            # Images before these may be finite ones, so that none of them is no reason to refuse all.
            yield checked(dataclasses.replace(part, keys=named), errand.target, 1, compiled)
