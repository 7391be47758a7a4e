"""MLflow: pictures and numbers in the run that is active when a training begins."""

import re
import time

import mlflow
from mlflow.entities import Metric

from keras_explain.errors import OptionError


def begin(name):
    """Returns the `MLflowRun` of the active run.

    Raises:
        OptionError: If there is none.
    """
    run = mlflow.active_run()
    if run is None:
        raise OptionError('expected an active run of MLflow for "mlflow", received none; call mlflow.start_run().')
    return MLflowRun(run.info.run_id)


class MLflowRun:
    """Logs by the run's number: which run is active, MLflow knows of each thread by itself."""

    def __init__(self, run_id):
        """Takes the run's number."""
        self._client, self._run_id = mlflow.MlflowClient(), run_id

    def log_step(self, step, pictures, numbers):
        """See `Tracker`."""
        now = int(1000 * time.time())
        metrics = [Metric(_key(tag), number, now, step) for tag, number in numbers.items()]
        if metrics:
            self._client.log_batch(self._run_id, metrics=metrics)
        for tag, picture in pictures.items():
            self._client.log_image(self._run_id, picture, key=_key(tag), step=step)


def _key(tag):
    """Returns a tag in the characters that MLflow takes."""
    return re.sub(r"[^\w\-. /]", "_", tag, flags=re.ASCII)
