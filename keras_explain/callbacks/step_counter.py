"""Number epochs and batches so that they go on from one fit to the next."""

import keras


class StepCounter:
    """The steps of a logger that may see several fits, none of which writes a step again.

    Epochs keep the number that Keras gives them, as after `initial_epoch` or `BackupAndRestore`, unless a fit starts
    over: then they go on behind the last one. Batches are counted on from those that the optimizer has seen.
    """

    def __init__(self):
        """Nothing has been seen yet."""
        self._last_epoch, self._shift = -1, 0
        self._batches, self._before = 0, 0
        self._starts = True

    def begin_fit(self):
        """Notes that another fit begins."""
        self._starts = True

    def begin_epoch(self, epoch, model):
        """Notes that an epoch begins; only then is it known what a `BackupAndRestore` restored.

        Args:
            epoch: Its number, as Keras gives it.
            model: The model in training.

        Returns:
            For the first epoch of a fit, the last epoch and the number of batches that the weights have seen; else
            None.
        """
        starts = self._starts
        if starts:
            self._shift = max(0, self._last_epoch + 1 - epoch)
            optimizer = getattr(model, "optimizer", None)
            if optimizer is not None:
                # Between two updates with accumulated gradients the optimizer's own count stands still.
                accumulated = optimizer.gradient_accumulation_steps or 1
                updates = int(keras.ops.convert_to_numpy(optimizer.iterations))
                self._batches = max(self._batches, updates * accumulated)
        self._starts, self._before = False, self._batches
        return (epoch + self._shift - 1, self._batches) if starts else None

    def epoch(self, epoch):
        """Returns the step of an epoch."""
        self._last_epoch = epoch + self._shift
        return self._last_epoch

    def batch(self, batch, every, most=None):
        """Returns the number of batches seen at the end of a batch, None unless it is time to log.

        Args:
            batch: Its number within the epoch. With `steps_per_execution` some are left out, and the last one may be
                beyond the end.
            every: How many batches there are from one log to the next.
            most: How many batches an epoch has, None if that isn't known.
        """
        done = batch + 1 if most is None else min(batch + 1, most)
        before, self._batches = self._batches, self._before + done
        return self._batches if self._batches // every > before // every else None


def time_of(step, by_epoch=True):
    """Returns a step as people count it, with the number that TensorBoard has for it where that is another one."""
    return f"epoch {step + 1} (step {step})" if by_epoch else f"batch {step}"
