"""Encode pictures, numbers and raw data as TensorBoard's events."""

import io
import time

import numpy as np
import tensorflow as tf
from PIL import Image

from keras_explain.training_log.tags import PLUGIN


def summary_event(step, shown, words=None):
    """Returns the event of a step that shows `{tag: picture, number or list of bytes}`.

    Args:
        step: The step.
        shown: A picture, a number, a GIF or a list of bytes by its tag.
        words: `{tag: (heading, description)}` that TensorBoard shows with a tag.

    A picture is uint8 `(H, W, 3)`, a GIF bytes; they and numbers have the form of `tf.summary.image` and
    `tf.summary.scalar`. Lists of bytes are what TensorBoard's own pages pass over.
    """
    event = tf.compat.v1.Event(wall_time=time.time(), step=step)
    event.summary.value.extend(_value(tag, each, (words or {}).get(tag, ())) for tag, each in shown.items())
    return event


def start_event(step):
    """Returns the event by which TensorBoard forgets what it has seen from a step on, as it is going to come again."""
    start = tf.compat.v1.SessionLog(status=tf.compat.v1.SessionLog.START)
    return tf.compat.v1.Event(wall_time=time.time(), step=step, session_log=start)


def _value(tag, shown, words):
    if isinstance(shown, (int, float)):
        return _summary(tag, "scalars", "DATA_CLASS_SCALAR", np.float32(shown), *words)
    if isinstance(shown, list):
        return _summary(tag, PLUGIN, "DATA_CLASS_BLOB_SEQUENCE", shown)
    sides = Image.open(io.BytesIO(shown)).size if isinstance(shown, bytes) else shown.shape[1::-1]
    data = shown if isinstance(shown, bytes) else _png(shown)
    blobs = [*(str(side).encode() for side in sides), data]
    return _summary(tag, "images", "DATA_CLASS_BLOB_SEQUENCE", blobs, *words)


def _png(picture):
    encoded = io.BytesIO()
    Image.fromarray(picture).save(encoded, "png", compress_level=1)  # half the time, a twentieth larger
    return encoded.getvalue()


def _summary(tag, plugin, data_class, data, heading="", description=""):
    metadata = tf.compat.v1.SummaryMetadata(
        plugin_data={"plugin_name": plugin},
        data_class=data_class,
        display_name=heading,
        summary_description=description,
    )
    return tf.compat.v1.Summary.Value(tag=tag, metadata=metadata, tensor=tf.make_tensor_proto(data))
