"""Keep what is found about photographs: a folder for each, and a line for each as soon as it is there."""

import contextlib
import dataclasses
import os
from pathlib import Path

import numpy as np

from keras_explain.checks.paths import why_no_file
from keras_explain.cli.accuracy import Accuracy
from keras_explain.cli.output import say, show, told
from keras_explain.cli.record import json_line, readable_line, record
from keras_explain.cli.result_paths import result_paths
from keras_explain.engine.progress import Progress
from keras_explain.errors import InputError
from keras_explain.report.save import KIND
from keras_explain.storage.folders import MANIFEST, read_manifest
from keras_explain.visual.text import written_out

_LISTED = 10  # Photographs that a sentence names.
_FLAT = 0.8  # The share of the greatest possible entropy from which on predictions say little.


class Results:
    """A folder with one folder for each photograph, which is there whole or not at all, and what is told of each.

    Attributes:
        waiting: The photographs that can be explained and saved.
    """

    def __init__(self, out, photos, truth, settings, *, folders=None, as_json=False, options=None):
        """Writes nothing yet.

        Args:
            out: Path of the folder, see `files.check_out`.
            photos: Paths of the photographs.
            truth: `{path: (index, name)}` of the true classes that are known.
            settings: `{name: value}` of how they became inputs, to be kept with each.
            folders: `{path: name}` of the folder that stands for a class, for those in one.
            as_json: Whether a photograph is told of as a JSON object.
            options: Those of `Explanation.save`.
        """
        self._out, self._settings, self._as_json, self._options = Path(out), settings, as_json, options or {}
        paths = result_paths(photos, folders)
        self._folders = dict(zip(photos, (self._out / path for path in paths)))
        self._saved, self._failed, self._flatness = 0, [], []
        self._truth, self._accuracy = truth, Accuracy()
        self._progress = Progress(len(photos), "auto", "photo")
        for photo, folder in self._folders.items():
            self.attempt([photo], _check_free, folder, photo)
        self.waiting = [photo for photo in photos if photo not in self._failed]

    def attempt(self, photos, work, *arguments):
        """Returns what some work on photographs returns.

        Whatever goes wrong with one photograph is told, and the work goes on with the others. Of several it isn't known
        which one it is: they are to be tried one by one, which is told.

        Args:
            photos: Paths of the photographs.
            work: A function.
            *arguments: What it is called with.

        Returns:
            None if it failed.
        """
        try:
            return work(*arguments)
        except Exception as error:  # files, Pillow, TensorFlow and the model raise whatever they like
            if len(photos) > 1:
                say(f"warning: {len(photos)} photographs failed together, each is tried alone: {told(error)}")
                return None
            self._fail(photos[0], told(error))
            return None

    def save(self, photo, explanation):
        """Saves the explanation of one photograph, with its path, and tells what was found, or what failed.

        Returns:
            The explanation as it is saved; None if it failed.
        """
        saved = self.attempt([photo], self._saved_with_line, photo, explanation)
        if saved is None:
            return None
        explanation, line = saved
        show(line)
        self._progress.step()
        return explanation

    def report(self):
        """Tells what stands at the end of all photographs; returns whether all were explained."""
        for line in self._accuracy.lines():
            say(line) if self._as_json else show(line)
        if self._flatness and np.median(self._flatness) > _FLAT:
            say(
                "warning: the network hardly prefers any class for half of the photographs or more; if that is a "
                f"surprise, --scale {self._settings['scale']} may not be what it was trained with."
            )
        if self._failed:
            names = [f"'{written_out(str(photo))}'" for photo in self._failed[:_LISTED]]
            more = f" and {len(self._failed) - _LISTED} more" if len(self._failed) > _LISTED else ""
            say(
                f"{len(self._failed)} of {len(self._folders)} photographs were not explained: {', '.join(names)}{more}."
            )
        return not self._failed

    def __str__(self):
        return f"'{self._out}' holds {self._saved} of {len(self._folders)} photographs, each of them whole"

    def _saved_with_line(self, photo, explanation):
        if not np.isfinite(explanation.scores).all():
            raise InputError(f"expected a score of the model that is a finite number, received {explanation.scores}.")
        folder, true = self._folders[photo], self._true(photo)
        settings = {**explanation.settings, **self._settings, "photo": os.path.realpath(photo)}
        labels = None if true[0] is None else np.array(true[:1], np.int32)
        explanation = dataclasses.replace(explanation, settings=settings, labels=labels)
        explanation.save(folder, original=[photo], **self._options)
        self._saved += 1
        if explanation.probabilities is not None:
            self._flatness.append(_flatness(explanation.probabilities[0]))
        fields = record(photo, folder, explanation, true)
        if fields["true"] is not None and fields["predicted"] is not None:
            self._accuracy.add(fields["true"], fields["predicted"], fields["true_name"])
        return explanation, json_line(fields) if self._as_json else readable_line(fields, explanation)

    def _true(self, photo):
        """Returns index and name of a photograph's true class, None and None if it isn't known."""
        return self._truth.get(photo, (None, None))

    def _fail(self, photo, error):
        self._failed.append(photo)
        say(f"error: '{written_out(str(photo))}' was not explained: {error}")
        if self._as_json:
            show(json_line(record(photo, true=self._true(photo), error=error)))
        self._progress.step()


def _check_free(folder, photo):
    """Refuses a folder that holds anything but an explanation of the photograph."""
    if not os.path.lexists(folder) or (folder.is_dir() and not any(folder.iterdir())):
        return
    settings = None
    if why_no_file(folder / MANIFEST) is None:
        with contextlib.suppress(InputError):
            settings = read_manifest(folder, KIND).get("settings")
    if not isinstance(settings, dict):
        raise InputError(f"'{folder}' holds something else; choose another --out.")
    other = settings.get("photo", "other images")
    if other != os.path.realpath(photo):
        raise InputError(f"'{folder}' holds the explanation of '{other}'; choose another --out.")


def _flatness(probabilities):
    """Returns the entropy of probabilities as a share of the greatest possible one."""
    chances = np.stack([probabilities, 1 - probabilities]) if len(probabilities) == 1 else probabilities
    return float(-np.sum(chances * np.log(np.maximum(chances, 1e-30))) / np.log(len(chances)))
