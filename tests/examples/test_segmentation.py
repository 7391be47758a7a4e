"""The example of a segmentation, run as a user runs it, on fewer scenes and without its training, which takes long."""

import numpy as np
import pytest
from PIL import Image

from examples import segmentation as example


def test_the_truth_is_where_the_objects_are():
    images, labels = example.scenes(4, 0)
    sizes = [[int((label == index).sum()) for index in (example.DISK, example.SQUARE)] for label in labels]
    for disk, square in sizes:
        assert 70 < disk < 180 and square in {11**2, 13**2, 15**2}
    assert all(image[label > 0].std() < 0.15 < image[label == 0].std() for image, label in zip(images, labels))


def test_the_decoder_and_the_bottleneck_are_told_of(tmp_path, capsys):
    overlap, within = example.main(count=4, epochs=0, tested=4, folder=tmp_path)
    said = capsys.readouterr().out
    _, labels = example.scenes(4, 1)
    assert example.chance(labels) == pytest.approx([np.mean(labels == 1), np.mean(labels == 2)])
    assert "by default the layer is 'decoder2'" in said and 0 <= overlap <= 1
    methods = ["grad_cam decoder2", "hires_cam decoder2", "grad_cam bottleneck", "hires_cam bottleneck", "saliency"]
    assert list(within) == methods and f"Grad-CAM decoder2    {within['grad_cam decoder2'][0]:4.0%} in the disk" in said
    with Image.open(tmp_path / "segmentation.png") as picture:
        assert picture.width > 1000
