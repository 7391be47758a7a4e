"""Make tf-keras-vis's input modifiers repeatable, and leave the user's random state as it is."""

import contextlib

import numpy as np


@contextlib.contextmanager
def seeded(modifiers, rng):
    """Within the block, modifiers draw from `rng`: those with a generator of their own, and those that use NumPy's."""
    state = np.random.get_state()
    own = [(modifier, modifier.random_generator) for modifier in modifiers if hasattr(modifier, "random_generator")]
    try:
        np.random.seed(rng.integers(2**32))
        for modifier, _ in own:
            modifier.random_generator = rng
        yield
    finally:
        np.random.set_state(state)
        for modifier, generator in own:
            modifier.random_generator = generator
