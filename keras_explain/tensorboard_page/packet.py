"""Arrays as a browser takes them: a small index as JSON, and the bytes behind it."""

import json
import struct

import numpy as np


def packet(index, *arrays):
    """Returns bytes: the index's length as uint32, the index, spaces up to a multiple of 4, the arrays little-endian.

    Args:
        index: What JSON can hold.
        *arrays: Arrays of whole multiples of 4 bytes, but for the last one.
    """
    text = json.dumps(index, allow_nan=False, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    data = [np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes() for array in arrays]
    return b"".join([struct.pack("<I", len(text)), text, *data])
