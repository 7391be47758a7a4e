"""Find the runs below a directory, as TensorBoard names them."""

import posixpath

from keras_explain.training_log.files import folders_with_events


def find_runs(log_dir):
    """Returns `{name: directory}` of all directories with event files, by their path from `log_dir`, "." for itself."""
    root = log_dir.rstrip("/") or "/"
    return dict(sorted((posixpath.relpath(folder, root), folder) for folder in folders_with_events(root)))
