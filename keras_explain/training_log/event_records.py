"""The records of an event file that may still grow, or be broken: each with its place, so that it is found again.

A record is its length (8 bytes, little-endian), the masked CRC-32C of these bytes, the data, and the data's own.
"""

import functools
import struct

from keras_explain.training_log.files import opened, size_of

_HEAD = struct.Struct("<QI")
_TAIL = 4
_PEEK = 1024  # Bytes at a record's beginning in which its first tag stands.


class BrokenFileError(Exception):
    """An event file of which nothing can be read from some place on."""


def records(path, start, wanted):
    """Yields `(place, end, data)` of the whole records from a place on; half a record at the end is left.

    Args:
        path: Path of the event file.
        start: Where a record begins.
        wanted: `head -> bool` by a record's first bytes; what isn't wanted is passed over, its data are None.

    Raises:
        BrokenFileError: At a place behind which nothing can be read.
    """
    size, place = size_of(path), start
    with opened(path) as file:
        while place + _HEAD.size <= size:
            file.seek(place)
            head = file.read(_HEAD.size)
            if len(head) < _HEAD.size:
                return
            length, check = _HEAD.unpack(head)
            if check != _masked(head[:8]):
                raise BrokenFileError(f"it is broken at byte {place:,}")
            end = place + _HEAD.size + length + _TAIL
            if end > size:
                return
            data = file.read(min(length, _PEEK))
            if wanted(data):
                yield place, end, data + file.read(length - len(data))
            else:
                yield place, end, None
            place = end


def record_at(path, place, end):
    """Returns the data of a record.

    Raises:
        BrokenFileError: If it is no longer there.
    """
    try:
        with opened(path) as file:
            file.seek(place + _HEAD.size)
            return file.read(end - place - _HEAD.size - _TAIL)
    except OSError as error:
        raise BrokenFileError("it can't be read any more") from error


def _masked(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _table()[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


@functools.cache
def _table():
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ 0x82F63B78 * (value & 1)
        table.append(value)
    return table
