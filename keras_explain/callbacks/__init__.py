"""Explanations while a model trains."""

from keras_explain.callbacks.class_visualization_logger import ClassVisualizationLogger
from keras_explain.callbacks.explanation_logger import ExplanationLogger
from keras_explain.callbacks.feature_visualization_logger import FeatureVisualizationLogger
