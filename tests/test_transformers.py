"""Tokens as a grid: maps of vision transformers of every form, beside a tape on the flat network."""

import warnings

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx
from keras_explain import GradCAM
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.request import Request
from keras_explain.methods.explainer import Explainer
from tests.quick import OF_ATTENTION
from tests.transformers import GRID, SHAPE, Transformer, drawn

# Where an expert would look: at what is pooled, and where only a class token goes on, before the last attention.


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")


def close(maps, wanted):
    np.testing.assert_allclose(maps, wanted, atol=1e-5 * np.abs(wanted).max())
    assert np.abs(wanted).max() > 0


def together(model, images, target, *explainers):
    """Returns the maps of explainers that are traced together, at their layer's own size."""
    compiled = Compiled(Request(model), explainers)
    return compiled(compiled.batch(images, target)).maps


@pytest.mark.parametrize("tokens, form", [(0, "subclassed"), (1, "nested"), (4, "flat")])
def test_maps_are_those_of_a_tape(tokens, form, images):
    parts = Transformer(tokens)
    model = drawn(getattr(parts, form)())
    within = "encoder/norm1b" if form == "nested" else "norm1b"
    explainers = [GradCAM(model, resize=False, lazy=True), GradCAM(model, within, resize=False, lazy=True)]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        maps = together(model, images, 1, *explainers)
    assert explainers[0].layer.split("/")[-1] == "norm2a"
    for found, layer in zip(maps, ["norm2a", "norm1b"]):
        close(found, GradCAM.combine(*parts.tape(images, 1, layer)).numpy())


def test_every_method_takes_tokens(images):
    parts = Transformer(1)
    model = drawn(parts.flat())
    methods = [kx.HiResCAM, kx.LayerCAM, kx.XGradCAM, kx.GradCAMPlusPlus, kx.EigenCAM]
    explainers = [method(model, resize=False, lazy=True) for method in methods]
    *maps, activations = together(model, images, 1, *explainers, kx.Activations(model, score="logit", lazy=True))
    pair = parts.tape(images, 1, "norm2a")
    for method, found in zip(methods, maps):
        close(found, method.combine(*pair).numpy())
    close(activations, pair[0].numpy())
    assert kx.ScoreCAM(model)(images, 1).shape == (2, 16, 24, 1)
    found = kx.most_exciting(model, "norm2a", images, channel=1, count=1)
    assert found.images.shape == (1, 1, *SHAPE) and found.places is None


@pytest.mark.parametrize("key", OF_ATTENTION)
def test_methods_of_attention_hold_what_all_methods_do(key, images):
    method, parts = kx.METHODS[key], Transformer(1)
    flat, nested, subclassed = (drawn(getattr(parts, form)()) for form in ("flat", "nested", "subclassed"))
    explainer = method(flat, batch_size=1)
    maps = explainer(images)
    assert isinstance(explainer, Explainer) and maps.dtype == np.float32 and np.ptp(maps) > 0
    for form in (nested, subclassed):
        np.testing.assert_allclose(method(form)(images), maps, atol=1e-5 * maps.max())
    np.testing.assert_array_equal(explainer(images, flat(images).numpy().argmax(1)), maps)
    np.testing.assert_allclose(method(flat)(images[::-1])[::-1], maps, atol=1e-6 * maps.max())
    with pytest.raises(kx.TargetError, match="each of the 2 images"):
        explainer(images, [0])


def test_the_default_is_where_patches_have_a_gradient(images):
    """Behind the last attention of a class token's network patches have none; before it, they have."""
    parts = Transformer(1)
    model = drawn(parts.flat())
    for layer, reached in {"norm2a": True, "norm2b": False, "last": False}.items():
        assert np.any(parts.tape(images, 1, layer)[1]) == reached
    with pytest.warns(kx.ExplainWarning, match="zero everywhere"):
        kx.GradCAM(model, "last")(images, 1)
    assert [call.path for call in kx.list_layers(model) if call.default] == ["norm2a"]


def test_places_are_where_a_changed_patch_shows_first(images):
    """What changes in the image changes the token at its place in the embedding, and no other one."""
    model = drawn(Transformer(4).flat())
    explainer, changed = kx.Activations(model, "tokens"), images.copy()
    changed[0, 8:12, 20:24] += 1
    difference = np.abs(explainer(changed[:1]) - explainer(images[:1])).sum(-1)[0]
    assert np.argwhere(difference).tolist() == [[2, 5]]


HUB = {
    "ViT": (lambda: vit("token"), "ln_1", "former_block_2"),
    "ViT, pooled": (lambda: vit("gap"), "ln_1", "former_block_2"),
    "DeiT": (lambda: deit(), "ln_1", "former_block_2"),
}


def vit(pooling):
    backbone = keras_hub.models.ViTBackbone((16, 24, 3), 4, 2, 2, 8, 16)
    return keras_hub.models.ViTImageClassifier(backbone, 3, pooling=pooling)


