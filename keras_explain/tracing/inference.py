"""Call a model as it predicts."""


def run_inference(model, inputs):
    """Returns what a model computes at inference, whether or not its `call` takes `training`."""
    return model(inputs, training=False) if model._call_has_training_arg else model(inputs)
