"""What a logger shows of a whole training when it ends."""

import keras
import numpy as np
import pytest

from keras_explain import ExplanationLogger, OptionError, read_log
from keras_explain.visual.figure import pixels_of
from tests.callbacks.training import compiled, fit, read

KEYS = {"explanations_strip/grad_cam", "explanations_animation/grad_cam"}


def test_the_strip_is_that_of_the_log_and_goes_on_with_it(tmp_path, images):
    model = compiled()
    logger = ExplanationLogger(images[:2], labels=[0, 1], methods=["grad_cam"], log_dir=tmp_path, strip=True)
    fit(model, [logger], epochs=2, batches=1)
    fit(model, [logger], epochs=2, batches=1)
    shown = {tag: each for tag, each in read(tmp_path, "explanations_").items() if tag in KEYS}
    assert set(shown) == KEYS and all(list(steps) == [1, 3] for steps in shown.values())
    log = read_log(tmp_path)
    np.testing.assert_array_equal(shown["explanations_strip/grad_cam"][3], pixels_of(log.plot("grad_cam")))
    assert [len(shown["explanations_animation/grad_cam"][step]) for step in (1, 3)] == [2, 4]
    assert sorted(read(tmp_path)["explanations/0"]) == [0, 1, 2, 3]


def test_refuses_a_strip_of_what_changes_or_is_no_image(tmp_path, images):
    with pytest.raises(OptionError, match="strip="):
        ExplanationLogger(images, labels=np.zeros(6, int), show="misclassified", strip=True)
    with pytest.raises(OptionError, match="strip="):
        ExplanationLogger(images, strip="yes")
    series = keras.Sequential(
        [keras.Input((9, 2)), keras.layers.Conv1D(3, 3, activation="relu"), keras.layers.GlobalAveragePooling1D()]
    )
    logger = ExplanationLogger(np.zeros((2, 9, 2)), methods=["saliency"], log_dir=tmp_path, strip=True)
    logger.set_model(series)
    with pytest.raises(OptionError, match="strip=True"):
        logger.on_train_begin()
