"""Classes as they are typed: names from a file, and targets by index or by name."""

import codecs
import os
from pathlib import Path

from keras_explain.checks.paths import why_no_file
from keras_explain.errors import OptionError, TargetError, near
from keras_explain.inputs.called import indices_of, synonyms

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_LARGEST = 2**26  # Bytes; a million names take a quarter of it.


def read_class_names(path):
    """Returns the name of each class, from a text file of one a line, None without a file.

    Args:
        path: Path of the file, or None.

    Raises:
        OptionError: If it can't be read, or is empty.
    """
    if path is None:
        return None
    why = why_no_file(path)
    if why is None and os.path.getsize(path) > _LARGEST:
        why = f"has {os.path.getsize(path):,} bytes"
    if why is not None:
        raise OptionError(f"expected --class-names as a text file of one name a line, received '{path}', which {why}.")
    text = _decoded(path)
    names = [line.strip() for line in text.rstrip().split("\n")] if text.strip() else []
    if not names:
        raise OptionError(
            f"expected --class-names as a text file of one name a line, received '{path}', which is empty."
        )
    return names


def check_number(names, classes):
    """Refuses class names that are more or fewer than the classes, as they would be shown beside the wrong class."""
    if names is not None and classes is not None and len(names) != classes:
        raise OptionError(
            f"expected --class-names of {classes} lines, one a class of the model, received {len(names)}."
        )


def class_index(text, names):
    """Returns the index of a class that was typed as an index or as a name, whatever its case.

    A name may be one of several that a line gives with commas between them.

    Raises:
        TargetError: If no class or several are called so.
    """
    try:
        return int(text)
    except ValueError:
        pass
    if names is None:
        raise TargetError(f"expected --target as an index, received '{text}'; for names give --class-names FILE.")
    found = indices_of(text, names)
    if len(found) > 1:
        raise TargetError(f"'{text}' is the name of several classes, give the index: {', '.join(map(str, found))}.")
    if not found:
        known = [one for name in names for one in synonyms(name)]
        raise TargetError(f"expected --target as a class, received '{text}'; {near(text, known)}")
    return found[0]


def _decoded(path):
    what = f"expected --class-names as a text file in UTF-8, received '{path}'"
    try:
        content = Path(path).read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise OptionError(f"{what}: {error}.") from None
    except UnicodeDecodeError as error:
        other = "UTF-16" if content.startswith(_UTF_16) else "LATIN1"
        if other == "LATIN1" and b"\0" in content:
            raise OptionError(f"{what}, which is no text.") from None
        line = content[: error.start].count(b"\n") + 1
        raise OptionError(
            f"{what}, whose line {line} is in another encoding; convert it, as by iconv -f {other} -t UTF-8 {path}."
        ) from None
