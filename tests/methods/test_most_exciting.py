import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_explain import FeatureVisualization, InputError, LayerError, OptionError, most_exciting
from tests.networks import SHAPE, Chain, build

LAYER, CHANNELS = "last", [4, 0, 2]


@pytest.fixture
def many(rng):
    return rng.normal(size=(23, *SHAPE)).astype("float32")


def sorted_in_full(model, layer, images, channels, by="mean"):
    """Returns the activations and the indices of all images, `(channels, N)`, the most exciting first."""
    maps = keras.Model(model.inputs, model.get_layer(layer).output)(images).numpy()[..., channels]
    values = getattr(maps, by)(axis=tuple(range(1, maps.ndim - 1))).T
    order = np.argsort(-values, axis=1, kind="stable")
    return np.take_along_axis(values, order, axis=1), order


@pytest.mark.parametrize("by", ["mean", "max"])
@pytest.mark.parametrize("batch_size", [1, 5, 32])
def test_equals_a_full_sort(by, batch_size, many):
    model = build("functional")
    found = most_exciting(model, LAYER, many, CHANNELS, count=6, by=by, batch_size=batch_size)
    values, order = sorted_in_full(model, LAYER, many, CHANNELS, by)
    np.testing.assert_array_equal(found.indices, order[:, :6])
    np.testing.assert_allclose(found.activations, values[:, :6], rtol=1e-5, atol=1e-6)
    np.testing.assert_array_equal(found.images, many[order[:, :6]])
    assert found.names == ["channel 4", "channel 0", "channel 2"]


def as_arrays(images):
    return [list(images), tf.constant(images)]


def as_datasets(images):
    class Sequence(keras.utils.PyDataset):
        def __len__(self):
            return 4

        def __getitem__(self, i):
            return images[6 * i : 6 * i + 6], np.zeros(6)[: len(images[6 * i : 6 * i + 6])]

    dataset = tf.data.Dataset.from_tensor_slices(images)
    return [dataset.batch(6), dataset.map(lambda x: (x, 0)).batch(40), Sequence()]


def test_arrays_and_datasets_are_read_alike(many):
    model = build("functional")
    wanted = most_exciting(model, LAYER, many, CHANNELS)
    for images in [*as_arrays(many), *as_datasets(many)]:
        found = most_exciting(model, LAYER, images, CHANNELS, batch_size=4)
        np.testing.assert_array_equal(found.indices, wanted.indices)
        np.testing.assert_array_equal(found.images, wanted.images)


def test_of_equal_ones_the_first(images):
    found = most_exciting(build("functional"), LAYER, np.repeat(images[:1], 9, axis=0), 0, count=3, batch_size=2)
    assert found.indices.tolist() == [[0, 1, 2]]


def test_fewer_images_than_are_asked_for(images):
    found = most_exciting(build("functional"), "conv1", images[:2], count=4)
    assert found.indices.shape == (4, 2) and found.images.shape == (4, 2, *SHAPE)
    assert most_exciting(build("functional"), "conv1", images, keep=False).images is None


def test_the_same_number_as_is_ascended(images):
    model, direction = build("functional"), [0.5, -1.0, 0.0, 2.0]
    for channel, unit in (([1, 2], (3, 5)), (direction, "center")):
        found = most_exciting(model, "conv1", images[:1], channel, unit, count=1)
        ascent = FeatureVisualization(model, "conv1", channel, unit, steps=1).run(initial=images[0])
        np.testing.assert_allclose(found.activations[:, 0], ascent.scores[0], rtol=1e-5)


def test_the_place_is_that_of_the_peak():
    # a blot of two by two pixels, of which the pooled place 1, 3 lies at 2 to 3, 6 to 7
    images = np.zeros((2, 8, 10, 1), "float32")
    images[0, 2:4, 6:8], images[1, 0, 0] = 1, 0.5
    pooled = keras.Sequential([keras.Input((8, 10, 1)), layers.AveragePooling2D(2, name="pool"), layers.Flatten()])
    found = most_exciting(pooled, "pool", images, 0, count=2)
    assert found.places.tolist() == [[[3, 7], [1, 1]]]
    cropped = layers.AveragePooling2D(2, name="pool")(
        layers.Cropping2D(((2, 0), (4, 0)))(inputs := keras.Input((8, 10, 1)))
    )
    found = most_exciting(keras.Model(inputs, layers.Flatten()(cropped)), "pool", images, 0, count=1)
    assert found.places.tolist() == [[[3, 7]]]
    assert most_exciting(pooled, "pool", images, 0, (0, 4), count=1).places.tolist() == [[[1, 9]]]


