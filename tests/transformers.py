"""Small vision transformers, written once as a function of their parts, and their maps by a tape of its own."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers, ops

SHAPE, GRID, WIDTH = (16, 24, 3), (4, 6), 8


class Prepend(layers.Layer):
    """Puts learned tokens before the patches, as a class token and registers, and adds positions."""

    def __init__(self, count, **options):
        super().__init__(**options)
        self.count = count

    def build(self, shape):
        self.tokens = self.add_weight(shape=(1, self.count, shape[-1]), initializer="random_normal")
        self.positions = self.add_weight(shape=(1, self.count + shape[1], shape[-1]), initializer="random_normal")

    def call(self, patches):
        tokens = ops.broadcast_to(self.tokens, (ops.shape(patches)[0], self.count, self.tokens.shape[-1]))
        return ops.concatenate([tokens, patches], axis=1) + self.positions


def embedding(tokens):
    return [layers.Conv2D(WIDTH, 4, 4, name="patches"), layers.Reshape((24, WIDTH)), Prepend(tokens, name="tokens")]


def block(number):
    return {
        f"norm{number}a": layers.LayerNormalization(name=f"norm{number}a"),
        f"attention{number}": layers.MultiHeadAttention(2, 4, name=f"attention{number}"),
        f"norm{number}b": layers.LayerNormalization(name=f"norm{number}b"),
        f"wide{number}": layers.Dense(2 * WIDTH, activation="gelu", name=f"wide{number}"),
        f"narrow{number}": layers.Dense(WIDTH, name=f"narrow{number}"),
    }


def through(part, number, x, tapped=lambda name, tensor: tensor):
    """Returns what a block makes of tokens; `tapped` gets the norms as they are made."""
    normed = tapped(f"norm{number}a", part[f"norm{number}a"](x))
    x = x + part[f"attention{number}"](normed, normed)
    normed = tapped(f"norm{number}b", part[f"norm{number}b"](x))
    return x + part[f"narrow{number}"](part[f"wide{number}"](normed))


class Transformer:
    """The parts of a network of two blocks, with a number of tokens before the patches.

    Where there are any, the first one goes on to the head; else the mean of all.
    """

    def __init__(self, tokens):
        self.tokens, self.embedding, self.blocks = tokens, embedding(tokens), {**block(1), **block(2)}
        self.last, self.head = layers.LayerNormalization(name="last"), layers.Dense(3, name="head")

    def encoded(self, x, tapped=lambda name, tensor: tensor):
        for number in (1, 2):
            x = through(self.blocks, number, x, tapped)
        return tapped("last", self.last(x))

    def logits(self, x):
        return self.head(x[:, 0] if self.tokens else ops.mean(x, axis=1))

    def embedded(self, x):
        for layer in self.embedding:
            x = layer(x)
        return x

    def flat(self):
        inputs = keras.Input(SHAPE)
        return keras.Model(inputs, self.logits(self.encoded(self.embedded(inputs))))

    def nested(self):
        inputs, tokens = keras.Input(SHAPE), keras.Input((24 + self.tokens, WIDTH))
        encoder = keras.Model(tokens, self.encoded(tokens), name="encoder")
        return keras.Model(inputs, self.logits(encoder(self.embedded(inputs))))

    def subclassed(self):
        return Subclassed(self)

    def tape(self, images, target, layer):
        """Returns the patches' activations at a layer as a grid, and the gradient of the target's logit by them."""
        seen = {}
        with tf.GradientTape() as tape:

            def tapped(name, tensor):
                if name == layer:
                    tape.watch(tensor)
                    seen[name] = tensor
                return tensor

            score = tf.reduce_sum(self.logits(self.encoded(self.embedded(images), tapped))[:, target])
        pair = seen[layer], tape.gradient(score, seen[layer])
        return [tf.reshape(one[:, self.tokens :], (len(images), *GRID, WIDTH)) for one in pair]


class Subclassed(keras.Model):
    def __init__(self, parts):
        super().__init__()
        self.parts, self.held = parts, [*parts.embedding, *parts.blocks.values(), parts.last, parts.head]

    def call(self, x):
        return self.parts.logits(self.parts.encoded(self.parts.embedded(x)))


def drawn(model, shape=SHAPE):
    """Returns the model with weights that are none of them 0 or equal, as after a training."""
    model(np.zeros((1, *shape), "float32"))
    rng = np.random.default_rng(3)
    model.set_weights([rng.normal(size=variable.shape, scale=0.3) for variable in model.weights])
    return model
