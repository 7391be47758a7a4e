"""Call a model as it predicts."""

import keras


def run_inference(model, inputs):
    """Returns what a model computes at inference, whether or not its `call` takes `training`.

    What it would write into Keras's variables, as the state of a random seed or moving statistics, is not written.
    """
    with keras.StatelessScope():
        return model(inputs, training=False) if model._call_has_training_arg else model(inputs)
