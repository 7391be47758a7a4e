"""One file a method; the table of their keys."""

from keras_explain.methods.cam import CAM
from keras_explain.methods.grad_cam import GradCAM
from keras_explain.methods.saliency import Saliency

METHODS = {method.key: method for method in (Saliency, CAM, GradCAM)}
