"""What is shown of a whole training when it ends: images by steps as one picture and as an animation."""

from keras_explain.errors import InputError
from keras_explain.training_log.log import TrainingLog
from keras_explain.training_log.run_log import RunLog
from keras_explain.visual.figure import pixels_of


def strips(log_dir, name, scale):
    """Returns `{tag: uint8 (H, W, 3) or GIF as bytes}` of each method, from what was logged in a directory.

    Args:
        log_dir: The directory.
        name: First part of the tags.
        scale: `"epoch"` or `"run"`, see `TrainingLog.plot`.

    Raises:
        InputError: If nothing was logged.
    """
    run = RunLog(log_dir)
    run.refresh()
    logged = run.loggers[name].logged() if name in run.loggers else None
    if logged is None:
        raise InputError("expected a log with a step of maps, received none.")
    log, shown = TrainingLog(".", name, logged.inputs, logged.steps), {}
    for method in log.methods:
        shown[f"{name}_strip/{method}"] = pixels_of(log.plot(method, scale=scale))
        shown[f"{name}_animation/{method}"] = log.animation(method, scale=scale)
    return shown
