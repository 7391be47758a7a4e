"""Data of any length: the maps of arrays, batch by batch, and never more than some batches in memory."""

import threading
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from PIL import Image

import keras_explain as kx
from tests.methods.test_every_method import count_traces
from tests.networks import SHAPE, Chain, build
from tests.quick import QUICK


@pytest.fixture(scope="module")
def explainer():
    return kx.GradCAM(build("softmax_layer"), batch_size=6)


def dataset(images, *labels):
    return tf.data.Dataset.from_tensor_slices((images, *labels) if labels else images).batch(4)


def in_batches(images, size=4):
    return (images[i : i + size] for i in range(0, len(images), size))


class Batches(keras.utils.PyDataset):
    def __init__(self, images, count):
        super().__init__()
        self.images, self.count = images, count

    @property
    def num_batches(self):
        return self.count

    def __getitem__(self, i):
        return self.images[i % 6 : i % 6 + 1]


@pytest.mark.parametrize("key", ["grad_cam", "cam", "score_cam", "smooth_grad"])
def test_any_method_gives_the_maps_of_arrays_and_takes_all_data(key, images):
    method = QUICK[key](build("functional"))
    wanted = method(images)
    for data in (dataset(images), in_batches(images)):
        found = method(data)
        np.testing.assert_allclose(found, wanted, rtol=1e-4, atol=1e-5 * np.abs(wanted).max())
    batches = list(method.stream(dataset(images, np.arange(6) % 4)))
    assert [batch.keys for batch in batches] == [["0", "1", "2", "3"], ["4", "5"]]
    assert np.concatenate([batch.labels for batch in batches]).tolist() == [0, 1, 2, 3, 0, 1]
    assert np.concatenate([batch.targets for batch in batches]).tolist() == method.targets(dataset(images)).tolist()
    own = np.concatenate([batch.maps for batch in batches])
    assert own.dtype == np.float32 and len(own) == 6 and (own.shape[1] <= wanted.shape[1])


def test_a_stream_tells_what_arrays_tell_at_the_size_of_the_layer(explainer, images):
    model = explainer.request.model
    [batch] = explainer.stream(images, target=[0, 1, 2, 3, 0, 1], labels=[0, None, 2, 3, -1, 1], keys=list("abcdef"))
    np.testing.assert_allclose(batch.maps, kx.GradCAM(model, resize=False)(images, [0, 1, 2, 3, 0, 1]), rtol=1e-5)
    np.testing.assert_allclose(batch.probabilities, model.predict(images, verbose=0), rtol=1e-5)
    assert batch.keys == list("abcdef") and batch.labels.tolist() == [0, -1, 2, 3, -1, 1]
    assert batch.targets.tolist() == [0, 1, 2, 3, 0, 1] and batch.scores.shape == (6,) and len(batch) == 6


def test_labels_of_all_kinds_tell_classes_or_none(explainer, images):
    def labels(y):
        return next(explainer.stream(dataset(images, y))).labels

    assert labels(np.eye(4)[[3, 2, 1, 0, 0, 0]]).tolist() == [3, 2, 1, 0]
    assert labels(np.arange(6)[:, None] % 4).tolist() == [0, 1, 2, 3]
    assert labels(np.full((6, 4), [1, 1, 0, 0])).tolist() == [-1] * 4
    assert labels(np.zeros((6, 12, 16, 1))) is None
    with pytest.raises(kx.InputError, match="class indices from 0 to 3"):
        labels(np.full(6, 9))


def test_data_without_an_end_need_a_count(explainer, images):
    for endless in (dataset(images).repeat(), Batches(images, None)):
        with pytest.raises(kx.InputError, match="infinite"):
            explainer.stream(endless)
        assert sum(map(len, explainer.stream(endless, count=9))) == 9
    assert [len(batch) for batch in explainer.stream(in_batches(images), count=5)] == [4, 1]
    assert sum(map(len, explainer.stream(images, count=50))) == 6
    assert sum(map(len, explainer.stream(Batches(images, 3)))) == 3


