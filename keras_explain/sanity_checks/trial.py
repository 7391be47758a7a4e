"""Ask the questions, compare the maps, and come to a verdict."""

import numpy as np

from keras_explain.engine.progress import Progress
from keras_explain.errors import InputError, MethodError
from keras_explain.methods.asked import maps_by
from keras_explain.sanity_checks.likeness import Likeness
from keras_explain.sanity_checks.result import Sanity, SanityRow
from keras_explain.sanity_checks.verdict import verdicts_of
from keras_explain.visual.look import look_of
from keras_explain.visual.picture import showable

_PICTURED = 3  # Images in a figure.
_OF_WEIGHTS = ("weights", "independent")


class Trial:
    """An explainer, asked for maps by its own weights and by redrawn ones."""

    def __init__(self, explainer, weights, batch):
        """Takes the explainer, the `Weights` that its maps are computed from, and the `Batch` that is explained."""
        self._explainer, self._weights, self._batch, self._broken = explainer, weights, batch, 0

    def steps(self, most):
        """Returns the layers in so many groups, or fewer if there are not as many: the last to be used first."""
        layers = self._weights.layers
        groups = np.array_split(np.arange(len(layers)), min(most, len(layers)))
        return [tuple(layers[i] for i in group) for group in groups]

    def result(self, questions, notes, verbose):
        """Returns the `Sanity` of the answers to these `Question`s, with notes; for `verbose` see `Progress`.

        Raises:
            MethodError: If the own maps hold nothing to be compared.
        """
        bar = Progress(sum(len(question.batch) for question in questions), verbose, "map")
        own, untrained, *others = questions
        maps = self._ask(own, bar)
        likeness = self._likeness(maps)
        chance, pictured, rows = likeness.chance(self._ask(untrained, bar)), {own.title: maps[:_PICTURED]}, []
        for question in others:
            maps = self._ask(question, bar)
            rows += _rows(question, likeness(maps), chance)
            pictured |= {} if question.title is None else {question.title: maps[:_PICTURED]}
        return Sanity(
            title=self._explainer.title,
            rows=tuple(rows),
            chance=chance,
            verdicts=verdicts_of(rows, chance, len(self._weights.layers)),
            notes=(*notes, *self._notes(questions, np.flatnonzero(likeness.blank))),
            pictured=pictured,
            shown=_shown(self._batch.images[:_PICTURED]),
            looks=look_of(self._explainer),
        )

    def _ask(self, question, bar):
        batch = question.batch
        maps = self._weights.reading(question.redrawn, lambda: maps_by(self._explainer, batch)).astype(np.float32)
        if question.redrawn:  # an untrained network's may overflow
            broken = ~np.isfinite(maps).reshape(len(maps), -1).all(axis=1)
            self._broken += int(broken.sum())
            maps[broken] = 0
        bar.step(len(batch))
        return maps

    def _likeness(self, maps):
        if not np.isfinite(maps).all():
            raise MethodError(f"expected maps of finite numbers, received others by {self._explainer.title}.")
        likeness = Likeness(maps, self._explainer.signed)
        if likeness.blank.all():
            raise MethodError(
                f"expected maps with something to compare, received by {self._explainer.title} ones that are the same "
                "everywhere; choose other images or another target."
            )
        return likeness

    def _notes(self, questions, blank):
        """Yields what else is to be known of the numbers, in sentences."""
        if len(blank):
            yield f"The maps of these images are blank and were left out: {', '.join(map(str, blank))}."
        if self._broken:
            yield f"{self._broken} maps of redrawn weights aren't finite and were taken for blank ones."
        layers, redrawn = self._weights.layers, any(question.check in _OF_WEIGHTS for question in questions)
        permuted = [f"{layer.path}/{name}" for layer in layers for name in layer.permuted]
        kept = [f"{layer.path}/{name}" for layer in layers for name in layer.kept] + list(self._weights.foreign)
        if permuted and redrawn:
            yield f"Permuted, since no initializer of theirs is known: {_some(permuted)}."
        if kept and redrawn:
            yield f"Kept, since they have one value or belong to no layer: {_some(kept)}."


def _rows(question, alike, chance):
    paths = tuple(layer.path for layer in question.layers)
    for image, (target, *values) in enumerate(zip(question.batch.targets, *alike)):
        similarity, signed, ssim = (None if value is None else float(value) for value in values)
        yield SanityRow(question.check, image, paths, question.step, int(target), similarity, signed, ssim, chance)


def _some(names):
    return ", ".join(names) if len(names) <= 4 else f"{', '.join(names[:3])}, ... {names[-1]} ({len(names)} in all)"


def _shown(images):
    try:
        return showable(images)
    except InputError:
        return None  # the numbers are wanted all the same
