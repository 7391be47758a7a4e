"""Occlusion: how much the score drops when a patch is hidden.

Run examples/cluttered_digits.py first: it trains the network that is explained here.
"""

from cluttered_digits import draw_maps, trained

import keras_explain as kx

model, x, y, boxes = trained()
maps = kx.Occlusion(model, patch=8, stride=4, fill=0)(x[:6])
draw_maps("occlusion", x[:6], y[:6], maps)
