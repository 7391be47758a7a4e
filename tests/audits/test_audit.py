"""What an audit tells of each image: against the explainers, metrics and the model itself, whatever the data are."""

import functools

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import keras_explain as kx
from keras_explain import metrics
from tests.audits.networks import SHAPE, network
from tests.networks import Chain


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture(scope="module")
def photos():
    return np.random.default_rng(1).normal(size=(21, *SHAPE)).astype("float32")


def test_a_row_an_image(model, photos):
    labels = [0, None, 2, 3, -1] + [1] * 16
    audit = kx.audit(model, photos, labels=labels, batch_size=8, class_names=list("abcd"))
    chances = model.predict(photos, verbose=0)
    maps = kx.GradCAM(model, resize=False)(photos)[..., 0]
    table = audit.table
    assert table["key"].to_pylist() == audit.keys == [str(i) for i in range(21)]
    assert table["index"].to_pylist() == list(range(21))
    assert table["label"].to_pylist()[:6] == [0, None, 2, 3, None, 1] and audit.labels[:2].tolist() == [0, -1]
    assert audit.predicted.tolist() == table["target"].to_pylist() == chances.argmax(1).tolist()
    np.testing.assert_allclose(np.stack(table["top_probabilities"].to_pylist()), -np.sort(-chances), rtol=1e-5)
    assert table["top_classes"].to_pylist() == np.argsort(-chances, 1).tolist()
    np.testing.assert_allclose(audit.probabilities, chances.max(1), rtol=1e-5)
    gini = metrics.concentration(metrics.evidence(maps[..., None]))
    np.testing.assert_allclose(table["concentration"].to_numpy(), gini, rtol=1e-4)
    np.testing.assert_allclose(np.asarray(audit.maps), maps, atol=5e-4 * np.abs(maps).max())
    wanted = keras.Model(model.inputs, model.get_layer("last").output)(photos).numpy().max((1, 2))
    np.testing.assert_allclose(np.asarray(audit.features), wanted, atol=5e-4 * wanted.max())
    assert table["energy_inside"].null_count == table["pointing"].null_count == 21
    assert len(audit) == 21 and audit.complete and audit.class_names == list("abcd") and not audit.broken
    right = (chances.argmax(1) == [-1 if label is None else label for label in labels]).sum() / 19
    assert audit.accuracy == pytest.approx(right)
    assert str(audit) == f"21 images by Grad-CAM at last; accuracy {right:.1%} of 19 with a label."


@pytest.mark.parametrize("method", ["grad_cam", "saliency", "occlusion"])
def test_finer_layers_tell_what_lies_where_maps_point(photos, method):
    inputs = keras.Input((6, 8, 3))
    fine = layers.Conv2D(5, 3, padding="same", activation="relu", name="fine")(inputs)
    middle = layers.Conv2D(7, 3, 2, padding="same", activation="relu", name="middle")(fine)
    last = layers.Conv2D(6, 3, (1, 2), padding="same", activation="relu", name="last")(middle)
    outputs = layers.Dense(3)(layers.GlobalAveragePooling2D()(last))
    model = keras.Model(inputs, outputs)
    audit = kx.audit(model, photos, method=method, batch_size=8)
    if method == "occlusion":
        assert audit.details == {} and audit.features.shape == (21, 6)
        return
    assert list(audit.details) == ["middle", "fine"]
    taps = keras.Model(inputs, [model.get_layer(name).output for name in audit.details])(photos)
    explainer = kx.GradCAM(model, resize=False) if method == "grad_cam" else kx.Saliency(model)
    evidence = metrics.evidence(explainer(photos), explainer.signed)[..., np.newaxis]
    for found, activations in zip(audit.details.values(), taps):
        activations = activations.numpy()
        weights = tf.image.resize(evidence, activations.shape[1:3], antialias=True).numpy()
        total = np.maximum(weights.sum((1, 2)), 1e-12)
        wanted = (weights * activations).sum((1, 2)) / total
        np.testing.assert_allclose(np.asarray(found), wanted, atol=2e-3 * wanted.max())


