import collections
import dataclasses
import io
import json
import os
import random
import shutil
import zipfile

import numpy as np
import pytest

from keras_explain import Explanation, InputError, OptionError, load
from keras_explain.report.schema import check_parts
from keras_explain.storage.folders import MANIFEST
from keras_explain.storage.workshop import workshop

ARRAYS = "arrays.npz"
ROW = {"method": "grad_cam", "image": 0, "measure": "class", "value": 0.5, "chance": 0.1, "holds": True, "sentence": ""}


def explanation(*classes, seed=0):
    """Returns an explanation of two images by two methods, for one class each or for several."""
    rng = np.random.default_rng(seed)
    count, maps = (2, *classes), {"grad_cam": "Grad-CAM", "guided_backprop last": "Guided backpropagation last"}
    return Explanation(
        images=rng.normal(size=(2, 4, 6, 3)).astype("float32"),
        shown=rng.integers(0, 256, (2, 4, 6, 3)).astype("uint8"),
        targets=rng.integers(0, 3, count).astype("int32"),
        scores=rng.normal(size=count).astype("float32"),
        probabilities=rng.dirichlet(np.ones(3), 2).astype("float32"),
        maps={name: rng.normal(size=(*count, 4, 6, 1)).astype("float32") for name in maps},
        titles=maps,
        signed=("guided_backprop last",),
        layers={"grad_cam": "backbone/conv"},
        left_out={"cam": "no pooled head"},
        class_names=["ant", "bee", "cat"],
        settings={"model": "m", "target": None, "layer": ["a", {"b": 1.5}]},
        versions={"keras": "3.15.0"},
    )


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "why"
    explanation().save(folder)
    return folder


@pytest.fixture
def folder(saved, tmp_path):
    shutil.copytree(saved, tmp_path / "why")
    return tmp_path / "why"


def members(folder):
    with zipfile.ZipFile(folder / ARRAYS) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write_members(folder, content, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(folder / ARRAYS, "w", compression) as archive:
        for name, text in content.items() if isinstance(content, dict) else content:
            archive.writestr(name, text)


def npy(array, **options):
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def header(shape, dtype="<f4"):
    text = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text


def same(one, other):
    def plain(value):
        return value.tolist() if isinstance(value, np.ndarray) else value

    return all(
        json.dumps(getattr(one, field.name), default=plain) == json.dumps(getattr(other, field.name), default=plain)
        for field in dataclasses.fields(Explanation)
    )


def change_manifest(folder, **entries):
    manifest = json.loads((folder / MANIFEST).read_text())
    for name, value in entries.items():
        del manifest[name]
        if value is not None:
            manifest[name] = value
    (folder / MANIFEST).write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ({"titles": None}, "has no titles"),
        ({"methods": None}, "has no methods"),
        ({"methods": "grad_cam"}, "as methods 'grad_cam'"),
        ({"methods": [["grad_cam"]]}, "which are no names"),
        ({"methods": ["grad_cam"]}, "those of the methods"),
        ({"methods": ["grad_cam"] * 2 + ["guided_backprop last"]}, "those of the methods"),
        ({"titles": ["a", "b"]}, "expected titles as texts by name, received \\['a', 'b'\\]"),
        ({"titles": {"grad_cam": "a"}}, "a title of its own"),
        ({"titles": {"grad_cam": "a", "guided_backprop last": "a"}}, "a title of its own"),
        ({"titles": {"grad_cam": 1, "guided_backprop last": "a"}}, "titles as texts"),
        ({"signed": "grad_cam"}, "expected signed"),
        ({"signed": ["cam"]}, "expected signed as some of the methods"),
        ({"signed": [{}]}, "expected signed"),
        ({"relative": ["cam"]}, "expected relative as some of the methods"),
        ({"relative": ["guided_backprop last"]}, "signed or relative, received both of \\['guided_backprop last'\\]"),
        ({"layers": {"cam": "conv"}}, "expected layers of the methods"),
        ({"layers": {"grad_cam": None}}, "expected layers as texts"),
        ({"left_out": ["cam"]}, "expected left_out as texts"),
        ({"class_names": ["ant", "bee"]}, "a name of each of 3 classes, received 2"),
        ({"class_names": ["ant", "bee", 3]}, "expected class_names as a list of texts"),
        ({"class_names": {"0": "ant"}}, "expected class_names as a list of texts"),
        ({"settings": []}, "expected settings by name"),
        ({"versions": {"keras": [3]}}, "expected versions as texts"),
        ({"trust": ["deletion"]}, "expected as trust rows and notes"),
        ({"trust": {"rows": [{"method": "cam"}], "notes": []}}, "expected as trust rows and notes"),
        ({"trust": {"rows": [{**ROW, "method": "cam"}], "notes": []}}, "expected trust in the maps of"),
        ({"trust": {"rows": [{**ROW, "image": 99}], "notes": []}}, "expected trust in the maps of"),
        ({"trust": {"rows": [{**ROW, "value": "1"}], "notes": []}}, "expected trust in the maps of"),
        ({"trust": {"rows": [], "notes": [1]}}, "expected notes of trust as texts"),
    ],
)
def test_an_entry_that_does_not_fit_is_told(folder, entries, told):
    change_manifest(folder, **entries)
    with pytest.raises(InputError, match=f"^expected a folder that holds a keras_explain explanation.*why'; .*{told}"):
        load(folder)


