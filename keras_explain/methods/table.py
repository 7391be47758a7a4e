"""The table of methods that explain images: one line a method."""

import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from keras_explain.lazy import on_demand, unrun_imports

if TYPE_CHECKING:
    from keras_explain.methods.attention_relevance import AttentionRelevance
    from keras_explain.methods.attention_rollout import AttentionRollout
    from keras_explain.methods.cam import CAM
    from keras_explain.methods.deconvnet import DeconvNet
    from keras_explain.methods.eigen_cam import EigenCAM
    from keras_explain.methods.grad_cam import GradCAM
    from keras_explain.methods.grad_cam_plus_plus import GradCAMPlusPlus
    from keras_explain.methods.gradient_times_input import GradientTimesInput
    from keras_explain.methods.guided_backprop import GuidedBackprop
    from keras_explain.methods.guided_grad_cam import GuidedGradCAM
    from keras_explain.methods.hires_cam import HiResCAM
    from keras_explain.methods.integrated_gradients import IntegratedGradients
    from keras_explain.methods.layer_cam import LayerCAM
    from keras_explain.methods.occlusion import Occlusion
    from keras_explain.methods.rise import RISE
    from keras_explain.methods.saliency import Saliency
    from keras_explain.methods.score_cam import ScoreCAM
    from keras_explain.methods.smooth_grad import SmoothGrad
    from keras_explain.methods.xgrad_cam import XGradCAM


class _Methods(Mapping):
    """Explainer classes by their keys, which are the names of their modules; a class is imported as it is asked for."""

    def __init__(self, homes):
        self._homes = {module.split(".")[-1]: (module, name) for name, module in homes.items()}

    def __getitem__(self, key):
        module, name = self._homes[key]
        return getattr(importlib.import_module(module), name)

    def __contains__(self, key):
        return key in self._homes

    def __iter__(self):
        return iter(self._homes)

    def __len__(self):
        return len(self._homes)

    def __repr__(self):
        return repr(dict(self))


_HOMES = unrun_imports(__spec__)
METHODS = _Methods(_HOMES)
# Those that `explain` asks by default.
USUAL_METHODS = ("cam", "grad_cam", "guided_backprop", "guided_grad_cam", "saliency", "occlusion")
__getattr__, __dir__ = on_demand(__spec__, _HOMES, ["METHODS"])
