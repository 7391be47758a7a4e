import os
import shutil
import signal
import stat
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from keras_explain.errors import ExplainWarning, InputError, OptionError
from keras_explain.storage.folders import MANIFEST, difference, read_manifest, write_manifest
from keras_explain.storage.replace import new_folder, standing
from keras_explain.storage.workshop import workshop

OWN = r"deep/\w+\.txt|top\.txt"


def fill(folder, text="one", kind="things", meanwhile=lambda: None):
    with new_folder(folder, kind, OWN) as fresh:
        (fresh / "deep").mkdir()
        (fresh / "deep" / "file.txt").write_text(text)
        (fresh / "top.txt").write_text(text)
        write_manifest(fresh, kind, more=[1, 2])
        meanwhile()


def found(folder):
    """Returns what a folder was filled with, "empty", or None if it isn't there."""
    if not os.path.lexists(folder):
        return None
    assert difference(Path(folder), "things", OWN) is None
    return (folder / "top.txt").read_text() if os.listdir(folder) else "empty"


def everything(folder):
    return {path: path.is_symlink() or (path.is_file() and path.read_bytes()) for path in folder.rglob("*")}


def prepare(folder, before):
    if before == "empty":
        folder.mkdir(parents=True)
    elif before is not None:
        fill(folder, before)


def test_folders_above_are_made(tmp_path):
    folder = tmp_path / "not" / "yet" / "there"
    fill(folder)
    assert found(folder) == "one" and list(folder.parent.iterdir()) == [folder]


@pytest.mark.parametrize("as_path", [str, Path], ids=["text", "path"])
def test_an_empty_folder_is_filled_and_an_own_one_replaced(tmp_path, as_path):
    folder = tmp_path / "why"
    folder.mkdir()
    fill(as_path(folder))
    fill(as_path(folder), "two")
    assert found(folder) == "two" and list(tmp_path.iterdir()) == [folder]


def edit_manifest(folder, old, new):
    text = (folder / MANIFEST).read_text()
    assert old in text
    (folder / MANIFEST).write_text(text.replace(old, new))


def list_a_stranger(folder):
    """Makes the manifest that the package itself writes where there is a file of somebody else's."""
    (folder / "thesis.txt").write_text("mine")
    (folder / MANIFEST).unlink()
    write_manifest(folder, "things", more=[1, 2])


def link_the_inner_folder(folder):
    (folder / "deep").rename(folder.parent / "elsewhere")
    (folder / "deep").symlink_to(folder.parent / "elsewhere")


