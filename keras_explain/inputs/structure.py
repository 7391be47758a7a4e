"""Nested lists and dictionaries: their leaves by name, in the order in which they were written."""

import keras


def written(structure):
    """Returns `{name: leaf}` in the order in which a dictionary was written, unlike Keras, which sorts its keys.

    A name is a dictionary's key or the position in a list; within another it is joined by `/`: `"boxes/0"`. A structure
    that is a single leaf has the empty name.
    """
    if not isinstance(structure, (dict, list, tuple)):
        return {"": structure}
    parts = structure.items() if isinstance(structure, dict) else enumerate(structure)
    return {f"{key}/{name}" if name else str(key): leaf for key, part in parts for name, leaf in written(part).items()}


def positions(structure):
    """Returns `{name: position among the flattened leaves}` in the order in which the structure was written."""
    return written(keras.tree.pack_sequence_as(structure, range(len(keras.tree.flatten(structure)))))