def deit():
    return keras_hub.models.DeiTImageClassifier(keras_hub.models.DeiTBackbone((16, 24, 3), 4, 2, 2, 8, 16), 3)


@pytest.mark.parametrize("name", HUB)
def test_keras_hubs(name, images):
    """The tape runs the layers of the network one by one, as they stand in keras_hub."""
    build, layer, parent = HUB[name]
    model = drawn(build())
    explainer = kx.GradCAM(model, resize=False)
    assert explainer.layer.split("/")[-1] == layer and parent in explainer.layer.split("/")[-2]
    embed, encoder = model.backbone.layers[1:3]
    x = embed(images)
    *before, last = encoder.encoder_layers
    for block in before:
        x = block(x) if "ViT" in name else block(x)[0]
    with tf.GradientTape() as tape:
        tokens = last.layer_norm_1(x)
        tape.watch(tokens)
        x = x + last.mha(tokens, tokens)
        after = last.mlp(last.layer_norm_2(x))
        encoded = encoder.layer_norm(x + after if "ViT" in name else last.output_layer(after, x))
        pooled = tf.reduce_mean(encoded, 1) if name == "ViT, pooled" else encoded[:, 0]
        score = tf.reduce_sum(model.output_dense(pooled)[:, 2])
    pair = [one[:, -24:] for one in (tokens, tape.gradient(score, tokens))]
    wanted = kx.GradCAM.combine(*(tf.reshape(one, (2, *GRID, 8)) for one in pair))
    close(explainer(images, 2), wanted.numpy())


swin = pytest.mark.skipif(not hasattr(keras_hub.models, "SwinTransformerBackbone"), reason="an older keras_hub")


@swin
def test_windows_and_shifts_are_followed():
    """Tokens keep their places beside windows, shifted ones too."""
    shape = (16, 32, 3)
    backbone = keras_hub.models.SwinTransformerBackbone(shape, 8, (2,), (2,), 4)
    model = drawn(keras_hub.models.SwinTransformerImageClassifier(backbone, 3), shape)
    explainer = GradCAM(model, resize=False)
    assert explainer.layer == f"{backbone.name}/norm"
    x = np.random.default_rng(0).random((2, *shape), "float32")
    weights = model.output_dense.kernel[:, 1:2] / 32
    wanted = tf.nn.relu(tf.reshape(backbone(x) @ weights, (2, 4, 8, 1)))
    close(explainer(x, 1), wanted.numpy())


@swin
def test_of_a_single_window_it_is_what_the_last_attention_reads():
    backbone = keras_hub.models.SwinTransformerBackbone((16, 16, 3), 8, (2,), (2,), 4)
    model = keras_hub.models.SwinTransformerImageClassifier(backbone, 3)
    assert GradCAM(model).layer == f"{backbone.name}/stage_0/blocks_1/norm1"


WINDOW = 4


