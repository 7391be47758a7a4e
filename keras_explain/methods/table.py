"""One file a method; the table of the keys of those that explain images."""

from keras_explain.methods.cam import CAM
from keras_explain.methods.deconvnet import DeconvNet
from keras_explain.methods.grad_cam import GradCAM
from keras_explain.methods.guided_backprop import GuidedBackprop
from keras_explain.methods.guided_grad_cam import GuidedGradCAM
from keras_explain.methods.occlusion.explainer import Occlusion
from keras_explain.methods.saliency import Saliency

METHODS = {
    method.key: method for method in (Saliency, DeconvNet, GuidedBackprop, Occlusion, CAM, GradCAM, GuidedGradCAM)
}
