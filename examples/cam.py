"""CAM: what each place adds to the logit of the predicted digit.

Run `keras-explain demo` first: it trains the network that is explained here.
"""

import keras_explain as kx
from keras_explain.demo import draw_maps, trained

model, x, y, boxes = trained()
maps = kx.CAM(model)(x[:6])
draw_maps("cam", x[:6], y[:6], maps)
