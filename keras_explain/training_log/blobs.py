"""Arrays as TensorBoard's event files hold them: a tensor of texts, the first of which says what the others are."""

import json
import math
import zlib

import numpy as np

from keras_explain.errors import InputError

VERSION = 1
_KINDS = ("float32", "float16", "int32", "int8")


def pack(about, arrays):
    """Returns arrays as a list of bytes.

    Args:
        about: What else is to be known, as JSON can hold it.
        arrays: `{name: array}` of float32, float16, int32 or int8.
    """
    entries = [(name, array.dtype.name, array.shape) for name, array in arrays.items()]
    header = {"version": VERSION, **about, "arrays": entries}
    data = [np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes() for array in arrays.values()]
    return [json.dumps(header).encode(), *map(zlib.compress, data)]


def header_of(blobs):
    """Returns what `pack` was told, and `version` and `arrays`.

    Raises:
        InputError: If it is broken, or of a version that isn't known.
    """
    try:
        header = json.loads(blobs[0], parse_constant=_refused)
        version, count = header["version"], len(header["arrays"])
    except (ValueError, LookupError, TypeError) as error:
        raise InputError("expected explanations as they are logged, received others.") from error
    if version != VERSION:
        raise InputError(f"expected explanations of version {VERSION}, received another; update keras_explain.")
    if count != len(blobs) - 1 and count:
        raise InputError("expected all arrays of the logged explanations, received a part of them.")
    return header


def array_in(blobs, header, name):
    """Returns an array by its name, None if there is none.

    Args:
        blobs: What `pack` returned.
        header: See `header_of`.
        name: The array's name.

    Raises:
        InputError: If it is broken.
    """
    for place, entry in enumerate(header["arrays"], start=1):
        if entry[0] == name:
            return _read(blobs[place], *entry)
    return None


def _refused(constant):
    raise ValueError(constant)  # NaN and others, which no JSON has


def _read(data, name, kind, shape):
    if kind not in _KINDS or not all(isinstance(size, int) and size >= 0 for size in shape):
        raise InputError(f"expected {name} as numbers, received others.")
    size, unpacker = math.prod(shape) * np.dtype(kind).itemsize, zlib.decompressobj()
    try:
        values = unpacker.decompress(data, size + 1)  # no more than it says it is
    except (zlib.error, OverflowError) as error:
        raise InputError(f"expected {name} whole, received it broken.") from error
    if len(values) != size or not unpacker.eof:
        raise InputError(f"expected {name} of as many values as its shape says, received others.")
    return np.frombuffer(values, np.dtype(kind).newbyteorder("<")).reshape(shape).astype(kind, copy=False)
