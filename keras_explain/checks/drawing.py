"""What may be asked of pictures that are saved: formats, dots an inch, pixels of a side."""

LEAST_DPI, MOST_DPI = 10, 2400  # FreeType draws no letters of less than a dot.
FORMATS = ("png", "pdf", "svg")
MAX_SIDE = 2048  # As wide as a page in print; each picture of 12 million pixels would take 20 MB and seconds.
