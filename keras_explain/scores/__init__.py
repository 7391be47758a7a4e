"""Named scores: what is explained where it isn't a class's logit, as of a region, a box, a class against another."""

from keras_explain.scores.classes import difference, margin, multi_label
from keras_explain.scores.detection import box, nearest_box
from keras_explain.scores.region import region
from keras_explain.scores.restored import restored
from keras_explain.scores.unit import unit
