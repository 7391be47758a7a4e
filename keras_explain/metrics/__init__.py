"""Numbers about maps: where they point, how far they moved, and what a model makes of images without what they mark."""

from keras_explain.metrics.average_drop import average_drop
from keras_explain.metrics.change import movement
from keras_explain.metrics.grid import Grids, grid_pointing, lay_grids
from keras_explain.metrics.infidelity import infidelity
from keras_explain.metrics.regions import energy_inside, pointing, region_masks
from keras_explain.metrics.removal import deletion, deletion_curves, insertion, insertion_curves
from keras_explain.metrics.road import road, road_curves
from keras_explain.metrics.scorer import Scorer
from keras_explain.metrics.sensitivity import max_sensitivity
from keras_explain.metrics.similarity import rank_correlation, structural_similarity
from keras_explain.metrics.spread import concentration, evidence
