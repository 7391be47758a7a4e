"""The logger on whatever images and labels a training is given."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import ExplanationLogger, GradCAM, InputError, ModelError, OptionError
from tests.callbacks.training import compiled, read
from tests.networks import SHAPE

NAMES = ["ant", "bee", "cow", "dog"]


@pytest.fixture
def table(rng):
    return rng.normal(size=(6, 5)).astype("float32")


def network(heads, inputs=list):
    image, table = keras.Input(SHAPE, name="image"), keras.Input((5,), name="table")
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(image))
    outputs = {name: layers.Dense(units)(layers.Concatenate()([x, table])) for name, units in heads.items()}
    structure = {"image": image, "table": table} if inputs is dict else [image, table]
    return keras.Model(structure, outputs if len(outputs) > 1 else outputs.popitem()[1])


class Two(keras.Model):
    """A subclassed model of a picture and a table."""

    def __init__(self):
        super().__init__()
        self.conv, self.pool, self.dense = layers.Conv2D(4, 3), layers.GlobalAveragePooling2D(), layers.Dense(4)

    def call(self, inputs):
        image, table = inputs
        return self.dense(keras.ops.concatenate([self.pool(self.conv(image)), table], axis=-1))


def begun(model, logger):
    """Returns the logger as it is when the model begins to train."""
    logger.set_model(model)
    logger.on_train_begin()
    logger.on_train_end()
    return logger


def labels_of(model, images, log_dir, methods=("grad_cam",), **options):
    """Returns the labels that the logger shows."""
    logger = ExplanationLogger(images, methods=methods, log_dir=log_dir, class_names=NAMES, **options)
    return begun(model, logger)._page._labels


@pytest.mark.parametrize("kind", ["list", "subclassed", "tuple", "dict", "dataset"])
def test_several_inputs_are_cut_to_the_first_images(tmp_path, images, table, kind):
    model = Two() if kind in ("subclassed", "tuple") else network({"kind": 4}, dict if kind == "dict" else list)
    given = {
        "tuple": (images, table),
        "dict": {"table": table, "image": images},
        "dataset": tf.data.Dataset.from_tensor_slices(({"image": images, "table": table}, np.zeros(6))).batch(4),
    }.get(kind, [images, table])
    logger = begun(model, ExplanationLogger(given, methods=["grad_cam"], max_images=3, log_dir=tmp_path))
    np.testing.assert_array_equal(logger._found.batch.arrays[0], images[:3])
    np.testing.assert_array_equal(logger._found.batch.arrays[1], table[:3])


def test_a_list_of_images_stays_one_of_images(tmp_path, images):
    logger = begun(compiled("subclassed"), ExplanationLogger(list(images), max_images=2, log_dir=tmp_path))
    np.testing.assert_array_equal(logger._found.batch.images, images[:2])


def test_a_list_of_inputs_of_a_training_is_logged(tmp_path, images, table):
    model = Two()
    model.compile("adam", "mse")
    logger = ExplanationLogger([images, table], methods=["saliency"], max_images=2, log_dir=tmp_path)
    model.fit([images, table], np.zeros((6, 4)), verbose=0, callbacks=[logger])
    assert sorted(read(tmp_path)) == ["explanations/0", "explanations/1"]


KIND, AGE = np.array([3, 0, 1, 2, 3, 1]), np.arange(6) / 4


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ({"output": "kind"}, ["dog", "ant", "bee"]),
        ({"output": 0}, ["dog", "ant", "bee"]),
        ({"output": "age"}, ["0", "0.25", "0.5"]),
        ({"output": -1}, ["0", "0.25", "0.5"]),
        ({"output": "kind", "labels": False}, None),
        ({"output": "kind", "labels": [1] * 6}, ["bee"] * 3),
        ({"output": "kind", "labels": {"age": AGE}}, None),
    ],
)
def test_the_label_of_the_explained_output(tmp_path, images, table, options, wanted):
    y = {"age": AGE, "kind": KIND}
    dataset = tf.data.Dataset.from_tensor_slices(((images, table), y)).batch(2)
    model = network({"kind": 4, "age": 1})
    assert labels_of(model, dataset, tmp_path, ["saliency"], max_images=3, **options) == wanted


def test_the_label_of_the_output_that_explainers_of_ones_own_explain(tmp_path, images, table):
    model = network({"kind": 4, "age": 1})
    dataset = tf.data.Dataset.from_tensor_slices(((images, table), {"age": AGE, "kind": KIND})).batch(6)
    own = [GradCAM(model, output="kind")]
    assert labels_of(model, dataset, tmp_path, own, max_images=2) == ["dog", "ant"]


def test_several_labels_an_image(tmp_path, images):
    labels = np.zeros((6, 4))
    labels[1, [0, 2]] = 1
    assert labels_of(compiled(), images, tmp_path, labels=labels, max_images=2) == ["none", "ant, cow"]


def test_a_mask_is_no_label(tmp_path, images):
    inputs = keras.Input(SHAPE)
    model = keras.Model(inputs, layers.Conv2D(2, 1)(layers.Conv2D(4, 3, padding="same")(inputs)))
    dataset = tf.data.Dataset.from_tensor_slices((images, images[..., :1] > 0)).batch(2)

    def region(outputs, target):
        return tf.reduce_sum(outputs[:, 2:6, 3:9, 1], axis=[1, 2])

    assert labels_of(model, dataset, tmp_path, score=region) is None


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"score": "logits"}, OptionError),
        ({"score": 3}, OptionError),
        ({"input": "picture"}, OptionError),
        ({"input": 1.5}, OptionError),
        ({"output": "size"}, ModelError),
        ({"output": [0]}, OptionError),
        ({}, ModelError),
        ({"output": "kind", "labels": True}, InputError),
        ({"output": "kind", "labels": 3}, InputError),
        ({"output": "kind", "labels": np.full((6, 3), 0.5)}, InputError),
    ],
)
def test_options_that_do_not_fit_are_refused_when_training_begins(tmp_path, images, table, options, error):
    with pytest.raises(error) as refused:
        labels_of(network({"kind": 4, "age": 1}), [images, table], tmp_path, **options)
    assert "\n" not in str(refused.value)
