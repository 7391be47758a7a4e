"""Other libraries, each with the settings that make it fastest, and its maps not normalized where it allows that.

Each takes the network as it is, with its logits as output, so that none has to rebuild it. A library that is not
installed is left out.
"""

import importlib.util

import numpy as np
import tensorflow as tf

from keras_explain.maps import resize


def peers(method, model, layer, images, targets):
    """Returns `{library: function}` of those installed that have a method; the functions return maps, of any scale."""
    installed = [name for name in _LIBRARIES if importlib.util.find_spec(name)]
    found = {name: _LIBRARIES[name](method, model, layer, images, targets) for name in installed}
    return {name.replace("_", "-"): function for name, function in found.items() if function}


def _tf_keras_vis(method, model, layer, images, targets):
    from tf_keras_vis.gradcam import Gradcam
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.model_modifiers import GuidedBackpropagation
    from tf_keras_vis.utils.scores import CategoricalScore

    score = CategoricalScore(targets.tolist())
    if method == "grad_cam":
        explainer = Gradcam(model, clone=False)
        return lambda: explainer(score, images, penultimate_layer=layer, normalize_cam=False)
    if method == "saliency":
        explainer = Saliency(model, clone=False)
        return lambda: explainer(score, images, keepdims=True, normalize_map=False)
    if method == "guided_backprop":
        explainer = Saliency(model, model_modifier=GuidedBackpropagation(), clone=True)
        return lambda: explainer(score, images, keepdims=True, normalize_map=False, gradient_modifier=None)
    return None


def _xplique(method, model, layer, images, targets):
    from xplique.attributions import DeconvNet, GradCAM, GuidedBackprop, Saliency

    makers = {
        "grad_cam": lambda: GradCAM(model, conv_layer=layer, batch_size=len(images)),
        "saliency": lambda: Saliency(model, batch_size=len(images), reducer=None),
        "guided_backprop": lambda: GuidedBackprop(model, batch_size=len(images), reducer=None),
        "deconvnet": lambda: DeconvNet(model, batch_size=len(images), reducer=None),
    }
    if method not in makers:
        return None
    explainer, wanted = makers[method](), tf.one_hot(targets, model.output_shape[-1])
    return lambda: explainer(images, wanted).numpy()


def _tf_explain(method, model, layer, images, targets):
    from tf_explain.core import GradCAM, VanillaGradients

    target = int(targets[0])
    if method == "grad_cam":

        def run():
            found = GradCAM.get_gradients_and_filters(model, images, layer, target, use_guided_grads=False)
            maps = tf.nn.relu(tf.stack(GradCAM.generate_ponderated_output(*found)))
            return resize(maps[..., tf.newaxis], images.shape[1:3]).numpy()

        return run
    if method == "saliency":
        return lambda: np.abs(VanillaGradients.compute_gradients(images, model, target))
    return None


_LIBRARIES = {"tf_keras_vis": _tf_keras_vis, "xplique": _xplique, "tf_explain": _tf_explain}
