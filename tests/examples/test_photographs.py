"""The example with photographs, run as a user runs it, on fewer pieces."""

from pathlib import Path

import numpy as np
from PIL import Image
from skimage import data

from examples import photographs as example


def test_pieces_are_of_their_photograph(rng):
    found = example.pieces(data.chelsea(), 20, rng)
    assert found.shape == (20, 96, 96, 3) and found.max() <= 255
    np.testing.assert_allclose(found.mean((0, 1, 2)), data.chelsea().mean((0, 1)), atol=30)


def test_each_map_lies_on_the_half_of_its_class(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _, (left, right) = example.main(count=50, epochs=5)
    assert np.mean([left, right]) > 0.7
    assert Path("photographs.html").stat().st_size > 100_000
    for half in ("left", "right"):
        with Image.open(f"photographs_{half}.png") as picture:
            assert picture.height > 3 * 192
