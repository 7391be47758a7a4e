"""What is said beside the results."""

import sys


def say(text):
    """Prints one line about the work, beside its results."""
    print(f"keras-explain: {one_line(text)}", file=sys.stderr)


def one_line(text):
    """Returns a text in one line."""
    return " ".join(str(text).split())
