"""What is printed: lines that a terminal shows as they are, whatever the names in them hold."""

import re
import sys

from keras_explain.cli.wording import as_typed
from keras_explain.errors import ExplainError
from keras_explain.visual.text import legible, one_line

_LONG = 300  # Letters of a stranger's message.
_ERASE = "\r\x1b[K"  # The line of progress that may stand there.


def say(text):
    """Prints one line about the work, beside its results."""
    _write(f"keras-explain: {one_line(text)}", sys.stderr)


def show(text=""):
    """Prints a line of the results, of parts that are legible."""
    _write(text, sys.stdout)


def told(error):
    """Returns an error as a reason: our own is a sentence, before the message of another stands its kind."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error))  # Keras writes in bold
    if isinstance(error, ExplainError):
        return as_typed(text)
    if text.startswith("Graph execution error"):  # TensorFlow's; what went wrong stands below where it did
        text = text.strip().split("\n\n")[-1]
    kind = type(error).__name__
    kind = f"{type(error).__module__}.{kind}" if kind.islower() else kind  # struct.error is called "error"
    return f"{kind}: {legible(' '.join(text.split()), _LONG) or 'without a message'}"


def _write(line, stream):
    if sys.stderr is not None and sys.stderr.isatty():
        print(_ERASE, end="", file=sys.stderr, flush=True)
    encoding = getattr(stream, "encoding", None) or "utf-8"
    print(line.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
