"""The page as somebody meets it, in a browser."""

import configparser
import dataclasses
import html
import io
import json
import re
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

import keras_explain
from keras_explain import InputError, OptionError, explain
from keras_explain.judgment.result import Trust, TrustRow
from keras_explain.maps import reduce_channels
from keras_explain.report.page.files import new_page
from keras_explain.report.page.writer import PageWriter
from keras_explain.visual.picture import attribution_picture
from keras_explain.visual.scale import attribution_limits
from tests.report.page.browser import needs_chromium
from tests.report.page.conftest import METHODS, NAMES
from tests.report.page.test_map_code import decoded
from tests.report.test_figure import explanation

SHOWN = "[...document.querySelectorAll('.card')].map((card) => Number(card.dataset.index))"


@pytest.fixture(scope="module")
def path(explained, tmp_path_factory):
    one = explained[0]
    path = tmp_path_factory.mktemp("page") / "why.html"
    with new_page(path) as page:
        page.add(one[:5])  # in two parts, as of several batches
        page.add(one[5:])
    return path


@pytest.fixture(scope="module")
def several_path(explained, tmp_path_factory):
    path = tmp_path_factory.mktemp("several") / "why.html"
    explained[1].to_html(path, names=[f"photos/{i}.jpg" for i in range(8)])
    return path


def index_of(text, method):
    """Returns what a page says of a method."""
    index = json.loads(re.search(r'id="page">(.*)</script>', text)[1])
    return next(one for one in index["methods"] if one["key"] == method)


def value_read(browser, y, x):
    """Returns the value that is read with the pointer on a pixel of the input."""
    box = browser.box("#picture canvas")
    browser.point(box["x"] + (x + 0.5) * box["width"] / 16, box["y"] + (y + 0.5) * box["height"] / 12)
    value, place = browser.text("#reading").removeprefix("about ").split(" at ")
    assert place == f"row {y}, column {x}"
    return float(value)


@needs_chromium
@pytest.mark.parametrize("method", METHODS)
def test_the_value_under_the_pointer_is_the_maps(explained, path, browser, method):
    browser.open(path, f"#image=3&method={method}")
    wanted = reduce_channels(explained[0].maps[method][3])[..., 0]
    most = float(np.abs(wanted).max())
    for y, x in ((0, 0), (4, 9), (11, 15), np.unravel_index(np.abs(wanted).argmax(), wanted.shape)):
        assert value_read(browser, y, x) == pytest.approx(float(wanted[y, x]), rel=1e-3, abs=1e-4 * most)


@needs_chromium
@pytest.mark.parametrize("scale", ["image", "all"])
def test_the_colors_are_those_that_python_draws(explained, path, browser, scale):
    one = explained[0]
    browser.open(path, f"#image=3&scale={scale}")
    for method, maps in one.maps.items():
        browser.click(f"#methods [data-method={method}]")
        at_its_size = "#picture { width: 16px; aspect-ratio: auto; height: 12px; border-radius: 0 }"
        browser.run(f"document.styleSheets[0].insertRule('{at_its_size}', document.styleSheets[0].cssRules.length)")
        browser.run("document.getElementById('picture').scrollIntoView({block: 'center'})")
        look = one.look(method)
        limit = index_of(path.read_text(), method)["limit"] if scale == "all" else None
        wanted = attribution_picture(one.shown[3], maps[3], limit=limit, **look)
        seen = browser.look("#picture .frame").astype(int)
        assert seen.shape == wanted.shape and np.abs(seen - wanted).max() <= 2, method


