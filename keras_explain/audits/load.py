"""Open an audit that was written into a folder."""

from pathlib import Path

from keras_explain.audits.arrow import check_arrow
from keras_explain.audits.result import Audit
from keras_explain.audits.stored import audit_manifest, stored_shards
from keras_explain.checks.options import check_path
from keras_explain.errors import InputError
from keras_explain.storage.folders import quoted


def load_audit(folder):
    """Returns the `Audit` in a folder, also of one that was interrupted. Its maps are read as they are asked for.

    Args:
        folder: Path of the folder, the `out=` of `audit`.

    Raises:
        InputError: If it holds no audit, or parts of it are missing or broken.
    """
    check_arrow()
    path = Path(check_path(folder, "folder"))
    manifest, shards = audit_manifest(path), stored_shards(path)
    for number, shard in enumerate(shards):
        count = shard.table.num_rows
        for name in ("maps", "features"):
            array = getattr(shard, name)
            missing = array is None and count > 0 and (name == "maps" or getattr(shards[0], name) is not None)
            if missing or (array is not None and len(array) != count):
                raise InputError(
                    f"expected the folder of an audit, received {quoted(path)}, whose {name} of shard {number} are "
                    "missing or others than its rows."
                )
    return Audit(shards, manifest)
