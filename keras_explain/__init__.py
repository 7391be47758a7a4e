"""Shows why a Keras network decides as it does."""

from keras_explain.callbacks import ClassVisualizationLogger, ExplanationLogger
from keras_explain.errors import (
    ExplainError,
    ExplainWarning,
    InputError,
    LayerError,
    MethodError,
    ModelError,
    OptionError,
    TargetError,
)
from keras_explain.explanation import Explanation, load
from keras_explain.listing import list_layers
from keras_explain.methods import (
    CAM,
    ClassVisualization,
    DeconvNet,
    GradCAM,
    GuidedBackprop,
    GuidedGradCAM,
    Occlusion,
    Saliency,
)
from keras_explain.report import explain
