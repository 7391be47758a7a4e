"""An image classifier of keras_hub: a subclassed task around a functional backbone."""

import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from keras_explain import CAM, GradCAM, GuidedBackprop, Occlusion, Saliency


@pytest.fixture(scope="module")
def classifier():
    backbone = keras_hub.models.ResNetBackbone(
        input_conv_filters=[64],
        input_conv_kernel_sizes=[7],
        stackwise_num_filters=[64, 64],
        stackwise_num_blocks=[2, 2],
        stackwise_num_strides=[1, 2],
        block_type="basic_block",
        image_shape=(64, 48, 3),
    )
    return keras_hub.models.ResNetImageClassifier(backbone=backbone, num_classes=5)


def test_an_image_classifier(classifier):
    images = np.random.default_rng(0).random((2, 64, 48, 3), "float32")
    grad_cam = GradCAM(classifier, resize=False)
    assert grad_cam.layer == "res_net_backbone/stack1_block1_out"
    maps = CAM(classifier, resize=False)(images)
    np.testing.assert_allclose(
        np.maximum(maps, 0), np.prod(maps.shape[1:3]) * grad_cam(images), atol=1e-5 * np.abs(maps).max()
    )
    with tf.GradientTape() as tape:
        x = tf.constant(images)
        tape.watch(x)
        score = classifier(x, training=False)[:, 1]
    slope = tape.gradient(score, x).numpy()
    np.testing.assert_allclose(Saliency(classifier, magnitude=None)(images, 1), slope, atol=1e-5 * np.abs(slope).max())
    assert np.abs(GuidedBackprop(classifier)(images, 1) - slope).max() > 1e-2 * np.abs(slope).max()
    assert Occlusion(classifier, patch=32, stride=16)(images).shape == (2, 64, 48, 1)
