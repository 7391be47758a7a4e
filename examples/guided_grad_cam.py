"""Guided Grad-CAM: fine detail where the predicted digit is.

Run `keras-explain demo` first: it trains the network that is explained here.
"""

import keras_explain as kx
from keras_explain.demo import draw_maps, trained

model, x, y, boxes = trained()
maps = kx.GuidedGradCAM(model)(x[:6])
draw_maps("guided_grad_cam", x[:6], y[:6], maps, signed=True)
