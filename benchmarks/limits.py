"""The least that can be done: traced functions, each written by hand for one method. They take and return arrays."""

import keras
import tensorflow as tf


def limit(method, model, layer):
    """Returns the function that a method is compared with, by the method's key."""
    own = {"cam": lambda: forward(model), "grad_cam": lambda: grad_cam(model, layer)}
    own["guided_grad_cam"] = lambda: guided_grad_cam(model, layer)
    return own[method]() if method in own else gradient(model)


def forward(model):
    """Returns a function `(images, targets) -> logits (N,)`."""
    return _traced(model, lambda images, targets: _score(model(images, training=False), targets))


def gradient(model):
    """Returns a function `(images, targets) -> gradient (N, H, W, C)` of the target's logit by the image."""

    def run(images, targets):
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(images)
            score = _score(model(images, training=False), targets)
        return tape.gradient(score, images)

    return _traced(model, run)


def grad_cam(model, layer):
    """Returns a function `(images, targets) -> maps (N, H, W, 1)`: a forward pass, and a backward one to a layer."""
    body, tail = _split(model, layer)

    def run(images, targets):
        activations = body(images)
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(activations)
            score = _score(tail(activations), targets)
        return _weighted(activations, tape.gradient(score, activations), images)

    return _traced(model, run)


def guided_grad_cam(model, layer):
    """Returns a function `(images, targets) -> maps (N, H, W, C)`: a forward pass, two backward ones, their product."""
    body, tail = _split(model, layer)

    def run(images, targets):
        with tf.GradientTape(persistent=True, watch_accessed_variables=False) as tape:
            tape.watch(images)
            activations = body(images)
            score = _score(tail(activations), targets)
        maps = _weighted(activations, tape.gradient(score, activations), images)
        return tape.gradient(score, images) * maps

    return _traced(model, run)


def _traced(model, run):
    structure = [tf.TensorSpec((None, *model.input_shape[1:])), tf.TensorSpec((None,), tf.int32)]
    function = tf.function(run, input_signature=structure, autograph=False)
    return lambda images, targets: function(images, targets).numpy()


def _score(logits, targets):
    return tf.gather(logits, targets, axis=1, batch_dims=1)


def _split(model, layer):
    """Returns the functions that run a network up to a layer and from there, where it is a chain of layers."""
    place = model.layers.index(model.get_layer(layer))
    body = keras.Model(model.input, model.layers[place].output)

    def tail(activations):
        for following in model.layers[place + 1 :]:
            activations = following(activations)
        return activations

    return lambda images: body(images, training=False), tail


def _weighted(activations, gradients, images):
    weights = tf.reduce_mean(gradients, axis=(1, 2))
    maps = tf.nn.relu(tf.einsum("nhwk,nk->nhw", activations, weights))[..., tf.newaxis]
    return tf.image.resize(maps, tf.shape(images)[1:3])
