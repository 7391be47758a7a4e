"""A page of all photographs, asked for on the command line."""

import json
import re

from tests.cli.commands import explain


def index_of(path):
    return json.loads(re.search(r'id="page">(.*)</script>', path.read_text())[1])


def test_all_photographs_are_on_one_page(folder, capsys):
    (folder / "photos" / "broken.png").write_text("no picture")
    code, _, err = explain(capsys, "photos", "--report", "why.html", "--target", "top2", "--batch-size", 2)
    assert code == 1 and "broken.png" in err
    page = index_of(folder / "why.html")
    assert [image["name"] for image in page["images"]] == ["photos/one.png", "photos/three.bmp", "photos/two.jpg"]
    for image in page["images"]:
        assert image["photo"] == [30, 40] and image["part"] == [0, 0, 30, 40] and image["size"] == [24, 32]
    assert [len(image["targets"]) for image in page["images"]] == [2, 2, 2]
    assert [method["title"] for method in page["methods"]] == ["Grad-CAM"]


def test_a_page_that_can_not_be_written_is_refused_before_any_work(folder, capsys):
    (folder / "notes.html").write_text("mine")
    for path, why in (("notes.html", "something else"), ("no/why.html", "No such file"), ("photos", "no regular file")):
        code, out, err = explain(capsys, "photos", "--report", path)
        assert code == 2 and why in err and not out and not (folder / "why").exists()
    assert (folder / "notes.html").read_text() == "mine"
