"""Maps of data of any length, a batch at a time."""

import dataclasses
import itertools

import numpy as np

from keras_explain.inputs.read_ahead import read_ahead
from keras_explain.methods.checked_parts import checked_parts
from keras_explain.methods.not_finite import warn_unless_finite


@dataclasses.dataclass(frozen=True, eq=False)
class Streamed:
    """What is found on N images of a stream.

    Attributes:
        keys: The name of each image: its path in the folder, else its number, as a text.
        labels: int32 `(N,)`, the class that each shows, -1 where it isn't known; None if the data tell none.
        targets: int32 `(N,)`, the explained classes, predicted ones included; -1 where a custom score got none.
        scores: float32 `(N,)`, what was explained.
        probabilities: float32 `(N, classes)`; None if the model gives none.
        maps: float32 `(N, *spatial, C)`, raw values at the maps' own size: Grad-CAM's is its layer's.
    """

    keys: list
    labels: np.ndarray | None
    targets: np.ndarray
    scores: np.ndarray
    probabilities: np.ndarray | None
    maps: np.ndarray

    def __len__(self):
        return len(self.keys)


class Stream:
    """An iterator of `Streamed` batches. A thread reads the next images while the model explains these.

    It ends that thread when it is at its end, closed, left by an error, or forgotten.

    Attributes:
        broken: `{key: reason}` of the images so far that could not be read, or aren't finite.
    """

    def __init__(self, answers, data, target, **options):
        """Reads the first images, by which data that don't fit the model are refused.

        Args:
            answers: The `Answers` of the explainer.
            data: See `checked_parts`.
            target: See there.
            **options: `labels`, `keys` and `count`, see there.
        """
        self.broken = {}
        parts = read_ahead(checked_parts(data, answers.compiled, answers.explainer.batch_size, target, **options))
        first = list(itertools.islice(parts, 1))
        self._parts, self._found = parts, _explained(answers, itertools.chain(first, parts), self.broken)

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._found)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        """Ends the stream and its thread."""
        self._found.close()
        self._parts.close()


def _explained(answers, parts, broken):
    """Yields what is found on each part; it holds no `Stream`, so that one that is forgotten is gone at once."""
    explainer, warned = answers.explainer, False
    for part in parts:
        broken.update(part.broken)
        if part.batch is None:
            continue
        answer = answers(part.batch)
        maps = answer.maps[0]
        if explainer.one_pass:
            explainer.tell_once(maps, answer)
        warned = warned or warn_unless_finite(explainer.title, maps)
        yield Streamed(part.keys, part.labels, answer.targets, answer.scores, answer.probabilities, maps)
