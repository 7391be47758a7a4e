"""What a named score is: a number of a model's outputs that can be shown, compared, pickled and written down."""

import dataclasses
import json
from types import MappingProxyType
from typing import ClassVar

import numpy as np

from keras_explain.storage.runs import as_runs
from keras_explain.tracing.class_scores import dense_logits


@dataclasses.dataclass(frozen=True, eq=False, repr=False)
class Score:
    """Base class of the scores that `scores` makes; its fields are the arguments of the function that makes it.

    Attributes:
        key: That function's name.
        takes_target: Whether it is one of the target class, on a table of class scores; else it takes no target.
        chooses: Whether it chooses by values of the outputs which of the logits it is of, as the predicted ones.
        outputs: `{option: name or index}` of the outputs that it is computed from; empty for the one that is explained.
    """

    key: ClassVar[str] = ""
    takes_target: ClassVar[bool] = False
    chooses: ClassVar[bool] = False
    outputs = MappingProxyType({})

    def __call__(self, outputs, target, logits=dense_logits):
        """Returns the score of each image, `(N,)`.

        Args:
            outputs: The explained output, symbolic; a list of them if it names its `outputs`.
            target: int32 `(N,)`, -1 for none.
            logits: A function that returns the logits of an output.

        Raises:
            ModelError: If an output has another shape than the score is for, or no logits are proven.
            OptionError: If the outputs have no such class, unit or place.
        """
        raise NotImplementedError

    def title(self, name):
        """Returns what is explained, in words.

        Args:
            name: A function from a class's index to its name.
        """
        raise NotImplementedError

    @property
    def named(self):
        """Indices of the classes that its title names."""
        return ()

    @property
    def entry(self):
        """The score as JSON holds it, by which `scores.restored` makes it again: its key, and its arguments by name."""
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {"score": self.key, **{name: _jsonable(value) for name, value in fields.items()}}

    def __eq__(self, other):
        return isinstance(other, Score) and self.entry == other.entry

    def __hash__(self):
        return hash(json.dumps(self.entry))

    def __repr__(self):
        fields = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        shown = (f"{name}={_shown(value)}" for name, value in fields.items())
        return f"scores.{self.key}({', '.join(shown)})"


def _jsonable(value):
    if isinstance(value, np.ndarray):
        return as_runs(value)
    return list(value) if isinstance(value, tuple) else value


def _shown(value):
    if isinstance(value, np.ndarray):
        return f"<{int(value.sum())} of {' x '.join(map(str, value.shape))} pixels>"
    return str(value) if isinstance(value, (tuple, int)) else f'"{value}"'