CHANGES = {
    "a file that was added": (lambda f: (f / "deep" / "notes.txt").write_text("mine"), "'deep/notes.txt' was put"),
    "a file of an own name": (lambda f: (f / "deep" / "other.txt").write_text("mine"), "'deep/other.txt' was put"),
    "an empty folder": (lambda f: (f / "mine").mkdir(), "'mine' was put there"),
    "a link": (lambda f: (f / "deep" / "a.txt").symlink_to("file.txt"), "'deep/a.txt' was put there"),
    "a link in place of a folder": (link_the_inner_folder, "'deep' was put there"),
    "a pipe": (lambda f: os.mkfifo(f / "pipe"), "'pipe' was put there"),
    "a file that was edited": (lambda f: (f / "top.txt").write_text("own"), "'top.txt' was changed"),
    "a file that is missing": (lambda f: (f / "top.txt").unlink(), "'top.txt' is missing"),
    "an entry that was edited": (lambda f: edit_manifest(f, "more", "less"), "manifest.json was changed"),
    "a space in the manifest": (lambda f: edit_manifest(f, "{", "{ "), "manifest.json was changed"),
    "a stranger in the manifest": (list_a_stranger, "'thesis.txt', which is no file of things"),
    "another kind": (lambda f: edit_manifest(f, "things", "cats"), "other files"),
    "no manifest": (lambda f: (f / MANIFEST).unlink(), "other files"),
    "a broken manifest": (lambda f: (f / MANIFEST).write_text("["), "other files"),
    "a manifest of an earlier version": (
        lambda f: (f / MANIFEST).write_text('{"kind": "things", "files": ["deep/file.txt", "manifest.json"]}'),
        "earlier version",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_was_changed_is_left_alone(tmp_path, change):
    folder = tmp_path / "why"
    fill(folder)
    make, told = CHANGES[change]
    make(folder)
    before = everything(tmp_path)
    with pytest.raises(OptionError, match=f"why.*{told}"):
        fill(folder, "two", meanwhile=pytest.fail)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("moment", ["while it is written", "before it is taken away"])
def test_whatever_is_changed_meanwhile_is_left_alone(tmp_path, change, moment, monkeypatch):
    folder = tmp_path / "why"
    fill(folder)
    make, told = CHANGES[change]
    before = []

    def meddle():
        make(folder)
        before.append(everything(folder))

    if moment == "while it is written":
        with pytest.raises(OptionError, match=told):
            fill(folder, "two", meanwhile=meddle)
    else:
        rename = Path.rename

        def meddle_first(*paths):
            monkeypatch.setattr(Path, "rename", rename)
            meddle()
            return rename(*paths)

        monkeypatch.setattr(Path, "rename", meddle_first)
        with pytest.raises(OptionError, match=told):
            fill(folder, "two")
    assert everything(folder) == before[0]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


def test_what_is_put_there_in_the_last_moment_is_kept_and_told(tmp_path, monkeypatch):
    folder = tmp_path / "why"
    fill(folder)
    rmdir = os.rmdir

    def add_first(path, **options):
        if Path(path).name == "deep" and not (notes := Path(path, "notes.txt")).exists():
            notes.write_text("mine")
        rmdir(path, **options)

    monkeypatch.setattr(os, "rmdir", add_first)
    with pytest.warns(ExplainWarning, match="keeps what was put into .*why"):
        fill(folder, "two")
    (kept,) = tmp_path.rglob("notes.txt")
    assert found(folder) == "two" and kept.read_text() == "mine"
    with pytest.raises(OptionError, match="keep what is yours"):
        fill(folder, "three")
    assert found(folder) == "two" and kept.read_text() == "mine"


def test_a_large_folder_is_not_walked_through(tmp_path, monkeypatch):
    (tmp_path / "deep").mkdir()
    monkeypatch.setattr(os, "walk", pytest.fail)
    scandir, seen = os.scandir, []
    monkeypatch.setattr(os, "scandir", lambda path: seen.append(path) or scandir(path))
    with pytest.raises(OptionError, match="other files"):
        fill(tmp_path)
    assert seen == [tmp_path]


@pytest.mark.parametrize("path", ["a\0b", "\ud800", None, 3, "x" * 300, "file/why", "/proc/why"])
def test_a_path_that_can_be_no_folder_is_refused(tmp_path, monkeypatch, path):
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("mine")
    with pytest.raises(OptionError, match="^expected (a )?folder"):
        fill(path, meanwhile=pytest.fail)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_file_is_left_alone(tmp_path):
    (tmp_path / "why").write_text("mine")
    with pytest.raises(OptionError, match="which is no folder"):
        fill(tmp_path / "why")
    assert (tmp_path / "why").read_text() == "mine"


def test_a_folder_of_a_long_name_is_written(tmp_path):
    fill(tmp_path / ("x" * 255))
    fill(tmp_path / ("x" * 255), "two")
    assert found(tmp_path / ("x" * 255)) == "two" and len(os.listdir(tmp_path)) == 1


@pytest.mark.parametrize("before", [None, "empty", "one"])
def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path, before):
    (tmp_path / "disk").mkdir()
    target, link = tmp_path / "disk" / "why", tmp_path / "why"
    prepare(target, before)
    link.symlink_to(target)
    fill(link, "two")
    assert link.is_symlink() and found(target) == "two"
    assert sorted(tmp_path.rglob("*"))[:3] == [tmp_path / "disk", target, target / "deep"]
    assert len(os.listdir(tmp_path)) == 2 and len(os.listdir(tmp_path / "disk")) == 1


def test_a_link_to_itself_is_refused(tmp_path):
    (tmp_path / "why").symlink_to(tmp_path / "why")
    with pytest.raises(OptionError, match="why"):
        fill(tmp_path / "why")
    assert os.listdir(tmp_path) == ["why"]


def test_permissions_are_kept_and_new_ones_are_the_users(tmp_path):
    mask = os.umask(0o027)
    try:
        fill(tmp_path / "new")
        fill(tmp_path / "kept")
        (tmp_path / "kept").chmod(0o710)
        fill(tmp_path / "kept", "two")
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o750
    assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o710


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
@pytest.mark.parametrize("inner", [".", "deep"])
def test_what_is_read_only_is_left_alone(tmp_path, inner):
    folder = tmp_path / "why"
    fill(folder)
    (folder / inner).chmod(0o555)
    with pytest.raises(OptionError, match="is read-only"):
        fill(folder, "two", meanwhile=pytest.fail)
    assert (folder / "top.txt").read_text() == "one" and os.listdir(tmp_path) == ["why"]
    (folder / inner).chmod(0o755)


def test_the_root_of_a_disk_is_refused():
    with pytest.raises(OptionError, match="'/', the root of a disk"):
        fill("/", meanwhile=pytest.fail)


@pytest.mark.parametrize("before", [None, "empty", "one"])
def test_a_failure_leaves_nothing_new_behind(tmp_path, before):
    folder = tmp_path / "above" / "why"
    prepare(folder, before)
    there = everything(tmp_path)
    with pytest.raises(RuntimeError), new_folder(folder, "things", OWN) as fresh:
        (fresh / "deep").mkdir()
        (fresh / "deep" / "file.txt").write_text("half")
        raise RuntimeError("no space left")
    assert everything(tmp_path) == there


def interrupted(number, work):
    """Does some work with an interrupt at the first run of its n-th different line; tells if there are so many."""
    seen = set()

    def at_line(frame, event, _):
        place = frame.f_code.co_filename, frame.f_lineno
        if event == "line" and place not in seen:
            seen.add(place)
            if len(seen) == number:
                raise KeyboardInterrupt
        return at_line

    def at_call(frame, *_):
        return at_line if "keras_explain/storage/" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(at_call)
    try:
        work()
    except KeyboardInterrupt:
        pass
    finally:
        sys.settrace(before)
    return len(seen) >= number


@pytest.mark.parametrize("before", [None, "one"])
def test_an_interrupt_at_any_line_leaves_the_old_or_the_new_one(tmp_path, before):
    number, outcomes = 1, set()
    folder = tmp_path / "above" / "why"
    while True:
        prepare(folder, before)
        going_on = interrupted(number, lambda: fill(folder, "two"))
        outcomes.add(found(folder))
        assert os.listdir(tmp_path) == (["above"] if found(folder) else [])
        assert not found(folder) or os.listdir(folder.parent) == ["why"]
        if not going_on:
            break
        for name in ("deep/file.txt", "top.txt", MANIFEST, "deep", "", ".."):
            path = folder / name
            (path.rmdir if path.is_dir() else path.unlink)() if path.exists() else None
        number += 1
    assert number > 80 and outcomes == {before, "two"}


def killed(number, folder):
    """Fills a folder, in a process that is killed before its n-th touch of the disk; tells if there are so many."""
    child = os.fork()
    if not child:
        left = [number]

        def at_event(event, _):
            if event == "open" or event.partition(".")[0] in ("os", "shutil", "fcntl"):
                left[0] -= 1
                if not left[0]:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(at_event)
        try:
            fill(folder, "two")
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning", "ignore:.*fork:RuntimeWarning")
def test_a_kill_at_any_moment_leaves_the_old_or_the_new_one(tmp_path):
    outcomes, number, between = set(), 1, 0
    while True:
        folder = tmp_path / str(number) / "why"
        fill(folder, "one")
        was_killed = killed(number, folder)
        between += not folder.exists()
        outcomes.add(found(standing(folder)))
        assert read_manifest(standing(folder), "things")["more"] == [1, 2]
        fill(folder, "three")
        assert found(folder) == "three" and os.listdir(folder.parent) == ["why"]
        if not was_killed:
            break
        number += 1
    assert number > 40 and between > 0 and outcomes == {"one", "two"}


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning", "ignore:.*fork:RuntimeWarning")
def test_a_user_who_removes_the_folder_after_a_kill_finds_it_removed(tmp_path):
    for number in range(60, 1000):
        folder = tmp_path / str(number) / "why"
        fill(folder, "one")
        if not killed(number, folder):
            break
        if found(folder) != "two":
            continue
        folder.rename(tmp_path / "trash")
        assert standing(folder) == folder
        with pytest.raises(InputError, match="No such file"):
            read_manifest(standing(folder), "things")
        return
    pytest.fail("no kill came behind the second rename")


def test_two_who_save_at_once_do_not_harm_each_other(tmp_path, recwarn):
    folder, errors = tmp_path / "why", []
    both = threading.Barrier(2)

    def save(text):
        for _ in range(20):
            both.wait(60)
            try:
                fill(folder, text)
            except OptionError as error:
                errors.append(str(error))
            except BaseException:
                both.abort()  # the other one needn't wait
                raise

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(save, text) for text in ("one", "two")]:
            one.result()
    assert found(folder) in ("one", "two") and os.listdir(tmp_path) == ["why"]
    assert not recwarn and len(errors) <= 20 and all(error.startswith("expected ") for error in errors)