@needs_chromium
def test_the_map_of_another_class_is_shown_where_there_is_one(explained, several_path, browser):
    browser.open(several_path, "#image=2")
    assert browser.text("#name") == "photos/2.jpg"
    maps = explained[1].maps["cam"][2, :, 5, 7, 0]
    assert value_read(browser, 5, 7) == pytest.approx(maps[0], rel=1e-3)
    browser.click("#classes li:nth-child(2) button")
    assert "The map is of" in browser.text("#answer") and value_read(browser, 5, 7) == pytest.approx(maps[1], rel=1e-3)
    browser.click("#classes li:nth-child(3) button")
    third = np.argsort(-explained[1].probabilities[2])[2]
    assert f"gives {NAMES[third]}" in browser.text("#answer") and "No map of it" in browser.text("#answer")
    assert value_read(browser, 5, 7) == pytest.approx(maps[0], rel=1e-3)


@needs_chromium
def test_a_score_with_a_name_stands_below_the_map(explained, browser, tmp_path):
    asked = {"settings": {"score": keras_explain.scores.difference(1, 2).entry}, "probabilities": None}
    one = dataclasses.replace(explained[0], **asked, targets=np.full(8, -1, "int32"), labels=None)
    one.to_html(tmp_path / "why.html")
    browser.open(tmp_path / "why.html", "#image=3")
    assert browser.text("#answer") == f"dog rather than {NAMES[2]}  score {one.scores[3]:.3g}".replace("  ", " ")


@needs_chromium
def test_a_group_that_is_chosen_shows_its_images_in_its_order(explained, browser, tmp_path):
    with new_page(tmp_path / "why.html") as page:
        page.add(explained[0])
        page.summarize(["<i>Eight</i> images."])
        page.group("Two of them, for a <b>reason</b>.", [5, 2], "Two of them")
    browser.open(tmp_path / "why.html")
    assert browser.text("#summary") == "<i>Eight</i> images." and len(browser.run(SHOWN)) == 8
    browser.click("#groups button")
    assert browser.run(SHOWN) == [5, 2] and browser.text("#name") == "image 5"
    assert browser.text("#groups .sentence") == "Two of them, for a <b>reason</b>."
    link = browser.run("location.hash")
    browser.click("#groups button")
    assert len(browser.run(SHOWN)) == 8
    browser.open(tmp_path / "why.html", link)
    assert browser.run(SHOWN) == [5, 2]


@needs_chromium
def test_how_far_a_map_can_be_believed_stands_beside_it(explained, browser, tmp_path):
    one, odd = explained[0][:2], "<b>odd</b>"
    rows = [TrustRow("cam", 1, "class", 0.9, 0.1, False, odd), TrustRow("cam", 1, "deletion", 2.0, 1.0, True, "fine")]
    dataclasses.replace(one, trust=Trust(tuple(rows), one.titles)).to_html(tmp_path / "why.html")
    browser.open(tmp_path / "why.html", "#image=1")
    assert browser.text("#trust li.wrong") == odd and browser.text("#trust li.right") == "fine"
    assert browser.text("#strip [data-method=cam]").endswith("\u2717")
    browser.click("#methods [data-method=saliency]")
    assert browser.run("document.getElementById('trust').hidden")


@needs_chromium
def test_over_a_cropped_photograph_the_map_lies_where_it_was_seen(explained, browser, tmp_path):
    one = explained[0][3]
    photo = np.zeros((48, 100, 3), np.uint8)
    photo[:, 18:82] = np.kron(one.shown[0], np.ones((4, 4, 1), np.uint8))
    one.to_html(tmp_path / "why.html", original=[photo], crop=True)
    browser.open(tmp_path / "why.html", "#method=occlusion")
    assert value_read(browser, 4, 9) == pytest.approx(float(one.maps["occlusion"][0, 4, 9, 0]), rel=1e-3)
    box = browser.box("#picture .frame")
    assert box["width"] / box["height"] == pytest.approx(100 / 48, rel=0.02)
    browser.point(box["x"] + 0.1 * box["width"], box["y"] + 0.5 * box["height"])
    assert "didn't see this part" in browser.text("#reading")
    with pytest.raises(OptionError, match="original= beside crop=True"):
        one.to_html(tmp_path / "why.html", crop=True)


