"""A grid of pictures as a matplotlib figure."""

from matplotlib.figure import Figure
from matplotlib.patches import Rectangle


def gallery(rows, columns, row_titles=None, boxes=None, size=1.8):
    """Returns a figure with one row an image and one column a way to see it.

    Args:
        rows: For each row the pictures, uint8 arrays `(H, W, 3)`.
        columns: Title of each column.
        row_titles: Text beside each row.
        boxes: For each row a box `(top, left, bottom, right)` in pixels to draw into all its pictures, or None.
        size: Height of a picture in inches.

    Returns:
        A `matplotlib.figure.Figure` that belongs to no window.
    """
    height, width = rows[0][0].shape[:2]
    figure = Figure(figsize=(size * len(columns) * width / height + 1.4, size * len(rows) + 0.4), layout="constrained")
    axes = figure.subplots(len(rows), len(columns), squeeze=False)
    for i, row in enumerate(rows):
        for j, picture in enumerate(row):
            axis = axes[i, j]
            axis.imshow(picture, interpolation="nearest")
            axis.set(xticks=[], yticks=[])
            axis.spines[:].set_visible(False)
            if i == 0:
                axis.set_title(columns[j], fontsize=11)
            if j == 0 and row_titles:
                axis.set_ylabel(row_titles[i], rotation=0, ha="right", va="center", fontsize=9)
            if boxes and boxes[i] is not None:
                top, left, bottom, right = boxes[i]
                corner = (left - 0.5, top - 0.5)
                axis.add_patch(
                    Rectangle(corner, right - left, bottom - top, fill=False, color="#00d0ff", linewidth=1.2)
                )
    return figure
