"""CAM: what each place adds to the logit of the predicted digit.

Run examples/cluttered_digits.py first: it trains the network that is explained here.
"""

from cluttered_digits import OUT, trained

import keras_explain as kx
from keras_explain.visual.attribution import attribution_picture
from keras_explain.visual.figure import gallery
from keras_explain.visual.pixels import to_pixels

model, x, y, boxes = trained()
images = x[:6]
maps = kx.CAM(model)(images)

pixels = to_pixels(images)
pictures = [attribution_picture(image, values) for image, values in zip(pixels, maps)]
figure = gallery([pixels, pictures], [f"true {label}" for label in y[:6]], ["input", "cam"])
figure.savefig(OUT / "cam.png")
print(f"maps {maps.shape}, from {maps.min():.3g} to {maps.max():.3g}; the picture: {OUT / 'cam.png'}")