@needs_chromium
def test_images_are_filtered_and_ordered(explained, path, browser):
    one = explained[0]
    browser.open(path)
    assert browser.text("#count") == "8 images, 2 wrong"
    kind = int(one.targets[2])
    browser.run(f"const list = document.getElementById('class'); list.value = {kind}; list.onchange()")
    assert browser.run(SHOWN) == np.flatnonzero((one.targets == kind) | (one.labels == kind)).tolist()
    browser.open(path, "#sort=wrong")
    shares = one.probabilities.max(axis=1)
    wrong = sorted((2, 5), key=lambda i: -shares[i])
    assert browser.run(SHOWN) == [*wrong, 0, 1, 3, 4, 6, 7] and browser.text("#name") == f"image {wrong[0]}"
    assert browser.text("#verdict").endswith(f"wrong, it is {NAMES[one.labels[wrong[0]]]}")
    browser.open(path, "#sort=unsure")
    assert browser.run(SHOWN) == np.argsort(shares, kind="stable").tolist()


@needs_chromium
def test_wrong_ones_are_offered_where_labels_are_known_alone(several_path, browser):
    browser.open(several_path, "#sort=wrong")
    assert browser.run("document.getElementById('sort').value") == "given"
    assert "wrong" not in browser.text("#sort") + browser.text("#count")


@needs_chromium
def test_keys_and_a_link_that_shows_it_again(path, browser):
    browser.open(path)
    for key in ("2", "ArrowRight", "ArrowRight", "ArrowLeft", "[", "[", "]"):
        browser.press(key)
    link = browser.run("location.hash")
    assert sorted(link[1:].split("&")) == ["image=1", "method=guided_backprop", "opacity=90"]
    assert browser.run("document.documentElement.style.getPropertyValue('--opacity')") == "0.9"
    browser.press("/")
    assert browser.run("document.activeElement.id") == "class"
    browser.open(path, link)
    assert (
        browser.text("#methods [aria-pressed=true]") == "Guided backpropagation" and browser.text("#name") == "image 1"
    )
    browser.press("?")
    assert browser.run("document.getElementById('help').open")


@needs_chromium
def test_texts_of_strangers_are_texts_and_nothing_is_fetched(path, browser):
    browser.events.clear()
    browser.open(path)
    assert NAMES[3] in browser.text("#class") and NAMES[2] in browser.text("#class")
    asked = [event["params"]["request"]["url"] for event in browser.events if "requestWillBeSent" in event["method"]]
    assert asked and all(url.startswith(("about:blank", f"file://{path}", "data:image/")) for url in asked)
    said = ("Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded", "Page.javascriptDialogOpening")
    assert not [event for event in browser.events if event["method"] in said]
    inserted = (
        "document.body.append(Object.assign(document.createElement('script'), {textContent: 'document.title = 1'}))"
    )
    browser.run(inserted)
    assert browser.run("document.title") != "1"  # no script runs but the page's own


@needs_chromium
def test_no_screen_is_too_narrow(path, browser):
    browser.open(path)
    for width in (320, 700, 900):
        browser.emulate(width, 700)
        assert browser.run("document.documentElement.scrollWidth") == width
    browser.emulate(1400, 1000)


@needs_chromium
def test_it_is_dark_where_that_is_preferred(path, browser):
    browser.open(path)
    shades = []
    for scheme in ("light", "dark"):
        browser.emulate(1400, 1000, scheme)
        shades.append(browser.look("#reading").mean())
    assert shades[0] > 200 and shades[1] < 60
    browser.emulate(1400, 1000)