def test_what_does_not_fit_is_refused_at_once(explainer, images):
    for data, message in (
        (tf.data.Dataset.from_tensor_slices(images), r"needs batches: .batch\(32\)"),
        (tf.data.Dataset.from_tensor_slices((images, np.arange(6))), r"batch it: .batch\(32\)"),
        (dataset(images[:, :5]), r"expected images of shape \(N, 12, 16, 3\)"),
        (iter([3]), "batch it"),
        (iter([]), None),
    ):
        if message is None:
            assert list(explainer.stream(data)) == []
            with pytest.raises(kx.InputError, match="at least one batch"):
                explainer(iter([]))
        else:
            with pytest.raises(kx.InputError, match=message):
                explainer.stream(data)
    with pytest.raises(kx.TargetError, match="from 0 to 3"):
        explainer.stream(dataset(images), target=7)
    with pytest.raises(kx.TargetError, match="target= for each image, received 7 for 6 images"):
        explainer(dataset(images), target=[0] * 7)
    with pytest.raises(kx.TargetError, match="target= for each image, received 5 for 6 images or more"):
        explainer(dataset(images), target=[0] * 5)


def test_images_of_several_sizes_stream_and_are_not_joined(images):
    explainer = kx.GradCAM(build("unknown_size"))
    sizes = [batch.maps.shape for batch in explainer.stream(iter([images, images[:, :8]]))]
    assert sizes == [(6, 6, 8, 1), (6, 4, 8, 1)]
    with pytest.raises(kx.InputError, match="of one size.*stream"):
        explainer(iter([images, images[:, :8]]))


def test_images_that_are_not_finite_are_broken_and_cost_themselves_alone(explainer, images):
    images = images.copy()
    images[[1, 4], 0, 0, 0] = np.nan, np.inf
    stream = explainer.stream(images, [0, 1, 2, 3, 0, 1], labels=np.arange(6) % 4)
    batches = list(stream)
    assert [batch.keys for batch in batches] == [["0", "2", "3", "5"]]
    assert batches[0].targets.tolist() == batches[0].labels.tolist() == [0, 2, 3, 1]
    assert stream.broken == dict.fromkeys(["1", "4"], "it holds NaN or infinity.")
    with pytest.raises(kx.InputError, match="expected finite numbers"):
        explainer.stream(images[[1, 4]])
    with pytest.raises(kx.InputError, match="expected finite numbers"):
        explainer(images)
    with pytest.raises(kx.InputError, match="received '1': it holds NaN or infinity; explainer.stream"):
        explainer(dataset(images))


def test_a_model_of_several_inputs(images):
    photo, numbers = keras.Input(SHAPE, name="photo"), keras.Input((2,), name="numbers")
    pooled = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3, activation="relu")(photo))
    joined = layers.Concatenate()([pooled, numbers])
    model = keras.Model({"photo": photo, "numbers": numbers}, layers.Dense(3)(joined))
    explainer, inputs = kx.GradCAM(model), {"photo": images, "numbers": images[:, 0, 0, :2]}
    data = tf.data.Dataset.from_tensor_slices((inputs, np.arange(6) % 3)).batch(4)
    np.testing.assert_allclose(explainer(data), explainer(inputs), rtol=1e-5, atol=1e-7)
    assert [batch.labels.tolist() for batch in explainer.stream(data)] == [[0, 1, 2, 0], [1, 2]]


def test_a_model_that_was_never_called_is_built_by_the_first_batch(images):
    model = Chain([layers.Conv2D(4, 3, name="only"), layers.GlobalAveragePooling2D(), layers.Dense(3)])
    assert sum(map(len, kx.GradCAM(model).stream(in_batches(images)))) == 6


def test_a_long_stream_keeps_some_batches_and_is_traced_once(explainer, images):
    seen, most = [], 0

    def endless():
        while True:
            batch = images + np.float32(len(seen))
            seen.append(weakref.ref(batch))
            yield batch
            del batch

    for _ in explainer.stream(endless(), count=6 * 40):
        most = max(most, sum(one() is not None for one in seen))
    assert most <= 4 and 40 <= len(seen) <= 41


