"""Call a model as it predicts."""

import keras

from keras_explain.scopes import within


def run_inference(model, inputs):
    """Returns what a model computes at inference, whether or not its `call` takes `training`.

    What it would write into Keras's variables, as the state of a random seed or moving statistics, is not written.
    """
    scope, options = keras.StatelessScope(), {"training": False} if model._call_has_training_arg else {}

    def leave():
        if hasattr(scope, "original_scope"):  # or else it has not been entered
            scope.__exit__()

    return within(scope.__enter__, lambda: model(inputs, **options), leave)
