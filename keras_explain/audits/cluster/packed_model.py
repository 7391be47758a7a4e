"""A model as it travels to workers: the bytes of its archive, with the classes of its own that it names."""

import dataclasses
import json
import tempfile
import zipfile
from pathlib import Path

import keras

from keras_explain.errors import ModelError, reason

_FILE = "model.keras"


@dataclasses.dataclass(frozen=True, eq=False)
class PackedModel:
    """A model that can be sent.

    Attributes:
        archive: What `model.save` writes.
        custom: `{name: class or function}` of those registered by `keras.saving.register_keras_serializable` that the
            archive names.
        compiled: Whether it has a loss, which says what its output is.
    """

    archive: bytes
    custom: dict
    compiled: bool

    def unpacked(self):
        """Returns the model.

        Raises:
            ModelError: If it can't be loaded here.
        """
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / _FILE
            path.write_bytes(self.archive)
            try:
                # Not in safe mode: whoever sent it holds the same model, with the code that is in it.
                with keras.saving.custom_object_scope(self.custom):
                    return keras.saving.load_model(path, compile=self.compiled, safe_mode=False)
            except Exception as error:  # Keras and the model's own classes raise whatever they like
                raise ModelError(
                    f"expected a model that a worker can load, received one that it can't: {reason(error)}; register "
                    "its own layers and functions by keras.saving.register_keras_serializable, in a module that "
                    "workers have as well, or in the script."
                ) from None


def packed_model(model):
    """Returns the `PackedModel` of a model.

    Raises:
        ModelError: If it can't be saved.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / _FILE
        try:
            model.save(path)
        except Exception as error:  # as above
            raise ModelError(
                f"expected a model that can be saved, since workers load it, received one that can't: {reason(error)}"
            ) from None
        with zipfile.ZipFile(path) as archive:
            named = _names(json.loads(archive.read("config.json")))
        registered = keras.saving.get_custom_objects()
        custom = {name: registered[name] for name in sorted(named) if name in registered}
        return PackedModel(path.read_bytes(), custom, bool(model.compiled))


def _names(config):
    """Returns all texts of a model's configuration, of which names of classes and functions are some."""
    if isinstance(config, str):
        return {config}
    parts = config.values() if isinstance(config, dict) else config if isinstance(config, list) else ()
    return set().union(*map(_names, parts))
