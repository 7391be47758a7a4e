"""Small networks: the same weights in many forms, and some that one can compute by hand."""

import tempfile

import keras
import numpy as np
import tensorflow as tf
from keras import layers

SHAPE = (12, 16, 3)


def _backbone():
    return [
        layers.Conv2D(4, 3, padding="same", activation="relu", name="conv1"),
        layers.MaxPooling2D(name="pool"),
        layers.Conv2D(5, 3, padding="same", name="conv2"),
        layers.BatchNormalization(name="norm"),
        layers.ReLU(name="last"),
    ]


def _head():
    return [layers.GlobalAveragePooling2D(name="gap"), layers.Dropout(0.5), layers.Dense(4, name="logits")]


class Chain(keras.Model):
    """A subclassed model that runs layers one after the other."""

    def __init__(self, chain, shape=SHAPE, **options):
        super().__init__(**options)
        self.chain = chain

    def call(self, x):
        for layer in self.chain.values() if isinstance(self.chain, dict) else self.chain:
            x = layer(x)
        return x


class CompiledChain(Chain):
    """The same with a `call` that is a tf.function."""

    call = tf.function(Chain.call)


def _functional(chain, name):
    x = inputs = keras.Input(SHAPE)
    for layer in chain:
        x = layer(x)
    return keras.Model(inputs, x, name=name)


def _sequential(chain, name=None):
    return keras.Sequential([keras.Input(SHAPE), *chain], name=name)


def _nested_twice():
    return _functional([_sequential([_functional(_backbone(), "inner")], "outer"), *_head()], "nested")


def _unknown_size():
    x = inputs = keras.Input((None, None, 3))
    for layer in [*_backbone(), *_head()]:
        x = layer(x)
    return keras.Model(inputs, x)


def _reloaded(model):
    with tempfile.TemporaryDirectory() as folder:
        model.save(f"{folder}/model.keras")
        return keras.models.load_model(f"{folder}/model.keras")


def _frozen(model):
    model.get_layer("mobilenetv2_1.00_224").trainable = False
    return model


def _compiled(**options):
    model = _functional([*_backbone(), *_head()], "flat")
    model.compile("sgd", "mse", **options)
    return model


FORMS = {
    "sequential": lambda: _sequential([*_backbone(), *_head()]),
    "functional": lambda: _functional([*_backbone(), *_head()], "flat"),
    "nested": lambda: _functional([_functional(_backbone(), "backbone"), *_head()], "outer"),
    "nested_twice": _nested_twice,
    "subclassed": lambda: Chain([*_backbone(), *_head()]),
    "subclassed_in_functional": lambda: _functional([Chain(_backbone(), name="backbone"), *_head()], "outer"),
    "functional_in_subclassed": lambda: Chain([_functional(_backbone(), "backbone"), *_head()]),
    "tf_function": lambda: CompiledChain([*_backbone(), *_head()]),
    "softmax_layer": lambda: _sequential([*_backbone(), *_head(), layers.Softmax()]),
    "softmax_activation": lambda: _sequential([*_backbone(), *_head(), layers.Activation("softmax")]),
    "softmax_op": lambda: _functional([*_backbone(), *_head(), keras.ops.softmax], "flat"),
    "unknown_size": _unknown_size,
    "saved": lambda: _reloaded(_functional([_functional(_backbone(), "backbone"), *_head()], "outer")),
    "frozen_dotted_name": lambda: _frozen(
        _functional([_functional(_backbone(), "mobilenetv2_1.00_224"), *_head()], "o")
    ),
    "jit_compiled": lambda: _compiled(jit_compile=True),
    "run_eagerly": lambda: _compiled(run_eagerly=True),
    "held_in_a_dict": lambda: Chain({str(i): layer for i, layer in enumerate([*_backbone(), *_head()])}),
}


def build(form, seed=3):
    """Returns the network in this form; forms of one seed have equal weights, batch statistics included."""
    model = FORMS[form]()
    model(np.zeros((1, *SHAPE), "float32"))
    rng = np.random.default_rng(seed)
    model.set_weights([_drawn(rng, variable) for variable in model.weights])
    return model


def _drawn(rng, variable):
    values = rng.normal(size=variable.shape, scale=0.4)
    return np.abs(values) + 0.1 if "variance" in variable.path else values


def linear(weights, bias=0.0):
    """Returns the model `f_c(I) = sum_i w_ci I_i + b`, `weights` being `(*shape, classes)`."""
    model = keras.Sequential([keras.Input(weights.shape[:-1]), layers.Flatten(), layers.Dense(weights.shape[-1])])
    model.set_weights([weights.reshape(-1, weights.shape[-1]), np.full(weights.shape[-1], bias)])
    return model


def without_relu():
    """Returns a network that ends in flattening and has no ReLU: CAM and the rules for ReLUs don't apply to it."""
    chain = [layers.Conv2D(3, 3, activation="tanh", name="conv1"), layers.Flatten(), layers.Dense(4)]
    return _sequential(chain)


def two_signs():
    """Returns a network and an image: `h = (x, -x)`, ReLU, then `f_0 = a_1 + 2 a_2` and `f_1 = -f_0` at each place."""
    convolution, dense = layers.Conv1D(2, 1, use_bias=False), layers.Dense(2, use_bias=False)
    model = keras.Sequential([keras.Input((2, 1)), convolution, layers.ReLU(), layers.Flatten(), dense])
    convolution.set_weights([np.array([[[1.0, -1.0]]])])
    dense.set_weights([np.array([[1.0, -1.0], [2.0, -2.0], [1.0, -1.0], [2.0, -2.0]])])
    return model, np.array([[[3.0], [-4.0]]])
