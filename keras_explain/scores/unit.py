"""One number of an output, by its index."""

import dataclasses

from keras_explain.checks.options import check_counts
from keras_explain.engine.named_score import Score
from keras_explain.errors import ModelError, OptionError
from keras_explain.tracing.class_scores import dense_logits


def unit(index):
    """Why a single number of the output is what it is: `S = f_i`, as the model returns it.

    Not the logit, which other scores are made of: what a softmax returns is a probability, and a coordinate of a box,
    the age of a regression or the heat at a keypoint is explained as the value that it is.

        kx.Saliency(model, score=kx.scores.unit((12, 20, 0)))(images)   # of a heatmap, row 12 and column 20

    Units: those of the output.

    Args:
        index: Of the unit, an int for an output `(N, units)`, for others as many as it has axes beside the first.

    Returns:
        A `Score` of any output.

    Raises:
        OptionError: If it is no index.
    """
    return Unit(tuple(check_counts(index, "index", least=0)))


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Unit(Score):
    """See `unit`."""

    key = "unit"

    index: tuple

    def __call__(self, outputs, target, logits=dense_logits):
        sizes = outputs.shape[1:]
        if sizes.rank != len(self.index):
            raise ModelError(f"expected an output of {len(self.index) + 1} axes for {self}, received {outputs.shape}.")
        for axis, (place, size) in enumerate(zip(self.index, sizes), start=1):
            if size is not None and place >= size:
                raise OptionError(f"expected an index up to {size - 1} along axis {axis} for {self}, received {place}.")
        return outputs[(slice(None), *self.index)]

    def title(self, name):
        return f"unit {', '.join(map(str, self.index))}"
