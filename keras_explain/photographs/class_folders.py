"""The true class of photographs that lie in a folder a class, or a sentence why it isn't known."""

from typing import NamedTuple

from keras_explain.inputs.called import indices_of
from keras_explain.visual.text import one_line

_TOLD = 4  # Folders that a sentence names.


class Truth(NamedTuple):
    """What folders tell.

    Attributes:
        labels: `{photograph: (index, name)}` of the true class, for those of which it is known.
        names: The names of all classes, where the folders tell these as well, or else None.
        notes: Sentences about what was taken.
    """

    labels: dict
    names: list | None
    notes: list


def folder_classes(found, names, classes):
    """Returns the `Truth` of photographs.

    With names of the classes a folder is called by one of them, or by an index. Without, folders are numbered as
    `keras.utils.image_dataset_from_directory` numbers them, by name, if there are as many as classes; or they are
    called by an index. Of numbers that are in order others than themselves nothing is taken.

    Args:
        found: The photographs, as `find_photos` returns them.
        names: Name of each class, None if none were given.
        classes: Number of classes of the model, None if it has none.
    """
    folders = sorted(set(found.classes.values()))
    if not folders:
        return Truth({}, None, [])
    if classes in (None, 1):
        return Truth({}, None, ["the folders of photographs are not taken as classes: the model has none."])
    if names is not None:
        return _truth(found, *_by_name(folders, names, classes), names)
    numbered, by_index = _numbered(found, classes), _by_index(folders, classes)
    if numbered and all(map(_is_number, folders)) and numbered != by_index:
        why = "by their names they are others than by the order of these; which is which, give class_names="
        return _truth(found, {}, [f"the folders of photographs are not taken as true classes: {why}."])
    if by_index:
        return _truth(found, by_index, ["the folders of photographs are taken as true classes, by their index."])
    if numbered:
        note = f"the folders of photographs are taken as all classes, in the order of their names: {_told(numbered)}"
        names = sorted(numbered)
        truth = _truth(found, numbered, [f"{note}; if that is wrong give class_names=."], names)
        return Truth(truth.labels, names, truth.notes)
    why = f"the model has {classes}, and none is called {_listed(folders)}: give class_names="
    return _truth(found, {}, [f"the folders of photographs are not taken as true classes: {why}."])


def _truth(found, indices, notes, names=None):
    indices = {photo: indices[name] for photo, name in found.classes.items() if name in indices}
    return Truth({photo: (i, names[i] if names else str(i)) for photo, i in indices.items()}, None, notes)


def _by_name(folders, names, classes):
    """Returns `{folder: index}` of those whose name is one class's, and sentences about them and the others."""
    indices = _by_index(folders, classes)
    matches = {name: indices_of(name, names) or indices_of(name.replace("_", " "), names) for name in folders}
    taken = {name: matched[0] for name, matched in matches.items() if len(matched) == 1}
    taken |= {name: indices[name] for name in folders if not matches[name] and name in indices}
    several = [name for name, matched in matches.items() if len(matched) > 1]
    others = [name for name in folders if name not in taken and name not in several]
    notes = [f"the folders of photographs are taken as true classes: {_told(taken)}."] if taken else []
    if several:
        notes.append(f"several classes are called {_listed(several)}: no true class for the photographs there.")
    if others:
        notes.append(f"no class is called {_listed(others)}: no true class for the photographs there.")
    return taken, notes


def _numbered(found, classes):
    """Returns `{folder: index}` by order of the names, None unless there are as many as classes, alike everywhere."""
    listings = {tuple(sorted(names)) for names in found.roots.values()}
    if len(listings) != 1 or len(next(iter(listings))) != classes:
        return None
    return {name: index for index, name in enumerate(next(iter(listings)))}


def _by_index(folders, classes):
    """Returns `{folder: index}` where all are called by an index, or else an empty dictionary."""
    indices = {name: int(name) for name in folders if _is_number(name) and int(name) < classes}
    return indices if len(indices) == len(folders) == len(set(indices.values())) else {}


def _is_number(name):
    return name.isascii() and name.isdecimal()


def _told(indices):
    told = [f"{one_line(name)} = {index}" for name, index in list(indices.items())[:_TOLD]]
    return ", ".join(told + (["..."] if len(indices) > _TOLD else []))


def _listed(names):
    return ", ".join([*(f"'{one_line(name)}'" for name in names[:_TOLD]), *(["..."] if len(names) > _TOLD else [])])
