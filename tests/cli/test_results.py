"""One photograph never ends the batch: it is listed as failed, and the others are explained and saved."""

import io
import os
import sys
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_explain import OptionError, load
from keras_explain.cli.files import check_out
from keras_explain.cli.output import say, show, told
from keras_explain.cli.results import Results
from tests.cli.commands import explain, photo, refused, run

SECOND = "photos/three.bmp"  # the middle one


@keras.saving.register_keras_serializable("tests")
class NoWhite(keras.layers.Layer):
    """A part of a model that fails for white photographs."""

    def call(self, x):
        with tf.control_dependencies(
            [tf.debugging.assert_less(tf.reduce_mean(x, axis=(1, 2, 3)), 250.0, "too bright")]
        ):
            return tf.identity(x)


def delicate():
    chain = [NoWhite(), keras.layers.Conv2D(4, 3, activation="relu", name="conv")]
    pooled = [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3)]
    return keras.Sequential([keras.Input((24, 32, 3)), *chain, *pooled])


def failed(err):
    return [line for line in err.splitlines() if line.startswith("keras-explain: error: '")]


def test_a_photograph_that_the_model_fails_for_does_not_take_its_batch_along(folder, capsys):
    delicate().save("model.keras")
    Image.new("RGB", (32, 24), "white").save(SECOND)
    code, out, err = explain(capsys, "photos", "--scale", "0..255")
    assert code == 1 and out.count(" -> ") == 2 and sorted(os.listdir("why")) == ["one", "two"]
    (line,) = failed(err)
    assert SECOND in line and "InvalidArgumentError" in line and "too bright" in line
    assert "3 photographs failed together, each is tried alone: InvalidArgumentError" in err
    assert explain(capsys, "photos/one.png", "--scale", "0..255", "--out", "alone")[0] == 0
    np.testing.assert_allclose(load("why/one").maps["grad_cam"], load("alone/one").maps["grad_cam"], atol=1e-6)


@keras.saving.register_keras_serializable("tests")
class Roots(keras.layers.Layer):
    """A part of a model that gives no number for white photographs, and has no finite slope for black ones."""

    def call(self, x):
        return tf.sqrt(x) + tf.sqrt(26.5 * 255 - x)


def test_a_photograph_without_a_number_is_named(folder, capsys):
    sums = keras.layers.Conv2D(3, 3, kernel_initializer="ones", use_bias=False)
    chain = [sums, Roots(), keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(3)]
    keras.Sequential([keras.Input((24, 32, 3)), *chain]).save("model.keras")
    Image.new("RGB", (32, 24), "white").save(SECOND)
    Image.new("RGB", (32, 24), "black").save("photos/two.jpg")
    code, out, err = run(capsys, "explain", "model.keras", "photos", "--scale", "0..255", "--method", "saliency")
    assert code == 1 and sorted(os.listdir("why")) == ["one", "two"]
    assert SECOND in failed(err)[0] and "finite number" in failed(err)[0] and len(failed(err)) == 1
    assert [line.endswith("-> why/two") for line in out.splitlines() if "(not finite: Saliency)" in line] == [True]


@pytest.mark.parametrize(
    "manifest",
    [None, "[]", "{}", '{"kind": "a keras_explain explanation"}', "[" * 100_000, b"\xff\xfe", "pipe"],
    ids=["none", "list", "empty", "bare", "deep", "binary", "pipe"],
)
def test_a_folder_of_that_name_that_is_a_strangers_is_left_alone(folder, capsys, in_time, manifest):
    (folder / "why" / "three").mkdir(parents=True)
    (folder / "why" / "three" / "notes.txt").write_text("mine")
    if manifest == "pipe":
        os.mkfifo("why/three/manifest.json")
    elif manifest is not None:
        data = manifest if isinstance(manifest, bytes) else manifest.encode()
        (folder / "why" / "three" / "manifest.json").write_bytes(data)
    before = sorted(os.listdir("why/three"))
    code, out, err = explain(capsys, "photos")
    assert code == 1 and out.count(" -> ") == 2 and SECOND in failed(err)[0]
    assert sorted(os.listdir("why/three")) == before


def test_a_file_or_a_link_of_that_name_is_left_alone(folder, capsys):
    (folder / "why").mkdir()
    (folder / "why" / "three").symlink_to("nowhere")
    (folder / "why" / "two").write_text("mine")
    code, out, err = explain(capsys, "photos")
    assert code == 1 and out.count(" -> ") == 1 and len(failed(err)) == 2
    assert (folder / "why" / "two").read_text() == "mine" and os.readlink("why/three") == "nowhere"


def results_of(tmp_path, *names):
    return Results(tmp_path / "why", [tmp_path / name for name in names], {}, {"scale": "0..1"})


@pytest.mark.parametrize("error", [TypeError("bad\nEXIF"), MemoryError(), RecursionError("deep"), OSError(28, "full")])
def test_whatever_fails_is_kept_with_its_kind_and_message(tmp_path, capsys, error):
    def fail():
        raise error

    results = results_of(tmp_path, "a.png", "b.png")
    a, b = results.waiting
    assert results.attempt([a, b], fail) is None and results.attempt([b], fail) is None
    assert results.attempt([a], "done".upper) == "DONE"
    assert not results.report()
    (line,) = failed(capsys.readouterr().err)
    assert "b.png" in line and type(error).__name__ in line and " ".join(str(error).split()) in line


