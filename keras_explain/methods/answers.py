"""An explainer's maps at their own size, with scores and probabilities, from as few passes as it takes."""

import dataclasses

from keras_explain.engine.compiled import Compiled


class Answers:
    """What an explainer and its model answer to a batch.

    Attributes:
        explainer: The explainer whose maps have their own size.
        compiled: The `Compiled` function that tells scores, targets and probabilities.
    """

    def __init__(self, explainer, others=(), leave_out=(), own_size=True):
        """Traces the model once for all of them, or where the maps take several passes, once more for what those lack.

        Args:
            explainer: A `ModelExplainer`, or what has its `request`, `batch_size`, `one_pass`, `at_own_size`,
                `compile` and `maps_of`.
            others: What else is computed, see `Compiled`.
            leave_out: Kinds of errors by which these are left out.
            own_size: Whether maps have their own size, or else that which the explainer gives them.

        Raises:
            ExplainError: If the explainer doesn't apply to the model.
        """
        self.explainer = explainer.at_own_size() if own_size else explainer
        self._shares, self._others, request = explainer.one_pass, list(others), explainer.request
        scores = {}
        if not self._shares:
            self.explainer.compile(scores)
        shared = [self.explainer] if self._shares and self.explainer not in self._others else []
        wanted = [*shared, *self._others]
        self.compiled = (not wanted and scores.get(request)) or Compiled(request, wanted, leave_out)
        self._check()

    def __call__(self, batch):
        """Returns the `Answer` to a `Batch`: the explainer's maps, then those of the others, None if left out."""
        answer = self.compiled(batch, self.explainer.batch_size)
        self._check()
        found = dict(zip(self.compiled.explainers, answer.maps))
        maps = found[self.explainer] if self._shares else self.explainer.maps_of(batch)
        return dataclasses.replace(answer, maps=[maps, *map(found.get, self._others)])

    def _check(self):
        """Raises why the explainer doesn't apply to the model, once that is known."""
        if self.explainer in self.compiled.left_out:
            raise self.compiled.left_out[self.explainer]