@pytest.mark.parametrize("layer", ["gap", "logits"])
def test_of_layers_without_places(layer, many):
    model = build("functional")
    found = most_exciting(model, layer, many, [1, 3], count=5, batch_size=7)
    np.testing.assert_array_equal(found.indices, sorted_in_full(model, layer, many, [1, 3])[1][:, :5])
    assert found.places is None
    with pytest.raises(OptionError, match="crop=None"):
        found.plot(crop=4)


@pytest.mark.parametrize(("form", "path"), [("nested_twice", "outer/inner/last"), ("subclassed", "last")])
def test_same_images_from_every_form(form, path, many):
    wanted = most_exciting(build("functional"), "last", many)
    np.testing.assert_array_equal(most_exciting(build(form), path, many).indices, wanted.indices)


def test_of_a_model_that_was_never_called_and_of_several_inputs(images):
    found = most_exciting(Chain([layers.Flatten(), layers.Dense(3, name="units")]), "units", images, 2, batch_size=4)
    assert found.indices.shape == (1, 4)
    inputs = {"photo": keras.Input((4, 4, 1), name="photo"), "size": keras.Input((1,), name="size")}
    features = layers.Conv2D(2, 1, name="tap")(inputs["photo"])
    model = keras.Model(inputs, layers.Dense(1)(layers.Concatenate()([layers.Flatten()(features), inputs["size"]])))
    given = {"photo": images[:, :4, :4, :1], "size": np.ones((6, 1))}
    assert most_exciting(model, "tap", given, 1, count=2, batch_size=4).images.shape == (1, 2, 4, 4, 1)


def test_channels_first_are_read_as_channels_last(images):
    def in_layout(shape, layout):
        chain = [layers.Conv2D(4, 3, activation="relu", data_format=layout, name="tap"), layers.Flatten()]
        return keras.Sequential([keras.Input(shape), *chain])

    last, first = in_layout(SHAPE, "channels_last"), in_layout((3, 12, 16), "channels_first")
    first.layers[0].set_weights(last.layers[0].get_weights())
    wanted = most_exciting(last, "tap", images)
    found = most_exciting(first, "tap", np.moveaxis(images, -1, 1))
    np.testing.assert_array_equal(found.indices, wanted.indices)
    np.testing.assert_array_equal(found.places, wanted.places)
    np.testing.assert_array_equal(found.images, wanted.images)


def test_a_figure_beside_what_was_synthesized(images):
    found = most_exciting(build("functional"), "conv1", images, [1, 2], count=3)
    figure = found.plot(images[:2])
    titles = [axis.get_title() for axis in figure.axes]
    assert titles[:2] == ["synthesized", f"{found.activations[0, 0]:.3g}"] and len(titles) == 8
    assert figure.axes[4].get_ylabel() == "channel 2"
    cut = found.plot(crop=5)
    assert [axis.images[0].get_array().shape for axis in cut.axes] == [(5, 5, 3)] * 6


def test_what_cannot_be_read_is_refused(images):
    model = build("functional")
    endless = tf.data.Dataset.from_tensor_slices(images).batch(2).repeat()
    for given in (endless, endless.take(0), images[:0], images[..., 0], iter([images]), 3, "photos"):
        with pytest.raises(InputError):
            most_exciting(model, "conv1", given)
    sizes = [tf.ones((2, 12, 16, 3)), tf.ones((2, 14, 16, 3))]
    mixed = tf.data.Dataset.from_generator(lambda: sizes, output_signature=tf.TensorSpec((None, None, None, 3))).take(2)
    with pytest.raises(InputError, match="one size to keep"):
        most_exciting(build("unknown_size"), "conv1", mixed)
    assert most_exciting(build("unknown_size"), "conv1", mixed, keep=False).indices.shape == (4, 4)
    for options in ({"count": 0}, {"by": "median"}, {"channel": 9}, {"unit": (99, 0)}, {"keep": 1}, {"batch_size": 0}):
        with pytest.raises(OptionError):
            most_exciting(model, "conv1", images, **options)
    with pytest.raises(LayerError):
        most_exciting(model, "conv9", images)
    with pytest.raises(InputError, match="keep=True"):
        most_exciting(model, "conv1", images, keep=False).plot()
