"""Every family of `keras.applications`: the layer an expert would choose, finite maps, and no ReLU that escapes."""

import warnings

import keras
import numpy as np
import pytest
from keras import applications

from keras_explain import ExplainWarning, GradCAM, GuidedBackprop, MethodError, Occlusion, Saliency

# The smallest of each family, the side of its smallest input that leaves the last layer some places, and that layer.
# InceptionResNetV2 and NASNet are left out: hundreds of layers of the kinds that Inception, ResNet and Xception have.
FAMILIES = {
    "ConvNeXtTiny": (64, "add"),
    "DenseNet121": (64, "relu"),
    "EfficientNetB0": (64, "top_activation"),
    "EfficientNetV2B0": (64, "top_activation"),
    "InceptionV3": (107, "mixed10"),
    "MobileNet": (64, "conv_pw_13_relu"),
    "MobileNetV2": (64, "out_relu"),
    "MobileNetV3Small": (64, "activation"),
    "ResNet50": (64, "conv5_block3_out"),
    "ResNet50V2": (64, "post_relu"),
    "VGG16": (64, "block5_conv3"),
    "Xception": (107, "block14_sepconv2_act"),
}
# Of hundreds of layers like those of the others, for which occlusion's plan takes its time.
LARGE = {"DenseNet121", "EfficientNetV2B0", "InceptionV3", "ResNet50V2"}
# Without any ReLU.
SMOOTH = {"ConvNeXtTiny", "EfficientNetB0", "EfficientNetV2B0"}


def test_no_family_is_missing():
    modules = [getattr(applications, name) for name in dir(applications) if not name.startswith("_")]
    functions = {name for name in dir(applications) if callable(getattr(applications, name))}
    known = ("ConvNeXt", "DenseNet", "EfficientNet", "Inception", "MobileNet", "NASNet", "ResNet", "VGG", "Xception")
    assert modules and {name for name in functions if not name.startswith(known)} == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_family(family):
    side, layer = FAMILIES[family]
    try:
        model = getattr(applications, family)(weights=None, input_shape=(side, side, 3), classes=10)
    except ValueError:  # the family has a smallest size for its own head
        features = getattr(applications, family)(weights=None, input_shape=(side, side, 3), include_top=False)
        head = keras.layers.Dense(10)(keras.layers.GlobalAveragePooling2D()(features.output))
        model = keras.Model(features.input, head)
    images = np.random.default_rng(0).uniform(0, 255, (2, side, side, 3)).astype("float32")

    explainers = [GradCAM(model), Saliency(model)] if family in SMOOTH else [GradCAM(model), guided(model)]
    assert explainers[0].layer.split("/")[-1].rstrip("_0123456789") == layer.rstrip("_0123456789")
    for explainer in explainers:
        maps = explainer(images)
        assert maps.shape[:3] == (2, side, side) and np.isfinite(maps).all()
    if family not in LARGE:
        assert Occlusion(model, patch=side // 4).plan.share > 0
    if family in SMOOTH:
        with pytest.raises(MethodError, match="without any"):
            GuidedBackprop(model)


def guided(model):
    """Returns Guided Backpropagation, whose rule has been applied to all ReLUs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExplainWarning)  # MobileNetV3 has hard swish as well
        explainer = GuidedBackprop(model)
    operations = explainer.compiled.traced().graph.get_operations()
    gates = [op for op in operations if op.type in ("ReluGrad", "Relu6Grad", "LeakyReluGrad")]
    # The gate of a ReLU that escaped gets the signal as it comes, not rectified.
    assert gates and {op.inputs[0].op.type for op in gates} == {"Relu"}
    return explainer
