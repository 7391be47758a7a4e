"""Write a file of one's own folder: whole or not at all, whatever interrupts it."""

import os

_DRAFT = ".part"


def write_whole(path, content):
    """Writes bytes into a file, which then is as it was or holds all of them.

    Nobody else may write into the folder meanwhile. A killed process leaves a draft, which `remove_drafts` removes.

    Args:
        path: A `Path`.
        content: bytes, or what has their buffer.

    Raises:
        OSError: If it can't be written; no draft is left.
    """
    draft = path.with_name(path.name + _DRAFT)
    try:
        with open(draft, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def remove_drafts(folder):
    """Removes from a folder what a killed process had begun to write there."""
    for draft in folder.glob(f"*{_DRAFT}"):
        draft.unlink()
