"""Integrated Gradients: how each input value brings the score from a baseline's to the image's."""

import dataclasses

import numpy as np

from keras_explain.checks.options import check_choice, check_count, check_number
from keras_explain.engine.batches import copies_in_batches
from keras_explain.engine.progress import Progress, check_verbose
from keras_explain.engine.telling import tell
from keras_explain.inputs.baseline import baseline_images, check_baseline
from keras_explain.methods.base import InputGradient

# By how much of all that a map adds and takes away its sum may be off by rounding.
_ROUNDING = 1e-5
_MOST_STEPS = 10**4


@dataclasses.dataclass(frozen=True)
class Integral:
    """What the integration of a line's gradients gave.

    Attributes:
        maps: float32 `(N, *spatial, C)`.
        scores: float32 `(N,)`, of the images.
        baseline_scores: float32 `(N,)`, of their baselines, for the same classes.
    """

    maps: np.ndarray
    scores: np.ndarray
    baseline_scores: np.ndarray

    @property
    def gaps(self):
        """By how much each map's sum misses the difference of the two scores, `(N,)`: the error of the rule."""
        return self.maps.sum(axis=tuple(range(1, self.maps.ndim)), dtype=np.float64) - self.rises

    @property
    def rises(self):
        """The difference of the two scores, which each map should sum to, `(N,)`."""
        return self.scores.astype(np.float64) - self.baseline_scores


class IntegratedGradients(InputGradient):
    """How much each input value adds to the class score on the straight way from a baseline to the image.

    `M = (I - I') int_0^1 dS_c / dI (I' + a (I - I')) da`, with the class score `S_c`, the image `I` and the baseline
    `I'`, elementwise and for each channel; the integral is the sum of a rule of so many steps.

    Maps are `(N, *spatial, C)`, signed, in units of the score.

    Cost: 52 forward and backward passes, 1 a step and 2 more.
    Needs: a baseline in which nothing is to be seen, in the model's own units.
    Laws: it sums to the score less the baseline's; of a linear model it is weight times difference, `w (I - I')`.
    Fails: what looks like the baseline is never marked; noisy, as the gradients are, and so are the images on the way.

    Source: M. Sundararajan, A. Taly, Q. Yan, 2017, arXiv:1703.01365, equations 1 and 3.

    Examples:
        >>> kx.IntegratedGradients(model, steps=8, baseline="blur")(images, target=3).shape
        (2, 12, 16, 3)
    """

    key = "integrated_gradients"
    title = "Integrated Gradients"

    def __init__(
        self, model, *, steps=50, baseline=0, rule="gauss_legendre", tolerance=0.05, verbose="auto", **options
    ):
        """Checks the options and traces the model.

        Args:
            model: A Keras model of any form.
            steps: Number of steps of the rule. More of them don't always come closer, where ReLUs open and close.
            baseline: `I'`: a number, one a channel, an image `(*spatial, C)` or one an image; `"blur"`, each image
                blurred; `"mean"`, each image's own channel means.
            rule: `"gauss_legendre"`, or `"trapezoid"`, both ends included.
            tolerance: The share of the difference of the scores by which a sum may miss it before that is warned of.
            verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched, on a
                terminal or in a notebook, and the work takes long.
            **options: `score`, `input`, `output`, `head`, `batch_size` (of images on the way, whatever N is), `lazy`:
                see `ModelExplainer`.

        Raises:
            OptionError: If an option is outside of what it allows.
            ExplainError: If the model can't be explained.
        """
        self._steps = check_count(steps, "steps", _MOST_STEPS)
        self._places, self._weights = _RULES[check_choice(rule, "rule=", tuple(_RULES))](self._steps)
        self._baseline, self._tolerance = check_baseline(baseline), check_number(tolerance, "tolerance", 0)
        self._verbose = check_verbose(verbose)
        super().__init__(model, **options)

    def run(self, images, target=None):
        """Explains images, like a call, and returns an `Integral`: the maps, and how well each adds up.

        Raises:
            InputError: If the images don't fit the model, or the baseline doesn't fit them.
            TargetError: If the targets don't fit the images or the classes.
        """
        return self._integral(self.compiled.batch(images, target))

    def maps_of(self, batch):
        integral = self._integral(batch)
        rises, gaps = integral.rises, integral.gaps
        around = np.abs(integral.maps).sum(axis=tuple(range(1, integral.maps.ndim)), dtype=np.float64)
        off = np.flatnonzero(np.abs(gaps) > self._tolerance * np.abs(rises) + _ROUNDING * around)
        if len(off):
            first = off[0]
            message = (
                f"the map of image {first} by {self.title} sums to {rises[first] + gaps[first]:.4g} where its score is "
                f"{rises[first]:.4g} above the baseline's ({len(off)} of {len(batch)} images miss it by more than "
                f"{self._tolerance:.0%}): take more steps= than {self._steps}."
            )
            tell(message, stacklevel=3)
        return integral.maps

    def _integral(self, batch):
        whole = self._compiled(batch, self.batch_size)
        baselines = baseline_images(self._baseline, batch.images).astype(np.float32)
        ways = batch.images.astype(np.float32) - baselines
        scores = np.array([whole.scores, whole.scores])  # of the images and, from the last step on, of the baselines
        sums = self._weights[0] * whole.maps[0].astype(np.float64)

        def change(rows, numbers):
            places = self._places[1:][numbers].reshape(-1, *[1] * (ways.ndim - 1))
            return baselines[rows] + places * ways[rows]

        count = len(self._places) - 1
        bar = Progress(-(-len(batch) * count // self.batch_size), self._verbose, "batch")
        for rows, numbers, copies in copies_in_batches(batch, whole.targets, count, change, self.batch_size):
            answer = self._compiled(copies, self.batch_size)
            for row, number, gradient, score in zip(rows, numbers, answer.maps[0], answer.scores):
                sums[row] += self._weights[1:][number] * gradient
                scores[1, row] = score
            bar.step()
        return Integral((ways * sums).astype(np.float32), *scores)


def _gauss_legendre(steps):
    """Returns where gradients are taken, from the image 1 to the baseline 0, and their weights.

    Both ends are among them, with no weight, since the scores there are what the sum is held against.
    """
    places, weights = np.polynomial.legendre.leggauss(steps)
    return np.array([1, *(1 + places[::-1]) / 2, 0], np.float32), np.array([0, *weights[::-1] / 2, 0])


def _trapezoid(steps):
    weights = np.full(steps + 1, 1 / steps)
    weights[[0, -1]] /= 2
    return np.linspace(1, 0, steps + 1, dtype=np.float32), weights


_RULES = {"gauss_legendre": _gauss_legendre, "trapezoid": _trapezoid}