@pytest.mark.parametrize(
    ("name", "array", "told"),
    [
        ("images", np.zeros((3, 4, 6, 3)), "shown of the size of the images"),
        ("images", np.zeros((2,)), "expected images of shape"),
        ("images", np.zeros((0, 4, 6, 3)), "expected images of shape"),
        ("images", np.zeros((2, 4, 6, 3), "complex64"), "no array of numbers"),
        ("images", np.full((2, 4, 6, 3), "a"), "no array of numbers"),
        ("images", np.zeros((2, 4, 6, 3), "f4,f4"), "no array of numbers"),
        ("images", np.zeros((2, 4, 6, 3), "M8[s]"), "no array of numbers"),
        ("shown", np.zeros((2, 4, 6, 1), "u1"), "expected shown as"),
        ("shown", np.zeros((2, 4, 6, 3), "f4"), "expected shown as"),
        ("shown", np.zeros((2, 6, 4, 3), "u1"), "shown of the size of the images"),
        ("targets", np.zeros(3, "i4"), "targets as int32 of shape \\(2,\\)"),
        ("targets", np.zeros((), "i4"), "targets as int32"),
        ("targets", np.zeros(2, "f4"), "targets as int32"),
        ("targets", np.zeros(2, "i8"), "targets as int32"),
        ("scores", np.zeros(2, "f8"), "scores as float32"),
        ("map grad_cam", np.zeros((2, 4, 6, 1), "f2"), "maps of 'grad_cam'"),
        ("targets", np.array([0, 3], "i4"), "targets below 3, received 3"),
        ("targets", np.array([0, -1], "i4"), "targets from 0, received -1"),
        ("scores", np.zeros((2, 1), "f4"), "scores as float32 of shape \\(2,\\)"),
        ("probabilities", np.zeros(2, "f4"), "probabilities as float32 of shape"),
        ("probabilities", np.zeros((1, 3), "f4"), "probabilities as float32 of shape"),
        ("probabilities", np.zeros((2, 4), "f4"), "a name of each of 4 classes, received 3"),
        ("map grad_cam", np.zeros((2, 4, 6), "f4"), "maps of 'grad_cam' as float32 of shape \\(2, 4, 6, C\\)"),
        ("map grad_cam", np.zeros((2, 6, 4, 1), "f4"), "maps of 'grad_cam'"),
        ("map grad_cam", np.zeros((1, 4, 6, 1), "f4"), "maps of 'grad_cam'"),
        ("map grad_cam", np.zeros((2, 4, 6, 0), "f4"), "maps of 'grad_cam'"),
        ("map grad_cam", np.zeros((2, 4, 6, 1), "i4"), "maps of 'grad_cam'"),
        ("map grad_cam", np.full((2, 4, 6, 1), None), "Python objects, which are not loaded"),
        ("more", np.zeros(2), "'more'"),
    ],
)
def test_an_array_that_does_not_fit_is_told(folder, name, array, told):
    write_members(folder, members(folder) | {f"{name}.npy": npy(array)})
    with pytest.raises(InputError, match=f"why'; .*{told}"):
        load(folder)


