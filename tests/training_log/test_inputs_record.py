"""The images of a log: pictures once, and what is said of them."""

import dataclasses

import numpy as np
import pytest

from keras_explain import InputError
from keras_explain.training_log.inputs_record import inputs_in, pictured
from tests.training_log.writing import inputs


def test_what_was_written_is_read():
    known, pixels = inputs()
    found = inputs_in(known.blobs())
    assert vars(found) == vars(known)
    np.testing.assert_array_equal(found.images(), pixels)


def test_large_pictures_are_made_smaller_and_other_images_have_another_number():
    large = np.random.default_rng(0).integers(256, size=(1, 500, 900, 3), dtype=np.uint8)
    known = dataclasses.replace(inputs(1)[0], pictures=pictured(large)[0])
    assert known.images().shape == (1, 249, 448, 3) and len(known.pictures[0]) < 400_000
    assert inputs(seed=0)[0].id == inputs(seed=0)[0].id != inputs(seed=1)[0].id


@pytest.mark.parametrize(
    "changes",
    [
        {"pictures": []},
        {"labels": [0, 1]},
        {"labels": ["a", "b", "c"]},
        {"labels": [0, 1, 2**40]},
        {"labels": None},
        {"captions": ["a"]},
        {"class_names": [1]},
        {"methods": ["cam"]},
        {"methods": {"cam": {}}},
    ],
    ids=str,
)
def test_what_nobody_of_this_package_wrote_is_refused(changes):
    with pytest.raises(InputError):
        inputs_in(dataclasses.replace(inputs()[0], **changes).blobs())


def test_pictures_that_are_none_are_refused_when_they_are_looked_at():
    with pytest.raises(InputError):
        dataclasses.replace(inputs(1)[0], pictures=[b"<svg>"]).images()
