import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import InputError, MethodError, Occlusion, OptionError, Saliency, TargetError
from keras_explain.inputs.baseline import blurred
from keras_explain.methods.occlusion.patches import Patches, patch_starts, spread
from tests.networks import Chain, build, linear


def drops_of_linear(weights, images, patch, stride, fill):
    """Returns, by pixel, the mean over covering patches of the sum of `w * (x - fill)` within the patch."""
    gain = (weights * (images - fill)).sum(-1)
    total, count = np.zeros(gain.shape), np.zeros(gain.shape)
    starts = [sorted({*range(0, n - p + 1, s), n - p}) for n, p, s in zip(gain.shape[1:], patch, stride)]
    for corner in np.stack(np.meshgrid(*starts, indexing="ij"), -1).reshape(-1, len(patch)):
        where = (slice(None), *(slice(c, c + p) for c, p in zip(corner, patch)))
        total[where] += gain[where].sum(tuple(range(1, gain.ndim)), keepdims=True)
        count[where] += 1
    return total / count


@pytest.mark.parametrize(
    ("shape", "patch", "stride"),
    [
        ((24, 40, 3), (10, 10), (7, 7)),
        ((24, 40, 1), (24, 3), (1, 3)),
        ((30, 2), (4,), (3,)),
        ((5, 6, 7, 2), (2, 3, 3), (2, 1, 2)),
    ],
)
def test_of_a_linear_model_is_the_sum_of_what_is_hidden(rng, shape, patch, stride):
    weights = rng.normal(size=(*shape, 2)).astype("float32")
    images = rng.normal(size=(2, *shape)).astype("float32")
    fill = rng.normal(size=shape[-1])
    wanted = drops_of_linear(weights[..., 1], images, patch, stride, fill)
    maps = Occlusion(linear(weights), patch=patch, stride=stride, fill=fill)(images, 1)
    assert maps.shape == (2, *shape[:-1], 1)
    np.testing.assert_allclose(maps[..., 0], wanted, atol=2e-5 * np.abs(wanted).max())


@pytest.mark.parametrize("shape", [(24, 40, 3), (30, 2), (5, 6, 7, 2)])
def test_what_shows_may_be_an_image(shape, rng):
    weights, images = rng.normal(size=(*shape, 2)).astype("float32"), rng.normal(size=(2, *shape)).astype("float32")
    patch = (4,) * (len(shape) - 1)
    for baseline, shown in (("blur", blurred(images)), (images[0], images[:1]), (images[::-1], images[::-1])):
        maps = Occlusion(linear(weights), patch=patch, stride=2, baseline=baseline)(images, 1)
        wanted = drops_of_linear(weights[..., 1], images, patch, (2,) * len(patch), shown)
        np.testing.assert_allclose(maps[..., 0], wanted, atol=2e-5 * np.abs(wanted).max())


@pytest.mark.parametrize("method", ["plain", "incremental"])
def test_channels_one_at_a_time_add_up(method, rng):
    weights, images = rng.normal(size=(12, 16, 5, 2)).astype("float32"), rng.normal(size=(2, 12, 16, 5))
    convolution = layers.Conv2D(5, 1, use_bias=False)
    model = keras.Sequential([keras.Input((12, 16, 5)), convolution, linear(weights)])
    convolution.set_weights([np.eye(5)[np.newaxis, np.newaxis]])
    options = {"patch": 4, "stride": 3, "fill": [1, 2, 3, 4, 5], "method": method}
    maps = Occlusion(model, by_channel=True, **options)(images, 1)
    assert maps.shape == (2, 12, 16, 5)
    for channel in range(5):
        one = slice(channel, channel + 1)
        wanted = drops_of_linear(weights[..., one, 1], images[..., one], (4, 4), (3, 3), channel + 1)
        np.testing.assert_allclose(maps[..., channel], wanted, atol=2e-5 * np.abs(wanted).max())
    whole = Occlusion(model, **options)(images, 1)
    np.testing.assert_allclose(maps.sum(-1, keepdims=True), whole, atol=2e-5 * np.abs(whole).max())
    assert Occlusion(model, by_channel=True, resize=False, **options)(images, 1).shape == (2, 4, 5, 5)


def test_computed_by_hand():
    # f = x_0 + 10 x_1 + 100 x_2 + 1000 x_3, patches at 0, 2 and, flush with the end, at 2
    model = linear(np.array([[1.0], [10.0], [100.0], [1000.0]]).reshape(4, 1, 1))
    image = np.array([[[1.0], [2.0], [3.0], [4.0]]])
    assert Occlusion(model, patch=2, stride=2, fill=0)(image)[0, :, 0].tolist() == [21, 21, 4300, 4300]
    assert Occlusion(model, patch=3, stride=2, fill=0)(image)[0, :, 0].tolist() == [321, 2320.5, 2320.5, 4320]
    assert Occlusion(model, patch=3, stride=2, fill=0, resize=False)(image)[0, :, 0].tolist() == [321, 4320]


