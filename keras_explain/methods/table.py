"""The table of methods that explain images: one line a method."""

from keras_explain.methods.cam import CAM
from keras_explain.methods.deconvnet import DeconvNet
from keras_explain.methods.grad_cam import GradCAM
from keras_explain.methods.guided_backprop import GuidedBackprop
from keras_explain.methods.guided_grad_cam import GuidedGradCAM
from keras_explain.methods.hires_cam import HiResCAM
from keras_explain.methods.layer_cam import LayerCAM
from keras_explain.methods.occlusion import Occlusion
from keras_explain.methods.saliency import Saliency

# Every class that is imported above, by its key.
METHODS = {method.key: method for method in list(globals().values()) if isinstance(method, type)}
