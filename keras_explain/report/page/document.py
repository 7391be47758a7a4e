"""The document that a page is: its markup, style and scripts in one file, and data that nothing in them can break."""

import base64
import dataclasses
import functools
import hashlib
import importlib.resources
import json

KIND = "a page of keras_explain"
START = "<!doctype html>\n<!-- a page of keras_explain -->\n"
_HERE = "keras_explain.report.page"
# Each uses those before it; together they are one module.
_CHOICES = ("resize.js", "values.js", "colors.js", "choices.js")
_SCRIPTS = ("state.js", "film.js", "picture.js", "gallery.js", "viewer.js", "controls.js", "player.js")


@dataclasses.dataclass(frozen=True)
class Views:
    """What a kind of page shows beside images and the chosen one.

    Attributes:
        package: Where its files are.
        markup: File of what stands above the images.
        style: File of its style.
        choices: Scripts that add to what can be chosen, before the link is read.
        scripts: Those that show it, after all others.
    """

    package: str
    markup: str
    style: str
    choices: tuple
    scripts: tuple


@functools.cache
def frame(views=None):
    """Returns what stands between `START` and the data of a page, and what after them.

    Args:
        views: `Views` beside the images; None for none.
    """
    markup, style, choices, scripts = "", _read("page.css"), [], []
    if views is not None:
        markup, more, choices, scripts = _files(views)
        style += more
    script = "\n".join([*map(_read, _CHOICES), *choices, *map(_read, _SCRIPTS), *scripts])
    parts = {
        "policy": policy(style, script),
        "style": style,
        "views": markup,
        "script": f'<script type="module">{script}</script>',
    }
    page = _read("page.html")
    for name, part in parts.items():
        page = page.replace(f"{{{{{name}}}}}", part)
    return tuple(page.split("{{images}}"))


def policy(style, script):
    """Returns the policy of a document: nothing is loaded from anywhere, and no script runs but this one."""
    return (
        f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def data(name, value):
    """Returns a value as an element that a script finds by its name, whatever texts are in it."""
    return text(name, json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c"))


def text(name, letters):
    """Returns letters that can't end it, as those of base64, as an element that a script finds by its name."""
    return f'<script type="application/json" id="{name}">{letters}</script>\n'


def _files(views):
    read = functools.partial(_read, package=views.package)
    return (
        read(views.markup),
        read(views.style),
        [read(name) for name in views.choices],
        [read(name) for name in views.scripts],
    )


def _read(name, package=_HERE):
    return importlib.resources.files(package).joinpath(name).read_text("utf-8")


def _digest(text):
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
