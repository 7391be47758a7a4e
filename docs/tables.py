"""Fill the tables of the pages with what the methods say of themselves in their docstrings: a hook of MkDocs."""

import inspect
import re

from keras_explain.methods.table import METHODS

_TABLE, _REFERENCE = "<!-- the table of methods -->", "<!-- the reference of methods -->"


def on_page_markdown(markdown, **context):
    """Returns a page with its tables filled in, as MkDocs asks for it."""
    return markdown.replace(_TABLE, methods_table()).replace(_REFERENCE, methods_reference())


def methods_table():
    """Returns a Markdown table with a row a method: what it answers, and what its docstring says after each word."""
    rows = ["| method | what it shows, costs and needs, which laws it obeys, how it fails |", "|---|---|"]
    for key, method in METHODS.items():
        text = inspect.getdoc(method)
        told = [f"**{word}** {said(text, word)}" for word in ("Cost", "Needs", "Laws", "Fails")]
        name = f"[{method.title}](reference.md#{path(method)})<br>`{key}`"
        rows.append(f"| {name} | {'<br>'.join([text.splitlines()[0], *told])} |")
    return "\n".join(rows)


def methods_reference():
    """Returns what mkdocstrings makes an entry a method of."""
    return "\n".join(f"::: {path(method)}" for method in METHODS.values())


def path(method):
    """Returns where a class stands: what reads files without running them doesn't follow the public names there."""
    return f"{method.__module__}.{method.__name__}"


def said(text, word):
    """Returns what a docstring says after a word and a colon at the beginning of a line, without its citations."""
    found = re.search(rf"^{word}: (.*?)(?=\n\n|\n[A-Z]\w+: |\Z)", text, flags=re.M | re.S)
    assert found, f"a docstring says nothing of {word}: {text.splitlines()[0]}"
    told = re.sub(r" \([^()]*\b(19|20)\d\d\b[^()]*\)", "", " ".join(found[1].split()))
    return told[0].upper() + told[1:]
