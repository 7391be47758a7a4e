"""A small training, and how to read what was logged of it."""

import keras
import numpy as np
import tensorflow as tf
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator

from tests.networks import build


def compiled(form="functional"):
    model = build(form)
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def fit(model, callbacks, epochs=3, batches=12, **options):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2 * batches, 12, 16, 3)).astype("float32")
    y = rng.integers(4, size=2 * batches)
    return model.fit(x, y, batch_size=2, epochs=epochs, verbose=0, callbacks=callbacks, **options)


def read(log_dir, tags="explanations/"):
    """Returns `{tag: {step: image or number}}` of the event files right in a directory, as TensorBoard shows them."""
    events = EventAccumulator(str(log_dir), size_guidance={"tensors": 0})
    events.Reload()
    shown = [tag for tag in events.Tags()["tensors"] if _page(events, tag) in ("images", "scalars")]
    found = {tag: events.Tensors(tag) for tag in shown if tag.startswith(tags)}
    for tag, shown in found.items():
        assert len({event.step for event in shown}) == len(shown), f"steps of {tag} appear twice"
    return {
        tag: {event.step: _decoded(tf.make_ndarray(event.tensor_proto)) for event in shown}
        for tag, shown in found.items()
    }


def _page(events, tag):
    return events.SummaryMetadata(tag).plugin_data.plugin_name


def _decoded(data):
    if not data.ndim:
        return float(data)
    decode = tf.io.decode_gif if data[2].startswith(b"GIF") else tf.io.decode_png
    return decode(data[2]).numpy()
