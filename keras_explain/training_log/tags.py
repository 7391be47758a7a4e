"""By what names explanations are found in event files."""

PLUGIN = "keras_explain"  # What TensorBoard knows the records by: without the package it passes over them.
STEP, INPUTS = "_raw", "_raw_inputs"  # What tags of the two kinds of records end in.


def logger_name(tag):
    """Returns the name of the logger that writes such a tag."""
    return tag.removesuffix(INPUTS if tag.endswith(INPUTS) else STEP)
