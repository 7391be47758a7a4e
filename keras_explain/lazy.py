"""Names of a module that are imported when they are first asked for: TensorFlow takes seconds that `--help` hasn't.

A module writes its imports as ever, for editors and for the documentation, but below `if TYPE_CHECKING:`, where they
don't run. They are read from there, so that they are stated once.
"""

import ast
import importlib
import sys


def unrun_imports(spec):
    """Returns `{name: module}` of what a module imports below `if TYPE_CHECKING:`; of `*` that module's `__all__`.

    Args:
        spec: The module's `__spec__`.
    """
    tree = ast.parse(spec.loader.get_source(spec.name))
    blocks = [node.body for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    homes = {}
    for node in sum(blocks, []):
        for name in (alias.name for alias in node.names):
            names = importlib.import_module(node.module).__all__ if name == "*" else [name]
            homes.update(dict.fromkeys(names, node.module))
    return homes


def on_demand(spec, homes, others=()):
    """Returns a module's `__getattr__` and `__dir__`, by which it has the names that it will import, and `__all__`.

    What reads a module without running it takes all names that it sees where it finds no `__all__`.

    Args:
        spec: The module's `__spec__`.
        homes: `{name: module}`.
        others: Names of what else is public.
    """

    def getattribute(name):
        if name == "__all__":
            return [*homes, *others]
        if name not in homes:
            raise AttributeError(f"module '{spec.name}' has no attribute '{name}'")
        own = homes[name] == spec.name  # a room of the package itself
        value = (
            importlib.import_module(f"{spec.name}.{name}")
            if own
            else getattr(importlib.import_module(homes[name]), name)
        )
        setattr(sys.modules[spec.name], name, value)  # asked for once
        return value

    def names():
        return sorted({*vars(sys.modules[spec.name]), *homes})

    return getattribute, names