def test_checksums_tell_equal_images(model, photos):
    found = kx.audit(model, photos[[0, 1, 0]]).table["checksum"].to_pylist()
    assert found[0] == found[2] != found[1] and len(found[0]) == 16


def test_maps_are_read_like_an_array(model, photos):
    audit = kx.audit(model, photos, batch_size=8)
    maps = np.asarray(audit.maps)
    assert audit.maps.shape == maps.shape == (21, 3, 4) and audit.maps.dtype == maps.dtype == np.float32
    for chosen in (3, -1, slice(2, 9), slice(None, None, -4), [5, 0, 20], maps[:, 0, 0] > 0):
        np.testing.assert_array_equal(audit.maps[chosen], maps[chosen])
    with pytest.raises(IndexError):
        audit.maps[21]


@pytest.mark.parametrize("kind", ["masks", "boxes", "function"])
def test_regions(model, photos, kind):
    masks = np.zeros((21, *SHAPE[:2]), bool)
    masks[:, :3, :4] = True
    given = {
        "masks": masks,
        "boxes": np.tile([0, 0, 3, 4], (21, 1)),
        "function": lambda key: None if key == "2" else (masks[int(key)] if int(key) % 2 else [0, 0, 3, 4]),
    }
    audit = kx.audit(model, photos, regions=given[kind], batch_size=8)
    found = audit.table
    places = metrics.evidence(kx.GradCAM(model)(photos))
    energy, hits = metrics.energy_inside(places, masks).tolist(), metrics.pointing(places, masks).tolist()
    if kind == "function":
        energy[2] = hits[2] = None
    assert found["energy_inside"].to_pylist() == [one if one is None else pytest.approx(one, 1e-4) for one in energy]
    assert found["pointing"].to_pylist() == hits
    np.testing.assert_array_equal(audit.pointing, np.array(hits, float))


@pytest.mark.parametrize("method", ["cam", "saliency", "score_cam"])
def test_other_methods(model, photos, method):
    regions = np.tile([0, 0, 3, 4], (5, 1))
    audit = kx.audit(model, photos[:5], method=method, regions=regions)
    explainer = kx.METHODS[method](model)
    wanted = metrics.energy_inside(
        metrics.evidence(explainer(photos[:5]), explainer.signed), metrics.region_masks(regions, (5, *SHAPE[:2]))
    )
    np.testing.assert_allclose(audit.table["energy_inside"].to_numpy(), wanted, rtol=1e-4)
    assert audit.features.shape == (5, 6) and audit.maps.shape == ((5, 3, 4) if method == "cam" else (5, 6, 8))


def test_small_and_large_maps_keep_their_digits(model, photos):
    for factor in (1e-12, 1e12):
        score = functools.partial(scaled, factor)
        audit = kx.audit(model, photos, method=kx.GradCAM(model, score=score))
        wanted = kx.GradCAM(model, resize=False, score=score)(photos)[..., 0]
        np.testing.assert_allclose(np.asarray(audit.maps), wanted, atol=5e-4 * np.abs(wanted).max())
        assert set(audit.table["target"].to_pylist()) == {None} and audit.predicted.max() == -1


def scaled(factor, outputs, target):
    return factor * outputs[:, 0]


def test_a_single_unit_a_network_without_places_and_one_that_was_never_called(photos):
    single = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), layers.Dense(1, activation="sigmoid")])
    audit = kx.audit(single, photos, 1, method="saliency", labels=np.arange(21) % 2)
    chances = single.predict(photos, verbose=0)[:, 0]
    assert audit.predicted.tolist() == (chances > 0.5).tolist() and audit.features is None
    assert audit.labels.tolist() == (np.arange(21) % 2).tolist() and set(audit.table["target"].to_pylist()) == {1}
    new = Chain([layers.Conv2D(4, 3, name="only"), layers.GlobalAveragePooling2D(), layers.Dense(3)])
    assert kx.audit(new, photos, class_names=list("abc")).manifest["layer"] == "only"


