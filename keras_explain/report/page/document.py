"""The document that a page is: its markup, style and scripts in one file, and data that nothing in them can break."""

import base64
import functools
import hashlib
import importlib.resources
import json

KIND = "a page of keras_explain"
START = "<!doctype html>\n<!-- a page of keras_explain -->\n"
# Each uses those before it; together they are one module.
_SCRIPTS = ("values.js", "colors.js", "state.js", "picture.js", "gallery.js", "viewer.js", "controls.js")


@functools.cache
def frame():
    """Returns what stands between `START` and the data of a page, and what after them."""
    style, script = _read("page.css"), "\n".join(map(_read, _SCRIPTS))
    policy = (  # Nothing is loaded from anywhere, and no script runs but this one.
        f"default-src 'none'; img-src data:; style-src '{_digest(style)}'; script-src '{_digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    parts = {"policy": policy, "style": style, "script": f'<script type="module">{script}</script>'}
    text = _read("page.html")
    for name, part in parts.items():
        text = text.replace(f"{{{{{name}}}}}", part)
    return tuple(text.split("{{images}}"))


def data(name, value):
    """Returns a value as an element that a script finds by its name, whatever texts are in it."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{text}</script>\n'


def _read(name):
    return importlib.resources.files("keras_explain.report.page").joinpath(name).read_text("utf-8")


def _digest(text):
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
