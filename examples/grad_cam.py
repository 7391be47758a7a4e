"""Grad-CAM: where the last layer sees evidence for the predicted digit.

Run `keras-explain demo` first: it trains the network that is explained here.
"""

import keras_explain as kx
from keras_explain.demo import draw_maps, trained

model, x, y, boxes = trained()
maps = kx.GradCAM(model)(x[:6])
draw_maps("grad_cam", x[:6], y[:6], maps)
