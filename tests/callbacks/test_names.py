"""Names of any text in what is logged: classes in the pictures, and tags."""

import warnings

from keras_explain import ClassVisualizationLogger, ExplainWarning, ExplanationLogger
from tests.callbacks.training import compiled, fit, read

NAMES = ["$\\frac{", "caf\udce9\x00", "a\nb\t\u202ec <b>", "x" * 500]


def test_pictures_are_written_whatever_classes_and_loggers_are_called(tmp_path, images):
    names = {"labels": [0, 1, 2, 3, 0, 1], "class_names": NAMES, "log_dir": tmp_path}
    shown = ExplanationLogger(images, methods=["grad_cam"], name="why\udce9\n", **names)
    made = ClassVisualizationLogger(range(4), class_names=NAMES, log_dir=tmp_path, name="what\x00", steps=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ExplainWarning)
        fit(compiled(), [shown, made], epochs=1, batches=1)
    assert len(read(tmp_path, "why\\udce9/")) == 6 and len(read(tmp_path, "what\\x00/")) == 4
    assert all(
        picture.shape[0] < 900
        for tag in read(tmp_path, "").values()
        for picture in tag.values()
        if hasattr(picture, "shape")
    )
