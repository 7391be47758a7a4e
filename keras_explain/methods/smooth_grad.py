"""SmoothGrad: what an explainer shows on average when a little noise is added to the image."""

import keras
import numpy as np

from keras_explain.checks.options import check_choice, check_count, check_number, check_seed
from keras_explain.engine.batches import copies_in_batches
from keras_explain.engine.progress import Progress, check_verbose
from keras_explain.errors import InputError, MethodError, OptionError
from keras_explain.methods.asked import batch_for, maps_by
from keras_explain.methods.build import check_explainer
from keras_explain.methods.checked_parts import is_stream, joined
from keras_explain.methods.explainer import Explainer, ModelExplainer, is_one_pass
from keras_explain.methods.not_finite import warn_unless_finite
from keras_explain.methods.saliency import Saliency
from keras_explain.methods.streaming import Streaming
from keras_explain.visual.look import look_of

# The powers of the maps that a statistic is made of, by their means over the copies.
_POWERS = {"mean": (1,), "square": (2,), "variance": (1, 2)}


class SmoothGrad(Streaming, Explainer):
    """What an explainer shows on average of noisy copies of the image, by default the signed gradient of the score.

    `M = 1/n sum_i m(I + e_i)`, with the explainer's map `m`, the image `I`, and noise `e_i` drawn for each value from
    `N(0, sigma^2)`, `sigma = noise (max I - min I)` for each image. The class is that of the clean image. As statistics
    there are beside the mean its square, `1/n sum_i m(I + e_i)^2` (SmoothGrad-Squared), and the variance over the
    copies, `1/n sum_i (m(I + e_i) - M)^2` (VarGrad).

    Maps have the shape and the units of the explainer's, for the latter two squared.

    Cost: 50 times the explainer's, and 1 more.
    Needs: that the network takes a noisy image for the same thing.
    Laws: without noise it is the explainer's map; of a linear model, the gradient whatever the noise.
    Fails: blurs what is fine; with much noise it explains an image that the network has never seen the like of.

    Source: D. Smilkov et al., 2017, arXiv:1706.03825, section 3; VarGrad: J. Adebayo et al., 2018, arXiv:1810.03307;
    SmoothGrad-Squared: S. Hooker et al., 2018, arXiv:1806.10758.

    Examples:
        >>> kx.SmoothGrad(model, samples=8)(images, target=3).shape
        (2, 12, 16, 3)
        >>> kx.SmoothGrad(kx.GradCAM(model), samples=8, noise=0.1)(images).shape
        (2, 12, 16, 1)

    Attributes:
        explainer: The `Explainer` whose maps are averaged.
    """

    key = "smooth_grad"
    title = "SmoothGrad"
    wrapped, watch = Saliency, None

    def __init__(self, explainer, *, samples=50, noise=0.15, statistic="mean", seed=0, verbose="auto", **options):
        """Checks the options, and of a model makes the explainer.

        Args:
            explainer: An explainer, or a Keras model for its signed gradient.
            samples: Number of noisy copies of each image.
            noise: Standard deviation of the noise, as a share of each image's range of values.
            statistic: `"mean"`, `"square"` or `"variance"`, over the copies.
            seed: Makes the noise repeatable. It is the same for all images, whichever are explained together.
            verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched, on a
                terminal or in a notebook, and the work takes long.
            **options: For a model: `score`, `input`, `output`, `head`, `batch_size`, `lazy`, see `ModelExplainer`. An
                explainer has its own.

        Raises:
            OptionError: If an option is outside of what it allows.
            ExplainError: If the model can't be explained.
        """
        self._samples, self._noise = check_count(samples, "samples"), check_number(noise, "noise", 0)
        self._statistic, self._seed = check_choice(statistic, "statistic=", tuple(_POWERS)), check_seed(seed)
        self._verbose = check_verbose(verbose)
        if isinstance(explainer, keras.Model):
            explainer = Saliency(explainer, magnitude=None, **options)
        else:
            check_explainer(explainer, "a model or an explainer")
            self.title = f"{type(self).title} of {explainer.title}"
            if options:
                raise OptionError(f"expected {', '.join(options)} where the explainer is made, received it here.")
        self.explainer = explainer
        look = look_of(explainer)
        self.signed, self.fine = look["signed"] and statistic == "mean", look["fine"]
        self.relative = look["relative"] and statistic != "variance"  # which is 0 where nothing varies

    @property
    def layer(self):
        """Path of the layer that the explainer looks at."""
        return self.explainer.layer

    @property
    def compiled(self):
        """The `Compiled` function of the explainer.

        Raises:
            MethodError: If it has none, as one of another library.
        """
        if not isinstance(self.explainer, ModelExplainer):
            raise MethodError(
                f"expected images as arrays, since data are read by explainers of a Keras model alone, not by "
                f"{self.explainer.title}."
            )
        return self.explainer.compiled

    def compile(self, scores=None):
        """Traces the model unless that was done."""
        self.explainer.compile(scores)

    @property
    def request(self):
        """The `Request` of the explainer."""
        return self.compiled.request

    @property
    def batch_size(self):
        """Number of images in memory at a time."""
        return self.explainer.batch_size

    def targets(self, images, target=None):
        """Returns the class that is explained of each image, int32 `(N,)`: the predicted one of the clean image."""
        return self.explainer.targets(images, target)

    def __call__(self, images, target=None):
        """Returns the maps as float32 array, in the explainer's shape.

        Raises:
            InputError: If the images don't fit the model, or hold whole numbers, to which no noise can be added.
            TargetError: If the targets don't fit the images or the classes.
        """
        once = not is_stream(images)
        found = []
        for batch in [batch_for(self.explainer, images, target)] if once else self.read(images, target):
            found.append(self.maps_of(batch))
        maps = joined(found)
        warn_unless_finite(self.title, maps)
        return maps

    def maps_of(self, batch):
        """Returns the maps of a `Batch`."""
        if batch.images.dtype.kind != "f":
            raise InputError(f"expected images of floats, for noise to be added, received {batch.images.dtype.name}.")
        targets = self.targets(batch.inputs) if batch.target is None else batch.targets
        return self._of_copies(batch, targets)

    def _of_copies(self, batch, targets):
        images, size = batch.images.astype(np.float32), getattr(self.explainer, "batch_size", 32)
        sigmas = self._noise * np.ptp(images.reshape(len(images), -1), axis=1)

        def change(rows, numbers):
            drawn = {number: self._draw(number, images.shape[1:]) for number in np.unique(numbers)}
            return np.stack([images[row] + sigmas[row] * drawn[number] for row, number in zip(rows, numbers)])

        powers, sums = _POWERS[self._statistic], None
        bar = Progress(-(-len(batch) * self._samples // size), self._verbose, "batch")
        for rows, _, copies in copies_in_batches(batch, targets, self._samples, change, size):
            maps = self._maps(copies)
            if sums is None:
                sums = np.zeros((len(powers), len(batch), *maps.shape[1:]))
            for row, found in zip(rows, maps):
                for moment, power in zip(sums, powers):
                    moment[row] += found if power == 1 else np.square(found, dtype=np.float64)
            bar.step()
        moments = sums / self._samples
        found = moments[0] if len(powers) == 1 else np.maximum(moments[1] - moments[0] ** 2, 0)
        return found.astype(np.float32)

    def _draw(self, number, shape):
        return np.random.default_rng((self._seed, number)).standard_normal(shape, np.float32)

    def _maps(self, copies):
        if is_one_pass(self.explainer):  # what it would tell of a copy, as that its map is blank, is not of the mean
            return self.explainer.compiled(copies, len(copies)).maps[0]
        return maps_by(self.explainer, copies)
