"""Other classes and other images than those that are explained."""

import numpy as np

_COPIES = 3  # Of a single image.
_CLASSES = 8  # Drawn at least for all images together: the map of one may be alike by chance.


def other_classes(targets, probabilities, classes, seed):
    """Returns the classes `(K, N)` that maps are asked for beside those that are explained, by check.

    Args:
        targets: The latter, int32 `(N,)`.
        probabilities: `(N, classes)`; None if the model gives none.
        classes: How many there are; None with a custom score.
        seed: Makes the draws repeatable.
    """
    if classes is None or classes < 2:
        return {}
    second = None if probabilities is None else runners_up(targets, probabilities)
    drawn = drawn_classes(targets, second, classes, seed)
    found = {} if second is None else {"runner-up": second[np.newaxis]}
    return {**found, "class": drawn} if len(drawn) else found


def runners_up(targets, probabilities):
    """Returns the most probable class of each image beside the one that is explained, int32 `(N,)`."""
    others = np.array(probabilities, np.float64)
    np.put_along_axis(others, targets[:, np.newaxis], -np.inf, axis=1)
    return others.argmax(axis=1).astype(np.int32)


def drawn_classes(targets, second, classes, seed):
    """Returns classes that are neither explained nor the runner-up, int32 `(K, N)`: of few images some more each.

    Args:
        targets: int `(N,)`, the explained ones.
        second: int `(N,)`, the runners-up; None if they aren't known.
        classes: How many there are.
        seed: Makes it repeatable; what is drawn for an image doesn't depend on the others.
    """
    taken = [{int(target)} for target in targets]
    if second is not None:
        taken = [{*one, int(other)} for one, other in zip(taken, second)]
    left = [[number for number in range(classes) if number not in one] for one in taken]
    count = min(-(-_CLASSES // len(targets)), len(left[0]))
    drawn = [np.random.default_rng((seed, i)).permutation(one)[:count] for i, one in enumerate(left)]
    return np.array(drawn, np.int32).T


def moved(batch):
    """Returns a `Batch` of a single image and of it moved by a quarter, a half and three quarters of its size.

    What leaves it on one side comes in on the other.
    """
    image = batch.images[0]
    axes = range(image.ndim - 1)
    copies = [
        np.roll(image, [k * length // (_COPIES + 1) for length in image.shape[:-1]], axes) for k in range(_COPIES + 1)
    ]
    return batch.copies(np.zeros(_COPIES + 1, int), np.stack(copies), np.repeat(batch.targets, _COPIES + 1))
