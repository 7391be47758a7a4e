"""Keep what is found about photographs: a folder for each, and a line for each at the end."""

import contextlib
import dataclasses
import os
from pathlib import Path

import numpy as np

from keras_explain.checks.paths import why_no_file
from keras_explain.cli.output import one_line, say, show, told
from keras_explain.cli.photographs import result_names
from keras_explain.engine.progress import Progress
from keras_explain.errors import InputError
from keras_explain.report.explanation import KIND
from keras_explain.report.folders import MANIFEST, read_manifest
from keras_explain.visual.text import written_out

_FLAT = 0.8  # The share of the greatest possible entropy from which on predictions say little.


class Results:
    """A folder with one folder for each photograph, which is there whole or not at all.

    Attributes:
        waiting: The photographs that can be explained and saved.
    """

    def __init__(self, out, photos, scale):
        """Writes nothing yet.

        Args:
            out: Path of the folder, see `files.check_out`.
            photos: Paths of all photographs.
            scale: Name of the scale of their values, to be kept with them.
        """
        self._out, self._scale = Path(out), scale
        self._folders = dict(zip(photos, (self._out / name for name in result_names(photos))))
        self._saved, self._failed, self._flatness = {}, {}, []
        self._progress = Progress(len(photos), "auto", "photo")
        for photo, folder in self._folders.items():
            self.attempt([photo], _check_free, folder, photo)
        self.waiting = [photo for photo in photos if photo not in self._failed]

    def attempt(self, photos, work, *arguments):
        """Returns what some work on photographs returns.

        Whatever goes wrong with one photograph is kept, to be reported at the end, and the work goes on with the
        others. Of several it isn't known which one it is: they are to be tried one by one, which is told.

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
            self._failed[photos[0]] = told(error)
            self._progress.step()
            return None

    def save(self, photo, explanation):
        """Saves the explanation of one photograph, with its path.

        Raises:
            InputError: If the model gives no number for it.
        """
        if not np.isfinite(explanation.scores).all():
            raise InputError(f"expected a score of the model that is a finite number, received {explanation.scores}.")
        found = " | ".join(one_line(title) for title in explanation.class_titles(0))
        lost = [explanation.titles[name] for name, maps in explanation.maps.items() if not np.isfinite(maps).all()]
        found += f" (not finite: {', '.join(lost)})" if lost else ""
        flatness = [] if explanation.probabilities is None else [_flatness(explanation.probabilities[0])]
        settings = {**explanation.settings, "photo": os.path.realpath(photo), "scale": self._scale}
        dataclasses.replace(explanation, settings=settings).save(self._folders[photo])
        self._saved[photo] = found
        self._flatness += flatness
        self._progress.step()

    def report(self):
        """Prints a line for each photograph, the failed ones last; returns whether there are none of these."""
        for photo, found in self._saved.items():
            show(f"{written_out(str(photo))}: {found} -> {written_out(str(self._folders[photo]))}")
        if self._flatness and np.median(self._flatness) > _FLAT:
            say(
                "warning: the network hardly prefers any class for half of the photographs or more; if that is a "
                f"surprise, --scale {self._scale} may not be what it was trained with."
            )
        for photo, reason in self._failed.items():
            say(f"error: '{written_out(str(photo))}' was not explained: {reason}")
        return not self._failed

    def __str__(self):
        return f"'{self._out}' holds {len(self._saved)} of {len(self._folders)} photographs, each of them whole"


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
