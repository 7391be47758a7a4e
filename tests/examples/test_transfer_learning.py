"""The example of transfer learning, run as a user runs it."""

import numpy as np

from examples import transfer_learning as example
from tests.callbacks.training import read


def test_the_object_lies_in_its_box(rng):
    images, labels, boxes = example.scenes(8, rng)
    assert images.shape == (8, 96, 96, 3) and 100 < images.max() <= 255
    load, top, left, side = example.OBJECTS["cat"]
    wanted = load()[top : top + side, left : left + side].mean((0, 1))
    cats = [image[t:b, x:r].mean((0, 1)) for image, (t, x, b, r) in zip(images[::4], boxes[::4])]
    for found in cats:  # darkened, so that the colors' ratios are left
        np.testing.assert_allclose(found / found.sum(), wanted / wanted.sum(), atol=0.03)


def test_both_stages_are_one_log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    history = example.main(count=96, epochs=(1, 1, 2))
    logs = tmp_path / "demo" / "transfer_logs"
    assert {tag: list(steps) for tag, steps in read(logs).items()} == {f"explanations/{i}": [0, 1, 2] for i in range(8)}
    assert len(history["loss"]) == 2
    assert sorted(read(logs, "explanations_pointing")) == [
        "explanations_pointing/cam",
        "explanations_pointing/grad_cam",
    ]
