"""What a method shows of four digits: `python examples/maps.py grad_cam`, or the key of any other method.

Run `keras-explain demo` first: it trains the network that is explained here.
"""

import sys

import keras_explain as kx
from keras_explain.demo import draw_maps, trained

model, x, y, boxes = trained()
explainer = kx.METHODS[sys.argv[1]](model)
draw_maps(explainer, x[:4], y[:4])