def test_patches_cover_every_place():
    assert patch_starts(40, 10, 7) == [0, 7, 14, 21, 28, 30]
    assert patch_starts(24, 10, 7) == [0, 7, 14]
    assert patch_starts(5, 5, 3) == [0]


def test_spread_by_hand():
    drops = np.array([[1.0, 3.0]])
    assert spread(drops, Patches((2,), ((0, 1),), (3,))).tolist() == [[1.0, 2.0, 3.0]]


def test_grid_of_non_square_images(images):
    maps = Occlusion(build("functional"), patch=(4, 6), stride=(4, 5), resize=False)(images)
    assert maps.shape == (6, 3, 3, 1)


def test_hides_by_each_images_own_channel_means(images):
    model = build("functional")
    flat = np.broadcast_to(images.mean((1, 2), keepdims=True), images.shape)
    assert np.abs(Occlusion(model, patch=5)(images)).max() > 1e-3
    np.testing.assert_allclose(Occlusion(model, patch=5)(flat), 0, atol=1e-5)


def test_does_not_touch_the_images(images):
    before = images.copy()
    Occlusion(build("functional"), patch=5)(images)
    np.testing.assert_array_equal(images, before)


def test_predicted_class_is_that_of_the_whole_image(images):
    model = build("softmax_layer")
    explainer = Occlusion(model, patch=6, score="probability")
    wanted = explainer(images, model.predict(images, verbose=0).argmax(1))
    np.testing.assert_allclose(explainer(images), wanted, atol=1e-6)


def test_batches_are_bounded_and_shared_by_images(images):
    sizes = []

    class Watching(layers.Layer):
        def call(self, x):
            tf.py_function(lambda x: sizes.append(len(x)), [x], [])
            return x

        def compute_output_shape(self, shape):
            return shape

    chain = [Watching(), layers.Flatten(), layers.Dense(2)]
    model = keras.Sequential([keras.Input((12, 16, 3)), *chain])
    Occlusion(model, patch=4, stride=4, batch_size=20)(images)
    # six base scores in one batch, then 6 x 12 occluded images
    assert sizes == [6, 20, 20, 20, 12]


def test_shows_progress_when_asked_to(images, capsys):
    Occlusion(build("functional"), patch=6, verbose=1)(images)
    told = capsys.readouterr()
    assert "batch 3 of 3, took 0:" in told.err and told.out == ""
    Occlusion(build("functional"), patch=6, verbose=0)(images)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patch": 13}, r"at most \(12, 16\)"),
        ({"patch": 0}, "patch as a whole number from 1"),
        ({"patch": 2.5}, "patch as a whole number from 1"),
        ({"patch": (3, 3, 3)}, "one a dimension"),
        ({"patch": 2, "stride": 4}, "stride of at most the patch"),
        ({"patch": 3, "fill": None}, "fill"),
        ({"patch": 3, "stride": 0}, "stride as a whole number from 1"),
        ({"patch": 3, "fill": [0.1, 0.2]}, "one number or 3, one a channel"),
        ({"patch": 3, "fill": "median"}, "median"),
        ({"patch": 3, "fill": 0.5, "baseline": "blur"}, "fill= or baseline=, received both"),
        ({"patch": 3, "baseline": "black"}, "black"),
        ({"patch": 3, "by_channel": 2}, "by_channel= as True or False"),
        ({"patch": 3, "verbose": 2}, "verbose"),
        ({"patch": 3, "batch_size": 0}, "batch_size"),
    ],
)
def test_options_out_of_range_are_refused(options, message, images):
    with pytest.raises(OptionError, match=message):
        Occlusion(build("functional"), **options)(images)


def test_tables_are_refused_before_any_work():
    table = keras.Sequential([keras.Input((5,)), layers.Dense(2)])
    message = r"spatial axes, \(N, \*spatial, C\).* received \(None, 5\); use Saliency"
    with pytest.raises(MethodError, match=message):
        Occlusion(table)
    assert Saliency(table)(np.ones((2, 5), "float32")).shape == (2, 5)
    with pytest.raises(MethodError, match=message):
        Occlusion(Chain([layers.Dense(2)]))(np.ones((2, 5), "float32"))


def test_bad_input_is_refused(images):
    explainer = Occlusion(build("functional"), patch=4)
    with pytest.raises(TargetError):
        explainer(images, 4)
    with pytest.raises(InputError):
        explainer(images[..., :1])
    with pytest.raises(InputError, match="a baseline of one number"):
        Occlusion(build("functional"), patch=4, baseline=images[0, 1:])(images)
