"""Import TensorFlow without the lines that it writes below Python, before anybody can ask it not to."""

import contextlib
import faulthandler
import importlib
import os
import re
import sys
import tempfile

_LEVEL = "TF_CPP_MIN_LOG_LEVEL"
_OWN = re.compile(rb"WARNING: All log messages before absl|[IWE]\d{4} .*\.cc:\d+\]")


def import_tensorflow():
    """Imports TensorFlow, which then tells of a crash alone, unless the environment's `TF_CPP_MIN_LOG_LEVEL` is set."""
    held = contextlib.nullcontext() if _LEVEL in os.environ or "tensorflow" in sys.modules else _held_back()
    os.environ.setdefault(_LEVEL, "3")
    with held:
        importlib.import_module("tensorflow")


@contextlib.contextmanager
def _held_back():
    """Within the block, what is written on file descriptor 2 is kept; afterwards, what isn't TensorFlow's is written.

    A crash within it is told by Python's fault handler, since what is kept is lost then.
    """
    told, enabled = os.dup(2), faulthandler.is_enabled()
    with tempfile.TemporaryFile() as kept:
        faulthandler.enable(told)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        finally:
            sys.stderr.flush()
            os.dup2(told, 2)
            faulthandler.enable() if enabled else faulthandler.disable()
            os.close(told)
            kept.seek(0)
            for line in kept:
                if not _OWN.match(line):
                    os.write(2, line)
