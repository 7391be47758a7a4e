"""Write a page of all photographs that are explained, beside their folders."""

import contextlib


def add_argument(parser, what="all photographs"):
    """Adds `--report` to a command's arguments, and what it shows."""
    parser.add_argument(
        "--report", metavar="FILE", help=f"also write one page of {what} to explore in a browser, as why.html"
    )


def check_report(path):
    """Refuses a path at which no page can be written, before any work; None as it is."""
    if path is None:
        return

    from keras_explain.report.page.document import KIND, START
    from keras_explain.storage.new_file import check_new_file

    check_new_file(path, START, KIND)


@contextlib.contextmanager
def photographs_page(path):
    """Gives a function `(photo, explanation, crop)` that puts a photograph on a page, and does nothing without a path.

    Args:
        path: What `--report` was given, or None.
    """
    if path is None:
        yield lambda photo, explanation, crop: None
        return

    from keras_explain.report.page.files import new_page

    with new_page(path) as page:
        yield lambda photo, explanation, crop: page.add(explanation, [str(photo)], [photo], crop)
