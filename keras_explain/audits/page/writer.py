"""An audit as a page: what was found, the images that show it, each class, and all rows."""

import os

import numpy as np

from keras_explain.audits.page.classes import class_table
from keras_explain.audits.page.columns import columns
from keras_explain.audits.page.groups import groups, left_out, summary
from keras_explain.audits.page.mean_maps import beside_the_rest, carried
from keras_explain.audits.page.pictured import explanation, looks_of, pictures
from keras_explain.audits.page.row_maps import row_maps
from keras_explain.checks.options import check_flag
from keras_explain.errors import InputError
from keras_explain.report.page.answers import LONGEST
from keras_explain.report.page.document import Views
from keras_explain.report.page.files import new_page
from keras_explain.visual.text import legible

VIEWS = Views(
    "keras_explain.audits.page",
    "views.html",
    "views.css",
    choices=("columns.js", "row_images.js", "row_list.js", "class_columns.js"),
    scripts=("views.js", "mean_maps.js", "classes.js", "filters.js", "rows.js", "row_numbers.js"),
)
_PART = 16  # Images in memory at a time.
_MOST = 200_000  # Rows of a page.


def write_page(audit, path, images, crop):
    """Writes what `Audit.to_html` says.

    Args:
        audit: The `Audit`.
        path: Path of the file.
        images: See `Audit.to_html`.
        crop: See there.
    """
    if audit.maps is None or audit.maps[:1].ndim != 3:
        raise InputError("expected maps with height and width for a page, received others; table has the numbers.")
    crop, chosen, keys = check_flag(crop, "crop="), list(groups(audit)), audit.keys
    shown = list(dict.fromkeys(row for group in chosen for row in group.rows))
    originals, place = pictures(images, keys), {row: number for number, row in enumerate(shown)}
    with new_page(path, VIEWS) as page:
        page.summarize(summary(audit))
        for start in range(0, len(shown), _PART):
            some = shown[start : start + _PART]
            photos = [originals(row) for row in some]
            on_disk = all(isinstance(one, (str, os.PathLike)) for one in photos)
            names = [keys[row] for row in some]
            page.add(explanation(audit, some, photos), names, photos if on_disk else None, crop and on_disk)
        for group in chosen:
            page.group(group.sentence, [place[row] for row in group.rows], group.title)
        _add_tables(page, audit, chosen, shown)
        page.note(left_out(audit, len(shown)))


def _add_tables(page, audit, chosen, shown):
    looks, rows = looks_of(audit), np.arange(min(len(audit), _MOST))
    page.carry("audit_classes", class_table(audit, chosen, looks))
    found = [group.finding for group in chosen if group.finding]
    page.carry("audit_means", [_means(audit, finding, looks) for finding in found])
    maps = row_maps(audit, rows, looks["relative"])
    page.carry("audit_maps", maps)
    page.carry(
        "audit_rows",
        {
            "count": len(rows),
            "pictured": shown,
            "class_names": [legible(name, LONGEST) for name in audit.class_names],
            "findings": [finding.rows[finding.rows < len(rows)].tolist() for finding in found],
            "note": " ".join(_told(audit, len(rows), maps)),
            **columns(audit, rows),
        },
    )


def _means(audit, finding, looks):
    (here, count), (rest, others) = beside_the_rest(audit, finding)
    return {"maps": carried([here, rest], looks), "counts": [count, others]}


def _told(audit, count, maps):
    """Yields what the table of all rows leaves out, in sentences."""
    if count < len(audit):
        yield f"The first {count:,} of {len(audit):,} images."
    if maps is None:
        yield "There are too many rows for a map of each."
    elif tuple(maps["size"]) != tuple(maps["own_size"]):
        size, own = (f"{height} x {width}" for height, width in (maps["size"], maps["own_size"]))
        yield f"Maps are averaged from {own} to {size} places, in {maps['last']} steps."
    else:
        yield f"Maps are in {maps['last']} steps."
    yield "Where the page carries no photograph, a map stands by itself; audit.table has more columns."
