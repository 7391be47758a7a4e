"""The example of a vision transformer, run as a user runs it, for two steps."""

import numpy as np
from PIL import Image

from examples import vision_transformer as example


def test_it_is_trained_measured_and_drawn(tmp_path, capsys):
    accuracy, found = example.main(count=128, tested=8, epochs=1, folder=tmp_path)
    methods = [f"{method} at block1_norm1" for method in ("Grad-CAM", "HiResCAM", "LayerCAM")]
    assert 0 <= accuracy <= 1 and list(found) == [*methods, "Attention rollout", "Attention relevance"]
    shares = np.array(list(found.values()))
    assert np.all((0 <= shares) & (shares <= 1)) and np.all(shares[:, 2] == (24 / 64) ** 2)
    assert "Attention rollout: the peak is in the box on" in capsys.readouterr().out
    with Image.open(tmp_path / "vision_transformer.png") as picture:
        assert picture.width > 500


def test_of_a_pooled_one_the_layer_behind_attention_is_measured_too():
    assert example.transformer(pooled=True).get_layer("norm").output.shape == (None, 65, example.WIDTH)
