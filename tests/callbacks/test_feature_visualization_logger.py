import numpy as np
import pytest

from keras_explain import FeatureVisualization, FeatureVisualizationLogger, InputError, LayerError, OptionError
from keras_explain.visual.pixels import to_pixels
from tests.callbacks.training import compiled, fit, read


def test_writes_the_chosen_channels_every_so_many_epochs(tmp_path):
    model = compiled()
    logger = FeatureVisualizationLogger("conv1", [3, 1], every=2, log_dir=tmp_path, steps=4)
    fit(model, [logger], epochs=4)
    written = read(tmp_path, "feature_visualizations/")
    tags = {tag: sorted(steps) for tag, steps in written.items()}
    assert tags == {"feature_visualizations/1": [1, 3], "feature_visualizations/3": [1, 3]}
    images = FeatureVisualization(model, "conv1", [3, 1], steps=4)(seed=0)
    wanted = to_pixels(images[:1])[0].repeat(14, 0).repeat(14, 1)
    np.testing.assert_array_equal(written["feature_visualizations/3"][3][-176:-8, 8:232], wanted)


def test_refused_before_the_first_step():
    for logger, error in (
        (FeatureVisualizationLogger("conv1", 9), OptionError),
        (FeatureVisualizationLogger("conv9", 1), LayerError),
        (FeatureVisualizationLogger("conv1", 1, recipe="natural"), OptionError),
        (FeatureVisualizationLogger("conv1", 1, initial=np.zeros((3, 3, 3))), InputError),
    ):
        with pytest.raises(error):
            fit(compiled(), [logger])
    with pytest.raises(OptionError, match="every"):
        FeatureVisualizationLogger("conv1", every=0)
