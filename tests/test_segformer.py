"""Transformers of several levels, of which tokens are convolved and merged between blocks: MiT and SegFormer."""

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

import keras_explain as kx
from tests.test_transformers import close, together

SHAPE = (32, 32, 3)
METHODS = [kx.GradCAM, kx.HiResCAM, kx.LayerCAM]
pytestmark = pytest.mark.skipif(not hasattr(keras_hub.models, "MiTBackbone"), reason="an older keras_hub has no MiT")


def backbone():
    """Two levels of 8 x 8 and 4 x 4 patches, of which the first attends to fewer keys than patches."""
    keras.utils.set_random_seed(2)
    return keras_hub.models.MiTBackbone(
        layerwise_depths=[1, 2],
        num_layers=2,
        layerwise_num_heads=[1, 2],
        layerwise_sr_ratios=[2, 1],
        max_drop_path_rate=0.0,
        layerwise_patch_sizes=[7, 3],
        layerwise_strides=[4, 2],
        image_shape=SHAPE,
        hidden_dims=[8, 16],
    )


@pytest.fixture
def images():
    return np.random.default_rng(0).normal(size=(2, *SHAPE)).astype("float32")


def test_a_classifier_is_looked_at_where_its_last_attention_reads(images, recwarn):
    model = keras_hub.models.MiTImageClassifier(backbone(), 3)
    explainers = [method(model, resize=False, lazy=True) for method in METHODS]
    found = together(model, images, 1, *explainers)
    assert not [warned for warned in recwarn if issubclass(warned.category, kx.ExplainWarning)]
    parts = {layer.name: layer for layer in model.backbone.layers}
    last = parts["hierarchical_encoder_1_1"]
    assert explainers[0].layer == f"{model.backbone.name}/{last.name}/{last.norm1.name}"
    x = parts["patch_and_embed_0"](images)
    x = parts["hierarchical_encoder_0_0"](x)
    norms = [layer for layer in model.backbone.layers if layer.name.startswith("layer_normalization")]
    x = parts["patch_and_embed_1"](parts["output_level_0"](norms[0](x)))
    x = parts["hierarchical_encoder_1_0"](x)
    with tf.GradientTape() as tape:
        tokens = last.norm1(x)
        tape.watch(tokens)
        y = x + last.attn(tokens)
        y = norms[1](y + last.mlp(last.norm2(y)))
        score = tf.reduce_sum(model.output_dense(tf.reduce_mean(y, axis=1))[:, 1])
    pair = [tf.reshape(one, (2, 4, 4, 16)) for one in (tokens, tape.gradient(score, tokens))]
    for method, maps in zip(METHODS, found):
        close(maps, method.combine(*pair).numpy())


def test_a_region_is_looked_at_where_the_levels_are_joined(images, recwarn):
    joined = keras_hub.models.SegFormerBackbone(image_encoder=backbone(), projection_filters=8)
    model = keras_hub.models.SegFormerImageSegmenter(joined, 3)
    mask = np.zeros(SHAPE[:2], bool)
    mask[4:20, 8:30] = True
    features = joined(images, training=False)
    with tf.GradientTape() as tape:
        tape.watch(features)
        pixels = model.resizing(model.output_segmentation_head(features))
        score = tf.reduce_sum(tf.boolean_mask(pixels[..., 2], mask, axis=1))
    pair = features, tape.gradient(score, features)
    for method in METHODS:
        del recwarn.list[:]
        explainer = method(model, score=kx.scores.region(mask, 2), resize=False)
        assert explainer.layer == f"{joined.name}/{joined.linear_fuse.name}/{joined.linear_fuse.layers[-1].name}"
        assert not [warned for warned in recwarn if issubclass(warned.category, kx.ExplainWarning)]
        close(explainer(images), method.combine(*pair).numpy())
