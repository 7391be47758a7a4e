"""Max-sensitivity: how much a map changes where the image hardly does."""

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_count, check_function, check_number, check_seed
from keras_explain.engine.batches import copies_in_batches
from keras_explain.engine.progress import Progress, check_verbose
from keras_explain.errors import TargetError
from keras_explain.inputs.batch import check_batch
from keras_explain.inputs.datasets import gathered
from keras_explain.inputs.signature import images_signature
from keras_explain.metrics.perturbations import check_floats, value_ranges

_MOST_SAMPLES = 10**6


def max_sensitivity(
    explainer, images, target=None, *, radius=0.02, samples=10, input=None, seed=0, batch_size=32, verbose="auto"
):
    """Returns by how much the map of each image changes at most where its values change a little.

    `max_d ||M(x + d) - M(x)|| / ||M(x)||`, over random changes `d` of the image `x`, each value drawn evenly from `-r`
    to `r`, which is `radius` times the image's range of values; with the map `M` for the class of the image itself. It
    is a lower bound of the true maximum, and grows with `samples`.

    Range: from 0 on. Direction: less is steadier, and better where the score is as steady. Chance level: about 1.4, of
    maps that have nothing to do with each other. A map that is zero everywhere has 0 if it stays so, else infinity.
    What it can't tell: whether a map is right. One that never changes, whatever the network, has 0.

    Cost: as many maps as samples, and 1 more.

    Source: C.-K. Yeh et al., 2019, arXiv:1901.09392, definition 3.1. Its authors' code takes a radius of 0.2 on images
    from 0 to 1.

    Args:
        explainer: What is called as `(images, target)` for maps, as explainers are.
        images: Floats `(N, *spatial, C)`, as the explainer takes them; or the structure of all inputs.
        target: None for each image's predicted class, which an explainer's `targets(images)` tells; an int, or one int
            an image.
        radius: The largest change of a value, as a share of the image's range.
        samples: Number of changed copies of each image. The changes are the same for all images.
        input: Index or name of the input that is changed, of several.
        seed: Makes the changes repeatable.
        batch_size: Number of copies that are handed to the explainer at a time.
        verbose: 0, 1 or `"auto"`, for progress on standard error.

    Returns:
        float64 `(N,)`.

    Raises:
        InputError: If the images are no floats, or the explainer gives no finite maps of them.
        TargetError: If no target is given and the explainer doesn't tell the classes.
        OptionError: If an option is outside of what it allows.

    Examples:
        >>> kx.metrics.max_sensitivity(kx.GradCAM(model), images, samples=3).shape
        (2,)
    """
    explainer, seed = check_function(explainer, "explainer as", "images", "target"), check_seed(seed)
    radius, samples = check_number(radius, "radius", 0, above=True), check_count(samples, "samples", _MOST_SAMPLES)
    batch_size, verbose = check_count(batch_size, "batch_size"), check_verbose(verbose)
    images, _ = gathered(images)
    batch = check_batch(images, target, images_signature(images, input), None)
    clean = check_floats(batch.images)
    targets = batch.targets if target is not None else _own_targets(explainer, batch)
    own = batch.copies(np.arange(len(batch)), clean, targets)
    reach, maps = radius * value_ranges(clean), _maps(explainer, own)

    def change(rows, numbers):
        drawn = {number: _draw(seed, number, clean.shape[1:]) for number in np.unique(numbers)}
        return np.stack([clean[row] + reach[row] * drawn[number] for row, number in zip(rows, numbers)])

    moved, bar = np.zeros(len(batch)), Progress(-(-len(batch) * samples // batch_size), verbose, "batch")
    for rows, _, copies in copies_in_batches(batch, targets, samples, change, batch_size):
        np.maximum.at(moved, rows, _norms(_maps(explainer, copies) - maps[rows]))
        bar.step()
    return relative_norm(moved, _norms(maps))


def relative_norm(moved, length):
    """Returns `moved / length`, `(N,)`: 0 where nothing moved, infinity where what had no length did."""
    without = np.where(moved > 0, np.inf, 0.0)
    return np.divide(moved, length, out=without, where=length > 0)


def _own_targets(explainer, batch):
    if not callable(getattr(explainer, "targets", None)):
        raise TargetError(
            "expected target= for an explainer without targets(images), which tells the predicted classes."
        )
    return explainer.targets(batch.inputs)


def _maps(explainer, batch):
    maps = explainer(batch.inputs, batch.target)
    return as_numbers(maps, "maps of the explainer", (len(batch), ...), finite=True).astype(np.float64)


def _norms(maps):
    return np.linalg.norm(maps.reshape(len(maps), -1), axis=1)


def _draw(seed, number, shape):
    return np.random.default_rng((seed, number)).uniform(-1, 1, shape).astype(np.float32)
