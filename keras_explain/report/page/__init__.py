"""A page of many images to explore in a browser: one file that asks nothing of a network."""
