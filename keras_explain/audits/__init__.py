"""Whole datasets, an image a row: what was explained, how concentrated the evidence is, whether it lies in a region."""
