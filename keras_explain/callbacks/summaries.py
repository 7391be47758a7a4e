"""Encode pictures and numbers as the values of TensorBoard's events."""

import io

import numpy as np
import tensorflow as tf
from PIL import Image


def summary_value(tag, shown):
    """Returns a picture, uint8 `(H, W, 3)`, or a number in the form of `tf.summary.image` and `tf.summary.scalar`."""
    if isinstance(shown, (int, float)):
        return _summary(tag, "scalars", "DATA_CLASS_SCALAR", np.float32(shown))
    encoded = io.BytesIO()
    Image.fromarray(shown).save(encoded, "png", compress_level=1)  # half the time, a twentieth larger
    height, width = (str(side).encode() for side in shown.shape[:2])
    return _summary(tag, "images", "DATA_CLASS_BLOB_SEQUENCE", [width, height, encoded.getvalue()])


def _summary(tag, plugin, data_class, data):
    metadata = tf.compat.v1.SummaryMetadata(plugin_data={"plugin_name": plugin}, data_class=data_class)
    return tf.compat.v1.Summary.Value(tag=tag, metadata=metadata, tensor=tf.make_tensor_proto(data))