@needs_chromium
def test_of_many_images_those_that_are_seen_are_drawn(explained, browser, tmp_path):
    one = {"maps": {"cam": explained[0].maps["cam"]}, "titles": {"cam": "CAM"}, "layers": {}}
    few = dataclasses.replace(explained[0], **one, signed=(), fine=())
    with new_page(tmp_path / "many.html") as page:
        for _ in range(40):
            page.add(few)
    browser.open(tmp_path / "many.html")
    drawn = "[...document.querySelectorAll('.card canvas')].filter((canvas) => canvas.width).length"
    first = browser.run(drawn)
    assert 0 < first < 200 and browser.text("#name") == "image 0"
    browser.run("scrollTo(0, document.body.scrollHeight)")
    browser.wait("document.querySelectorAll('.card canvas')[319].width")
    browser.wait("!document.querySelectorAll('.card canvas')[0].width")
    assert browser.run(drawn) < 200


@needs_chromium
def test_a_notebook_shows_the_page_or_a_picture_of_it(explained, browser, tmp_path):
    """The page lies over the picture where its scripts run; where they don't, or its frame is taken out, it is seen."""
    view = explained[1][:2]._repr_html_()
    without = re.sub("<iframe.*</iframe>", "", view, flags=re.S)
    looks = {}
    for name, text in {"picture": without, "blocked": view.replace("allow-scripts", ""), "page": view}.items():
        (tmp_path / f"{name}.html").write_text(f"<!doctype html><html class=ready><body>{text}")
        browser.open(tmp_path / f"{name}.html")
        looks[name] = browser.look("div")
    np.testing.assert_array_equal(looks["blocked"], looks["picture"])
    for _ in range(300):  # a frame is drawn when it has run its scripts
        if (looks["page"] != looks["picture"]).any(axis=-1).mean() > 0.05:
            break
        looks["page"] = browser.look("div")
    else:
        pytest.fail("the page never covers the picture")
    assert html.escape('<ul id="gallery">') in view and len(without) < len(view)


@pytest.fixture(scope="module")
def clip_path(tmp_path_factory):
    """Two clips of five frames, and their maps: one of each frame, one with both signs, and a blank one."""
    rng = np.random.default_rng(3)
    images = rng.random((2, 5, 12, 16, 3), "float32")
    maps = {"own": rng.gamma(0.2, 1, (2, 5, 12, 16, 1)), "signed": rng.normal(size=(2, 5, 12, 16, 1))}
    maps = {name: values.astype("float32") for name, values in maps.items()} | {"none": np.zeros_like(images[..., :1])}
    titles = {name: name for name in maps}
    shown = np.rint(255 * images).astype("uint8")
    one = explanation(2, images=images, shown=shown, maps=maps, titles=titles, signed=("signed",))
    path = tmp_path_factory.mktemp("clips") / "why.html"
    one.to_html(path)
    return one, path


@needs_chromium
@pytest.mark.parametrize("method", ["own", "signed"])
def test_a_clip_is_a_film_that_begins_where_most_of_the_map_lies(clip_path, browser, method):
    one, path = clip_path
    maps = one.maps[method][1, ..., 0]
    counted = np.abs(maps).sum((1, 2)) / np.abs(maps).sum()
    browser.open(path, f"#image=1&method={method}")
    for at in (int(counted.argmax()), (int(counted.argmax()) + 1) % 5):
        assert browser.text("#told") == f"frame {at + 1} of 5, {round(100 * counted[at])}% of the map"
        heights = browser.run("[...document.querySelectorAll('#shares span span')].map((bar) => bar.offsetHeight)")
        np.testing.assert_allclose(np.array(heights) / max(heights), counted / counted.max(), atol=0.05)
        box = browser.box("#picture canvas")
        browser.point(box["x"] + 9.5 * box["width"] / 16, box["y"] + 4.5 * box["height"] / 12)
        value, place = browser.text("#reading").removeprefix("about ").split(" at ")
        assert float(value) == pytest.approx(maps[at, 4, 9], rel=1e-3) and place == f"frame {at + 1}, row 4, column 9"
        at_its_size = "#picture { width: 16px; aspect-ratio: auto; height: 12px; border-radius: 0 }"
        browser.run(f"document.styleSheets[0].insertRule('{at_its_size}', document.styleSheets[0].cssRules.length)")
        looked = one.shown[1, at], maps[at, ..., np.newaxis]
        limit = attribution_limits(one.maps[method][1:], method == "signed")[0]
        wanted = attribution_picture(*looked, signed=method == "signed", limit=limit)
        seen = browser.look("#picture .frame").astype(int)
        assert seen.shape == wanted.shape and np.abs(seen - wanted).max() <= 2
        browser.run("document.styleSheets[0].deleteRule(document.styleSheets[0].cssRules.length - 1)")
        browser.press(".")


