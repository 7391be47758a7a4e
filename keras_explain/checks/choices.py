"""What an option may be where it is one of some texts: known before TensorFlow is."""

# What the units of an output may be said to be, by the user or by a compiled loss.
HEADS = ("softmax_logits", "sigmoid_logits", "probabilities", "values")
# What is explained of a class, where no function says it.
SCORES = ("logit", "probability")
# What the four numbers of a detector's box are.
BOX_FORMATS = ("xyxy", "yxyx", "xywh", "center_xywh")
# How a class is visualized.
RECIPES = ("plain", "natural")