@pytest.mark.parametrize("name", ["images", "targets", "scores", "map grad_cam"])
def test_an_array_that_is_missing_is_told(folder, name):
    content = members(folder)
    del content[f"{name}.npy"]
    write_members(folder, content)
    with pytest.raises(InputError, match="those of the methods"):
        load(folder)


def test_arrays_of_other_machines_are_read(folder):
    written = explanation()
    content = members(folder)
    content["images.npy"] = npy(np.asfortranarray(written.images.astype(">f4")))
    content["targets.npy"] = npy(written.targets.astype(">i4"))
    write_members(folder, content, zipfile.ZIP_STORED)
    found = load(folder)
    assert same(found, written) and found.images.dtype == np.float32 and found.images.flags.c_contiguous


def test_sizes_are_known_before_anything_is_taken(folder):
    content = members(folder)
    write_members(folder, content | {"map grad_cam.npy": header((2, 4, 6, 10**9))})
    with pytest.raises(InputError, match="not as many values as its shape"):
        load(folder)
    zeros = header((2, 4, 6, 10**5)) + bytes(4 * 48 * 10**5)  # 20 KB, packed
    write_members(folder, content | {"map grad_cam.npy": zeros}, zipfile.ZIP_DEFLATED)
    assert (folder / ARRAYS).stat().st_size < 10**5
    with pytest.raises(InputError, match=r"take 19,20\d,\d+ bytes, more than max_bytes=10,000,000; .*raise that"):
        load(folder, max_bytes=10**7)
    assert load(folder).maps["grad_cam"].shape[-1] == 10**5


@pytest.mark.parametrize(
    "shape", ["(2, -4, 6, 1)", "(2, nan, 6, 1)", "(2, 4.0, 6, 1)", "[2, 4, 6, 1]", "((2,),)", "1" * 50]
)
def test_a_shape_that_is_none_is_refused(folder, shape):
    write_members(folder, members(folder) | {"map grad_cam.npy": header(shape) + bytes(192)})
    with pytest.raises(InputError, match="'map grad_cam' is no array of numbers as they are saved"):
        load(folder)


