"""The example of clips, run as a user runs it, on a few clips."""

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from examples import video as example


def test_one_frame_shows_the_digit_in_its_box(rng):
    digits = load_digits()
    clips, labels, frames, boxes = example.clips(digits.images / 16, digits.target, 6, rng)
    assert clips.shape == (6, 6, 32, 32, 1) and set(frames) <= set(range(6))
    for clip, label, frame, (top, left, bottom, right) in zip(clips, labels, frames, boxes):
        inside = clip[frame, top:bottom:2, left:right:2, 0]
        assert digits.target[np.abs(digits.images / 16 - inside).sum((1, 2)).argmin()] == label


def test_says_how_often_frame_and_place_are_right(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(example, "FRAMES", 2)  # each of which is traced by itself
    _, found, energy = example.main(epochs=1, count=64, tested=4)
    assert 0 <= found <= 1 and energy >= 0 and "the frame with the digit counts most in" in capsys.readouterr().out
    with Image.open(tmp_path / "video.png") as picture:
        assert picture.width > 500
    assert '"frames":2' in (tmp_path / "video.html").read_text()
