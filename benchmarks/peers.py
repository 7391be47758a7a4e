"""Other libraries, each with the settings that make it fastest, and its maps not normalized where it allows that.

Each takes the network as it is, with its logits as output, so that none has to rebuild it. A library that is not
installed is left out.
"""

import importlib.util

import numpy as np
import tensorflow as tf

from keras_explain.maps import resize


def peers(method, model, layer, batch):
    """Returns `{library: function}` of those installed that have a method.

    Args:
        method: The method's key.
        model: The model to explain.
        layer: Name of the layer that Grad-CAM looks at.
        batch: Number of images at a time.

    Returns:
        Functions `(images, targets) -> maps`, of any scale; all targets are the same.
    """
    installed = [name for name in _LIBRARIES if importlib.util.find_spec(name)]
    found = {name.replace("_", "-"): _LIBRARIES[name](method, model, layer, batch) for name in installed}
    return {name: function for name, function in found.items() if function}


def _tf_keras_vis(method, model, layer, batch):
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.model_modifiers import GuidedBackpropagation
    from tf_keras_vis.utils.scores import CategoricalScore

    raw = {"keepdims": True, "normalize_map": False}
    if method == "grad_cam":
        explainer, raw = Gradcam(model, clone=False), {"penultimate_layer": layer, "normalize_cam": False}
    elif method == "saliency":
        explainer = Saliency(model, clone=False)
    elif method == "guided_backprop":
        explainer, raw["gradient_modifier"] = Saliency(model, GuidedBackpropagation()), None
    else:
        return None
    return lambda images, targets: explainer(CategoricalScore(targets.tolist()), images, **raw)


def _xplique(method, model, layer, batch):
    from xplique.attributions import DeconvNet, GradCAM, GuidedBackprop, Saliency

    makers = {"saliency": Saliency, "guided_backprop": GuidedBackprop, "deconvnet": DeconvNet}
    if method == "grad_cam":
        explainer = GradCAM(model, conv_layer=layer, batch_size=batch)
    elif method in makers:
        explainer = makers[method](model, batch_size=batch, reducer=None)
    else:
        return None
    classes = model.output_shape[-1]
    return lambda images, targets: explainer(images, tf.one_hot(targets, classes)).numpy()


def _tf_explain(method, model, layer, batch):
    from tf_explain.core import GradCAM, VanillaGradients

    def grad_cam(images, targets):
        found = GradCAM.get_gradients_and_filters(model, images, layer, int(targets[0]), use_guided_grads=False)
        maps = tf.nn.relu(tf.stack(GradCAM.generate_ponderated_output(*found)))
        return resize(maps[..., tf.newaxis], images.shape[1:3]).numpy()

    def saliency(images, targets):
        return np.abs(VanillaGradients.compute_gradients(images, model, int(targets[0])))

    return {"grad_cam": grad_cam, "saliency": saliency}.get(method)


_LIBRARIES = {"tf_keras_vis": _tf_keras_vis, "xplique": _xplique, "tf_explain": _tf_explain}
