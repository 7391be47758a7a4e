"""The page of an audit of 50,000 images as somebody meets it, in a browser."""

import re

import numpy as np
import pytest

from keras_explain.maps import fitted
from tests.report.page.browser import needs_chromium

pytestmark = needs_chromium
KEYS = "[...document.querySelectorAll('#row_table [data-row] th')].map((cell) => cell.textContent)"
BRIGHTEST = """((source) => {
  const [width, height] = [source.naturalWidth ?? source.width, source.naturalHeight ?? source.height];
  const canvas = Object.assign(document.createElement("canvas"), { width, height }), context = canvas.getContext("2d");
  context.drawImage(source, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  let best = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] > data[best + 3]) best = i - 3;
  return [Math.floor(best / 4 / width) / height, ((best / 4) % width) / width];
})"""


@pytest.fixture(scope="module")
def path(many, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "audit.html"
    many.to_html(path)
    return path


def choose(browser, name, value):
    browser.run(
        f"{{ const list = document.getElementById('{name}'); list.value = '{value}';"
        "list.dispatchEvent(new Event('input')); }"
    )
    browser.settle()


def told(many, rows):
    """Returns what the page says of some rows, by a mask."""
    known = rows & (many.labels >= 0)
    of = "50,000" if rows.all() else f"{rows.sum():,} of 50,000"
    return f"{of} images, accuracy {100 * (many.labels == many.predicted)[known].mean().round(3):.4g}%"


def test_filters_say_how_many_rows_they_keep_and_how_many_of_these_are_right(many, path, browser):
    browser.open(path, "#view=rows")
    every = np.ones(len(many), bool)
    assert browser.text("#row_count") == told(many, every)
    assert browser.run(KEYS)[:5] == many.keys[:5] and len(browser.run(KEYS)) < 80
    choose(browser, "label", 2)
    assert browser.text("#row_count") == told(many, many.labels == 2)
    choose(browser, "sure", "unsure")
    kept = (many.labels == 2) & (many.probabilities < 0.7)
    assert browser.text("#row_count") == told(many, kept)
    choose(browser, "key", "img_0123")
    kept &= ["IMG_0123" in key for key in many.keys]
    assert browser.text("#row_count") == told(many, kept)
    assert browser.run(KEYS) == [many.keys[row] for row in np.flatnonzero(kept)]
    browser.click("#unfiltered")
    assert browser.text("#row_count") == told(many, every)
    choose(browser, "finding", 0)
    assert browser.text("#row_count").startswith(f"{len(many.findings[0].rows):,} of 50,000 images")
    browser.click("#unfiltered")
    choose(browser, "called", 4)
    choose(browser, "right", "wrong")
    wrong = (many.predicted == 4) & (many.labels >= 0) & (many.labels != 4)
    assert browser.text("#row_count") == f"{wrong.sum():,} of 50,000 images, accuracy 0%"


def test_rows_are_ordered_by_a_column_to_the_last_one(many, path, browser):
    browser.open(path, "#view=rows")
    browser.click("#row_table [data-by=score]")
    order = np.argsort(-many.table["score"].to_numpy(), kind="stable")
    assert browser.run(KEYS)[:9] == [many.keys[row] for row in order[:9]]
    assert browser.run("document.querySelector('[data-by=score]').parentElement.ariaSort") == "descending"
    browser.run("document.getElementById('row_box').scrollTop = 1e9")
    browser.settle()
    assert browser.run(KEYS)[-9:] == [many.keys[row] for row in order[-9:]]
    browser.click("#row_table [data-by=score]")
    assert browser.run(KEYS)[:9] == [many.keys[row] for row in order[::-1][:9]]
    browser.click("#row_table [data-by=suspect]")
    assert browser.run(KEYS)[0] in {many.suspects(label)[0] for label in range(5)}
    browser.click("#row_table [data-by=key]")
    assert browser.run(KEYS)[:9] == sorted(many.keys)[:9]


def test_a_row_that_is_chosen_shows_its_map_and_a_link_shows_it_again(many, path, browser):
    browser.open(path, "#view=rows&right=wrong&key=img_04")
    wrong = np.flatnonzero((many.labels >= 0) & (many.labels != many.predicted) & (np.arange(50_000) >= 40_000))
    browser.click("#row_table [data-row]:nth-child(5)")
    row = wrong[3]
    for number in (row, wrong[4]):
        assert browser.text("#name") == many.keys[number] and "wrong, it is" in browser.text("#verdict")
        box, (y, x) = browser.box("#picture canvas"), np.divmod(number % 49, 7)
        browser.point(box["x"] + (x + 0.5) * box["width"] / 7, box["y"] + (y + 0.5) * box["height"] / 7)
        value, y, x = re.fullmatch(r"about (\S+) at row (\d+), column (\d+)", browser.text("#reading")).groups()
        wanted = fitted(many.maps[number][np.newaxis, ..., np.newaxis], (224, 224))[0, int(y), int(x), 0]
        assert float(value) == pytest.approx(wanted, rel=0.005)
        link = browser.run("location.hash")
        browser.press("ArrowDown")
    browser.open(path, link)
    assert browser.text("#name") == many.keys[wrong[4]]
    assert browser.text("[aria-current] th") == many.keys[wrong[4]]
    browser.wait("document.querySelector('[aria-current] img').naturalWidth")
    place = browser.run(f"{BRIGHTEST}(document.querySelector('[aria-current] img'))")
    assert [int(7 * share) for share in place] == list(np.divmod(wrong[4] % 49, 7))
    assert "not its photograph" in browser.text("#without_photo")
    assert f"{many.table['score'][int(wrong[4])].as_py():.3g}" in browser.text("#numbers")


def test_a_finding_shows_its_mean_map_and_leads_to_its_rows(many, path, browser):
    browser.open(path)
    browser.click("#groups button")
    assert browser.text("#groups .sentence") == many.findings[0].sentence
    assert browser.run("[...document.querySelectorAll('.means .mean')].length") == 2
    place = browser.run(f"{BRIGHTEST}(document.querySelector('.means .mean'))")
    assert [int(7 * share) for share in place] == [6, 0]
    browser.click(".means .more")
    assert browser.run(KEYS) == [many.keys[row] for row in many.findings[0].rows[: len(browser.run(KEYS))]]


def test_classes_lead_to_their_examples_rows_and_findings(many, path, browser):
    browser.open(path, "#view=classes")
    names = "[...document.querySelectorAll('#class_table tbody th')].map((cell) => cell.textContent)"
    assert browser.run(names) == many.class_names
    browser.click("#class_table [data-by=accuracy]")
    order = sorted(range(5), key=lambda label: many.findings.classes[label].accuracy)
    assert browser.run(names) == [many.class_names[label] for label in order]
    browser.click("#class_table tbody tr:first-child td:nth-child(4) button")
    missed = (many.labels == order[0]) & (many.predicted != order[0])
    assert browser.text("#row_count") == f"{missed.sum():,} of 50,000 images, accuracy 0%"
    browser.click("#views [data-view=classes]")
    browser.click("#class_table .marks button")
    assert browser.run("document.querySelector('#groups [aria-pressed=true]').textContent").startswith(
        f"{len(many.findings[0].rows)} of <cat>"
    )
    browser.click("#views [data-view=classes]")
    browser.click("#class_table tbody th button")
    assert int(browser.run("document.getElementById('class').value")) == order[0]


def test_nothing_is_wider_than_a_narrow_screen_and_keys_typed_are_text(path, browser):
    browser.open(path, "#view=rows")
    browser.emulate(420, 900, "dark")
    for view in ("rows", "classes", "examples"):
        browser.click(f"#views [data-view={view}]")
        assert browser.run("document.documentElement.scrollWidth") <= 420
    browser.click("#views [data-view=rows]")
    browser.press("/")
    for letter in "1[?":
        browser.press(letter)
    assert browser.run("document.getElementById('key').value") == "1[?"
    assert browser.text("#row_count") == "0 of 50,000 images"
    browser.emulate(1400, 1000)
    assert not [event for event in browser.events if event["method"] in ("Runtime.exceptionThrown", "Log.entryAdded")]
