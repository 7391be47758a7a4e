import dataclasses

import numpy as np
import pytest

from keras_explain import explain
from tests.networks import build
from tests.report.page.browser import Browser

NAMES = ["ant", "dog", "</script><img src=x onerror=alert(1)>", '<!--"&lt;']
METHODS = ["cam", "guided_backprop", "saliency", "occlusion"]


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def explained():
    """Eight images explained for the predicted class, two labels being other ones, and for two classes."""
    images = np.random.default_rng(7).normal(size=(8, 12, 16, 3)).astype("float32")
    model = build("softmax_layer")
    one = explain(model, images, methods=METHODS, class_names=NAMES)
    several = explain(model, images, "top2", ["cam"], class_names=NAMES)
    labels = one.targets.copy()
    labels[[2, 5]] = (labels[[2, 5]] + 1) % 4
    return dataclasses.replace(one, labels=labels), several
