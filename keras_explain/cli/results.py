"""Keep what is found about photographs: a folder for each, and a line for each at the end."""

import dataclasses
from pathlib import Path

import numpy as np

from keras_explain.cli.output import one_line, say
from keras_explain.cli.photographs import result_names
from keras_explain.engine.progress import Progress
from keras_explain.errors import ExplainError, InputError, OptionError
from keras_explain.report.explanation import KIND
from keras_explain.report.folders import read_manifest

_FLAT = 0.8  # The share of the greatest possible entropy from which on predictions say little.


class Results:
    """A folder with one folder for each photograph, which is there whole or not at all.

    Attributes:
        waiting: The photographs that can be explained and saved.
    """

    def __init__(self, out, photos, scale):
        """Writes nothing yet.

        Args:
            out: Path of the folder.
            photos: Paths of all photographs.
            scale: Name of the scale of their values, to be kept with them.

        Raises:
            OptionError: If there is a file at that path.
        """
        self._out, self._scale = Path(out), scale
        if self._out.exists() and not self._out.is_dir():
            raise OptionError(f"expected --out as a folder, received the file '{out}'.")
        self._folders = dict(zip(photos, (self._out / name for name in result_names(photos))))
        self._saved, self._failed, self._flatness = {}, {}, []
        self._progress = Progress(len(photos), "auto", "photo")
        for photo, folder in self._folders.items():
            other = _explained_photo(folder)
            if other not in (None, str(photo.resolve())):
                self.fail(photo, f"'{folder}' holds the explanation of '{other}'; choose another --out.")
        self.waiting = [photo for photo in photos if photo not in self._failed]

    def save(self, photo, explanation):
        """Saves the explanation of one photograph, with its path; if that fails, that is reported at the end."""
        settings = {**explanation.settings, "photo": str(photo.resolve()), "scale": self._scale}
        try:
            dataclasses.replace(explanation, settings=settings).save(self._folders[photo])
        except (OSError, ExplainError) as error:
            return self.fail(photo, error)
        self._saved[photo] = " | ".join(one_line(title) for title in explanation.class_titles(0))
        if explanation.probabilities is not None:
            self._flatness.append(_flatness(explanation.probabilities[0]))
        self._progress.step()

    def fail(self, photo, reason):
        """Keeps why a photograph was not explained, to be reported at the end."""
        self._failed[photo] = reason
        self._progress.step()

    def report(self):
        """Prints a line for each photograph, the failed ones last; returns whether there are none of these."""
        for photo, found in self._saved.items():
            print(f"{photo}: {found} -> {self._folders[photo]}")
        if self._flatness and np.median(self._flatness) > _FLAT:
            say(
                "warning: the network hardly prefers any class for half of the photographs or more; if that is a "
                f"surprise, --scale {self._scale} may not be what it was trained with."
            )
        for photo, reason in self._failed.items():
            say(f"error: '{photo}' was not explained: {reason}")
        return not self._failed

    def __str__(self):
        return f"'{self._out}' holds {len(self._saved)} of {len(self._folders)} photographs, each of them whole"


def _explained_photo(folder):
    """Returns the path of the photograph whose explanation a folder holds, None if it is free."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return None
    try:
        return read_manifest(folder, KIND)["settings"].get("photo", "other images")
    except InputError:
        return "something else"


def _flatness(probabilities):
    """Returns the entropy of probabilities as a share of the greatest possible one."""
    chances = np.stack([probabilities, 1 - probabilities]) if len(probabilities) == 1 else probabilities
    return float(-np.sum(chances * np.log(np.maximum(chances, 1e-30))) / np.log(len(chances)))
