"""Shows why a Keras network decides as it does."""

from typing import TYPE_CHECKING

from keras_explain.lazy import on_demand, unrun_imports

if TYPE_CHECKING:
    from keras_explain import metrics, scores
    from keras_explain.audits.audit import audit
    from keras_explain.audits.compare import compare
    from keras_explain.audits.load import load_audit
    from keras_explain.audits.result import Audit
    from keras_explain.callbacks import ClassVisualizationLogger, ExplanationLogger, FeatureVisualizationLogger
    from keras_explain.engine.layer_list import list_layers
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
    from keras_explain.judgment.comparison import compare_methods
    from keras_explain.judgment.trust import trust
    from keras_explain.methods.activations import Activations
    from keras_explain.methods.class_visualization import ClassVisualization
    from keras_explain.methods.feature_visualization import FeatureVisualization
    from keras_explain.methods.most_exciting import most_exciting
    from keras_explain.methods.table import *
    from keras_explain.photographs.photographs import Photographs
    from keras_explain.report.explain import explain
    from keras_explain.report.explanation import Explanation
    from keras_explain.report.load import load
    from keras_explain.sanity_checks.sanity import sanity
    from keras_explain.training_log.read import read_log
    from keras_explain.visual.overlay import overlay

__getattr__, __dir__ = on_demand(__spec__, unrun_imports(__spec__))
