"""Occlusion: the scores of images with a patch hidden, plainly or by running again only what changes."""

from keras_explain.methods.occlusion.explainer import Occlusion