def test_generators_and_explainers_of_ones_own(model, photos):
    explainer = kx.HiResCAM(model, layer="conv")
    audit = kx.audit(model, iter([photos[:4], photos[4:9]]), method=explainer, keys=list("rstuvwxyz"))
    wanted = kx.HiResCAM(model, layer="conv", resize=False)(photos[:9])[..., 0]
    assert audit.keys == list("rstuvwxyz") and audit.manifest["layer"] == "conv"
    np.testing.assert_allclose(np.asarray(audit.maps), wanted, atol=5e-4 * np.abs(wanted).max())


def test_images_that_are_not_finite_are_listed_and_the_others_keep_their_regions(model, photos, tmp_path):
    broken = photos.copy()
    broken[[3, 9]] = np.nan
    regions = np.stack([np.tile([0, 0, 3, 4], (21, 1)), np.tile([3, 4, 6, 8], (21, 1))])[
        np.arange(21) % 2, np.arange(21)
    ]
    audit = kx.audit(model, broken, regions=regions, batch_size=4, out=tmp_path / "a")
    assert list(audit.broken) == ["3", "9"] and len(audit) == 19 and audit.keys[3:5] == ["4", "5"]
    wanted = kx.audit(model, photos, regions=regions, batch_size=4).table["energy_inside"].to_pylist()
    wanted = [one for i, one in enumerate(wanted) if i not in (3, 9)]
    np.testing.assert_allclose(audit.table["energy_inside"].to_pylist(), wanted, rtol=1e-4, atol=1e-6)
    assert len(kx.audit(model, broken, regions=regions, batch_size=4, out=tmp_path / "a")) == 19
    with pytest.raises(kx.InputError, match="regions= for each image, received 9 for 12 images or more"):
        kx.audit(model, photos, regions=regions[:9], batch_size=4)


def test_what_is_refused(model, photos, tmp_path):
    for options, kind, message in (
        ({"method": "gradcam"}, kx.OptionError, "did you mean 'grad_cam'"),
        ({"method": kx.GradCAM(model), "layer": "conv"}, kx.OptionError, "where it is made"),
        ({"method": "saliency", "layer": "conv"}, kx.OptionError, "looks at a layer"),
        ({"keys": ["a"] * 21}, kx.InputError, "received 'a' twice"),
        ({"regions": "nowhere"}, kx.OptionError, "a folder of masks"),
        ({"regions": np.ones((21, 2, 2))}, kx.InputError, "expected regions"),
        ({"target": 4}, kx.TargetError, "from 0 to 3"),
        ({"out": 3}, kx.OptionError, "out= as a path"),
    ):
        with pytest.raises(kind, match=message):
            kx.audit(model, photos, **options)
    endless = tf.data.Dataset.from_tensor_slices(photos).batch(4).repeat()
    with pytest.raises(kx.InputError, match="infinite"):
        kx.audit(model, endless)
    assert len(kx.audit(model, endless, count=9)) == 9
    any_size = keras.Sequential(
        [keras.Input((None, None, 3)), layers.Conv2D(3, 3), layers.GlobalAveragePooling2D(), layers.Dense(2)]
    )
    with pytest.raises(kx.InputError, match="of one size"):
        kx.audit(any_size, iter([photos, photos[:, :5]]))


def test_findings_are_made_of_what_the_audit_holds(model, photos):
    audit = kx.audit(model, photos, labels=[0, 1, 2] * 7, class_names=list("abcd"))
    found = audit.findings
    assert len(found) == 0 and "No class has a second cluster of reasons." in str(found)
    for label, told in found.classes.items():
        known = audit.labels == label
        assert told.count == known.sum() and told.decided == (audit.predicted == label).sum()
        members = {audit.keys[row] for row in np.flatnonzero(known | (audit.predicted == label))}
        assert set(audit.suspects(label)) == members