def encrypted(folder):
    data = bytearray((folder / ARRAYS).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    (folder / ARRAYS).write_bytes(data)


def named_at_length(folder):
    data = bytearray((folder / ARRAYS).read_bytes())
    at = data.index(b"PK\x03\x04") + 26
    data[at : at + 2] = (600).to_bytes(2, "little")
    (folder / ARRAYS).write_bytes(data)


def cut(folder):
    (folder / ARRAYS).write_bytes((folder / ARRAYS).read_bytes()[:-200])


def damaged(folder):
    data = bytearray((folder / ARRAYS).read_bytes())
    data[data.index(b"images.npy") + 200] ^= 255
    (folder / ARRAYS).write_bytes(data)


def twice(folder):
    with pytest.warns(UserWarning, match="Duplicate"):
        write_members(folder, [*members(folder).items(), ("images.npy", npy(np.zeros(2)))])


def many(folder):
    write_members(folder, [(f"{number}.npy", b"") for number in range(20_000)])


def in_place(make):
    def replace(folder):
        (folder / ARRAYS).unlink()
        make(folder / ARRAYS)

    return replace


ARCHIVES = {
    "encrypted": (encrypted, "encrypted"),
    "named at length": (named_at_length, "File name in directory"),
    "cut": (cut, "not a zip file"),
    "damaged": (damaged, "."),
    "twice": (twice, "there twice"),
    "many": (many, "more than is saved"),
    "another packing": (lambda f: write_members(f, members(f), zipfile.ZIP_LZMA), "compressed in a way"),
    "no array": (lambda f: write_members(f, members(f) | {"readme.txt": b"hello"}), "'readme.txt' in it is no array"),
    "a pickle": (in_place(lambda path: path.write_bytes(b"\x80\x04N.")), "not a zip file"),
    "empty": (in_place(lambda path: path.write_bytes(b"")), "not a zip file"),
    "missing": (in_place(lambda path: None), "No such file"),
    "a pipe": (in_place(os.mkfifo), "no regular file"),
    "a folder": (in_place(os.mkdir), "no regular file"),
    "a device": (in_place(lambda path: path.symlink_to("/dev/zero")), "no regular file"),
    "a link to itself": (in_place(lambda path: path.symlink_to(path)), "Too many levels"),
}


@pytest.mark.parametrize("kind", ARCHIVES)
def test_an_archive_that_is_none_is_refused(folder, kind):
    make, told = ARCHIVES[kind]
    make(folder)
    with pytest.raises(InputError, match=f"why'; .*{told}") as caught:
        load(folder)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 900


@pytest.mark.parametrize("length", [0, 79, 81, 65535])
def test_a_header_of_another_length_than_it_says_is_refused(folder, length):
    content = members(folder)
    text = header((2,), "<i4")
    assert len(text) == 10 + int.from_bytes(text[8:10], "little") and len(text) - 10 != length
    content["targets.npy"] = text[:8] + length.to_bytes(2, "little") + text[10:] + bytes(8)
    write_members(folder, content)
    with pytest.raises(InputError, match="'targets' is no array of numbers as they are saved"):
        load(folder)


def test_names_that_are_alike_in_files_have_pictures_of_their_own(tmp_path):
    maps = dict.fromkeys(["input", "a b", "a_b", "A b", "x" * 300, "x" * 301], np.ones((2, 4, 6, 1), "f4"))
    titles = {name: name for name in maps}
    dataclasses.replace(explanation(), maps=maps, titles=titles, signed=(), layers={}).save(tmp_path / "why")
    assert len(os.listdir(tmp_path / "why" / "pictures")) == 2 * (1 + len(maps))
    assert set(load(tmp_path / "why").maps) == set(maps)


def test_an_earlier_version_is_read_and_not_replaced(folder):
    change_manifest(folder, sha256=None, files=["arrays.npz", "manifest.json"], fine=None, relative=None)
    assert same(load(folder), explanation())
    with pytest.raises(OptionError, match="earlier version"):
        explanation().save(folder)


def test_what_is_read_is_written_again(folder):
    load(folder).save(folder)
    assert same(load(folder), explanation())


@pytest.mark.parametrize("where", [None, 3.5, "a\0b"])
def test_a_path_that_is_none_is_refused(where):
    with pytest.raises(OptionError, match="expected folder as a path"):
        load(where)
    with pytest.raises(OptionError, match="expected max_bytes as a whole number"):
        load("why", max_bytes=where)


def test_between_the_two_renames_the_earlier_one_is_read(folder):
    shop = workshop(folder)
    (shop / "new").mkdir(parents=True)
    (shop / "lock").touch()
    folder.rename(shop / "old")
    assert same(load(folder), explanation())
    explanation(seed=1).save(folder)
    assert same(load(folder), explanation(seed=1)) and os.listdir(folder.parent) == ["why"]


@pytest.mark.parametrize(
    "exchanged", [{"titles": {}}, {"scores": np.zeros(3, "f4")}, {"class_names": []}, {"targets": np.full(2, 7, "i4")}]
)
def test_parts_that_do_not_go_together_are_not_saved(tmp_path, exchanged):
    with pytest.raises(InputError, match="^expected"):
        dataclasses.replace(explanation(), **exchanged).save(tmp_path / "why")
    assert not list(tmp_path.iterdir())


def test_maps_of_a_method_of_ones_own_may_be_coarser(tmp_path):
    maps = {"mine": np.ones((2, 2, 3, 1), "f4")}
    coarse = dataclasses.replace(explanation(), maps=maps, titles={"mine": "Mine"}, signed=(), layers={})
    coarse.save(tmp_path / "why")
    assert load(tmp_path / "why").maps["mine"].shape == (2, 2, 3, 1)
    with pytest.raises(InputError, match="maps of 'grad_cam'"):
        check_parts(dataclasses.replace(coarse, maps={"grad_cam": maps["mine"]}, titles={"grad_cam": "Mine"}))


JUNK = [None, True, 0, -1, 1.5, 10**30, float("nan"), "", "x y", "x" * 400, [], {}, [[]], ["a"], {"a": 1}, [0] * 9]


def mutate_json(rng, value):
    """Returns a value in which one place, chosen by chance, is another."""
    if not isinstance(value, (dict, list)) or not value or rng.random() < 0.2:
        return rng.choice(JUNK)
    changed = value.copy()
    key = rng.choice(list(value) if isinstance(value, dict) else range(len(value)))
    choice = rng.random()
    if choice < 0.15:
        del changed[key]
    elif choice < 0.25 and isinstance(value, dict):
        changed[rng.choice(["", "x", "grad_cam"])] = changed.pop(key)
    elif choice < 0.25:
        changed.insert(key, value[key])
    else:
        changed[key] = mutate_json(rng, value[key])
    return changed


def mutate_bytes(rng, data):
    data = bytearray(data)
    at = rng.randrange(len(data))
    choice = rng.random()
    if choice < 0.6:
        for _ in range(rng.choice([1, 1, 4])):
            data[rng.randrange(len(data))] = rng.randrange(256)
    elif choice < 0.8:
        del data[at : at + rng.choice([1, 10, 10**6])]
    else:
        data[at:at] = rng.choice([bytes(1), b"9", bytes(500), data[: rng.randrange(1, 500)]])
    return bytes(data)


def mutate_array(rng, array):
    choice = rng.choice(["dtype", "axis", "swap", "cut", "repeat", "order", "values", "object"])
    if choice == "dtype":
        return array.astype(rng.choice(["f2", "f8", ">f4", "i4", ">i8", "u1", "b1", "c8", "U3", "g"]))
    if choice == "axis":
        return rng.choice([array[np.newaxis], array[..., np.newaxis], array[0], array[..., 0], array.ravel()])
    if choice == "cut":
        return array[tuple(slice(rng.choice([None, 1, 0])) for _ in array.shape)]
    if choice == "values":
        return np.full_like(
            array, rng.choice([0, 1, 2, 5, 127]) if array.dtype.kind != "f" else rng.choice([np.nan, np.inf, 0])
        )
    changes = {
        "swap": lambda: array.swapaxes(0, -1),
        "repeat": lambda: np.concatenate([array, array], rng.randrange(array.ndim)),
        "order": lambda: np.asfortranarray(array),
        "object": lambda: array.astype(object),
    }
    return changes[choice]()


def mutate(rng, folder):
    content = members(folder)
    choice = rng.choice(
        ["entry", "entry", "entry", "manifest", "archive", "member", "array", "array", "remove", "rename"]
    )
    name = rng.choice(list(content))
    if choice == "entry":
        manifest = json.loads((folder / MANIFEST).read_text())
        (folder / MANIFEST).write_text(json.dumps(mutate_json(rng, manifest)))
    elif choice in ("manifest", "archive"):
        path = folder / (MANIFEST if choice == "manifest" else ARRAYS)
        path.write_bytes(mutate_bytes(rng, path.read_bytes()))
    elif choice == "member":
        content[name] = mutate_bytes(rng, content[name][:100]) + content[name][100:]
    elif choice == "array":
        content[name] = npy(mutate_array(rng, np.load(io.BytesIO(content[name]))))
    else:
        text = content.pop(name)
        if choice == "rename":
            content[rng.choice(["x.npy", "images.npy", "images", "map .npy", "map x.npy"])] = text
    if choice in ("member", "array", "remove", "rename"):
        write_members(folder, content)


def outcome(folder, original, aside):
    """Returns "refused", "the same" or "another"; anything else is raised."""
    try:
        found = load(folder)
    except InputError as error:
        assert str(error).startswith("expected a folder that holds a keras_explain explanation, received ")
        assert "\n" not in str(error) and len(str(error)) < 900
        return "refused"
    if same(found, original):
        return "the same"
    assert len(found[1:]) == len(found) - 1
    found.save(aside)
    assert same(load(aside), found)
    return "another"


def fuzz(seed, count, folder):
    """Returns how often each outcome was met over so many mutations of two saved explanations."""
    rng, outcomes = random.Random(seed), collections.Counter()
    originals = explanation(), explanation(2)
    for number, original in enumerate(originals):
        original.save(folder / f"original{number}")
    for _ in range(count):
        number = rng.randrange(2)
        shutil.copytree(folder / f"original{number}", folder / "why")
        mutate(rng, folder / "why")
        outcomes[outcome(folder / "why", originals[number], folder / "again")] += 1
        shutil.rmtree(folder / "why")
        shutil.rmtree(folder / "again", ignore_errors=True)
    return outcomes


@pytest.mark.filterwarnings("ignore")  # of maps that are not finite
def test_a_mutated_folder_is_refused_or_can_be_used(tmp_path):
    outcomes = fuzz(0, 100, tmp_path)
    assert outcomes["refused"] > 40 and outcomes["the same"] > 5 and outcomes["another"] > 5
