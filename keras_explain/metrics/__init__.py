"""Numbers about maps: how far they moved, how concentrated they are, how much of them lies in a region."""
