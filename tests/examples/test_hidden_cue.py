"""The example of a hidden cue, run as a user runs it, on fewer digits."""

import numpy as np
from PIL import Image

from examples import hidden_cue as example


def test_the_mark_is_on_fours_alone(rng):
    images, labels = example.digits(10, rng, test=True)
    seen, marked = example.with_cue(images, labels, 0.5, rng)
    assert marked.sum() == 5 and (labels[marked] == example.MARKED).all()
    np.testing.assert_array_equal((seen != images).any((1, 2, 3)), marked)
    assert set(np.unique(seen[marked][:, example.STAMP, example.STAMP])) == {0, 255}


def test_the_audit_names_the_images_and_the_mended_network_is_better(tmp_path):
    audit, planted, before, after = example.main(count=150, epochs=6, folder=tmp_path)
    first = audit.findings[0]
    assert first.label == example.MARKED and planted[first.rows].mean() > 0.9
    suspects = [int(key) for key in audit.suspects(example.MARKED)]
    ranks = np.flatnonzero(planted[suspects])
    auroc = 1 - (ranks.mean() - (planted.sum() - 1) / 2) / (len(suspects) - planted.sum())
    assert auroc > 0.95
    assert after[1] > before[1] + 0.1 and after[0] > before[0] - 0.1
    with Image.open(tmp_path / "hidden_cue.png") as picture:
        assert picture.width > 1000
