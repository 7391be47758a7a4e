"""Photographs as a model takes them: which files are meant, their classes, their size and the scale of their values."""
