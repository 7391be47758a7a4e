"""Gradient saliency: which pixels move the score of the predicted digit.

Run `keras-explain demo` first: it trains the network that is explained here.
"""

import keras_explain as kx
from keras_explain.demo import draw_maps, trained

model, x, y, boxes = trained()
maps = kx.Saliency(model)(x[:6])
draw_maps("saliency", x[:6], y[:6], maps)
