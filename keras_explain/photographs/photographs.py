"""Photographs on a disk as data for a model, read a batch at a time."""

import collections
import concurrent.futures
import functools
import itertools
import os
from typing import NamedTuple

import numpy as np

from keras_explain.checks.options import check_counts, check_flag, check_path, check_text
from keras_explain.errors import InputError, OptionError, brief, reason
from keras_explain.inputs.class_names import check_class_names
from keras_explain.inputs.stream import Part
from keras_explain.photographs.class_folders import Truth, folder_classes
from keras_explain.photographs.found import Found, find_photos
from keras_explain.photographs.intake import Intake, alike, model_intake
from keras_explain.photographs.scaling import Scale, choose_scale

_READERS = min(4, os.cpu_count() or 1)  # Decoding a photograph can take longer than explaining it.


class Photographs:
    """Photographs in a folder, as data for a stream or an audit: listed when that begins, read a batch at a time.

    They are read as `keras-explain explain` does it. Of a folder with photographs only in the folders within it each of
    these is a class, by its name. The name of a photograph is its path within the folder.

        kx.GradCAM(model).stream(kx.Photographs("photos", scale="0..1"))
    """

    def __init__(self, *paths, size=None, scale=None, crop=False, class_names=None):
        """Reads nothing yet.

        Args:
            *paths: Folders, files, and globs with `**` for folders at any depth.
            size: `(H, W)` to resize to, or one number for both, for a model that takes any.
            scale: The values that the model takes for black and white, as `"0..1"`, `"-1..1"` or `"0..255"`, or the
                preprocessing of a network in `keras.applications` by its name, as `"resnet50"`; by default what the
                model's layers or its name tell, else `"0..1"`.
            crop: Whether to cut off what doesn't fit the size, or else to stretch photographs.
            class_names: Name of each class, by which folders are taken for classes, see `explain`.

        Raises:
            OptionError: If an option is outside of what it allows.
        """
        if not paths:
            raise OptionError("expected a folder of photographs, received none.")
        self._paths = [check_path(path, "the photographs") for path in paths]
        self._size, self._scale = _check_size(size), check_text(scale, "scale=")
        self._crop, self._class_names = check_flag(crop, "crop="), class_names

    def listed(self, model, classes=None, class_names=None):
        """Returns the `Listed` photographs that are there now, as a model takes them.

        Args:
            model: The model.
            classes: Number of its classes, None if it has none.
            class_names: The name of each class, where none were given at construction.

        Raises:
            OptionError: If there are none, or they can't be brought into the form that the model takes.
            ModelError: If it takes no photographs.
        """
        intake, scale = model_intake(model, self._size, self._crop), choose_scale(self._scale, model)
        names = class_names if self._class_names is None else self._class_names
        names = None if names is None else check_class_names(names, classes, ())
        found = find_photos(self._paths)
        return Listed(found, _keys(found.photos, self._paths), intake, scale, folder_classes(found, names, classes))


class Listed(NamedTuple):
    """Photographs that were found, and how a model takes them.

    Attributes:
        found: Which they are.
        keys: The name of each, its path within the folder.
        intake: How they are sized.
        scale: How they are scaled.
        truth: Their classes.
    """

    found: Found
    keys: list
    intake: Intake
    scale: Scale
    truth: Truth

    @property
    def settings(self):
        """How photographs become inputs, as a manifest tells it."""
        return {"scale": self.scale.name, **self.intake.settings()}

    def first(self, count):
        """Returns the first photographs, None for all."""
        return self._replace(found=self.found._replace(photos=self.found.photos[:count]), keys=self.keys[:count])

    def without(self, done):
        """Returns the photographs whose keys aren't among those that are done."""
        left = [(photo, key) for photo, key in zip(self.found.photos, self.keys) if key not in done]
        return self.others([photo for photo, _ in left], [key for _, key in left], self.truth.labels)

    def others(self, photos, keys, labels):
        """Returns other photographs that are read alike, of which folders tell nothing.

        Args:
            photos: Their paths.
            keys: The name of each.
            labels: `{photograph: (index, name)}` of the true class where it is known.
        """
        found, truth = Found(photos, {}, {}, [], []), Truth(labels, None, [])
        return Listed(found, keys, self.intake, self.scale, truth)

    def parts(self, count, done=frozenset()):
        """Yields the `Part`s of up to `count` photographs of one size; those that can't be read are listed there.

        Args:
            count: Number of photographs of a part.
            done: Keys of photographs to leave out.
        """
        keys, broken = dict(zip(self.found.photos, self.keys)), []
        waiting = self.without(done).found.photos

        def read():
            for photo, (pixels, why) in zip(waiting, _in_order(functools.partial(_attempted, self.intake), waiting)):
                if why is None:
                    yield photo, pixels
                else:
                    broken.append((keys[photo], why))

        for pairs in alike(read(), count):
            photos = [photo for photo, _ in pairs]
            images = self.intake.model_input([pixels for _, pixels in pairs], self.scale)
            last, broken[:] = tuple(broken), []
            yield Part(images, self._labels(photos), [keys[photo] for photo in photos], last)
        if broken:
            yield Part(None, broken=tuple(broken))

    def _labels(self, photos):
        known = self.truth.labels
        return np.array([known[photo][0] if photo in known else -1 for photo in photos], np.int32) if known else None


def _attempted(intake, photo):
    """Returns the pixels of a photograph and None, or None and why it can't be read."""
    try:
        return intake.read(photo)[0], None
    except InputError as error:
        return None, str(error)
    except OSError as error:  # as of one that was removed meanwhile
        return None, reason(error)


def _in_order(work, items):
    """Yields what some threads make of items, in their order, a few of them ahead."""
    items = iter(items)
    with concurrent.futures.ThreadPoolExecutor(_READERS, "keras_explain reads photographs") as pool:
        ahead = collections.deque(pool.submit(work, item) for item in itertools.islice(items, 2 * _READERS))
        while ahead:
            done = ahead.popleft().result()
            ahead.extend(pool.submit(work, item) for item in itertools.islice(items, 1))
            yield done


def _keys(photos, paths):
    """Returns the paths of photographs within the folder that was given, or that is above them all, as valid text."""
    folder = paths[0] if len(paths) == 1 and os.path.isdir(paths[0]) else None
    root = os.path.abspath(folder or os.path.commonpath([os.path.dirname(os.path.abspath(photo)) for photo in photos]))
    within = [os.path.relpath(os.path.abspath(photo), root).replace(os.sep, "/") for photo in photos]
    return [name.encode("utf-8", "backslashreplace").decode() for name in within]


def _check_size(size):
    if size is None:
        return None
    sides = check_counts(size, "size=")
    if len(sides) > 2:
        raise OptionError(f"expected size= as the height and the width, received {brief(size)}.")
    return tuple(sides * 2)[:2]
