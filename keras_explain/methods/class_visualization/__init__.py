"""Class visualization: an image that a network takes for a class, made by a recipe of gradient ascent."""

from keras_explain.methods.class_visualization.explainer import ClassVisualization
from keras_explain.methods.synthesis import Natural, Plain
