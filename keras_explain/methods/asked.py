"""Ask an explainer of any kind for its maps of images that passed the door."""

from keras_explain.checks.arrays import as_array
from keras_explain.errors import MethodError, brief
from keras_explain.inputs.batch import check_batch
from keras_explain.inputs.datasets import gathered
from keras_explain.inputs.signature import images_signature
from keras_explain.methods.explainer import ModelExplainer


def batch_for(explainer, images, target=None):
    """Returns the `Batch` of images and targets as a user hands them to an explainer.

    Raises:
        InputError: If the images don't fit its model, or have no common shape.
        TargetError: If the targets don't fit the images or the classes.
    """
    if isinstance(explainer, ModelExplainer):
        return explainer.compiled.batch(images, target)
    images, _ = gathered(images)
    return check_batch(images, target, images_signature(images), None)


def maps_by(explainer, batch):
    """Returns an explainer's maps of a `Batch`: an array of numbers `(N, ...)`.

    Raises:
        MethodError: If it gives others.
    """
    if isinstance(explainer, ModelExplainer) and type(explainer).__call__ is ModelExplainer.__call__:
        return explainer.maps_of(explainer.compiled.batch(batch))
    maps = as_array(explainer(batch.inputs, batch.target), f"maps of {explainer.key}", MethodError)
    if maps.ndim < 2 or len(maps) != len(batch) or maps.dtype.kind not in "fiub":
        raise MethodError(
            f"expected maps of {explainer.key} as numbers ({len(batch)}, *spatial, C), received {brief(maps)}."
        )
    return maps
