"""Tell once of what could not be logged, and never end a training by it."""

import contextlib
import sys
import warnings

from keras_explain.errors import ExplainWarning


class Losses:
    """What has been told of a training already."""

    def __init__(self):
        """Nothing yet."""
        self._told = set()

    def tell(self, what, message):
        """Warns, once for each `what`."""
        if what not in self._told:
            self._told.add(what)
            try:
                warnings.warn(message, ExplainWarning, stacklevel=2)
            except ExplainWarning:  # made an error by the user's filter, which is not to end a training of days
                print(message, file=sys.stderr)

    def lost(self, step, what, why):
        """Warns, once for each `what`, that something couldn't be computed, drawn or written."""
        self.tell(what, f"{what} of step {step} are lost, training goes on: {why}")

    @contextlib.contextmanager
    def catching(self, step, kept=lambda step: False, what="explanations"):
        """Within the block, whatever fails is told.

        Args:
            step: The step that it is about.
            kept: Tells whether a step is kept on disk, so that it isn't lost yet.
            what: What is lost.
        """
        try:
            yield
        except Exception as error:  # whatever it is, it must not end a training of days
            why = f"{type(error).__name__}: {error}"
            if kept(step):
                self.tell("writing", f"explanations of step {step} wait on disk to be written again: {why}")
            else:
                self.lost(step, what, why)
