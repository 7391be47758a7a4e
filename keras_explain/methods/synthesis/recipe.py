"""What recipes of gradient ascent have in common: checks of their settings, and what happens between steps."""

import math

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_function
from keras_explain.errors import OptionError, brief

# So many steps take days: more of them are a mistake.
MOST_STEPS = 10**6


def check_functions(values, name):
    """Refuses what is no list of functions of images."""
    if not isinstance(values, (tuple, list)) or not all(map(callable, values)):
        raise OptionError(f"expected {name} as a list of functions, received {brief(values)}.")
    for value in values:
        check_function(value, f"each of {name} as", "images")


def cosine(share, first, last):
    """Returns a rate that falls along a cosine from `first` to `last`, when this share of the steps is done."""
    return last + (first - last) * (0.5 + 0.5 * math.cos(math.pi * share))


def modify(modifiers, images):
    """Returns images after all modifiers.

    Raises:
        OptionError: If one changes their shape.
    """
    for modifier in modifiers:
        modified = modifier(images)
        array = as_numbers(modified, f"images from {brief(modifier)}")
        if array.shape != np.shape(images):
            raise OptionError(
                f"expected input_modifiers that keep the shape {np.shape(images)}, received {array.shape} from "
                f"{brief(modifier)}."
            )
        images = modified
    return images
