"""Find the runs below a directory, as TensorBoard names them."""

import posixpath

import tensorflow as tf


def find_runs(log_dir):
    """Returns `{name: directory}` of all directories with event files, by their path from `log_dir`, "." for itself."""
    root = log_dir.rstrip("/") or "/"
    found = {}
    for folder, _, files in tf.io.gfile.walk(root) if tf.io.gfile.isdir(root) else ():
        if any("tfevents" in name for name in files):
            found[posixpath.relpath(folder, root)] = folder
    return dict(sorted(found.items()))
