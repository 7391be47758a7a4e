import numpy as np
import pytest

from keras_explain import Explanation, InputError, OptionError
from keras_explain.visual.picture import attribution_picture


def explanation(count=3, classes=2, **parts):
    """Returns an explanation of images of growing brightness, whose maps are all their number."""
    numbers = np.arange(1.0, count + 1, dtype="float32").reshape(count, 1, 1, 1)
    images = np.broadcast_to(numbers / count, (count, 4, 6, 3)).astype("float32")
    maps = np.broadcast_to(numbers, (count, 4, 6, 1)).astype("float32")
    probabilities = np.full((count, classes), 1 / classes, "float32")
    known = {
        "images": images,
        "shown": np.rint(255 * images).astype("uint8"),
        "targets": np.zeros(count, "int32"),
        "scores": numbers.ravel(),
        "probabilities": probabilities,
        "maps": {"cam": maps, "saliency": -maps},
        "titles": {"cam": "CAM", "saliency": "Saliency"},
        "signed": ("saliency",),
        "layers": {},
        "left_out": {},
        "class_names": ["ant", "bee"],
        "settings": {},
        "versions": {},
    }
    return Explanation(**{**known, **parts})


def inputs(figure, columns):
    """Returns which images a figure shows."""
    return [axis.images[0].get_array()[0, 0, 0] for axis in figure.axes[:: columns + 1]]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [(2, [0, 1]), (9, [0, 1, 2]), (slice(1, None), [1, 2]), ([2, -3], [2, 0]), (np.array([1]), [1])],
)
def test_rows_are_the_first_ones_a_slice_or_indices(rows, shown):
    one = explanation()
    assert inputs(one.plot(rows=rows), 2) == one.shown[shown, 0, 0, 0].tolist()


def test_many_images_are_no_endless_figure_and_the_rest_is_told():
    figure = explanation(100).plot()
    assert len(inputs(figure, 2)) == 12 and figure.get_size_inches()[1] < 40
    assert figure.get_supxlabel().endswith("; the first 12 of 100 images")
    assert "first" not in explanation(12).plot().get_supxlabel()


def test_methods_are_shown_in_the_order_that_is_asked_for():
    one = explanation(1, fine=("saliency",))
    figure = one.plot(methods=["saliency", "cam"], cmap="viridis", alpha=0.5)
    assert [axis.get_title() for axis in figure.axes[1:]] == ["Saliency", "CAM"]
    wanted = [attribution_picture(one.shown[0], one.maps["saliency"][0], True, fine=True)]
    wanted.append(attribution_picture(one.shown[0], one.maps["cam"][0], cmap="viridis", alpha=0.5))
    for axis, picture in zip(figure.axes[1:], wanted):
        np.testing.assert_array_equal(axis.images[0].get_array(), picture)
    assert [axis.get_title() for axis in one.plot(methods="cam").axes[1:]] == ["CAM"]


def test_the_true_class_stands_above_an_image_where_it_is_another():
    one = explanation(3, labels=np.array([1, 0, -1], "int32"))
    assert [one.class_titles(i)[0].splitlines()[1:] for i in range(3)] == [["true: bee"], [], []]
    single = explanation(1, 1, class_names=["bee"], labels=np.array([1], "int32"))
    assert single.class_titles(0)[0].splitlines()[1:] == ["true: 1"]


@pytest.mark.parametrize(
    "options",
    [{"rows": 0}, {"rows": [3]}, {"rows": []}, {"rows": slice(5, 9)}, {"rows": "all"}, {"rows": [0.5]}]
    + [{"methods": []}, {"methods": ["grad"]}, {"methods": 3}, {"dpi": 0}, {"dpi": 9}, {"alpha": 2}, {"cmap": "none"}],
)
def test_other_choices_are_refused(options):
    with pytest.raises(OptionError, match=f"{next(iter(options))}="):
        explanation().plot(**options)


def test_images_that_cannot_be_shown_are_refused():
    with pytest.raises(InputError, match="display="):
        explanation(shown=None).plot()
