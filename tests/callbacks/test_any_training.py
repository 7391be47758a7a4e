"""The logger in whatever way a model is trained."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import ExplanationLogger
from tests.callbacks.training import compiled, fit, read


class OwnStep(keras.Model):
    """A model with a training step of its own."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        self.optimizer.apply(tape.gradient(loss, self.trainable_weights), self.trainable_weights)
        return {"loss": loss}


class OwnFit(OwnStep):
    """The same, without the optimizer that `compile` knows."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, self(x, training=True), True))
        for weight, gradient in zip(self.trainable_weights, tape.gradient(loss, self.trainable_weights)):
            weight.assign_sub(0.01 * gradient)
        return {"loss": loss}


def rebuilt(model_class, loss="sparse_categorical_crossentropy", **options):
    inner = compiled()
    model = model_class(inner.inputs, inner.outputs)
    model.compile(loss=loss, **options)
    return model


def frozen_backbone():
    """A head on a backbone that is one nested layer and doesn't train."""
    backbone = keras.applications.MobileNet((32, 32, 3), alpha=0.25, include_top=False, weights=None)
    backbone.trainable = False
    inputs = keras.Input((12, 16, 3))
    x = backbone(layers.Resizing(32, 32)(inputs), training=False)
    model = keras.Model(inputs, layers.Dense(4, activation="softmax")(layers.GlobalAveragePooling2D()(x)))
    model.compile("adam", "sparse_categorical_crossentropy")
    return model


def recompiled(optimizer="adam", **options):
    model = compiled()
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True), **options)
    return model


TRAININGS = {
    "own train_step": (lambda: rebuilt(OwnStep), {}),
    "no optimizer": (lambda: rebuilt(OwnFit, loss=None, optimizer=None), {}),
    "class_weight": (recompiled, {"class_weight": {0: 1.0, 1: 2.0, 2: 1.0, 3: 0.5}}),
    "gradient accumulation": (lambda: recompiled(keras.optimizers.SGD(gradient_accumulation_steps=3)), {}),
    "steps_per_execution": (lambda: recompiled(steps_per_execution=5), {}),
    "jit_compile": (lambda: recompiled(jit_compile=True), {}),
    "frozen nested backbone": (frozen_backbone, {}),
    "validation and shuffle": (recompiled, {"validation_split": 0.25, "shuffle": True}),
}


@pytest.mark.parametrize("training", TRAININGS)
def test_logs_each_step_of_any_training(tmp_path, images, training):
    build, options = TRAININGS[training]
    # Twelve batches an epoch; five at a time, an epoch's last two are run by themselves.
    wanted = {"epoch": [0, 1], 5: [5, 10, 17, 22] if training == "steps_per_execution" else [5, 10, 15, 20]}
    loggers = [ExplanationLogger(images[:2], update_freq=freq, log_dir=tmp_path / str(freq)) for freq in wanted]
    fit(build(), loggers, epochs=2, batches=16 if "validation_split" in options else 12, **options)
    for freq, steps in wanted.items():
        logged = {tag: list(found) for tag, found in read(tmp_path / str(freq)).items()}
        assert logged == {f"explanations/{i}": steps for i in range(2)}


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(tmp_path, images, policy):
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        fit(compiled(), [ExplanationLogger(images[:2], methods=["cam", "saliency"], log_dir=tmp_path)], epochs=2)
    finally:
        keras.config.set_dtype_policy(before)
    assert {tag: list(steps) for tag, steps in read(tmp_path).items()} == {
        f"explanations/{i}": [0, 1] for i in range(2)
    }


def test_a_pipeline_whose_length_is_unknown(tmp_path, images):
    def samples():
        for image in images:
            yield image, 1

    signature = tf.TensorSpec(images.shape[1:]), tf.TensorSpec((), tf.int32)
    dataset = tf.data.Dataset.from_generator(samples, output_signature=signature).batch(2).prefetch(2)
    logger = ExplanationLogger(dataset, update_freq=2, max_images=3, log_dir=tmp_path)
    compiled().fit(dataset, epochs=3, verbose=0, callbacks=[logger])
    assert list(read(tmp_path)["explanations/2"]) == [2, 4, 6, 8]


def test_series_and_volumes(tmp_path, rng):
    for place, (size, convolution, pooling) in enumerate(
        [
            ((40, 2), layers.Conv1D, layers.GlobalAveragePooling1D),
            ((8, 9, 10, 1), layers.Conv3D, layers.GlobalAveragePooling3D),
        ]
    ):
        model = keras.Sequential([keras.Input(size), convolution(4, 3, activation="relu"), pooling(), layers.Dense(3)])
        model.compile("sgd", "mse")
        x, y = rng.normal(size=(4, *size)).astype("float32"), np.zeros((4, 3), "float32")
        logger = ExplanationLogger(
            x[:2], log_dir=tmp_path / str(place), regions=[[0] * len(size[:-1]) + [5] * len(size[:-1])] * 2
        )
        model.fit(x, y, verbose=0, callbacks=[logger])
        assert len(read(tmp_path / str(place))) == 2