def test_an_interruption_is_none_of_a_photographs(tmp_path):
    def interrupt():
        raise KeyboardInterrupt

    results = results_of(tmp_path, "a.png")
    with pytest.raises(KeyboardInterrupt):
        results.attempt(results.waiting, interrupt)


def test_photographs_of_any_name_are_saved_and_named_in_one_line_each(folder, rng, capsys):
    names = ["..png", "new\nline.png", "caf\udce9.png", "\x1b[31mred.png", "x" * 240 + ".png"]
    for name in names:
        with open(folder / "photos" / name, "wb") as file:
            photo(rng).save(file, "png")
    for _ in range(2):  # the second time in place of the first
        code, out, _ = explain(capsys, "photos", "photos/..png")
        assert code == 0 and out.count(" -> why/") == 8 and len(list(Path("why").rglob("manifest.json"))) == 8
        assert all(line.isprintable() for line in out.splitlines() if " -> " in line)
    assert "photos/caf\\udce9.png: " in out and "photos/new\\nline.png: " in out
    assert {load(path).settings["photo"] for path in {one.parent for one in Path("why").rglob("manifest.json")}} >= {
        str(folder / "photos" / name) for name in names
    }


def test_class_names_of_any_text_are_drawn_saved_and_printed(folder, capsys):
    names = ["$\\frac{\x00", "\x1b[31m<b>\u2028\x85\u202e", "x" * 500]
    (folder / "labels.txt").write_text("\n".join(names), encoding="utf-8")
    code, out, _ = explain(capsys, "photos/one.png", "--class-names", "labels.txt", "--target", "top3")
    assert code == 0 and len(out) < 400
    for shown in ("$\\frac{\\x00 ", "\\x1b[31m<b> ", "xxx...xxx"):
        assert shown in out
    assert load("why/one").class_names[2] == names[2]


@pytest.mark.parametrize(
    ("out", "why"),
    [
        ("dangling", "is a link to nothing"),
        ("labels.txt", "is a file"),
        ("labels.txt/in", "Not a directory"),
        ("dangling/in", "No such file"),
        ("/dev/null", "is a device"),
        ("/proc/why", "can be written to"),
        ("/", "results alone"),
        ("x" * 300, "too long"),
        ("a/" * 3000, "too long"),
        ("\x00", "null"),
    ],
)
def test_a_place_for_results_that_is_none_is_refused_before_any_work(folder, capsys, out, why):
    (folder / "dangling").symlink_to("nowhere")
    before = sorted(os.listdir())
    code, line = refused(capsys, "explain", "model.keras", "photos", "--out", out)
    assert code == 2 and why in line and sorted(os.listdir()) == before


def test_a_link_to_a_folder_is_a_place_for_results(folder, tmp_path):
    (folder / "real").mkdir()
    (folder / "link").symlink_to("real")
    check_out("link")
    check_out(folder / "not" / "yet")
    assert not os.listdir("real") and not (folder / "not").exists()
    with pytest.raises(OptionError):
        check_out("labels.txt")


@keras.saving.register_keras_serializable("tests")
class Silent(keras.Model):
    """A model that doesn't say which images it takes."""

    def __init__(self, **options):
        super().__init__(**options)
        self.convolution = keras.layers.Conv2D(3, 3, activation="relu")
        self.pooling = keras.layers.GlobalAveragePooling2D()

    def call(self, x):
        return self.pooling(self.convolution(x))


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--target", "9"], "expected targets from 0 to 2"),
        (["--target", "ants", "--class-names", "labels.txt"], "did you mean 'ant'"),
        (["--class-names", "more.txt"], "of 3 lines"),
        (["--layer", "nope"], "'nope'"),
        (["--method", "guided_backprop", "--layer", "nope"], "layer"),
    ],
)
def test_what_is_wrong_for_every_photograph_is_told_once(folder, capsys, options, why):
    (folder / "more.txt").write_text("a\nb\nc\nd\n")
    model = Silent()
    model(np.zeros((1, 24, 32, 3)))
    model.save("model.keras")
    code, _, err = explain(capsys, "photos", "--size", 24, 32, *options)
    assert code == 2 and why in err.splitlines()[-1] and "was not explained" not in err
    assert not (folder / "why").exists()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_lines_are_printed_whatever_the_stream_can_hold(monkeypatch, encoding):
    for name, write in (("stdout", show), ("stderr", say)):
        stream = io.TextIOWrapper(io.BytesIO(), encoding)
        monkeypatch.setattr(sys, name, stream)
        write("caf\u00e9 \u732b caf\udce9 \u2192")
        stream.flush()
        assert b"caf\\udce9" in stream.buffer.getvalue() and stream.buffer.getvalue().count(b"\n") == 1


def test_reasons_are_told_in_a_line():
    assert told(OptionError("expected a, received b.")) == "expected a, received b."
    assert told(ValueError(" a\n  b ")) == "ValueError: a b" and told(MemoryError()) == "MemoryError: without a message"
    message = "Graph execution error:\n\nDetected at node x\n  File y\n\ntoo small\n\t [[{{node x}}]]"
    assert told(tf.errors.InvalidArgumentError(None, None, message)).startswith("InvalidArgumentError: too small [[")
    assert told(__import__("struct").error("short")) == "struct.error: short" and len(told(ValueError("x" * 999))) < 320
