"""How Keras and TensorFlow have to be set up."""

import keras
import tensorflow as tf

from keras_explain.errors import ModelError


def check_environment():
    """Refuses what no model can be traced in.

    Raises:
        ModelError: If Keras runs on another backend, or functions are run eagerly.
    """
    if keras.config.backend() != "tensorflow":
        raise ModelError(
            f"expected Keras on TensorFlow, received the backend '{keras.config.backend()}'; "
            "set KERAS_BACKEND=tensorflow before keras is imported."
        )
    if tf.config.functions_run_eagerly():
        raise ModelError(
            "expected graph mode, received tf.config.run_functions_eagerly(True): eager tensors don't tell how they "
            "were computed; switch it off, or set run_eagerly=True in model.compile instead."
        )
