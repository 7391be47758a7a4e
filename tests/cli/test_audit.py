import numpy as np
from PIL import Image

from keras_explain import load_audit
from tests.cli.commands import photo, refused, run


def audit(capsys, *arguments):
    return run(capsys, "audit", "model.keras", "photos", *arguments)


def test_a_folder_of_photographs_becomes_a_table(folder, rng, capsys):
    (folder / "photos" / "broken.png").write_bytes((folder / "photos" / "one.png").read_bytes()[:90])
    code, out, err = audit(capsys, "--class-names", "labels.txt", "--batch-size", 2, "--report", "audit.html")
    first, *findings = out.splitlines()
    assert code == 1 and first == "3 images by Grad-CAM at conv; 1 could not be read."
    assert findings[0] == "No class has a second cluster of reasons."
    assert "one.png" in (folder / "audit.html").read_text()
    assert "taken as 0..255" in err and "error: 'broken.png' was not explained: it can't be read" in err
    found = load_audit("audit")
    assert found.keys == ["one.png", "three.bmp", "two.jpg"] and found.class_names[0] == "ant"
    (folder / "photos" / "broken.png").unlink()
    photo(rng).save("photos/later.png")
    code, out, _ = audit(capsys, "--class-names", "labels.txt")
    assert code == 1 and out.startswith("4 images by Grad-CAM")
    assert load_audit("audit").keys[3:] == ["later.png"]


def test_classes_by_folders_and_regions(folder, rng, capsys):
    for name in ("ant", "bee"):
        (folder / "classes" / name).mkdir(parents=True)
        photo(rng).save(f"classes/{name}/a.png")
    (folder / "masks" / "ant").mkdir(parents=True)
    Image.fromarray(np.full((30, 40), 255, "uint8")).save("masks/ant/a.png")
    options = ["--class-names", "labels.txt", "--regions", "masks", "--method", "saliency", "--out", "found"]
    code, out, err = run(capsys, "audit", "model.keras", "classes", *options)
    assert code == 0 and "of 2 with a label; 100% of the evidence inside the region of 1 images." in out
    assert "ant = 0, bee = 1" in err and load_audit("found").labels.tolist() == [0, 1]


def test_what_is_refused(folder, capsys):
    (folder / "audit").mkdir()
    (folder / "audit" / "mine.txt").write_text("mine")
    for arguments, message in (
        (["photos", "--method", "gradcam"], "did you mean 'grad_cam'"),
        (["phots"], "did you mean 'photos'"),
        (["photos", "--regions", "masks"], "expected --regions as a folder of masks, received 'masks'"),
        (["photos"], "which holds 'mine.txt'"),
        (["photos", "--workers", 2], "expected --ray beside --workers, the address of a Ray cluster"),
    ):
        code, line = refused(capsys, "audit", "model.keras", *arguments)
        assert code == 2 and message in line, line
