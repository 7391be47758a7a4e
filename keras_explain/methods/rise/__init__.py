"""RISE: the scores of images under random masks."""

from keras_explain.methods.rise.explainer import RISE
