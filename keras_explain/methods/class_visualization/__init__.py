"""Class visualization: an image that a network takes for a class, made by a recipe of gradient ascent."""

from keras_explain.methods.class_visualization.explainer import ClassVisualization
from keras_explain.methods.class_visualization.natural import Natural
from keras_explain.methods.class_visualization.plain import Plain
