"""Class visualization: what the network takes for the purest 3 and the purest 8.

Run `keras-explain demo` first: it trains the network that is explained here.
"""

import keras_explain as kx
from keras_explain.demo import OUT, trained
from keras_explain.visual.figure import gallery
from keras_explain.visual.pixels import to_pixels

model, *_ = trained()
plain = kx.ClassVisualization(model).run([3, 8], seed=0)
natural = kx.ClassVisualization(model, recipe="natural", bounds=(0, 1)).run([3, 8], seed=0)

pictures = [to_pixels(plain.images), to_pixels(natural.images, (0, 1))]
figure = gallery(pictures, ["3", "8"], ["plain", "natural"])
figure.savefig(OUT / "class_visualization.png")
print(f"scores by step {plain.scores.shape}, at the end {plain.scores[-1]}")
print(f"the picture: {OUT / 'class_visualization.png'}")