def test_a_lock_may_go_in_the_moment_in_which_it_is_seen(tmp_path, monkeypatch):
    shop, there = workshop(tmp_path / "why"), os.path.lexists
    shop.mkdir()
    (shop / "lock").touch()

    def last_seen(path):
        was_there = there(path)
        if Path(path) == shop / "lock":
            shutil.rmtree(shop, ignore_errors=True)
        return was_there

    monkeypatch.setattr(os.path, "lexists", last_seen)
    fill(tmp_path / "why")
    assert found(tmp_path / "why") == "one" and os.listdir(tmp_path) == ["why"]


@pytest.mark.parametrize("times", [1, 3])
def test_who_is_taken_for_killed_before_the_lock_is_locked_begins_again(tmp_path, monkeypatch, times):
    fcntl = pytest.importorskip("fcntl")
    shop, lock, taken = workshop(tmp_path / "why"), fcntl.flock, []

    def late(file, how):
        if len(taken) < times:
            taken.append(shutil.rmtree(shop))
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", late)
    fill(tmp_path / "why")
    assert found(tmp_path / "why") == "one" and os.listdir(tmp_path) == ["why"] and len(taken) == times


def test_a_workshop_of_somebody_elses_is_left_alone(tmp_path):
    with new_folder(tmp_path / "why", "things", OWN) as fresh:
        workshop = fresh.parent.name
    victim = tmp_path / "victim.txt"
    victim.write_text("mine")
    (tmp_path / workshop / "old").mkdir(parents=True)
    (tmp_path / workshop / "lock").touch()
    (tmp_path / workshop / "old" / "letter.txt").write_text("mine")
    (tmp_path / workshop / "old" / "deep").symlink_to(tmp_path)
    before = everything(tmp_path)
    with pytest.raises(OptionError, match="keep what is yours"):
        fill(tmp_path / "new" / ".." / "why")
    assert everything(tmp_path) == before
