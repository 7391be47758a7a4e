"""Clips that a training logged: of each one frame is shown, which counts most or is chosen."""

import keras
import numpy as np
import pytest
from keras import layers

import keras_explain as kx
from keras_explain.tensorboard_page.written import write_log_page
from tests.report.page.browser import Browser, needs_chromium

FRAMES, SIZE = 4, (16, 24)
# Of each canvas, whether anything is painted on it.
DRAWN = """[...document.querySelectorAll('#cards canvas')].map((canvas) => canvas.getContext('2d')
    .getImageData(0, 0, canvas.width, canvas.height).data.some((value, i) => i % 4 == 3 && value > 40))"""


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """Returns two clips whose frames are of one gray each, their log and its page."""
    keras.utils.set_random_seed(4)
    eye = keras.Sequential(
        [keras.Input((*SIZE, 1)), layers.Conv2D(4, 3, 2, activation="relu"), layers.GlobalMaxPooling2D()]
    )
    inputs = keras.Input((FRAMES, *SIZE, 1))
    model = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(layers.TimeDistributed(eye)(inputs))))
    model.compile("sgd", "mse")
    clips = np.random.default_rng(0).uniform(0, 0.02, (2, FRAMES, *SIZE, 1)).astype("float32")
    clips += np.array([0.2, 0.4, 0.6, 0.8], "float32")[:, None, None, None]
    folder = tmp_path_factory.mktemp("clips")
    logger = kx.ExplanationLogger(clips, methods=["grad_cam"], log_dir=folder / "logs", target=[0, 1])
    model.fit(clips, np.zeros((2, 3)), epochs=2, verbose=0, callbacks=[logger])
    write_log_page(folder / "logs", folder / "page.html")
    return clips, kx.read_log(folder / "logs"), folder / "page.html"


def test_the_log_has_all_frames(logged):
    clips, log, _ = logged
    assert log.maps["grad_cam"].shape == (2, 2, FRAMES, 7, 11, 1)
    assert log.images.shape == (2, FRAMES, *SIZE, 3)
    np.testing.assert_allclose(log.images[..., 0], 255 * clips[..., 0], atol=1)


@needs_chromium
def test_the_frame_that_counts_most_is_shown_or_the_one_that_is_chosen(logged, tmp_path):
    clips, log, path = logged
    counted = log.maps["grad_cam"][-1].sum((2, 3, 4))
    assert (counted.max(1) > 0).all()
    browser = Browser(tmp_path)
    try:
        browser.open(path, ready="document.querySelectorAll('#cards canvas').length === 2")
        for chosen in (None, 0, 1, None):
            for clip, card in enumerate(["li:nth-child(1)", "li:nth-child(2)"]):
                wanted = int(counted[clip].argmax()) if chosen is None else chosen
                browser.run("document.documentElement.style.setProperty('--opacity', 0)")
                gray = np.median(browser.look(f"#cards {card} .frame"))
                assert gray == pytest.approx(255 * np.median(clips[clip, wanted]), abs=3)
            frames = counted.argmax(1) if chosen is None else [chosen] * 2
            for painted, clip, at in zip(browser.run(DRAWN), log.maps["grad_cam"][-1], frames):
                share = clip[at].max() / clip.max()
                assert painted == (share > 0) or 0 < share < 0.5  # too little to be seen
            if chosen is not None:
                assert f"frame%3D{chosen}" in browser.run("location.hash")
            if chosen == 1:
                browser.run("document.getElementById('frame').value = ''")
                browser.run("void document.getElementById('frame').dispatchEvent(new Event('change'))")
            else:
                browser.press(".")
            browser.settle()
    finally:
        browser.close()
