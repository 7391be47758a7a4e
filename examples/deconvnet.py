"""Deconvnet: the pattern that the score of the predicted digit is made of.

Run examples/cluttered_digits.py first: it trains the network that is explained here.
"""

from cluttered_digits import draw_maps, trained

import keras_explain as kx

model, x, y, boxes = trained()
maps = kx.DeconvNet(model)(x[:6])
draw_maps("deconvnet", x[:6], y[:6], maps, signed=True)
