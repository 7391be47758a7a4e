"""Read the arrays of an npz file that anybody may have made: what it will take is known before it is taken."""

import contextlib
import io
import math
import re
import struct
import zipfile
import zlib
from typing import NamedTuple

import numpy as np

from keras_explain.errors import InputError, brief
from keras_explain.storage.regular import open_regular

_PIECE = 2**20  # Bytes that are read at once.
_TOLD = 120  # Letters of what zipfile says, which may show all that a member's name could be.
_LONGEST = 10 + 4096  # Bytes of a header, its own first ten included.
_LENGTH = rb"(?:0|[1-9]\d{0,17})"
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00((?s:..))"
    rb"\{'descr': '([<>|]\w+)', 'fortran_order': (?:True|False), 'shape': "
    rb"(\((?:|" + _LENGTH + rb",|" + _LENGTH + rb"(?:, " + _LENGTH + rb")+)\)), \} *\n"
)
_NUMBERS = re.compile(r"\|b1|\|[iu]1|[<>][iu][248]|[<>]f[248]")
# What zipfile, zlib and NumPy raise over a broken file.
_BROKEN = (
    OSError,
    ValueError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)


class Header(NamedTuple):
    """What an array says of itself before it is read."""

    shape: tuple
    dtype: np.dtype

    @property
    def ndim(self):
        return len(self.shape)

    @property
    def nbytes(self):
        return math.prod(self.shape) * self.dtype.itemsize


class Archive:
    """The arrays in an npz file.

    Attributes:
        headers: `{name: Header}` of all that are in it.
    """

    def __init__(self, file):
        """Reads the headers of the arrays in a `zipfile.ZipFile`.

        Raises:
            InputError: If it holds anything but arrays of numbers.
        """
        self._file, self.headers = file, {}
        for member in file.infolist():
            name = member.filename.removesuffix(".npy")
            if name == member.filename or name in self.headers:
                raise InputError(f"{brief(member.filename)} in it is no array, or is there twice")
            if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise InputError(f"array {brief(name)} is encrypted, or compressed in a way that isn't read")
            self.headers[name] = self._header(member, name)

    def read(self, name):
        """Returns an array, in the byte order of this machine."""
        with self._file.open(f"{name}.npy") as member:
            array = np.lib.format.read_array(member, allow_pickle=False)
        return array.astype(array.dtype.newbyteorder("="), order="C", copy=False)

    def _header(self, member, name):
        with self._file.open(member) as opened:
            found = _HEADER.match(opened.read(_LONGEST))
        kind = found and found[2].decode()
        if kind and kind.startswith("|O"):
            raise InputError(f"array {brief(name)} holds Python objects, which are not loaded")
        if not kind or not _NUMBERS.fullmatch(kind) or found.end() != 10 + int.from_bytes(found[1], "little"):
            raise InputError(f"array {brief(name)} is no array of numbers as they are saved")
        header = Header(tuple(map(int, re.findall(rb"\d+", found[3]))), np.dtype(kind))
        if found.end() + header.nbytes != member.file_size:
            raise InputError(f"array {brief(name)} has not as many values as its shape {brief(header.shape)} says")
        return header


@contextlib.contextmanager
def open_archive(path, max_bytes):
    """Gives the `Archive` in a file.

    Args:
        path: Path of the file.
        max_bytes: The most that all arrays together may take.

    Raises:
        InputError: If they take more, or the file is none or is broken, with how a sentence ends that says so.
    """
    try:
        with _InPieces(open_regular(path).detach()) as file, zipfile.ZipFile(file) as members:
            archive = Archive(members)
            size = sum(header.nbytes for header in archive.headers.values())
            if size > max_bytes:
                raise InputError(
                    f"its arrays take {size:,} bytes, more than max_bytes={max_bytes:,}; if you trust it, raise that"
                )
            yield archive
    except InputError:
        raise
    except _BROKEN as error:
        told = " ".join((getattr(error, "strerror", None) or str(error) or "it ends too early").split())
        raise InputError(told if len(told) <= _TOLD else f"{told[:_TOLD]}...") from None


class _InPieces(io.BufferedReader):
    """A file of which no more than a piece is read at once: an archive's directory of more would be a trap."""

    def read(self, size=-1, /):
        if size is not None and size > _PIECE:
            raise zipfile.BadZipFile("it lists more than is saved in one file")
        return super().read(_PIECE if size is None or size < 0 else size)
