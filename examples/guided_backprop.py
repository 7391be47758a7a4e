"""Guided backpropagation: which pixels raise the score through active units.

Run examples/cluttered_digits.py first: it trains the network that is explained here.
"""

from cluttered_digits import draw_maps, trained

import keras_explain as kx

model, x, y, boxes = trained()
maps = kx.GuidedBackprop(model)(x[:6])
draw_maps("guided_backprop", x[:6], y[:6], maps, signed=True)
