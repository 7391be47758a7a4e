"""Guided Grad-CAM: fine detail where the predicted digit is.

Run examples/cluttered_digits.py first: it trains the network that is explained here.
"""

from cluttered_digits import draw_maps, trained

import keras_explain as kx

model, x, y, boxes = trained()
maps = kx.GuidedGradCAM(model)(x[:6])
draw_maps("guided_grad_cam", x[:6], y[:6], maps, signed=True)
