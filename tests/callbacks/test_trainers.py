"""Trainings of a model that holds others: adversarial ones, distillation."""

import keras
import numpy as np
import pytest
from keras import layers

from keras_explain import ExplanationLogger, GradCAM, InputError, ModelError, OptionError, explain
from keras_explain.callbacks.found import maps_in
from tests.callbacks.training import compiled, fit, read
from tests.networks import build


class Trainer(keras.Model):
    """Trains models without a `call` of its own."""

    def __init__(self, **inner):
        super().__init__()
        for name, model in inner.items():
            setattr(self, name, model)

    def train_step(self, data):
        return {"loss": 0.0}


class Distiller(keras.Model):
    """A student, as it stands, with a teacher beside it."""

    def __init__(self, student, teacher):
        super().__init__(student.inputs, student.outputs)
        self.teacher = teacher


def trainer(**inner):
    model = Trainer(**inner)
    model.compile()
    return model


@pytest.mark.parametrize("holding", [lambda model: {"inner": model}, lambda model: {"parts": {"student": [model]}}])
def test_an_explainer_of_a_model_within_shows_it(tmp_path, images, holding):
    inner = build("functional")
    logger = ExplanationLogger(
        images[:2], methods=[GradCAM(inner)], labels=[1, 3], class_names="abcd", log_dir=tmp_path
    )
    fit(trainer(**holding(inner)), [logger], epochs=2)
    assert sorted(read(tmp_path)["explanations/1"]) == [0, 1]
    assert logger._page._labels == ["b", "d"]
    found = logger._found.at(0)
    np.testing.assert_allclose(found["probabilities"], keras.ops.softmax(inner(images[:2])), rtol=1e-4)


def test_student_and_teacher_side_by_side(tmp_path, images):
    student, teacher = build("functional"), build("nested", seed=4)
    model = Distiller(student, teacher)
    model.compile("adam", "mse")
    logger = ExplanationLogger(images[:2], methods=["grad_cam", GradCAM(teacher)], log_dir=tmp_path)
    fit_one_batch(model, images, logger)
    maps = list(maps_in(logger._found.at(0)).values())
    np.testing.assert_allclose(maps[1], GradCAM(teacher)(images[:2]), rtol=1e-4, atol=1e-6)


def fit_one_batch(model, images, logger):
    model.fit(images, np.zeros((6, 4)), verbose=0, callbacks=[logger])


def refused(tmp_path, images, model, methods, error, match, **options):
    with pytest.raises(error, match=match):
        fit(model, [ExplanationLogger(images, methods=methods, log_dir=tmp_path, **options)], epochs=1)


def test_keys_for_a_trainer_are_refused(tmp_path, images):
    inner = build("functional")
    for methods in (["grad_cam"], [GradCAM], [GradCAM(inner), "saliency"]):
        refused(tmp_path, images, trainer(inner=inner), methods, ModelError, r"no call\(\).*within, such as 'flat'")
    refused(tmp_path, images, trainer(inner=inner), [GradCAM(inner)], OptionError, "another model", score="probability")


def test_an_explainer_of_a_model_elsewhere_is_refused(tmp_path, images):
    model, other = trainer(inner=build("functional")), build("functional")
    refused(tmp_path, images, model, [GradCAM(other)], OptionError, "another model")
    refused(tmp_path, images, compiled(), [GradCAM(other)], OptionError, "another model")


def test_a_report_tells_of_one_model(images):
    model = build("nested")
    with pytest.raises(OptionError, match="another model"):
        explain(model, images, methods=[GradCAM(model.get_layer("backbone"), lazy=True)])


def test_models_within_that_take_other_images_are_refused(tmp_path, images):
    small = keras.Sequential(
        [keras.Input((6, 8, 3)), layers.Conv2D(2, 3), layers.GlobalAveragePooling2D(), layers.Dense(4)]
    )
    model = build("functional")
    methods = [GradCAM(model), GradCAM(small)]
    refused(tmp_path, images, trainer(a=model, b=small), methods, InputError, r"\(N, 6, 8, 3\)")
