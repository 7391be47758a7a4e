"""CAM: what each place adds to the logit of the predicted digit.

Run examples/cluttered_digits.py first: it trains the network that is explained here.
"""

from cluttered_digits import draw_maps, trained

import keras_explain as kx

model, x, y, boxes = trained()
maps = kx.CAM(model)(x[:6])
draw_maps("cam", x[:6], y[:6], maps)
