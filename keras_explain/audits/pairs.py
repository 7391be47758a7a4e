"""Two networks, asked about the same images."""

import dataclasses

import numpy as np

from keras_explain.audits.changes import ChangeRow
from keras_explain.errors import InputError, OptionError
from keras_explain.inputs.read_ahead import read_ahead
from keras_explain.maps import fitted, reduce_channels
from keras_explain.methods.checked_parts import checked_parts
from keras_explain.metrics.change import movement
from keras_explain.photographs.photographs import Listed
from keras_explain.visual.picture import showable


@dataclasses.dataclass(frozen=True, eq=False)
class Pair:
    """An image as two networks see it.

    Attributes:
        row: The `ChangeRow`.
        image: `(*spatial, C)`, as the first one takes it.
        maps: The two maps, each at its own size.
    """

    row: ChangeRow
    image: np.ndarray
    maps: tuple

    def shown(self, display):
        """Returns the image as it is shown, and the maps at its size; None if it can't be shown.

        Raises:
            InputError: If `display`, see `explain`, returns no pixels.
        """
        try:
            (shown,) = showable(self.image[np.newaxis], display=display)
        except InputError:
            if display is not None:
                raise
            return None
        return shown, *(fitted(values[np.newaxis], self.image.shape[:-1])[0] for values in self.maps)


def read_pairs(data, answers, batch_size, labels, count):
    """Yields lists of `Pair`s, of some images each, and what couldn't be read; the next ones are read meanwhile.

    Args:
        data: See `checked_parts`; of photographs a list of the `Listed` ones for each network.
        answers: The `Answers` of the two networks.
        batch_size: Number of images in memory at a time.
        labels: See `checked_parts`.
        count: See there.
    """
    for part, other in read_ahead(_batches(data, answers, batch_size, labels, count)):
        yield [] if part.batch is None else _pairs(answers, part, (part.batch, other)), part.broken


def _batches(data, answers, batch_size, labels, count):
    """Yields images as the first network takes them, `Checked`, and their `Batch` for the second."""
    ours, theirs = (one.compiled for one in answers)
    options = {"batch_size": batch_size, "labels": labels, "count": count}
    if not isinstance(data, list) or not isinstance(data[0], Listed):
        for part in checked_parts(data, ours, **options):
            yield part, part.batch and theirs.batch(part.batch.inputs)
        return
    both = (checked_parts(one, compiled, **options) for one, compiled in zip(data, (ours, theirs)))
    for one, other in zip(*both):
        if one.keys != other.keys:
            raise InputError("expected photographs of one size for both networks: kx.Photographs(folder, size=).")
        yield one, other.batch


def _pairs(answers, part, batches):
    """Returns the `Pair`s of some images, of which both networks explain the same class."""
    keys = part.keys
    truth = np.full(len(keys), -1, np.int32) if part.labels is None else part.labels
    of_one_unit = answers[0].compiled.classes == 1  # which has but one class to explain
    targets, found = np.full(len(keys), -1, np.int32) if of_one_unit else truth, []
    for one, batch in zip(answers, batches):
        found.append(one(batch.copies(np.arange(len(keys)), batch.images, targets)))
        targets = found[0].targets
    chances = [_chances(answer) for answer in found]
    if chances[0].shape[1] != chances[1].shape[1]:
        told = " and ".join(str(one.shape[1]) for one in chances)
        raise OptionError(f"expected two networks of the same classes, received {told} of them.")
    maps = [answer.maps[0] for answer in found]
    size = tuple(np.maximum(maps[0].shape[1:-1], maps[1].shape[1:-1]))
    moved = movement(*(fitted(reduce_channels(values), size) for values in maps))
    pairs = []
    for i, key in enumerate(keys):
        label = None if truth[i] < 0 else int(truth[i])
        classes, sure = zip(*((int(one[i].argmax()), float(one[i].max())) for one in chances))
        row = ChangeRow(key, label, *classes, *sure, int(targets[i]), _kind(label, *classes), float(moved[i]))
        pairs.append(Pair(row, batches[0].images[i], tuple(values[i] for values in maps)))
    return pairs


def _chances(answer):
    """Returns the probability of each class, `(N, classes)`."""
    if answer.probabilities is None:
        raise OptionError("expected two networks that tell classes apart, received one without probabilities.")
    chances = answer.probabilities
    return np.concatenate([1 - chances, chances], axis=1) if chances.shape[1] == 1 else chances


def _kind(label, before, after):
    if before == after:
        return "kept"
    return "broken" if before == label else "fixed" if after == label else "flipped"