@needs_chromium
def test_a_film_is_played_stopped_and_linked_to(clip_path, browser):
    _, path = clip_path
    browser.open(path, "#frame=4")
    assert browser.text("#told").startswith("frame 5 of 5")
    browser.press(".")
    assert browser.text("#told").startswith("frame 1 of 5") and "frame=0" in browser.run("location.hash")
    browser.run("document.getElementById('play').click()")
    browser.wait("document.getElementById('told').textContent.startsWith('frame 3 of 5')")
    browser.run("document.getElementById('play').click()")
    assert browser.run("document.getElementById('play').getAttribute('aria-label')") == "Play the film"
    browser.press("ArrowRight")
    assert "frame=" not in browser.run("location.hash")  # another clip begins at its own frame
    browser.open(path, "#method=none")
    assert browser.text("#told") == "frame 1 of 5" and browser.text("#reading") == "This map is 0 everywhere."


@needs_chromium
def test_an_image_has_no_film(path, browser):
    browser.open(path)
    browser.press(".")
    assert browser.run("document.getElementById('film').hidden") and "frame=" not in browser.run("location.hash")


@pytest.mark.parametrize("shape", [(8, 2), (8, 8, 2), (8, 8, 8, 2)])
def test_what_is_no_picture_is_refused(shape, rng, tmp_path):
    rank = len(shape) - 1
    conv, pool = (getattr(layers, f"{kind}{rank}D") for kind in ("Conv", "GlobalAveragePooling"))
    model = keras.Sequential([keras.Input(shape), conv(3, 3, activation="relu"), pool(), layers.Dense(4)])
    explanation = explain(model, rng.normal(size=(2, *shape)), methods=["grad_cam"])
    with pytest.raises(InputError, match="for a page, received shape"):
        explanation.to_html(tmp_path / "why.html")
    assert not list(tmp_path.iterdir())


