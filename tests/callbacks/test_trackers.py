"""What trackers of experiments are given of a training."""

import warnings

import mlflow
import numpy as np
import pytest
import wandb
from PIL import Image

from keras_explain import ClassVisualizationLogger, ExplainWarning, ExplanationLogger, OptionError
from tests.callbacks.training import compiled, fit, read


class Kept:
    """A tracker of one's own."""

    def __init__(self):
        self.steps = []

    def log_step(self, step, pictures, numbers):
        self.steps.append((step, pictures, numbers))


@pytest.fixture
def wandb_run(tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_SILENT", "true")
    run = wandb.init(project="any", mode="offline", dir=tmp_path)
    yield run
    run.finish()


@pytest.fixture
def mlflow_run(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    mlflow.set_tracking_uri((tmp_path / "mlruns").as_uri())
    with mlflow.start_run() as run:
        yield run


def logged(images, tmp_path, trackers, **options):
    logger = ExplanationLogger(
        images[:2], methods=["saliency"], log_dir=tmp_path / "logs", trackers=trackers, name="a b", **options
    )
    fit(compiled(), [logger], epochs=3, batches=2)
    return read(tmp_path / "logs", "a b/"), read(tmp_path / "logs", "a b_")


def test_an_own_tracker_is_given_what_the_event_file_holds(tmp_path, images):
    kept = Kept()
    pictures, numbers = logged(images, tmp_path, [kept], strip=True)
    assert [step for step, _, _ in kept.steps] == [0, 1, 2, 2]
    for step, shown, told in kept.steps[:3]:
        assert sorted(shown) == ["a b/0", "a b/1"]
        for tag, picture in shown.items():
            np.testing.assert_array_equal(picture, pictures[tag][step])
        written = {tag: each[step] for tag, each in numbers.items() if tag in told}
        assert told == pytest.approx(written) and len(told) == 1 + (step > 0)
    step, shown, told = kept.steps[3]
    assert list(shown) == ["a b_strip/saliency"] and not told
    np.testing.assert_array_equal(shown["a b_strip/saliency"], numbers["a b_strip/saliency"][2])


def test_wandb(tmp_path, images, wandb_run):
    pictures, numbers = logged(images, tmp_path, "wandb")
    assert wandb_run.step == 3 and wandb_run.summary["a b_step"] == 2
    movement = numbers["a b_movement/saliency"][2]
    assert wandb_run.summary["a b_movement/saliency"] == pytest.approx(movement)
    files = sorted((tmp_path / "wandb").glob("offline-run-*/files/media/images/a b/1_*.png"))
    assert len(files) == 3
    np.testing.assert_array_equal(np.asarray(Image.open(files[1]).convert("RGB")), pictures["a b/1"][1])


def test_mlflow(tmp_path, images, mlflow_run):
    pictures, numbers = logged(images, tmp_path, ["mlflow"])
    client, run = mlflow.MlflowClient(), mlflow_run.info.run_id
    history = client.get_metric_history(run, "a b_movement/saliency")
    found = {metric.step: metric.value for metric in history}
    assert found == pytest.approx(numbers["a b_movement/saliency"])
    files = sorted(file.path for file in client.list_artifacts(run, "images") if file.path.endswith(".png"))
    assert len(files) == 6
    saved = np.asarray(
        Image.open(mlflow.artifacts.download_artifacts(run_id=run, artifact_path=files[1])).convert("RGB")
    )
    np.testing.assert_array_equal(saved, pictures["a b/0"][1])


def test_pictures_of_classes_as_well(tmp_path):
    kept = Kept()
    logger = ClassVisualizationLogger([1], log_dir=tmp_path, trackers=kept, every=2, steps=2)
    fit(compiled(), [logger], epochs=2, batches=1)
    ((step, shown, told),) = kept.steps
    np.testing.assert_array_equal(shown["class_visualizations/1"], read(tmp_path, "class")["class_visualizations/1"][1])
    assert step == 1 and not told


def test_a_tracker_that_fails_ends_no_training_and_is_told_of_once(tmp_path, images):
    class Broken:
        def log_step(self, step, pictures, numbers):
            raise ConnectionError("no network")

    kept = Kept()
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        pictures, _ = logged(images, tmp_path, [Broken(), kept])
    (message,) = [str(each.message) for each in told if issubclass(each.category, ExplainWarning)]
    assert "pictures and numbers for Broken" in message and "no network" in message
    assert [step for step, _, _ in kept.steps] == list(pictures["a b/0"]) == [0, 1, 2]


@pytest.mark.parametrize(
    "tracker, told", [("wandb", "wandb.init"), ("mlflow", "mlflow.start_run")], ids=["wandb", "mlflow"]
)
def test_refuses_without_a_run_before_the_training_begins(tmp_path, images, tracker, told):
    model = compiled()
    before = model.get_weights()
    with pytest.raises(OptionError, match=told):
        fit(model, [ExplanationLogger(images[:2], log_dir=tmp_path, trackers=[tracker])])
    for weights, old in zip(model.get_weights(), before):
        np.testing.assert_array_equal(weights, old)


@pytest.mark.parametrize("tracker", ["wandbb", Kept, 3, None, [object()]])
def test_refuses_what_is_none(images, tracker):
    with pytest.raises(OptionError, match="trackers="):
        ExplanationLogger(images[:2], trackers=tracker)
