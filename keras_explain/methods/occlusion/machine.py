"""What moving numbers and starting operations takes on this machine, beside the arithmetic of convolutions."""

import functools
import time
from typing import NamedTuple

import tensorflow as tf

BATCH = 32  # Patches that an operation is started for together, by default.


class Machine(NamedTuple):
    """What takes as long as how many multiplications and additions of a convolution.

    Attributes:
        byte: To move a byte.
        start: To start the smallest operation, for each patch of a batch.
    """

    byte: float
    start: float


@functools.cache
def measured():
    """Returns the `Machine` that operations run on, a GPU where there is one: measured once, in some 30 ms."""
    image, kernel = tf.ones((8, 28, 28, 64)), tf.ones((3, 3, 64, 64))
    large, small = tf.ones((1 << 21,)), tf.ones((8,))
    operations = 2 * 9 * 64 * 64 * 8 * 28 * 28
    operation = _seconds(lambda: tf.nn.conv2d(image, kernel, 1, "SAME")) / operations
    moved = _seconds(lambda: tf.nn.relu(large)) / (2 * 4 * large.shape[0])
    return Machine(moved / operation, _seconds(lambda: tf.nn.relu(small)) / BATCH / operation)


def _seconds(run, times=6):
    """Returns the shortest of several times: longer ones are of what else the machine does."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run().numpy()  # on a GPU it has run once its values are there
        taken.append(time.perf_counter() - start)
    return min(taken)
