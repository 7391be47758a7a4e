"""An explainer's maps at their own size, with scores and probabilities, from as few passes as it takes."""

import dataclasses

from keras_explain.engine.compiled import Compiled


class Answers:
    """What an explainer and its model answer to a batch.

    Attributes:
        explainer: The explainer whose maps have their own size.
        compiled: The `Compiled` function that tells scores, targets and probabilities.
    """

    def __init__(self, explainer, others=(), leave_out=()):
        """Traces the model once for all of them, or where the maps take several passes, once more for the scores.

        Args:
            explainer: A `ModelExplainer`, or what has its `request`, `batch_size`, `one_pass`, `at_own_size`,
                `compile` and `maps_of`.
            others: What else is computed, see `Compiled`.
            leave_out: Kinds of errors by which these are left out.

        Raises:
            ExplainError: If the explainer doesn't apply to the model.
        """
        self.explainer = explainer.at_own_size()
        self._shares, request = explainer.one_pass, explainer.request
        if not self._shares:
            self.explainer.compile()
        self.compiled = Compiled(request, [*([self.explainer] if self._shares else []), *others], leave_out)
        if self.explainer in self.compiled.left_out:
            raise self.compiled.left_out[self.explainer]

    def __call__(self, batch):
        """Returns the `Answer` to a `Batch`: the explainer's maps first, then those of the others."""
        answer = self.compiled(batch, self.explainer.batch_size)
        if self._shares:
            return answer
        return dataclasses.replace(answer, maps=[self.explainer.maps_of(batch), *answer.maps])
