"""What recipes of gradient ascent have in common: checks of their settings, and what happens between steps."""

import math
import numbers

import numpy as np

from keras_explain.errors import OptionError, brief


def check_bounds(bounds):
    """Refuses what is no range `(low, high)` of numbers, and not None."""
    if bounds is None:
        return
    pair = isinstance(bounds, (tuple, list)) and len(bounds) == 2 and all(map(is_number, bounds))
    if not pair or not bounds[0] < bounds[1]:
        raise OptionError(f"expected bounds as (low, high) with low < high, received {brief(bounds)}.")


def check_functions(values, name):
    """Refuses what is no list of functions."""
    if not isinstance(values, (tuple, list)) or not all(map(callable, values)):
        raise OptionError(f"expected {name} as a list of functions, received {brief(values)}.")


def is_number(value):
    """Tells a finite number."""
    return isinstance(value, numbers.Real) and np.isfinite(value)


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
        if np.shape(modified) != np.shape(images):
            raise OptionError(
                f"expected input_modifiers that keep the shape {np.shape(images)}, received {np.shape(modified)} "
                f"from {brief(modifier)}."
            )
        images = modified
    return images
