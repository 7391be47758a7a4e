"""What is logged of one step, in bytes: maps at their own size, scores, probabilities, and a number an image."""

import math

from keras_explain.training_log.blobs import array_in, header_of, pack
from keras_explain.training_log.compact import compact, restored

_MAP, _SCALE, _NUMBER = "map ", "scale ", "number "


def step_blobs(inputs, maps, numbers):
    """Returns a step as a list of bytes.

    Args:
        inputs: The `id` of the `Inputs` that it is about.
        maps: `{name of a method: float32 (N, *spatial, C)}`.
        numbers: `{name: array (N, ...)}` of float32 or int32: `scores`, `targets`, `probabilities`, and by
            `measure/method` what is measured of each map.
    """
    arrays = {_NUMBER + name: array for name, array in numbers.items()}
    for name, values in maps.items():
        arrays[_MAP + name], arrays[_SCALE + name] = compact(values)
    return pack({"kind": "step", "inputs": inputs}, arrays)


class StepRecord:
    """A logged step, whose arrays are unpacked when they are asked for.

    Attributes:
        inputs: The `id` of the `Inputs` that it is about.
        methods: The names of the methods with maps.
        numbers: The names of the numbers.
    """

    def __init__(self, blobs):
        """Reads what there is.

        Raises:
            InputError: If it is broken.
        """
        self._blobs, self._header = blobs, header_of(blobs)
        names = [entry[0] for entry in self._header["arrays"]]
        self.inputs = self._header.get("inputs")
        self.methods = [name.removeprefix(_MAP) for name in names if name.startswith(_MAP)]
        self.numbers = [name.removeprefix(_NUMBER) for name in names if name.startswith(_NUMBER)]

    def bytes_of(self, method):
        """Returns how many bytes the codes of one of a method's maps take; 0 if there are none of images."""
        entries = {name: (kind, shape) for name, kind, shape in self._header["arrays"]}
        kind, shape = entries.get(_MAP + method, ("int8", ()))
        return math.prod(shape[1:]) * (2 if kind == "float16" else 1) if len(shape) in (4, 5) else 0

    def scales(self, method):
        """Returns the largest magnitude of each of a method's maps, float32 `(N,)`; None if there are none."""
        return array_in(self._blobs, self._header, _SCALE + method)

    def codes(self, method):
        """Returns `(codes, scales)` of a method's maps, see `compact`; None if there are none."""
        codes, scales = array_in(self._blobs, self._header, _MAP + method), self.scales(method)
        return None if codes is None or scales is None else (codes, scales)

    def maps(self, method):
        """Returns a method's maps, float32 `(N, *spatial, C)`; None if there are none."""
        found = self.codes(method)
        return None if found is None else restored(*found)

    def number(self, name):
        """Returns the numbers of a name, `(N, ...)`; None if there are none."""
        return array_in(self._blobs, self._header, _NUMBER + name)
