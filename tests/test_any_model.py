"""Whatever `model.fit` accepts: inputs and outputs of all kinds, layers of all kinds, precisions, datasets."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from keras_explain import (
    CAM,
    ExplainWarning,
    GradCAM,
    GuidedBackprop,
    InputError,
    LayerError,
    MethodError,
    ModelError,
    Occlusion,
    OptionError,
    Saliency,
    TargetError,
    list_layers,
)
from tests.networks import SHAPE, Chain, build


def slope(model, inputs, watched, score):
    """Returns the gradient of a score of the model by one of its inputs."""
    with tf.GradientTape() as tape:
        tape.watch(watched)
        value = score(model(inputs, training=False))
    return tape.gradient(value, watched).numpy()


def assert_close(maps, wanted, tolerance=1e-5):
    assert np.abs(wanted).max() > 0
    np.testing.assert_allclose(maps, wanted, atol=tolerance * np.abs(wanted).max())


def image_and_table(style):
    image, table = keras.Input((12, 16, 3), name="image"), keras.Input((5,), name="table")
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu", name="conv")(image))
    outputs = layers.Dense(3)(layers.Concatenate()([x, layers.Dense(4)(table)]))
    return keras.Model([image, table] if style == "list" else {"image": image, "table": table}, outputs)


@pytest.mark.parametrize("style", ["list", "dict"])
def test_two_inputs(style, images, rng):
    model, table = image_and_table(style), rng.normal(size=(6, 5)).astype("float32")
    inputs = [images, table] if style == "list" else {"table": table, "image": images}
    x, t = tf.constant(images), tf.constant(table)
    tensors = [x, t] if style == "list" else {"image": x, "table": t}
    wanted = slope(model, tensors, x, lambda y: y[:, 1])
    assert_close(Saliency(model, magnitude=None)(inputs, 1), wanted)
    assert_close(Saliency(model, magnitude=None, input="image")(inputs, 1), wanted)
    wanted = slope(model, tensors, t, lambda y: y[:, 1])
    assert_close(Saliency(model, magnitude=None, input="table")(inputs, 1), wanted)
    assert GradCAM(model)(inputs).shape == (6, 12, 16, 1)
    assert Occlusion(model, patch=6)(inputs).shape == (6, 12, 16, 1)
    assert GradCAM(model).layer == "conv"


class ImageAndTable(keras.Model):
    """A subclassed model of a list of two, made of the layers of another."""

    def __init__(self, twin):
        super().__init__()
        self.conv, self.pool, self.join = twin.get_layer("conv"), layers.GlobalAveragePooling2D(), layers.Concatenate()
        self.before, self.head = [layer for layer in twin.layers if isinstance(layer, layers.Dense)]

    def call(self, inputs):
        image, table = inputs
        return self.head(self.join([self.pool(self.conv(image)), self.before(table)]))


@pytest.mark.parametrize("kind", [list, tuple])
def test_a_subclassed_model_of_two_inputs(kind, images, rng):
    twin, table = image_and_table("list"), rng.normal(size=(6, 5)).astype("float32")
    model = ImageAndTable(twin)
    for explainer in (GradCAM, Saliency):
        wanted = explainer(twin)([images, table], 1)
        assert_close(explainer(model)(kind([images, table]), 1), wanted)
    wanted = Saliency(twin, input=1, magnitude=None)([images, table], 1)
    assert_close(Saliency(model, input=-1, magnitude=None)(kind([images, table]), 1), wanted)


def test_a_dictionary_for_a_list_of_inputs_that_look_alike(images):
    b, a = keras.Input(SHAPE, name="b"), keras.Input(SHAPE, name="a")
    pooled = [layers.GlobalAveragePooling2D()(layers.Conv2D(2, 3, activation="relu")(x)) for x in (b, a)]
    model = keras.Model([b, a], layers.Dense(3)(layers.Concatenate()(pooled)))
    first, second = images[:3], images[3:]
    for name in "ab":
        explainer = Saliency(model, input=name)
        assert_close(explainer({"a": first, "b": second}, 1), explainer([second, first], 1))


def test_inputs_that_do_not_fit_are_refused(images, rng):
    model = image_and_table("dict")
    explainer, table = Saliency(model), rng.normal(size=(6, 5))
    with pytest.raises(InputError, match="named .*image.*table.*received.*picture"):
        explainer({"picture": images, "table": table})
    with pytest.raises(InputError, match="2 inputs"):
        explainer([images])
    with pytest.raises(InputError, match="equal length"):
        explainer({"image": images, "table": table[:3]})
    with pytest.raises(OptionError, match="did you mean 'image'"):
        Saliency(model, input="images")


def two_outputs(style):
    inputs = keras.Input(SHAPE)
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(inputs))
    a, b = layers.Dense(3, name="kind")(x), layers.Dense(2, activation="softmax", name="age")(x)
    return keras.Model(inputs, [a, b] if style == "list" else {"kind": a, "age": b})


@pytest.mark.parametrize("style", ["list", "dict"])
def test_two_outputs(style, images):
    model, x = two_outputs(style), tf.constant(images)
    kind = slope(model, x, x, lambda y: (y[0] if style == "list" else y["kind"])[:, 2])
    assert_close(Saliency(model, output="kind", magnitude=None)(images, 2), kind)
    assert_close(Saliency(model, output=0, magnitude=None)(images, 2), kind)
    assert_close(Saliency(model, output=-2, magnitude=None)(images, 2), kind)
    with pytest.raises(TargetError, match="from 0 to 1"):
        Saliency(model, output="age")(images, 2)
    with pytest.raises(ModelError, match="say by output="):
        Saliency(model)
    with pytest.raises(ModelError, match="received 'size'"):
        Saliency(model, output="size")


def test_a_backbone_that_is_called_twice():
    left, right = keras.Input(SHAPE, name="left"), keras.Input(SHAPE, name="right")
    conv = layers.Conv2D(4, 3, activation="relu", name="conv")
    backbone = keras.Sequential([keras.Input(SHAPE), conv], name="backbone")
    pooled = [layers.GlobalAveragePooling2D()(backbone(x)) for x in (left, right)]
    model = keras.Model([left, right], layers.Dense(3)(layers.Concatenate()(pooled)))
    rng = np.random.default_rng(0)
    inputs = [rng.normal(size=(2, *SHAPE)).astype("float32") for _ in range(2)]
    kernel = model.layers[-1].get_weights()[0]
    for call, options in ((0, {}), (1, {}), (0, {"call": 0}), (1, {"call": 1})):
        found = GradCAM(model, "backbone/conv", input=call, resize=False, **options)(inputs, 1)
        activations = backbone(inputs[call]).numpy()
        weights = kernel[4 * call : 4 * call + 4, 1] / (10 * 14)
        assert_close(found[..., 0], np.maximum(activations @ weights, 0))


def test_calls_are_counted_as_they_were_written(images):
    conv = layers.Conv2D(4, 3, activation="relu", name="conv")
    inputs = keras.Input(SHAPE)
    first, second = conv(inputs), conv(layers.Rescaling(2.0)(inputs))
    pooled = [layers.GlobalAveragePooling2D()(x) for x in (first, second)]
    model = keras.Model(inputs, layers.Dense(3)(layers.Concatenate()(pooled)))
    kernel = model.layers[-1].get_weights()[0]
    for call, scale in ((0, 1), (1, 2), (-1, 2)):
        weights = kernel[4 * (call % 2) : 4 * (call % 2) + 4, 1] / (10 * 14)
        wanted = np.maximum(conv(scale * images).numpy() @ weights, 0)
        assert_close(GradCAM(model, "conv", call=call, resize=False)(images, 1)[..., 0], wanted)


def test_a_linear_regression_head(images):
    model = keras.Sequential(
        [keras.Input(SHAPE), layers.Conv2D(3, 3, activation="relu"), layers.Flatten(), layers.Dense(1)]
    )
    x = tf.constant(images)
    wanted = slope(model, x, x, lambda y: y[:, 0])
    assert_close(Saliency(model, magnitude=None)(images), wanted)
    assert_close(Saliency(model, magnitude=None)(images, 0), wanted)
    with pytest.raises(TargetError, match="from 0 to 0"):
        Saliency(model)(images, 1)


def test_segmentation_with_a_score_over_a_region(images):
    inputs = keras.Input(SHAPE)
    x = layers.Conv2D(4, 3, padding="same", activation="relu", name="features")(inputs)
    model = keras.Model(inputs, layers.Conv2D(2, 1, activation="softmax")(x))

    def region(outputs, target):
        return tf.reduce_sum(outputs[:, 2:6, 3:9, 1], axis=[1, 2])

    x = tf.constant(images)
    wanted = slope(model, x, x, lambda y: region(y, None))
    assert_close(Saliency(model, score=region, magnitude=None)(images), wanted)
    assert GradCAM(model, "features", score=region)(images).shape == (6, 12, 16, 1)
    assert Occlusion(model, patch=4, score=region)(images).shape == (6, 12, 16, 1)
    with pytest.raises(ModelError, match="pass score="):
        Saliency(model)
    with pytest.raises(ModelError, match=r"return shape \(N,\)"):
        Saliency(model, score=lambda outputs, target: outputs)


@pytest.mark.parametrize("rank", [1, 3])
def test_time_series_and_volumes(rank):
    conv, pool = {1: (layers.Conv1D, layers.GlobalAveragePooling1D), 3: (layers.Conv3D, layers.GlobalAveragePooling3D)}[
        rank
    ]
    shape = (9, 7, 8)[:rank]
    chain = [conv(4, 3, activation="relu"), pool(), layers.Dense(3)]
    model = keras.Sequential([keras.Input((*shape, 2)), *chain])
    images = np.random.default_rng(0).normal(size=(3, *shape, 2)).astype("float32")
    maps, wanted = CAM(model, resize=False)(images), GradCAM(model, resize=False)(images)
    places = np.prod(maps.shape[1:-1])
    assert_close(np.maximum(maps, 0), places * wanted)
    for explainer in (CAM(model), GradCAM(model), Occlusion(model, patch=3)):
        assert explainer(images).shape == (3, *shape, 1)
    x = tf.constant(images)
    assert_close(Saliency(model, magnitude=None)(images, 1), slope(model, x, x, lambda y: y[:, 1]))


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
@pytest.mark.parametrize("explainer", [Saliency, CAM, GradCAM, GuidedBackprop])
def test_mixed_precision_is_close_to_float32(policy, explainer, images):
    def network(policy):
        chain = [
            layers.Conv2D(8, 3, activation="relu", dtype=policy),
            layers.Conv2D(8, 3, activation="relu", dtype=policy),
            layers.GlobalAveragePooling2D(dtype=policy),
            layers.Dense(4, dtype=policy),
            layers.Activation("softmax", dtype="float32"),
        ]
        return keras.Sequential([keras.Input(SHAPE), *chain])

    exact, mixed = network("float32"), network(policy)
    mixed.set_weights(exact.get_weights())
    wanted, maps = explainer(exact)(images, 1), explainer(mixed)(images, 1)
    assert maps.dtype == np.float32 and np.isfinite(maps).all()
    # A pre-activation near zero may fall on the other side, and closes or opens a ReLU for some pixels.
    off = np.abs(maps / np.abs(maps).max() - wanted / np.abs(wanted).max()) > 2e-2
    assert off.mean() < 0.05


def test_small_gradients_do_not_vanish_in_float16(rng):
    chain = [
        layers.Conv2D(4, 3, activation="relu", padding="same", dtype="mixed_float16", name="conv"),
        layers.Conv2D(4, 3, activation="relu", padding="same", dtype="mixed_float16"),
        layers.GlobalAveragePooling2D(dtype="mixed_float16"),
        layers.Dense(2, dtype="float32", kernel_initializer=keras.initializers.Constant(1e-3)),
    ]
    model = keras.Sequential([keras.Input((200, 200, 1)), *chain])
    images = rng.random((1, 200, 200, 1), "float32")
    exact = keras.models.clone_model(
        model, clone_function=lambda layer: type(layer).from_config({**layer.get_config(), "dtype": "float32"})
    )
    exact.set_weights(model.get_weights())
    maps, wanted = GradCAM(model, "conv")(images, 1), GradCAM(exact, "conv")(images, 1)
    assert_close(maps, wanted, 5e-2)


def test_slopes_beyond_float16_once_scaled_are_the_tapes(rng):
    chain = [
        layers.Rescaling(255.0, dtype="mixed_float16"),
        layers.Conv2D(8, 3, activation="relu", dtype="mixed_float16"),
        layers.Flatten(dtype="mixed_float16"),
        layers.Dense(4, dtype="mixed_float16", kernel_initializer=keras.initializers.RandomNormal(stddev=2.0, seed=0)),
    ]
    model, images = keras.Sequential([keras.Input((16, 16, 3)), *chain]), rng.random((3, 16, 16, 3), "float32")
    x = tf.constant(images)
    wanted = slope(model, x, x, lambda y: tf.cast(y[:, 1], tf.float32))
    assert np.abs(wanted).max() > 65504 / 256
    np.testing.assert_array_equal(Saliency(model, magnitude=None)(images, 1), wanted)


def test_quantized_layers_explain_what_they_compute_or_are_refused(images):
    chain = [layers.Conv2D(8, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(4)]
    model = keras.Sequential([keras.Input(SHAPE), *chain])
    wanted = GradCAM(model)(images, 1)
    chain[-1].quantize("int8")
    assert_close(GradCAM(model)(images, 1), wanted, 3e-2)
    with pytest.raises(MethodError, match="use GradCAM"):
        CAM(model)


def test_lora_layers_explain_what_they_compute(images):
    chain = [layers.Conv2D(8, 3, activation="relu"), layers.GlobalAveragePooling2D(), layers.Dense(4)]
    model = keras.Sequential([keras.Input(SHAPE), *chain])
    chain[-1].enable_lora(2)
    chain[-1].lora_kernel_b.assign(np.ones((2, 4)))
    logits = model(images)[:, 2].numpy() - chain[-1].bias.numpy()[2]
    np.testing.assert_allclose(CAM(model, resize=False)(images, 2).mean((1, 2, 3)), logits, atol=1e-5)


@pytest.mark.parametrize("layer", [lambda: layers.DepthwiseConv2D(3), lambda: layers.SeparableConv2D(6, 3)])
def test_depthwise_and_separable_convolutions(layer, images):
    chain = [layer(), layers.ReLU(), layers.Flatten(), layers.Dense(3)]
    model, x = keras.Sequential([keras.Input(SHAPE), *chain]), tf.constant(images)
    assert_close(Saliency(model, magnitude=None)(images, 1), slope(model, x, x, lambda y: y[:, 1]))
    assert GradCAM(model)(images).shape == (6, 12, 16, 1)


@pytest.mark.parametrize("explainer", [Saliency, CAM, GradCAM, lambda model: Occlusion(model, patch=5)])
def test_datasets(explainer, images):
    model = build("functional")
    wanted = explainer(model)(images, 1)
    labels = np.arange(6)
    for dataset in (
        tf.data.Dataset.from_tensor_slices(images).batch(4),
        tf.data.Dataset.from_tensor_slices((images, labels)).batch(4),
        InBatches(images, labels),
    ):
        np.testing.assert_allclose(explainer(model)(dataset, 1), wanted, rtol=1e-5, atol=1e-6)
    with pytest.raises(InputError, match="infinite"):
        explainer(model)(tf.data.Dataset.from_tensor_slices(images).batch(4).repeat())


class InBatches(keras.utils.PyDataset):
    def __init__(self, x, y):
        super().__init__()
        self.x, self.y = x, y

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return self.x[3 * index : 3 * index + 3], self.y[3 * index : 3 * index + 3]


def test_uint8_images_and_a_model_that_scales_them(rng):
    pixels = rng.integers(0, 256, (3, *SHAPE), "uint8")
    model = keras.Sequential([keras.Input(SHAPE), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3)])
    np.testing.assert_array_equal(Saliency(model)(pixels, 1), Saliency(model)(pixels.astype("float32"), 1))
    integer = keras.Sequential(
        [
            keras.Input(SHAPE, dtype="uint8"),
            layers.Rescaling(1 / 255),
            layers.Conv2D(2, 3),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )
    assert Occlusion(integer, patch=4)(pixels).shape == (3, 12, 16, 1)
    assert GradCAM(integer)(pixels).shape == (3, 12, 16, 1)
    with pytest.raises(MethodError, match="uint8"):
        Saliency(integer)


def test_layers_by_path_name_and_object(images):
    model = build("nested_twice")
    layer = model.get_layer("outer").get_layer("inner").get_layer("conv2")
    wanted = GradCAM(model, "outer/inner/conv2")(images)
    np.testing.assert_array_equal(GradCAM(model, "conv2")(images), wanted)
    np.testing.assert_array_equal(GradCAM(model, layer)(images), wanted)


def test_list_layers():
    calls = list_layers(build("nested"))
    paths = [call.path for call in calls]
    assert paths[:5] == ["backbone/conv1", "backbone/pool", "backbone/conv2", "backbone/norm", "backbone/last"]
    assert [call.path for call in calls if call.default] == ["backbone/last"]
    first = calls[0]
    assert (first.kind, first.shape, first.spatial) == ("Conv2D", (None, 12, 16, 4), True)
    assert not next(call for call in calls if call.path == "logits").spatial
    with pytest.raises(InputError, match="images="):
        list_layers(Chain([layers.Dense(2)]))


def test_a_layer_inside_a_loop_is_refused():
    inner = layers.Conv2D(2, 3, name="inner")
    chain = [layers.TimeDistributed(inner), layers.Flatten(), layers.Dense(2)]
    model = keras.Sequential([keras.Input((4, 8, 8, 1)), *chain])
    with pytest.raises(LayerError, match="within a loop"):
        GradCAM(model, inner)


def closed():
    """A network whose last ReLU is closed for all images that are positive."""
    conv = layers.Conv2D(2, 1, use_bias=False, activation="relu")
    model = keras.Sequential([keras.Input((4, 5, 1)), conv, layers.GlobalAveragePooling2D(), layers.Dense(2)])
    conv.set_weights([-np.ones((1, 1, 1, 2))])
    return model


@pytest.mark.parametrize("explainer", [Saliency, GradCAM])
def test_blank_maps_are_explained_once(explainer):
    explain = explainer(closed())
    with pytest.warns(ExplainWarning, match="zero everywhere.*try"):
        assert explain(np.ones((2, 4, 5, 1))).max() == 0
    with warnings.catch_warnings():
        warnings.simplefilter("error", ExplainWarning)
        explain(np.ones((2, 4, 5, 1)))


def test_a_saturated_probability_is_explained(images):
    model = build("softmax_layer")
    model.get_layer("logits").set_weights([np.zeros((5, 4)), np.array([50, 0, 0, 0])])
    with pytest.warns(ExplainWarning, match='score="logit"'):
        Saliency(model, score="probability")(images)


def test_a_layer_aside_is_explained(images):
    inputs = keras.Input(SHAPE)
    aside = layers.Conv2D(2, 3, name="aside")(inputs)
    classes = layers.Dense(3)(layers.GlobalAveragePooling2D()(layers.Conv2D(2, 3)(inputs)))
    model = keras.Model(inputs, [classes, aside])
    with pytest.warns(ExplainWarning, match="doesn't depend on the layer"):
        explainer = GradCAM(model, "aside", output=0)
    with pytest.warns(ExplainWarning, match="zero everywhere"):
        assert explainer(images).max() == 0


def test_ops_only_models(images):
    inputs = keras.Input(SHAPE)
    x = ops.relu(ops.conv(inputs, np.random.default_rng(0).normal(size=(3, 3, 3, 4)).astype("float32")))
    model = keras.Model(inputs, layers.Dense(3)(ops.mean(x, axis=[1, 2])))
    maps, wanted = CAM(model, resize=False)(images), GradCAM(model, resize=False)(images)
    assert_close(np.maximum(maps, 0), 10 * 14 * wanted)


@pytest.mark.parametrize("build_model", ["functional", "subclassed"])
def test_dict_inputs_in_any_order(build_model, images, rng):
    other = rng.normal(size=images.shape).astype("float32")
    inputs = {name: keras.Input(SHAPE, name=name) for name in ("right", "left")}
    dense, flat = layers.Dense(2), layers.Flatten()

    class Both(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = dense

        def call(self, x):
            return self.dense(flat(x["right"] - 3 * x["left"]))

    model = (
        Both()
        if build_model == "subclassed"
        else keras.Model(inputs, dense(flat(inputs["right"] - 3 * inputs["left"])))
    )
    given = {"right": images, "left": other}
    wanted = model(given)
    weights = dense.get_weights()[0][:, 1].reshape(SHAPE)
    for name, factor in (("right", 1), ("left", -3)):
        explainer = Saliency(model, input=name, magnitude=None)
        np.testing.assert_allclose(explainer(given, 1)[0], factor * weights, rtol=1e-5)
        np.testing.assert_allclose(
            explainer.compiled(explainer.compiled.batch(given, 1)).scores, wanted[:, 1], rtol=1e-4, atol=1e-5
        )


def test_default_layer_is_on_the_way_from_the_explained_input():
    a, b = keras.Input(SHAPE, name="a"), keras.Input(SHAPE, name="b")
    pooled = [layers.GlobalAveragePooling2D()(layers.Conv2D(3, 3, name=f"of_{x.name}")(x)) for x in (a, b)]
    model = keras.Model([a, b], layers.Dense(3)(layers.Concatenate()(pooled)))
    assert [GradCAM(model, input=name).layer for name in "ab"] == ["of_a", "of_b"]
    with pytest.raises(LayerError, match="isn't computed from the explained input"):
        GradCAM(model, "of_b", input="a")


@pytest.mark.parametrize("mix", [lambda a, b: layers.Average()([a, b]), lambda a, b: ops.clip(a, 1e-7, 1 - 1e-7)])
def test_outputs_that_go_on_with_probabilities(mix, images):
    inputs = keras.Input(SHAPE)
    flat = layers.Flatten()(inputs)
    model = keras.Model(inputs, mix(*(layers.Dense(3, activation="softmax")(flat) for _ in range(2))))
    x = tf.constant(images)
    wanted = slope(model, x, x, lambda y: y[:, 1])
    assert_close(Saliency(model, score="probability", magnitude=None)(images, 1), wanted)
    with pytest.raises(ModelError, match='use score="probability"'):
        Saliency(model)


def test_cam_of_tokens_is_that_of_what_is_pooled_and_grad_cam_of_what_attention_reads():
    inputs = keras.Input((16, 20, 3))
    tokens = layers.Reshape((20, 8), name="read")(layers.Conv2D(8, 4, strides=4, name="patches")(inputs))
    tokens = layers.Add(name="sum")([tokens, layers.MultiHeadAttention(2, 4)(tokens, tokens)])
    model = keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling1D()(tokens)))
    images = np.random.default_rng(0).random((2, 16, 20, 3), "float32")
    grad_cam, cam = GradCAM(model, "sum", resize=False), CAM(model, resize=False)
    maps = cam(images, 1)
    assert GradCAM(model).layer == "read" and cam.layer == "sum" and maps.shape == (2, 4, 5, 1)
    np.testing.assert_allclose(maps.mean((1, 2, 3)) + model.layers[-1].bias[1], model(images)[:, 1], atol=1e-5)
    np.testing.assert_allclose(np.maximum(maps, 0), 20 * grad_cam(images, 1), atol=1e-5)


def test_layers_of_both_layouts_are_refused():
    chain = [layers.Conv2D(4, 3, data_format="channels_first"), layers.Conv2D(2, 3), layers.Flatten(), layers.Dense(2)]
    model = keras.Sequential([keras.Input((3, 16, 20)), *chain])
    for explainer in (GradCAM, CAM, Occlusion):
        with pytest.raises(ModelError, match="one data_format"):
            explainer(model)


def test_gradients_reach_into_rematerialized_code(images):
    conv = [layers.Conv2D(4, 3, padding="same") for _ in range(2)]

    class Net(keras.Model):
        def __init__(self, remat):
            super().__init__()
            self.conv, self.head = conv, layers.Dense(2, kernel_initializer="ones")
            self.body = keras.remat(self.run) if remat else self.run

        def run(self, x):
            return ops.relu(self.conv[1](ops.relu(self.conv[0](x))))

        def call(self, x):
            return self.head(ops.mean(self.body(x), axis=[1, 2]))

    plain, remat = Net(False), Net(True)
    plain(images), remat(images)
    wanted = GuidedBackprop(plain)(images, 1)
    assert np.abs(wanted - Saliency(plain, magnitude=None)(images, 1)).max() > 1e-3
    assert_close(GuidedBackprop(remat)(images, 1), wanted)
    wanted = GradCAM(plain)(images, 1)
    assert wanted.max() > 1e-3
    assert_close(GradCAM(remat)(images, 1), wanted)


def test_values_that_the_model_cannot_hold_are_refused(rng):
    model = keras.Sequential(
        [keras.Input(SHAPE, dtype="uint8"), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(3)]
    )
    for images in (rng.random((2, *SHAPE)), np.full((2, *SHAPE), 300)):
        with pytest.raises(InputError, match="uint8"):
            Occlusion(model, patch=4)(images)
    with pytest.raises(OptionError, match="uint8"):
        Occlusion(model, patch=4, fill=-1)(np.ones((2, *SHAPE), "uint8"))


@pytest.mark.parametrize("model", ["x", None, layers.Dense(3)])
@pytest.mark.parametrize("explainer", [Saliency, CAM, GradCAM, Occlusion])
def test_what_is_no_model_is_refused(model, explainer):
    with pytest.raises(ModelError, match="keras.Model"):
        explainer(model)


def test_indices_of_numpy_and_from_the_end(images):
    model = two_outputs("list")
    wanted = Saliency(model, output=1)(images, 0)
    for output in (-1, np.int64(1)):
        np.testing.assert_array_equal(Saliency(model, output=output)(images, 0), wanted)
    np.testing.assert_array_equal(Saliency(model, output=1)(images, np.zeros((6, 1), int)), wanted)
    np.testing.assert_array_equal(Saliency(model, output=1)([images], 0), wanted)
    with pytest.raises(OptionError, match="call="):
        GradCAM(model, call=1.5, output=0)


def test_a_sealed_graph_is_explained_from_outside_and_refused_within(images, tmp_path):
    build("functional").export(tmp_path, verbose=False)
    sealed = keras.layers.TFSMLayer(tmp_path, call_endpoint="serve")
    inputs = keras.Input(SHAPE)
    model, original = keras.Model(inputs, sealed(inputs)), build("functional")
    wanted = Saliency(original, magnitude=None)(images, 1)
    assert_close(Saliency(model, magnitude=None)(images, 1), wanted)
    assert_close(Occlusion(model, patch=6)(images, 1), Occlusion(original, patch=6)(images, 1))
    with pytest.raises(LayerError, match="Saliency or Occlusion"):
        GradCAM(model)
    for explainer in (CAM, GuidedBackprop):
        with pytest.raises(MethodError, match="use"):
            explainer(model)
