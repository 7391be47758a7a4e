import numpy as np
import pytest

from keras_explain import ClassVisualization, ClassVisualizationLogger, InputError, OptionError, TargetError
from keras_explain.visual.pixels import to_pixels
from tests.callbacks.training import compiled, fit, read


def test_writes_the_chosen_classes_every_so_many_epochs(tmp_path):
    model = compiled()
    logger = ClassVisualizationLogger([3, 1], every=2, log_dir=tmp_path, class_names="abcd", steps=10)
    fit(model, [logger], epochs=4)
    written = read(tmp_path, "class_visualizations/")
    assert {tag: sorted(steps) for tag, steps in written.items()} == {
        "class_visualizations/1": [1, 3],
        "class_visualizations/3": [1, 3],
    }
    images = ClassVisualization(model, steps=10)([3, 1], seed=0)
    wanted = to_pixels(images[:1])[0].repeat(14, 0).repeat(14, 1)
    np.testing.assert_array_equal(written["class_visualizations/3"][3][-176:-8, 8:232], wanted)


def test_refused_before_the_first_step(tmp_path):
    for logger, error in (
        (ClassVisualizationLogger([4]), TargetError),
        (ClassVisualizationLogger([]), TargetError),
        (ClassVisualizationLogger([1], recipe="natural"), OptionError),
        (ClassVisualizationLogger([1], class_names=["a"]), OptionError),
        (ClassVisualizationLogger([1], seed=-1), OptionError),
    ):
        with pytest.raises(error):
            fit(compiled(), [logger])
    with pytest.raises(OptionError, match="every"):
        ClassVisualizationLogger([1], every=0)


def test_a_subclassed_model_needs_an_image_to_start_from(tmp_path):
    with pytest.raises(InputError, match="initial="):
        fit(compiled("subclassed"), [ClassVisualizationLogger([1])])
    logger = ClassVisualizationLogger([1], initial=np.zeros((12, 16, 3)), steps=3, log_dir=tmp_path)
    fit(compiled("subclassed"), [logger], epochs=1)
    assert list(read(tmp_path, "class_visualizations/")) == ["class_visualizations/1"]
