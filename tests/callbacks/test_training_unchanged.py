"""A training with loggers is the training without them, to the bit."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.callbacks.training import read

SAME = """
import random, sys
import keras, numpy as np, tensorflow as tf
from keras import layers
import keras_explain as kx
from tests.quick import QUICK

devices, folder = int(sys.argv[1]), sys.argv[2]
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * devices)
tf.config.experimental.enable_op_determinism()
strategy = tf.distribute.MirroredStrategy([f"CPU:{i}" for i in range(devices)]) if devices > 1 else None

def build():
    model = keras.Sequential([
        keras.Input((12, 16, 3)), layers.Conv2D(6, 3), layers.BatchNormalization(), layers.ReLU(), layers.Dropout(0.3),
        layers.Conv2D(8, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dropout(0.3), layers.Dense(4),
    ])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return model

def trained(callbacks):
    keras.utils.set_random_seed(5)
    if strategy:
        with strategy.scope():
            model = build()
    else:
        model = build()
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(64, 12, 16, 3)).astype("float32"), rng.integers(4, size=64)
    history = model.fit(x, y, batch_size=8, epochs=3, verbose=0, callbacks=callbacks(x, y), validation_data=(x, y))
    state = [v.numpy() for v in (*model.variables, *model.optimizer.variables)]
    state += [np.random.get_state()[1], np.array(random.getstate()[1])]
    return state, history.history, tf.random.uniform(()).numpy()

def logged():
    visualization = kx.ClassVisualizationLogger([1], log_dir=folder, steps=2)
    images = np.random.default_rng(1).normal(size=(2, 12, 16, 3)).astype("float32")
    judged = kx.ExplanationLogger(images, methods=["grad_cam"], trust_freq=2, log_dir=folder, name="judged")
    every = {"methods": QUICK.values(), "update_freq": "epoch" if devices == 1 else 3}
    return trained(lambda x, y: [
        kx.ExplanationLogger(x[:4], labels=y[:4], log_dir=folder, **every),
        kx.ExplanationLogger(x[:2], methods=["guided_grad_cam"], update_freq=5, log_dir=folder, name="by_batch"),
        judged,
        visualization,
        kx.ExplanationLogger(x, methods=["saliency"], show="changed", name="moved", log_dir=folder),
    ])

bare, history, drawn = trained(lambda x, y: [])
state, same, draws = logged()
assert all(np.array_equal(a, b) for a, b in zip(bare, state, strict=True))
assert history == same and drawn == draws
assert np.abs(bare[0]).max() > 0 and len(set(history["loss"])) == 3
"""


@pytest.mark.parametrize("devices", [1, 2])
def test_weights_history_and_random_state_are_the_same_to_the_bit(tmp_path, devices):
    """With every method, on one device by epoch, mirrored over two by batch; and with one by batch on both."""
    command = [sys.executable, "-c", SAME, str(devices), str(tmp_path)]
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
    assert len(read(tmp_path)) == 4 and read(tmp_path, "class_visualizations")
    assert "judged_trust_weights_holds/grad_cam" in read(tmp_path, "judged")
    assert len(read(tmp_path, "moved/")) == 8
    assert list(read(tmp_path, "by_batch/")["by_batch/1"]) == [5, 10, 15, 20]
