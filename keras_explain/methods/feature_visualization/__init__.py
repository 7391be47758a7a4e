"""Feature visualization: images that excite units of a layer, made by a recipe of gradient ascent."""

from keras_explain.methods.feature_visualization.explainer import FeatureVisualization
