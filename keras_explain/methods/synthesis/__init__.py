"""Synthesis: images made by gradient ascent on a number that a model gives of them, by a recipe."""

from keras_explain.methods.synthesis.natural import Natural
from keras_explain.methods.synthesis.plain import Plain
from keras_explain.methods.synthesis.synthesis import Ascent
