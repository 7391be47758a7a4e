"""Look up in a directory's event files up to where they go."""

import re

import tensorflow as tf


def last_steps(log_dir, pattern):
    """Returns `{tag: last step}` of the newest event files, back to one with a tag that matches.

    Args:
        log_dir: Directory of the event files.
        pattern: Regular expression of a whole tag.
    """
    found = {}
    if not tf.io.gfile.isdir(log_dir):
        return found
    for name in sorted((file for file in tf.io.gfile.listdir(log_dir) if "tfevents" in file), reverse=True):
        newest = _last_steps(f"{log_dir}/{name}")
        found = newest | found
        if any(re.fullmatch(pattern, tag) for tag in newest):
            break
    return found


def _last_steps(path):
    found = {}
    try:
        for record in tf.data.TFRecordDataset(path).as_numpy_iterator():
            event = tf.compat.v1.Event.FromString(record)
            for value in event.summary.value:
                found[value.tag] = max(event.step, found.get(value.tag, event.step))
    except tf.errors.DataLossError:
        pass  # half a record at the end, of a process that was killed
    return found
