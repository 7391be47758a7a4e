"""New values for a layer's weights, as if it had never been trained."""

import keras
import numpy as np

# Those whose draws are known: repeatable by a seed, or without chance. Another may return what was trained.
_KNOWN = {kind for kind in vars(keras.initializers).values() if isinstance(kind, type)}


def redrawn(layer, name, values, seed):
    """Returns new values of a weight, and how they were found: `"initializer"` or `"permutation"`.

    They are drawn by the initializer that the layer has for this weight, with another seed: by its own seed it would
    draw again what training began with. Where it has none of Keras's, all values are permuted, over all axes, which
    keeps their distribution.

    Args:
        layer: The layer.
        name: The weight's name within it, `"kernel"`.
        values: The present values, an array.
        seed: Makes both repeatable.
    """
    rng = np.random.default_rng(seed)
    initializer = _initializer(layer, name, int(rng.integers(1, 2**31)))
    if initializer is None:
        return rng.permutation(values.reshape(-1)).reshape(values.shape), "permutation"
    drawn = np.array(initializer(values.shape, dtype=values.dtype.name))
    if name == "bias" and getattr(layer, "unit_forget_bias", False):  # of an LSTM, whose forget gates begin open
        drawn[layer.units : 2 * layer.units] = 1
    return drawn, "initializer"


def _initializer(layer, name, seed):
    """Returns the initializer of a weight with this seed, None if it isn't known.

    That of a `kernel` is `kernel_initializer`, but `depthwise_initializer` of a depthwise layer; that of a
    `recurrent_kernel` is `recurrent_initializer`.
    """
    names = [f"{name}_initializer", f"{name.removesuffix('_kernel')}_initializer"]
    names += ["depthwise_initializer"] if name == "kernel" else []
    initializer = next((vars(layer)[option] for option in names if option in vars(layer)), None)
    if type(initializer) not in _KNOWN:
        return None
    config = initializer.get_config()
    if "seed" in config:
        return type(initializer).from_config({**config, "seed": seed})
    return initializer if all(isinstance(value, (int, float)) for value in config.values()) else None