def in_windows(maps):
    """Returns maps `(N, rows, columns, D)` as `(N windows, tokens, D)`, row by row."""
    count, rows, columns, width = maps.shape
    x = np.reshape(maps, (count, rows // WINDOW, WINDOW, columns // WINDOW, WINDOW, width))
    return x.transpose(0, 1, 3, 2, 4, 5).reshape(-1, WINDOW**2, width)


def out_of_windows(tokens, rows, columns):
    """Returns tokens `(N windows, tokens, D)` as a tensor `(N, rows, columns, D)`."""
    x = tf.reshape(tokens, (-1, rows // WINDOW, columns // WINDOW, WINDOW, WINDOW, tokens.shape[-1]))
    return tf.reshape(tf.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, rows, columns, tokens.shape[-1]))


def apart(rows, columns):
    """Returns what a shifted window's attention adds between tokens that the shift brought together."""
    row, column = (np.digitize(np.arange(size), [size - WINDOW, size - WINDOW // 2]) for size in (rows, columns))
    part = in_windows((3 * row[:, None] + column)[None, ..., None])[..., 0]
    return (part[:, None] != part[:, :, None]) * np.float32(-100)


@swin
@pytest.mark.parametrize("number, rows", [(0, 4), (1, 8), (0, 6)], ids=["plain", "shifted", "padded"])
def test_layers_within_windows(number, rows):
    """The tape cuts the network in two behind the attention of a block, and puts its windows together by hand."""
    shape, grid = (4 * rows, 32, 3), (rows, 8)
    backbone = keras_hub.models.SwinTransformerBackbone(shape, 8, (2,), (2,), WINDOW)
    model = drawn(keras_hub.models.SwinTransformerImageClassifier(backbone, 3), shape)
    images = np.random.default_rng(0).normal(size=(2, *shape)).astype("float32")
    embed, stage = backbone.get_layer("patch_embedding"), backbone.get_layer("stage_0")
    x = embed(images)
    for block in stage.blocks[:number]:
        x = block(x)
    block, shift = stage.blocks[number], 2 * number
    normed = np.roll(np.reshape(block.norm1(x), (2, *grid, 8)), (-shift, -shift), (1, 2))
    normed = np.pad(normed, [(0, 0), (0, -rows % WINDOW), (0, 0), (0, 0)])
    padded = normed.shape[1]
    attended = block.attn(in_windows(normed), mask=apart(*grid) if number else None)

    def put_back(tokens):
        return tf.roll(out_of_windows(tokens, padded, 8), (shift, shift), (1, 2))[:, :rows]

    with tf.GradientTape() as tape:
        tape.watch(attended)
        y = x + tf.reshape(put_back(attended), x.shape)
        y = y + block.mlp(block.norm2(y))
        for later in stage.blocks[number + 1 :]:
            y = later(y)
        y = tf.reduce_mean(backbone.get_layer("norm")(y), 1)
        score = tf.reduce_sum(model.output_dense(y)[:, 0])
    pair = put_back(attended), put_back(tape.gradient(score, attended))
    path = f"{backbone.name}/stage_0/blocks_{number}/attn"
    methods = [kx.GradCAM, kx.HiResCAM, kx.LayerCAM]
    explainers = [method(model, path, resize=False, lazy=True) for method in methods]
    for method, maps in zip(methods, together(model, images, 0, *explainers)):
        close(maps, method.combine(*pair).numpy())
    inside = [call for call in kx.list_layers(model) if call.path.startswith(path)]
    assert inside[0].shape == (None, 16, 24) and inside[-1].spatial and not any(call.default for call in inside)


def mixer():
    """Tokens that are mixed by weights, so that they can't be told apart by where they come from."""
    inputs = keras.Input(SHAPE)
    x = layers.Reshape((24, 8))(layers.Conv2D(8, 4, 4, name="patches")(inputs))
    mixed = layers.Permute((2, 1))(layers.Dense(24)(layers.Permute((2, 1))(x)))
    x = layers.Add(name="mixed")([x, mixed])
    return drawn(keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling1D()(x))))


def test_what_cannot_be_followed_is_refused_or_given(images):
    model = mixer()
    assert kx.GradCAM(model).layer == "patches"
    with pytest.raises(kx.LayerError, match=r"'mixed' with \(None, 24, 8\); give grid="):
        kx.GradCAM(model, "mixed")
    explainer = kx.GradCAM(model, "mixed", grid=GRID, resize=False)
    tokens = keras.Model(model.inputs, model.get_layer("mixed").output)(images)
    wanted = tf.nn.relu(tokens @ model.layers[-1].kernel[:, 1:2] / 24)
    close(explainer(images, 1), tf.reshape(wanted, (2, *GRID, 1)).numpy())
    assert kx.LayerCAM(model, ["mixed"], grid=[4, 6]).layer == "mixed"


def test_explain_takes_a_grid(images, tmp_path):
    model = mixer()
    explanation = kx.explain(model, images, 1, ["grad_cam", "saliency"], layer="mixed", grid=GRID)
    np.testing.assert_array_equal(explanation.maps["grad_cam"], kx.GradCAM(model, "mixed", grid=GRID)(images, 1))
    explanation.save(tmp_path / "why")
    assert kx.load(tmp_path / "why").settings["grid"] == list(GRID)
    with pytest.raises(kx.OptionError, match=r"looks at a layer, received grid=\(4, 6\) for none"):
        kx.explain(model, images, 1, ["saliency"], grid=GRID)
    with pytest.raises(kx.OptionError, match="rows, columns"):
        kx.explain(model, images, 1, ["saliency"], grid="4x6")


@pytest.mark.parametrize(
    "grid, layer, kind, words",
    [
        ((5, 5), "mixed", kx.LayerError, "at most the 24 tokens of 'mixed'"),
        ((4, 3, 2), "mixed", kx.LayerError, "2 lengths, one an axis"),
        ((4, 6), "patches", kx.LayerError, "leave grid= out"),
        ((6, 4), "reshape", kx.LayerError, r"expected grid=\(4, 6\)"),
        (4, "mixed", kx.OptionError, "rows, columns"),
        ((4, 0), "mixed", kx.OptionError, "rows, columns"),
    ],
)
def test_a_grid_that_does_not_fit_is_refused(grid, layer, kind, words):
    model = mixer()
    model_layer = model.layers[2] if layer == "reshape" else layer
    with pytest.raises(kind, match=words):
        kx.GradCAM(model, model_layer, grid=grid)


def test_a_mean_with_a_class_token_is_no_class_activation_map(images):
    model = drawn(vit("gap"))
    with pytest.raises(kx.MethodError, match="such as a class token"):
        kx.CAM(model)


def test_of_a_class_token_and_the_mean_of_patches_it_is_what_the_last_attention_reads(recwarn):
    parts, inputs = Transformer(4), keras.Input(SHAPE)
    last = parts.encoded(parts.embedded(inputs))
    both = layers.Concatenate()([last[:, 0], layers.GlobalAveragePooling1D()(last[:, 4:])])
    assert GradCAM(keras.Model(inputs, layers.Dense(3)(both))).layer == "norm2a"
    assert not [warned for warned in recwarn if issubclass(warned.category, kx.ExplainWarning)]
