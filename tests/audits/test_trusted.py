"""The check of each map in an audit: what `kx.trust` says of the same image, whatever else is in its batch."""

import numpy as np
import pytest

import keras_explain as kx
from keras_explain.audits.trusted import Trusted
from keras_explain.methods.asked import batch_for
from tests.audits.networks import SHAPE, network
from tests.audits.test_folder import content

COLUMNS = ("trust_deletion", "trust_deletion_chance", "trust_deletion_holds")


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture(scope="module")
def photos():
    return np.random.default_rng(1).uniform(size=(7, *SHAPE)).astype("float32")


def numbers(table):
    return np.array([table[name].to_pylist() for name in COLUMNS], np.float64)


@pytest.mark.parametrize("method", ["grad_cam", "saliency", "score_cam"])
def test_is_what_trust_says_of_each_image(model, photos, method):
    rows = kx.trust(kx.explain(model, photos, methods=[method]), verbose=0).of(method, "deletion")
    wanted = np.array([[row.value, row.chance, row.holds] for row in rows], np.float64).T
    audit = kx.audit(model, photos, method=method, trust=True, batch_size=3)
    np.testing.assert_allclose(numbers(audit.table), wanted, rtol=2e-3, atol=2e-3)
    said = f"hiding what it marks counts more than elsewhere for {wanted[2].mean():.0%} of 7 maps"
    assert said in str(audit) and 0 < len(rows) == 7


def test_is_unknown_where_it_was_not_asked_or_a_map_is_not_finite(model, photos):
    assert np.isnan(numbers(kx.audit(model, photos).table)).all()
    explainer = kx.GradCAM(model)
    maps, batch = explainer(photos), batch_for(explainer, photos, None)
    targets = explainer.targets(photos)
    whole = Trusted(explainer).columns(batch, targets, maps)
    maps[[1, 4]] = np.nan
    found = Trusted(explainer).columns(batch, targets, maps)
    for name in COLUMNS:
        assert [found[name][row] is None or bool(np.isnan(found[name][row])) for row in (1, 4)] == [True, True]
        kept = [0, 2, 3, 5, 6]
        wanted = np.array([whole[name][row] for row in kept], np.float64)
        np.testing.assert_allclose(np.array([found[name][row] for row in kept], np.float64), wanted, rtol=1e-3)


def test_is_traced_once_for_all_batches(model, photos):
    traced = []

    def score(outputs, target):
        traced.append(len(traced))
        return outputs[:, 0]

    def traces(count):
        traced.clear()
        kx.audit(model, photos[:count], score=score, trust=True, batch_size=2)
        return len(traced)

    assert traces(2) == traces(7)


def test_a_folder_ends_with_the_same_bytes_and_takes_no_audit_without_it(model, photos, tmp_path):
    for name in ("one", "other"):
        kx.audit(model, photos, out=tmp_path / name, trust=True, batch_size=4)
    assert content(tmp_path / "one") == content(tmp_path / "other")
    with pytest.raises(kx.OptionError, match="other trust"):
        kx.audit(model, photos, out=tmp_path / "one", batch_size=4)
    with pytest.raises(kx.OptionError, match="trust="):
        kx.audit(model, photos, trust="yes")
