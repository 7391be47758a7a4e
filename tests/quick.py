"""Every method of convolutional networks, with less of what it repeats thousands of times by default."""

from keras_explain.methods.attention_rows import AttentionRows
from keras_explain.methods.build import option_names
from keras_explain.methods.table import METHODS

_FEW = {"masks": 24, "samples": 4, "steps": 8}


def quick(method):
    """Returns a class of the same explainers with other defaults; the class itself, where it repeats nothing."""
    few = {name: count for name, count in _FEW.items() if name in option_names(method)}
    if not few:
        return method

    class Quick(method):
        def __init__(self, *args, **options):
            super().__init__(*args, **{**few, **options})

    return Quick


OF_ATTENTION = [key for key, method in METHODS.items() if issubclass(method, AttentionRows)]
OF_CONVOLUTIONS = [key for key in METHODS if key not in OF_ATTENTION]
QUICK = {key: quick(METHODS[key]) for key in OF_CONVOLUTIONS}