def test_a_page_takes_the_place_of_an_earlier_one_and_of_nothing_else(explained, tmp_path):
    one = explained[0]
    (tmp_path / "mine.html").write_text("<!doctype html>\n<p>mine")
    for path, why in (
        ("mine.html", "something else"),
        (".", "no regular file"),
        ("/", "no regular file"),
        (f"{'x' * 300}.html", "too long"),
    ):
        with pytest.raises(OptionError, match=why):
            one.to_html(tmp_path / path)
    assert (tmp_path / "mine.html").read_text() == "<!doctype html>\n<p>mine"
    for path in ("mine.html/why.html", "no/why.html"):
        with pytest.raises(OptionError, match="(Not a|No such file or) directory"):
            one.to_html(tmp_path / path)
    one.to_html(tmp_path / "why.html")
    whole = (tmp_path / "why.html").read_text()
    (tmp_path / "link.html").symlink_to(tmp_path / "why.html")
    one[:2].to_html(tmp_path / "link.html")
    assert (tmp_path / "link.html").is_symlink() and len((tmp_path / "why.html").read_text()) < len(whole)
    with pytest.raises(InputError, match="names as a list of 8"):
        one.to_html(tmp_path / "why.html", names=["a"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.html", "mine.html", "why.html"]


def test_one_scale_for_all_is_that_of_all_maps(explained):
    text = io.StringIO()
    page = PageWriter(text.write)
    page.add(explained[0])
    page.finish()
    for method, maps in explained[0].maps.items():
        (wanted, *_) = attribution_limits(maps, explained[0].look(method)["signed"], "all")
        assert index_of(text.getvalue(), method)["limit"] == pytest.approx(wanted, rel=0.05)


@pytest.fixture(scope="module")
def far(explained):
    """One map without a zero as its differences and far from zero, one of them fine, and one that is constant."""
    one = explained[0]
    differences = np.abs(one.maps["guided_backprop"][..., :1]) * np.float32(2**10) // 1 / np.float32(2**10)
    differences -= differences.min((1, 2, 3), keepdims=True)
    maps = {"near": differences, "far": differences + np.float32(5), "fine": differences + np.float32(5)}
    maps["constant"] = np.full_like(differences, 0.7)
    titles, relative = {name: name for name in maps}, ("far", "fine", "constant")
    return dataclasses.replace(one, maps=maps, titles=titles, signed=(), fine=("fine",), relative=relative, layers={})


@needs_chromium
@pytest.mark.parametrize("scale", ["image", "all"])
def test_a_relative_map_has_the_colors_of_its_differences_and_its_own_values(far, browser, tmp_path, scale):
    far.to_html(tmp_path / "why.html")
    browser.open(tmp_path / "why.html", f"#image=3&scale={scale}")
    seen, ends = {}, {}
    for method, maps in far.maps.items():
        browser.click(f"#methods [data-method={method}]")
        seen[method], ends[method] = (
            browser.look("#picture .frame"),
            [browser.text(f"#{end}") for end in ("low", "high")],
        )
        for y, x in ((0, 0), (4, 9), (11, 15)):
            assert value_read(browser, y, x) == pytest.approx(float(maps[3, y, x, 0]), rel=1e-3)
    np.testing.assert_array_equal(seen["far"], seen["near"])
    assert (seen["fine"] != seen["far"]).any() and ends["near"][0] == "none (0)"
    assert ends["far"] == ends["fine"] == ["least (5)", ends["near"][1].replace("(", "(+")]
    browser.point(1, 1)
    assert browser.text("#reading") == "This map is 0.7 everywhere."


def test_a_large_relative_map_travels_in_as_many_steps_as_its_differences(rng):
    differences = rng.random((1, 80, 90, 1), "float32")
    images = rng.random((1, 80, 90, 3), "float32")
    entries = []
    for at in (0, 1000):
        text = io.StringIO()
        one = explanation(1, images=images, shown=np.rint(255 * images).astype("uint8"))
        maps, titles = {"own": differences + np.float32(at)}, {"own": "Own"}
        page = PageWriter(text.write)
        page.add(dataclasses.replace(one, maps=maps, titles=titles, signed=(), relative=("own",)))
        page.finish()
        entries.append(json.loads(re.search(r'id="image-0">(.*)</script>', text.getvalue())[1])["maps"]["own"][0])
    (near, _), (far, _) = pairs = [(decoded(entry) + entry["least"], entry["steps"]) for entry in entries]
    assert entries[1]["least"] == pytest.approx(1000, abs=0.01) and all(len(steps) == 6 for _, steps in pairs)
    np.testing.assert_allclose(near, differences[0], atol=1 / 480)
    np.testing.assert_allclose(far, 1000 + differences[0], atol=1 / 480 + 1e-4)


@pytest.mark.parametrize("room", ["report", "audits"])
def test_a_wheel_has_all_that_a_page_is_made_of(room):
    config = configparser.ConfigParser()
    config.read(Path(keras_explain.__file__).parents[1] / "setup.cfg")
    patterns = config["options.package_data"][f"keras_explain.{room}.page"].split(", ")
    folder = Path(keras_explain.__file__).parent / room / "page"
    others = [path for path in folder.iterdir() if path.is_file() and path.suffix != ".py"]
    assert others and all(any(path.match(pattern) for pattern in patterns) for path in others)
