"""Asks a model for the scores of changed images, once traced for all metrics that ask."""

import numpy as np

from keras_explain.checks.options import check_count
from keras_explain.engine.compiled import Compiled
from keras_explain.engine.progress import Progress
from keras_explain.engine.request import Request
from keras_explain.errors import OptionError


class Scorer:
    """A model and which of its scores is asked for: what metrics take in place of a model, to trace it but once.

    It reads the model's live weights, and keeps the model as long as it is kept itself.

    Examples:
        >>> scorer = kx.metrics.Scorer(model)
        >>> kx.metrics.deletion(scorer, images, maps).shape, kx.metrics.insertion(scorer, images, maps).shape
        ((2,), (2,))

    Attributes:
        compiled: The `Compiled` function of the scores.
        batch_size: Number of images in memory at a time.
    """

    def __init__(self, model, *, score="probability", input=None, output=None, head=None, batch_size=32):
        """Traces the model, or leaves it to the first images if it doesn't know its inputs.

        Args:
            model: A Keras model of any form.
            score: `"probability"`, `"logit"`, one of `kx.scores`, or a function `(outputs, target) -> (N,)`.
            input: Index or name of the input to change, of several.
            output: Index or name of the output to score, of several.
            head: What the output's units are, where the model doesn't show it, as for explainers.
            batch_size: Number of images in memory at a time.

        Raises:
            OptionError: If an option is outside of what it allows.
            ExplainError: If the model has no such score.
        """
        request = Request(model, score, input, output, head)
        self.batch_size = check_count(batch_size, "batch_size")
        self.compiled, self._prepared = Compiled(request), {}

    def batch(self, images, target=None):
        """Returns the `Batch` of images and targets as a user hands them in.

        Raises:
            InputError: If the images don't fit the model.
            TargetError: If the targets don't fit the images or the classes.
        """
        return self.compiled.batch(images, target)

    def answer(self, batch):
        """Returns the `Answer` to whole images: their scores and targets."""
        return self.compiled(batch, self.batch_size)

    def prepared(self, key, make):
        """Returns what `make()` gives, made once for each key: what is traced on top of the model's scores."""
        if key not in self._prepared:
            self._prepared[key] = make()
        return self._prepared[key]

    def copies(self, batch, targets, wanted, change, verbose):
        """Returns the scores of changed copies of images, float32 `(N, count)`, 0 where none is wanted.

        Args:
            batch: The images, a `Batch`.
            targets: The class whose score it is, int32 `(N,)`.
            wanted: Which copies of each image, bool `(N, count)`.
            change: `(rows, numbers) -> copies`: of the images at `rows`, each changed in the way of its number, both
                ints `(M,)`; the copies are `(M, *spatial, C)`.
            verbose: See `Progress`.
        """
        numbers, rows = np.nonzero(wanted.T)  # of all images the first, so that they share what is drawn for it
        scores, bar = np.zeros(wanted.shape, np.float32), Progress(-(-len(rows) // self.batch_size), verbose, "batch")
        for start in range(0, len(rows), self.batch_size):
            some = slice(start, start + self.batch_size)
            copies = batch.copies(rows[some], change(rows[some], numbers[some]), targets[rows[some]])
            scores[rows[some], numbers[some]] = self.compiled(copies, self.batch_size).scores
            bar.step()
        return scores


def scorer_of(model, options, score="probability"):
    """Returns the `Scorer` that a metric was given, or makes it of a model.

    Args:
        model: A Keras model or a `Scorer`.
        options: Those of `Scorer`, for a model.
        score: The score by default.

    Raises:
        OptionError: If a `Scorer` is given further options.
    """
    if not isinstance(model, Scorer):
        return Scorer(model, **{"score": score, **options})
    if options:
        raise OptionError(f"expected {', '.join(options)} where the Scorer is made, received it here.")
    return model
