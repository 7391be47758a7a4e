"""Which way is taken, what it says of it, and that both give the same maps of any model."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import MethodError, Occlusion, OptionError
from tests.networks import FORMS, SHAPE, Chain, build


def assert_same_maps(model, images, target=None, tolerance=1e-4, **options):
    """Compares both ways, and returns the incremental explainer."""
    options = {"patch": 4, "stride": 3, **options}
    explainer = Occlusion(model, method="incremental", **options)
    wanted = Occlusion(model, method="plain", **options)(images, target)
    maps = explainer(images, target)
    assert explainer.plan.method == "incremental"
    assert np.ptp(wanted) > 1e-3
    np.testing.assert_allclose(maps, wanted, atol=tolerance * np.ptp(wanted))
    return explainer


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_model(form, images):
    assert_same_maps(build(form), images)


def test_options(images):
    model = build("functional")
    assert_same_maps(model, images, [0, 1, 2, 3, 0, 1], patch=(5, 6), stride=(2, 5), fill=(0.5, -1, 2), batch_size=5)
    assert_same_maps(model, images, 2, resize=False, score="probability", patch=7, stride=1)
    assert_same_maps(model, images, score=lambda outputs, target: outputs[:, 1] - outputs[:, 2])
    assert_same_maps(model, images, 1, baseline="blur", patch=(5, 6), stride=(2, 5), batch_size=5)
    assert_same_maps(model, images, 1, baseline=images[::-1], by_channel=True)


def test_inputs_and_outputs_of_other_kinds(images, rng):
    inputs = [keras.Input(SHAPE, name="image", dtype="uint8"), keras.Input((4,), name="meta")]
    x = layers.MaxPooling2D()(layers.Conv2D(4, 3, activation="relu")(layers.Rescaling(1 / 255)(inputs[0])))
    x = layers.Concatenate()([layers.Flatten()(x), inputs[1]])
    model = keras.Model(inputs, [layers.Dense(1)(x), layers.Dense(3)(x)])
    pixels, meta = (images * 60 + 128).clip(0, 255).astype("uint8"), rng.normal(size=(6, 4)).astype("float32")
    assert_same_maps(model, [pixels, meta], 1, output=1)


def test_a_map_of_another_input_is_joined(images, rng):
    inputs = [keras.Input(SHAPE, name="image"), keras.Input((10, 14, 4), name="other")]
    x = layers.Concatenate()([layers.Conv2D(4, 3)(inputs[0]) * inputs[1], inputs[1]])
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(layers.Conv2D(4, 3)(x))))
    assert_same_maps(model, [images, rng.normal(size=(6, 10, 14, 4)).astype("float32")], 1, input="image")


def test_a_shared_layer(images):
    inputs, shared = keras.Input(SHAPE), layers.Conv2D(3, 3, padding="same", activation="relu")
    x = shared(layers.MaxPooling2D()(shared(inputs)))
    assert_same_maps(keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x))), images)


def test_mixed_precision(images):
    dtype = keras.DTypePolicy("mixed_float16")
    chain = [
        layers.Conv2D(4, 3, activation="relu", dtype=dtype),
        layers.Flatten(dtype=dtype),
        layers.Dense(3, dtype=dtype),
    ]
    assert_same_maps(keras.Sequential([keras.Input(SHAPE), *chain]), images, tolerance=1e-2)


def test_sizes_that_come_with_the_images(images):
    explainer = assert_same_maps(build("unknown_size"), images)
    narrow = images[:, :, :9]
    wanted = Occlusion(build("unknown_size"), patch=4, stride=3, method="plain")(narrow)
    np.testing.assert_allclose(explainer(narrow), wanted, atol=1e-4 * np.ptp(wanted))


def test_sees_live_weights(images):
    model = build("functional")
    explainer = Occlusion(model, patch=4, method="incremental")
    before = explainer(images)
    model.set_weights([weight * 1.5 for weight in model.get_weights()])
    wanted = Occlusion(model, patch=4, method="plain")(images)
    assert np.abs(wanted - before).max() > 0.1 * np.ptp(wanted)
    np.testing.assert_allclose(explainer(images), wanted, atol=1e-4 * np.ptp(wanted))


def test_says_which_way_it_takes():
    layer = layers.Conv2D(64, 3, padding="same", activation="relu")
    deep = keras.Sequential([keras.Input((96, 96, 64)), *[layer] * 4, layers.Flatten(name="flat"), layers.Dense(2)])
    plan = Occlusion(deep, patch=8).plan
    assert plan.method == "incremental"
    assert plan.share < 0.3
    assert str(plan) == f"incremental: {plan.share:.2f} of the plain way's arithmetic, dense from 'flat'"
    assert str(Occlusion(build("functional"), patch=4, method="plain").plan) == "plain: as asked for."
    assert "expected to take" in str(Occlusion(build("functional"), patch=4).plan)
    assert Occlusion(Chain([layers.Conv2D(2, 3), layers.Flatten()]), patch=4).plan is None


def test_for_few_images_nothing_is_traced_that_they_do_not_pay_for():
    chain = [layers.Conv2D(32, 3, padding="same", activation="relu") for _ in range(4)]
    model = keras.Sequential([keras.Input((96, 96, 16)), *chain, layers.Flatten(), layers.Dense(2)])
    images = np.random.default_rng(0).random((4, 96, 96, 16), "float32")
    explained = {}
    for patch, stride, method in ((48, 24, "plain"), (12, 8, "incremental")):  # 9 and 144 patches
        explained[method] = explainer = Occlusion(model, patch=patch, stride=stride)
        assert explainer.plan.method == "incremental"  # of many images
        wanted = Occlusion(model, patch=patch, stride=stride, method="plain")(images, 1)
        np.testing.assert_allclose(explainer(images, 1), wanted, atol=1e-4 * np.ptp(wanted))
        assert explainer.plan.method == method
    assert "for so few images" in str(explained["plain"].plan)
    explainer(images[:1], 1)
    assert explainer.plan.method == "incremental"  # what has been traced is used
    unasked = Occlusion(model, patch=48, stride=24)
    unasked(images, 1)
    assert str(unasked.plan) == "plain: for so few images no other way is looked for."
    unasked(np.tile(images, (8, 1, 1, 1)), 1)
    assert "no other way" not in str(unasked.plan)


class Watched(layers.Layer):
    def call(self, x):
        tf.debugging.assert_all_finite(x, "not finite")
        return x


@pytest.mark.parametrize(
    ("shape", "chain", "message"),
    [
        (SHAPE, [layers.Flatten(), layers.Dense(2)], "from the whole image at once"),
        (SHAPE, [layers.Conv2D(4, 3), Watched(), layers.Flatten()], "can't be run again by itself"),
        (SHAPE, [layers.Conv2D(4, 3), layers.Lambda(lambda x: x + x[::-1]), layers.Flatten()], "mixes the images"),
    ],
)
def test_models_without_parts_are_refused_or_run_plainly(shape, chain, message):
    model = keras.Sequential([keras.Input(shape), *chain])
    with pytest.raises(MethodError, match=message):
        Occlusion(model, patch=4, method="incremental")
    explainer = Occlusion(model, patch=4)
    assert message in str(explainer.plan)
    assert explainer(np.ones((1, *shape), "float32"), 1).shape[0] == 1


class Rows(layers.Layer):
    """Multiplies maps by numbers of another input, four rows an image."""

    def call(self, x, other):
        products = tf.reshape(x, (-1, x.shape[1] * x.shape[2] // 4, 4)) * tf.reshape(other, (-1, 1, 4))
        return tf.reshape(products, (-1, *x.shape[1:]))


class Mean(layers.Layer):
    """Multiplies maps by one number for all images."""

    def call(self, x, other):
        return x * tf.reduce_mean(other)


class Unranked(layers.Layer):
    """Multiplies maps by numbers of another input, in a shape that is known when they come."""

    def __init__(self):
        super().__init__()
        self.ones = tf.Variable([1, 1])

    def call(self, x, other):
        shape = tf.concat([tf.shape(other)[:1], self.ones[: self.ones[0] + 1], [x.shape[-1]]], 0)
        return tf.ensure_shape(x * tf.reshape(other, shape), (None, *x.shape[1:]))

    def compute_output_shape(self, x_shape, other_shape):
        return x_shape


@pytest.mark.parametrize(("layer", "shape"), [(Rows, (4, 4)), (Mean, (4,)), (Unranked, (4,))])
def test_what_is_not_one_row_an_image_of_another_input_is_not_run_by_parts(layer, shape, images, rng):
    inputs = [keras.Input(SHAPE, name="image"), keras.Input(shape)]
    x = layer()(layers.Conv2D(4, 3)(layers.Conv2D(4, 3, activation="relu")(inputs[0])), inputs[1])
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))
    options = {"input": "image", "patch": 4}
    with pytest.raises(MethodError, match="of another input, which holds for no single image"):
        Occlusion(model, method="incremental", **options)
    given = [images, rng.normal(size=(6, *shape)).astype("float32")]
    assert np.ptp(Occlusion(model, **options)(given, 1)) > 1e-3


class Counted(layers.Layer):
    """Multiplies by the number of calls, which it keeps in a variable that Keras doesn't know."""

    def build(self, shape):
        self.calls = tf.Variable(0.0, trainable=False)

    def call(self, x):
        self.calls.assign_add(1)
        return x * self.calls


class Kept(layers.Layer):
    """Takes the channels whose weight is positive: as many as there are when it is called."""

    def build(self, shape):
        self.positive = self.add_weight(shape=(shape[-1],), initializer="ones")

    def call(self, x):
        kept = tf.boolean_mask(tf.range(x.shape[-1]), tf.convert_to_tensor(self.positive) > 0)
        return tf.ensure_shape(tf.gather(x, kept, axis=3), x.shape)


def test_a_model_that_counts_its_calls_is_not_run_by_parts(images):
    model = Chain([layers.Conv2D(4, 3), Counted(), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(2)])
    with pytest.raises(MethodError, match=r"\(AssignAddVariableOp\)"):
        Occlusion(model, patch=4, method="incremental")(images)


def test_what_no_input_changes_is_of_no_image(images):
    chain = [layers.Conv2D(4, 3), layers.Conv2D(4, 3), Kept(), layers.Flatten(), layers.Dense(2)]
    assert_same_maps(keras.Sequential([keras.Input(SHAPE), *chain]), images, 1)


def test_unknown_methods_are_refused():
    with pytest.raises(OptionError, match='"auto", "plain" or "incremental"'):
        Occlusion(build("functional"), method="fast")
