"""Make input modifiers repeatable, and leave the random state of Python and NumPy as it is."""

import contextlib
import random

import numpy as np


@contextlib.contextmanager
def seeded(modifiers, rng):
    """Within the block, modifiers draw from `rng`.

    tf-keras-vis's draw from generators of their own or from NumPy's global state, a user's own perhaps from Python's.
    """
    states = random.getstate(), np.random.get_state()
    own = [
        (modifier, name, generator)
        for modifier in modifiers
        for name, generator in getattr(modifier, "__dict__", {}).items()
        if isinstance(generator, np.random.Generator)
    ]
    try:
        np.random.seed(rng.integers(2**32))
        random.seed(int(rng.integers(2**32)))
        for modifier, name, _ in own:
            setattr(modifier, name, rng)
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])
        for modifier, name, generator in own:
            setattr(modifier, name, generator)
