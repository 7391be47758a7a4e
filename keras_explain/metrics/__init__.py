"""Numbers about maps: how far they moved, how concentrated they are, how much of them lies in a region."""

from keras_explain.metrics.change import movement
from keras_explain.metrics.regions import energy_inside, pointing, region_masks
from keras_explain.metrics.spread import concentration, evidence
