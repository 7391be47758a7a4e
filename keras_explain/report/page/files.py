"""A page as a file, and within a notebook."""

import contextlib
import html
import io

from keras_explain.report.page.document import KIND, START
from keras_explain.report.page.writer import PageWriter
from keras_explain.storage.new_file import new_file

_NO_SCRIPTS = "<noscript>Scripts draw the maps of this page, and are switched off. It needs no network.</noscript>\n"
_HEIGHT = 760  # Pixels that a notebook gives to a page, and to the picture in its place.


@contextlib.contextmanager
def new_page(path, views=None):
    """Gives a `PageWriter`; the page is at `path` when all has been added, and not at all if anything fails.

    Args:
        path: Path of the file.
        views: `Views` beside the images; None for none.

    Raises:
        OptionError: If there is anything but an earlier page at that path, or it can't be written.
        InputError: If nothing was added.
    """
    with new_file(path, START, KIND) as file:
        page = PageWriter(file.write, views)
        file.write(_NO_SCRIPTS)
        yield page
        page.finish()


def notebook_page(explanation, picture):
    """Returns HTML that shows an explanation in a notebook, and a picture of it where its scripts don't run.

    The page lies over the picture and is transparent until its scripts run. Where a frame is cut out of what is shown,
    or no script runs in it, the picture is what is seen.

    Args:
        explanation: An `Explanation` of a few images.
        picture: The URL of a picture of it.
    """
    text = io.StringIO(START)
    text.seek(0, io.SEEK_END)
    page = PageWriter(text.write)
    page.add(explanation)
    page.finish()
    return (
        f'<div style="position: relative; height: {_HEIGHT}px">'
        f'<img src="{picture}" alt="" style="max-width: 100%; max-height: 100%">'
        '<iframe sandbox="allow-scripts" title="Explanation" style="position: absolute; inset: 0; width: 100%; '
        f'height: 100%; border: 0" srcdoc="{html.escape(text.getvalue())}"></iframe></div>'
    )
