"""Whole datasets by Ray Data: the same rows, computed by workers that hold the model."""
