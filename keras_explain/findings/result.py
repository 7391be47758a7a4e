"""What was found in the maps of a whole dataset."""

import dataclasses

import numpy as np

from keras_explain.errors import OptionError, brief


@dataclasses.dataclass(frozen=True, eq=False)
class Finding:
    """Images of a class that are decided for another reason than the others.

    Attributes:
        sentence: What was found, in words and numbers.
        kind: What tells the images from the others: `"place"`, where their maps point; `"content"`, what the layer saw,
            wherever it was; `"place and content"`; `"detail"`, what a finer layer saw where they point; `"outside"`,
            that their maps point out of the region.
        label: The class.
        keys: The names of the images, the clearest first.
        score: How separate, how small and how different in accuracy they are; the larger, the sooner to be looked at.
        rows: The images' indices, in the order of `keys`.
        exemplars: Some of `rows`: the clearest ones.
    """

    sentence: str
    kind: str
    label: int
    keys: tuple
    score: float
    rows: np.ndarray
    exemplars: np.ndarray

    def __str__(self):
        return self.sentence


@dataclasses.dataclass(frozen=True, eq=False)
class ClassSummary:
    """What a network makes of a class; examples are indices of images, the first the most so.

    Attributes:
        label: The class.
        count: How many images show it.
        accuracy: Which share of them is recognized; None without such.
        decided: How many images are decided for it.
        mean_map: The mean of these images' maps, each of length 1; None without such.
        typical: Those whose reason is most like that of the others.
        strangest: Those whose reason is least so.
        wrong: Images of the class that are surely taken for another one.
        outside: Recognized images whose map points out of the region.
    """

    label: int
    count: int
    accuracy: float | None
    decided: int
    mean_map: np.ndarray | None
    typical: np.ndarray
    strangest: np.ndarray
    wrong: np.ndarray
    outside: np.ndarray


@dataclasses.dataclass(frozen=True, eq=False)
class Confusion:
    """A class that is taken for another one.

    Attributes:
        label: The class that images show.
        predicted: The class that they are taken for.
        rows: Their indices, the surest first.
        share: Their share of the class.
        mean_map: The mean of their maps, for the class that they are taken for.
        maps: The mean maps of what is decided for either class.
    """

    label: int
    predicted: int
    rows: np.ndarray
    share: float
    mean_map: np.ndarray
    maps: tuple


class Findings(tuple):
    """The `Finding`s, the one to be looked at first before the others; its text is them in sentences.

    Attributes:
        classes: `{label: ClassSummary}`.
        confusions: `Confusion`s, the most frequent first.
        notes: What couldn't be looked into, and why.
    """

    def __new__(cls, found, classes, confusions, notes, suspicion, keys):
        """Takes the parts, and what orders the suspects: `{label: (rows, suspicion)}`."""
        made = super().__new__(cls, found)
        made.classes, made.confusions, made.notes = classes, confusions, tuple(notes)
        made.suspicion, made.keys = suspicion, keys
        return made

    def suspects(self, label):
        """Returns the keys of a class, the one whose decision rests most on something else first.

        With a finding, by how near an image is to what was found; without one by how strange its reason is among those
        of the class. Images of the class that are decided for another one come last: their maps explain that one.

        Raises:
            OptionError: If no image shows the class, nor is decided for it.
        """
        if label not in self.suspicion:
            raise OptionError(f"expected label as a class that images show, received {brief(label)}.")
        rows, _ = self.suspicion[label]
        return [self.keys[row] for row in rows]

    def __str__(self):
        lines = [finding.sentence for finding in self] or ["No class has a second cluster of reasons."]
        return "\n".join([*lines, *self.notes])

    __repr__ = __str__
