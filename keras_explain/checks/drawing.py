"""What may be asked of pictures that are saved: formats, dots an inch, pixels of a side."""

MOST_DPI = 2400
FORMATS = ("png", "pdf", "svg")
MAX_SIDE = 2048  # As wide as a page in print; each picture of 12 million pixels would take 20 MB and seconds.
