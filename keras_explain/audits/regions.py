"""Where the images of a stream show their class: masks in order, by a function of the key, or in a folder."""

import os
from pathlib import Path

import numpy as np

from keras_explain.checks.arrays import as_numbers
from keras_explain.checks.options import check_function, check_path
from keras_explain.errors import InputError, OptionError
from keras_explain.metrics.regions import region_masks
from keras_explain.photographs.reading import read_photo
from keras_explain.storage.folders import quoted

_INSIDE = 128  # Of a picture of a mask, the values from here on.
_ENDINGS = (".png", ".jpg", ".bmp", ".tif")


def region_source(regions, named=False, crop=False):
    """Returns a function `(keys, numbers, size) -> masks`, each bool of that size or None where there is none.

    Args:
        regions: One an image in order, boxes or masks as `metrics.region_masks` takes them; a function from a key to
            one of these or None; or a folder of pictures that are named like the images, white inside the region.
        named: Whether images are photographs, which have names and may be broken, so that no order holds.
        crop: Whether photographs were cropped, as the pictures are then.

    Raises:
        OptionError: If they are none of these.
        InputError: If they are no numbers.
    """
    if isinstance(regions, (str, os.PathLike)):
        folder = Path(check_path(regions, "regions="))
        if not folder.is_dir():
            raise OptionError(f"expected regions= as a folder of masks, received {quoted(folder)}, which is none.")
        return lambda keys, numbers, size: [_in_folder(folder, key, size, crop) for key in keys]
    if callable(regions):
        check_function(regions, "regions= as", "key")
        return lambda keys, numbers, size: [_mask(regions(key), size) for key in keys]
    if named:
        raise OptionError(
            "expected regions= as a function of the key or a folder, since photographs have names, received others."
        )
    values = as_numbers(regions, "regions", (None, ..., None))
    return lambda keys, numbers, size: list(region_masks(_chosen(values, numbers), (len(keys), *size)))


def _chosen(values, numbers):
    if numbers[-1] >= len(values):
        raise InputError(
            f"expected regions= for each image, received {len(values)} for {numbers[-1] + 1} images or more."
        )
    return values[numbers]


def _mask(region, size):
    return None if region is None else region_masks(np.asarray(region)[np.newaxis], (1, *size))[0]


def _in_folder(folder, key, size, crop):
    """Returns the mask in the picture of a key: of its name, or of that with another ending; None if there is none."""
    path = folder / key
    for one in (path, *(path.with_suffix(ending) for ending in _ENDINGS)):
        if one.is_file():
            try:
                return read_photo(one, 1, tuple(size), crop)[0][..., 0] >= _INSIDE
            except InputError as error:
                raise InputError(f"expected the mask of '{key}' in {quoted(one)}; {error}") from None
    return None
