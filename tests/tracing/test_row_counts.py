import numpy as np
import pytest
import tensorflow as tf

from keras_explain.tracing.own_entries import own_entries
from keras_explain.tracing.row_counts import shapes_by_count

KERNEL = np.ones((3, 3, 2, 4), "float32")
KNOWN = {
    "images": lambda x: x,
    "convolution": lambda x: tf.nn.bias_add(tf.nn.conv2d(x, KERNEL, 2, "SAME"), np.ones(4, "float32")),
    "depthwise": lambda x: tf.nn.depthwise_conv2d(x, KERNEL, [1, 1, 1, 1], "VALID"),
    "pools": lambda x: tf.nn.avg_pool2d(tf.nn.max_pool2d(x, 2, 2, "VALID"), 2, 1, "SAME"),
    "sums": lambda x: tf.add_n([x + 1, 2 * x, x * x, x - np.ones((1, 4, 6, 2), "float32")]),
    "custom gradient": lambda x: tf.custom_gradient(lambda y: (tf.nn.relu6(y), lambda signal: signal))(x),
    "joined": lambda x: tf.concat([x, tf.nn.leaky_relu(x)], -1),
    "padded": lambda x: tf.pad(x, [[0, 0], [1, 1], [1, 0], [0, 0]]),
    "turned": lambda x: tf.transpose(x, (0, 3, 1, 2)),
    "flat": lambda x: tf.nn.softmax(tf.reshape(x, (-1, 48)) @ np.ones((48, 5), "float32")),
    "mean": lambda x: tf.expand_dims(tf.reduce_mean(x, (1, 2), keepdims=True), 1),
    "resized": lambda x: tf.image.resize(x, (8, 8)),
    "chosen": lambda x: tf.gather(tf.reduce_sum(x, (1, 2)), tf.argmax(tf.reduce_max(x, (1, 2)), 1), batch_dims=1),
    "entries": lambda x: own_entries(tf.reduce_sum(x, (1, 2)), tf.argmax(tf.reduce_max(x, (1, 2)), 1)),
}
UNKNOWN = {
    "tiles in the batch": lambda x: tf.reshape(x, (-1, 4, 3, 2)),
    "rows behind another axis": lambda x: tf.transpose(x, (1, 0, 2, 3)),
    "rows put last": lambda x: tf.reduce_sum(x, (1, 2, 3)) + np.ones((3, 1), "float32"),
    "pairs of images": lambda x: tf.reshape(x, (-1, 48)) @ tf.transpose(tf.reshape(x, (-1, 48))),
    "one of all": lambda x: tf.reduce_mean(x, 0),
    "twice as many": lambda x: tf.nn.relu(tf.concat([x, x], 0)),
    "one more": lambda x: tf.pad(x, [[0, 1], [0, 0], [0, 0], [0, 0]]),
    "not the first": lambda x: x[1:],
    "entries of two": lambda x: tf.gather_nd(x[:, 0, 0], [[0, 1], [0, 0]]),
    "entries of all but the first": lambda x: tf.gather_nd(x[:, 0, 0], tf.stack(2 * [tf.range(1, tf.shape(x)[0])], 1)),
    "entries of as many as columns": lambda x: tf.gather_nd(x[:, 0, 0], tf.stack(2 * [tf.range(tf.shape(x)[3])], 1)),
    "entries by another number": lambda x: tf.gather_nd(x[:, 0], tf.stack(2 * [tf.range(tf.shape(x[1:])[0])], 1)),
}


def shapes_of(function):
    """Returns the sizes by name of a traced graph, that of the function's shape, and what computes it."""

    @tf.function(input_signature=[tf.TensorSpec((None, 4, 6, 2))], autograph=False)
    def shape(x):
        return tf.raw_ops.Shape(input=function(x))

    traced = shape.get_concrete_function()
    return shapes_by_count(traced.inputs[0]), traced.outputs[0].op.inputs[0].name, shape


@pytest.mark.parametrize("name", KNOWN)
def test_a_shape_is_the_number_of_images_and_what_is_known(name):
    sizes, own, shape = shapes_of(KNOWN[name])
    for count in (1, 3):
        assert [count, *sizes[own]] == shape(np.ones((count, 4, 6, 2), "float32")).numpy().tolist()


@pytest.mark.parametrize("name", UNKNOWN)
def test_what_may_have_other_rows_is_not_known(name):
    sizes, own, _ = shapes_of(UNKNOWN[name])
    assert own not in sizes
