"""Write an explanation into a folder: arrays, pictures, a manifest."""

import dataclasses

import numpy as np

from keras_explain.checks.drawing import FORMATS
from keras_explain.checks.options import check_choice, check_flag
from keras_explain.errors import OptionError
from keras_explain.report.figure_file import figure_bytes
from keras_explain.report.judged import trust_entry
from keras_explain.report.originals import Originals
from keras_explain.report.pictures import write_over_photographs, write_pictures
from keras_explain.report.schema import ARRAYS, TEXTS, check_parts, check_values
from keras_explain.storage.folders import write_manifest
from keras_explain.storage.replace import new_folder
from keras_explain.visual.arguments import check_dpi

KIND = "a keras_explain explanation"
_FILES = r"arrays\.npz|plot\.(png|pdf|svg)|pictures/[0-9]+_[0-9A-Za-z_]*\.png"
_SHOWN = 8  # Images of the plot.
_INCHES = 1.8  # The height of a picture in it.


def save(explanation, folder, original, crop, max_side, format, dpi):
    """Writes what `Explanation.save` says, all or nothing."""
    check_parts(explanation)
    check_values(explanation)
    check_choice(format, "format=", FORMATS)
    dpi, crop = None if dpi is None else check_dpi(dpi), check_flag(crop, "crop=")
    if original is None and crop:
        raise OptionError("expected original= beside crop=True, which says how photographs became the images.")
    photographs = None if original is None else Originals(original, explanation, crop, max_side)
    arrays = {name: getattr(explanation, name) for name in ARRAYS if getattr(explanation, name) is not None}
    arrays |= {f"map {name}": maps for name, maps in explanation.maps.items()}
    shown, side = explanation.shown, 1 if dpi is None else round(_INCHES * dpi)
    with new_folder(folder, KIND, _FILES) as fresh:
        np.savez_compressed(fresh / "arrays.npz", **arrays)
        entries = {name: getattr(explanation, name) for name in TEXTS}
        entries["settings"] = {name: value for name, value in explanation.settings.items() if name != "originals"}
        entries["trust"] = trust_entry(explanation.trust)
        if photographs is not None:
            shown, seen = write_over_photographs(explanation, fresh / "pictures", photographs, _SHOWN, side)
            entries["settings"]["originals"] = seen
        elif explanation.shown is not None:
            write_pictures(explanation, fresh / "pictures")
        if shown is not None:
            figure = dataclasses.replace(explanation, shown=shown).plot(rows=_SHOWN, dpi=dpi)
            (fresh / f"plot.{format}").write_bytes(figure_bytes(figure, format))
        write_manifest(fresh, KIND, methods=list(explanation.maps), **entries)
