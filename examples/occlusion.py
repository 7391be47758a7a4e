"""Occlusion: how much the score drops when a patch is hidden.

Run `keras-explain demo` first: it trains the network that is explained here.
"""

import keras_explain as kx
from keras_explain.demo import draw_maps, trained

model, x, y, boxes = trained()
maps = kx.Occlusion(model, patch=8, stride=4, fill=0)(x[:6])
draw_maps("occlusion", x[:6], y[:6], maps)