@pytest.mark.parametrize("noisy", [False, True])
def test_of_several_passes_the_scores_are_traced_once(noisy, images):
    model = build("softmax_layer")
    traces = count_traces(model)

    def made(**options):
        occlusion = kx.Occlusion(model, patch=6, score="probability", method="plain", **options)
        return kx.SmoothGrad(occlusion, samples=2) if noisy else occlusion

    (batch,) = made().stream(images[:2], 1)
    assert len(traces) == 1
    np.testing.assert_allclose(batch.scores, model(images[:2])[:, 1], rtol=1e-5)
    np.testing.assert_allclose(batch.maps, made(resize=noisy)(images[:2], 1), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("leave", ["close", "break", "with", "error of the data", "interrupt"])
def test_no_thread_is_left(explainer, images, leave):
    before = threading.active_count()

    def failing():
        yield images
        yield images
        raise ZeroDivisionError

    if leave == "close":
        stream = explainer.stream(in_batches(images, 1))
        next(stream)
        stream.close()
        assert list(stream) == []
    elif leave == "break":
        for _ in explainer.stream(in_batches(images, 1)):
            break
    elif leave == "with":
        with explainer.stream(in_batches(images, 1)) as stream:
            next(stream)
    elif leave == "interrupt":
        with pytest.raises(KeyboardInterrupt):
            for _ in explainer.stream(in_batches(images, 1)):
                raise KeyboardInterrupt
    else:
        with pytest.raises(ZeroDivisionError):
            list(explainer.stream(failing()))
    assert threading.active_count() == before


@pytest.fixture
def photos(tmp_path, rng, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for i, name in enumerate(("ant", "bee", "cat", "dog")):
        (tmp_path / "photos" / name).mkdir(parents=True)
        for j in range(3):
            pixels = rng.integers(256, size=(20 + i, 30 + j, 3)).astype("uint8")
            Image.fromarray(pixels).save(f"photos/{name}/{j}.png")
    return tmp_path / "photos"


def test_a_folder_of_photographs_without_the_broken_ones(explainer, photos):
    (photos / "bee" / "1.png").write_bytes((photos / "bee" / "1.png").read_bytes()[:200])
    (photos / "dog" / "zero.jpg").touch()
    stream = explainer.stream(str(photos))
    batches = list(stream)
    keys = sum((batch.keys for batch in batches), [])
    assert keys[:6] == ["ant/0.png", "ant/1.png", "ant/2.png", "bee/0.png", "bee/2.png", "cat/0.png"]
    assert [len(batch) for batch in batches] == [6, 5]
    assert np.concatenate([batch.labels for batch in batches]).tolist() == [0, 0, 0, 1, 1, 2, 2, 2, 3, 3, 3]
    assert list(stream.broken) == ["bee/1.png", "dog/zero.jpg"] and "can't be read" in stream.broken["bee/1.png"]
    with pytest.raises(kx.InputError, match="received 'bee/1.png': it can't be read"):
        explainer(photos)


def test_photographs_are_read_as_the_command_line_reads_them(explainer, photos):
    read = kx.Photographs(photos / "cat", photos / "dog/0.png", scale="-1..1", crop=True)
    [batch] = explainer.stream(read)
    assert batch.keys == ["cat/0.png", "cat/1.png", "cat/2.png", "dog/0.png"] and batch.labels is None
    image = Image.open(photos / "cat" / "0.png")  # 22 x 30, of 12 x 16: 22 x 29.33 is seen
    seen = np.asarray(image.resize((16, 12), Image.Resampling.BILINEAR, (1 / 3, 0, 30 - 1 / 3, 22)))
    wanted = explainer.request.model.predict(seen[None] / np.float32(127.5) - 1, verbose=0)
    np.testing.assert_allclose(batch.probabilities[:1], wanted, rtol=1e-4)


def test_what_photographs_do_not_take(explainer, photos):
    with pytest.raises(kx.OptionError, match="does not exist"):
        explainer.stream("nope")
    with pytest.raises(kx.OptionError, match="beside photographs"):
        explainer.stream(photos, labels=[0] * 12)
    with pytest.raises(kx.OptionError, match="size= as the model takes it"):
        explainer.stream(kx.Photographs(photos, size=9))
    for options in ({"size": (1, 2, 3)}, {"scale": 3}, {"crop": "x"}):
        with pytest.raises(kx.OptionError, match="expected"):
            kx.Photographs(photos, **options)
    with pytest.raises(kx.OptionError, match="received none"):
        kx.Photographs()


def test_smoothed_explainers_of_another_library_take_arrays_alone(explainer, images):
    class Foreign:
        key, title, signed, layer = "foreign", "Foreign", False, None

        def targets(self, images, target=None):
            return np.zeros(len(images), np.int32)

        def __call__(self, images, target=None):
            return np.asarray(images)

    smoothed = kx.SmoothGrad(Foreign(), samples=2)
    assert smoothed(images).shape == images.shape
    for read in (smoothed, smoothed.stream):
        with pytest.raises(kx.MethodError, match="by explainers of a Keras model alone, not by Foreign"):
            read(dataset(images))
