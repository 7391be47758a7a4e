"""The page's own files: its scripts and its style, as TensorBoard is served them, or in a document of its own."""

import importlib.resources

from keras_explain.report.page.document import policy

_FRONT, _PAGE = "keras_explain.tensorboard_page.front", "keras_explain.report.page"
# Each uses those before it; together they are one module.
_SCRIPTS = [
    (_PAGE, "resize.js"),
    *((_FRONT, f"{name}.js") for name in "data state parts frames paint cards epochs lines controls show page".split()),
]
_NO_SCRIPTS = "Scripts draw the maps of this page, and are switched off. It needs no network."


def served_script():
    """Returns the scripts as one module, which asks a server."""
    return _script("server")


def style():
    """Returns the style."""
    return _read(_FRONT, "page.css")


def document():
    """Returns what stands before the logs in a document of its own, whose scripts ask these, and what behind them."""
    css, script = style(), f"{_script('embedded')}\nrender();\n"
    before = (
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy(css, script)}">\n'
        f"<title>Explanations of a training</title>\n<style>{css}</style>\n"
    )
    behind = (
        f'<script type="module">{script}</script>\n</head>\n<body><noscript>{_NO_SCRIPTS}</noscript></body>\n</html>\n'
    )
    return before, behind


def _script(asked):
    return "\n".join(_read(*file) for file in [(_FRONT, f"{asked}.js"), *_SCRIPTS])


def _read(room, name):
    return importlib.resources.files(room).joinpath(name).read_text("utf-8")
