"""Read an explanation that was saved, by whomever, or say what is wrong with it."""

from keras_explain.checks.options import check_count
from keras_explain.errors import InputError, brief
from keras_explain.report.explanation import Explanation
from keras_explain.report.judged import trust_from
from keras_explain.report.save import KIND
from keras_explain.report.schema import ARRAYS, TEXTS, check_parts, check_values
from keras_explain.storage.archive import open_archive
from keras_explain.storage.folders import MOST_BYTES, quoted, read_manifest
from keras_explain.storage.replace import standing
from keras_explain.visual.look import LOOKS

_LATER = ("fine", "relative")  # Parts that the first version didn't save.


def load(folder, *, max_bytes=2**31):
    """Returns the `Explanation` that was saved into a folder, with equal arrays.

    The folder may be anybody's: no code in it is run, no more is read than is allowed, and all of it is checked.

    Args:
        folder: Path of the folder.
        max_bytes: The most that its arrays may take in memory. Its manifest may have 32 MB, or a 64th of that.

    Raises:
        InputError: If the folder holds no explanation, a broken one, or a larger one.
    """
    max_bytes = check_count(max_bytes, "max_bytes")
    place = standing(folder)
    manifest = read_manifest(place, KIND, max(max_bytes // 64, MOST_BYTES))
    try:
        missing = [name for name in ("methods", *TEXTS) if name not in manifest and name not in _LATER]
        if missing:
            raise InputError(f"its manifest has no {', '.join(missing)}")
        with open_archive(place / "arrays.npz", max_bytes) as archive:
            check_parts(_explanation(manifest, archive.headers))
            explanation = _explanation(manifest, {name: archive.read(name) for name in archive.headers})
        check_values(explanation)
    except InputError as error:
        raise InputError(f"expected a folder that holds {KIND}, received {quoted(folder)}; {error}.") from None
    return explanation


def _explanation(manifest, arrays):
    """Returns an `Explanation` of arrays, or of their headers."""
    methods, texts = manifest["methods"], {name: manifest.get(name, ()) for name in TEXTS}
    if not isinstance(methods, list) or not all(isinstance(name, str) for name in methods):
        raise InputError(f"its manifest has as methods {brief(methods)}, which are no names")
    by_method = {name: f"map {name}" for name in methods}
    missing = {"images", "targets", "scores", *by_method.values()} - arrays.keys()
    unknown = arrays.keys() - {*ARRAYS, *by_method.values()}
    if missing or unknown or len(by_method) < len(methods):
        raise InputError(f"its arrays are {brief(sorted(arrays))}, those of the methods {brief(methods)} were expected")
    texts |= {name: tuple(texts[name]) for name in LOOKS if isinstance(texts[name], list)}
    maps = {name: arrays[member] for name, member in by_method.items()}
    trust = trust_from(manifest.get("trust"), texts["titles"])
    return Explanation(**{name: arrays.get(name) for name in ARRAYS}, maps=maps, trust=trust, **texts)
