"""Random changes of images: a square that is hidden, or noise on every value; and what a map predicts of each."""

import dataclasses

import numpy as np

from keras_explain.errors import InputError, OptionError, brief

# A square's side as a share of the image's, by default.
_SHARE = 8


@dataclasses.dataclass(frozen=True, eq=False)
class Squares:
    """Squares at random places, each as likely as any other within the image.

    Attributes:
        images: `(N, *spatial, C)`.
        baselines: What hides in each, of the same shape.
        sides: The square's side along each axis.
    """

    images: np.ndarray
    baselines: np.ndarray
    sides: tuple

    @classmethod
    def over(cls, images, baselines, side):
        """Returns those of a side, a list of one or of one a dimension; None for an eighth of the image.

        Raises:
            OptionError: If the square doesn't fit into the images, or has other axes.
        """
        size = images.shape[1:-1]
        sides = [max(length // _SHARE, 1) for length in size] if side is None else side
        sides = sides * len(size) if len(sides) == 1 else sides
        if len(sides) != len(size) or any(one > length for one, length in zip(sides, size)):
            raise OptionError(f"expected side within {size}, received {brief(side)}.")
        return cls(images, baselines, tuple(sides))

    def draw(self, rng):
        """Returns where a square is, bool `(*spatial, 1)`."""
        size = self.images.shape[1:-1]
        square, starts = np.zeros((*size, 1), bool), [rng.integers(n - s + 1) for n, s in zip(size, self.sides)]
        square[tuple(slice(start, start + side) for start, side in zip(starts, self.sides))] = True
        return square

    def apply(self, row, square):
        """Returns the image at `row` without the square, and `I`, which is 1 there."""
        return np.where(square, self.baselines[row], self.images[row]), square


@dataclasses.dataclass(frozen=True, eq=False)
class Noise:
    """Gaussian noise on every value.

    Attributes:
        images: Floats `(N, *spatial, C)`.
        sigmas: Its standard deviation for each image, `(N,)`.
    """

    images: np.ndarray
    sigmas: np.ndarray

    @classmethod
    def over(cls, images, level):
        """Returns that of a level, a share of each image's range of values.

        Raises:
            InputError: If the images hold whole numbers.
        """
        images = check_floats(images)
        return cls(images, level * value_ranges(images))

    def draw(self, rng):
        """Returns noise of a standard deviation of 1, `(*spatial, C)`."""
        return rng.standard_normal(self.images.shape[1:], np.float32)

    def apply(self, row, noise):
        """Returns the image at `row` less its noise, and that, `I`."""
        change = self.sigmas[row] * noise
        return self.images[row] - change, change


def check_floats(images):
    """Returns images as float32, to which noise can be added.

    Raises:
        InputError: If they hold whole numbers.
    """
    if images.dtype.kind != "f":
        raise InputError(f"expected images of floats, for noise to be added, received {images.dtype.name}.")
    return images.astype(np.float32)


def value_ranges(images):
    """Returns the largest less the smallest value of each image, `(N,)`."""
    return np.ptp(images.reshape(len(images), -1), axis=1)
