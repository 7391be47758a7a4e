"""What a compiled function computes for some images."""

import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Answer:
    """What is computed for N images.

    Attributes:
        maps: The maps, float32 `(N, *spatial, C)`: one array an explainer, or by its name.
        scores: float32 `(N,)`, what was explained.
        targets: int32 `(N,)`, the classes, predicted ones included; -1 if a custom score got none.
        probabilities: float32 `(N, classes)`; None if the model gives none.
        unresized: The maps before they were resized to the images, or themselves; None of maps alone.
    """

    maps: list | dict
    scores: np.ndarray | None = None
    targets: np.ndarray | None = None
    probabilities: np.ndarray | None = None
    unresized: list | dict | None = None
