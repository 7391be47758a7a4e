"""What was found at a step, kept beside the event file until its pictures are written there.

A process that is killed leaves it behind; the next one that logs under the same name draws it.
"""

import io
import json
import re
import urllib.parse

import numpy as np
import tensorflow as tf


class Undrawn:
    """The steps of one name in a directory whose pictures are still to be drawn, a file each."""

    def __init__(self, log_dir, name):
        """Touches nothing yet."""
        self._log_dir, self._name = log_dir, urllib.parse.quote(name, safe="")

    def keep(self, step, found, numbers):
        """Writes what was found at a step, whole or not at all.

        Args:
            step: The step.
            found: `{key: array}`.
            numbers: `{tag: number}`, that belong to it.
        """
        file, path = io.BytesIO(), self._path(step)
        arrays = {f"found {key}": array for key, array in found.items()}
        np.savez(file, numbers=np.array(json.dumps(numbers)), **arrays)
        tf.io.gfile.makedirs(self._log_dir)
        try:
            with tf.io.gfile.GFile(f"{path}.part", "wb") as part:
                part.write(file.getvalue())
            tf.io.gfile.rename(f"{path}.part", path, overwrite=True)
        except BaseException:
            _remove(f"{path}.part")
            raise

    def drop(self, step):
        """Removes what was kept of a step."""
        _remove(self._path(step))

    def holds(self, step):
        """Tells whether a step is kept."""
        return tf.io.gfile.exists(self._path(step))

    def steps(self):
        """Returns the steps in their order."""
        named = re.compile(rf"{re.escape(self._name)}\.(\d+)\.undrawn")
        if not tf.io.gfile.isdir(self._log_dir):
            return []
        return sorted(int(found[1]) for file in tf.io.gfile.listdir(self._log_dir) if (found := named.fullmatch(file)))

    def read(self, step):
        """Returns `found` and `numbers` of a step, as they were kept."""
        with tf.io.gfile.GFile(self._path(step), "rb") as file:
            arrays = np.load(io.BytesIO(file.read()), allow_pickle=False)
        found = {key.removeprefix("found "): arrays[key] for key in arrays.files if key != "numbers"}
        return found, json.loads(str(arrays["numbers"]))

    def _path(self, step):
        return f"{self._log_dir}/{self._name}.{step}.undrawn"


def _remove(path):
    if tf.io.gfile.exists(path):
        tf.io.gfile.remove(path)
