"""Read the log of a training."""

import warnings

from keras_explain.checks.options import check_name, check_path
from keras_explain.errors import ExplainWarning, InputError, OptionError, brief, near
from keras_explain.training_log.log import TrainingLog
from keras_explain.training_log.run_log import RunLog
from keras_explain.training_log.runs import find_runs


def read_log(log_dir, run=None, name=None):
    """Reads what an `ExplanationLogger` has logged: raw maps, scores and probabilities, step by step.

    It reads while a training still writes, and what a killed one has left; a step that a training repeated is there
    once, as it was the last time.

        log = kx.read_log("logs")
        log.maps["grad_cam"][-1]   # (N, h, w, 1) after the last epoch, at the layer's own size

    Args:
        log_dir: Directory of the event files, or one above it.
        run: Path of the run from `log_dir`, of several.
        name: The logger's `name=`, of several.

    Returns:
        A `TrainingLog`.

    Raises:
        InputError: If nothing was logged there.
        OptionError: If there are several runs, or loggers, and none is chosen.
    """
    log_dir, runs, broken = check_path(log_dir, "log_dir="), {}, []
    for each, folder in find_runs(log_dir).items():
        found = RunLog(folder)
        found.refresh()
        broken += [f"{path}: {why}; what stands behind is left out." for path, why in found.broken.items()]
        if _logged(found):
            runs[each] = found
    if not runs:
        told = f" ({broken[0]})" if broken else ""
        raise InputError(
            f"expected a directory in which an ExplanationLogger has logged, received {log_dir}, where there is no "
            f"step of one{told}."
        )
    run = _chosen(runs, run, "run=", "run")
    loggers = _logged(runs[run])
    name = _chosen(loggers, name, "name=", "logger")
    log = loggers[name]
    left_out = [f"{path}: {why}." for path, why in runs[run].broken.items()]
    if log.others:
        left_out.append(f"{log.others} steps are about other images than those of the last training there.")
    for sentence in left_out:
        warnings.warn(f"left out of the log: {sentence}", ExplainWarning, stacklevel=2)
    return TrainingLog(run, name, log.inputs, log.steps, left_out)


def _logged(run):
    return {name: log for name, log in run.loggers.items() if log.inputs is not None and log.steps}


def _chosen(found, wanted, option, kind):
    """Returns the one name of several that is meant: the only one, or the wanted one."""
    if wanted is None and len(found) == 1:
        return next(iter(found))
    if wanted is None:
        raise OptionError(f"expected {option} to choose one of {len(found)} {kind}s; {near(wanted, found)}")
    if check_name(wanted, option) not in found:
        raise OptionError(f"expected {option} as the name of a {kind}, received {brief(wanted)}; {near(wanted, found)}")
    return wanted
