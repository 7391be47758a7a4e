"""Write what the network takes for a class into TensorBoard while it trains."""

import keras
import numpy as np

from keras_explain.callbacks.events import EventLog
from keras_explain.callbacks.step_counter import StepCounter
from keras_explain.checks.options import check_count, check_name, check_path
from keras_explain.inputs.class_names import check_class_names
from keras_explain.methods.class_visualization import ClassVisualization
from keras_explain.visual.panel import panel
from keras_explain.visual.pixels import to_pixels
from keras_explain.visual.text import legible


class ClassVisualizationLogger(keras.callbacks.Callback):
    """Shows in TensorBoard how the network's idea of a class forms while it trains.

    One image summary a class, `class_visualizations/<class>`, each made anew from the same random image. What can be
    refused is refused in `on_train_begin`; whatever fails later is warned about once and never ends the training.

        model.fit(x, y, callbacks=[ClassVisualizationLogger([3, 7], every=5, bounds=(0, 1))])
    """

    def __init__(
        self,
        targets,
        *,
        every=1,
        log_dir="logs",
        class_names=None,
        name="class_visualizations",
        initial=None,
        seed=0,
        **options,
    ):
        """Keeps the classes to visualize.

        Args:
            targets: The classes.
            every: Number of epochs from one picture to the next.
            log_dir: Directory of the event files.
            class_names: The name of each class, to be shown instead of its index.
            name: First part of the tags, to tell several loggers apart.
            initial: The image to start from, which a subclassed model needs; random by default.
            seed: Seed of the first image and the modifiers.
            **options: Of `ClassVisualization`.

        Raises:
            OptionError: If `every` is outside of what it allows.
        """
        super().__init__()
        self._targets, self._every = targets, check_count(every, "every")
        self._name, self._log_dir = legible(check_name(name, "name=")), check_path(log_dir, "log_dir=")
        self._class_names = class_names
        self._steps = StepCounter()
        self._start, self._options = {"initial": initial, "seed": seed}, {"verbose": 0, **options}

    def on_train_begin(self, logs=None):
        """Builds the explainer, and refuses what can't be visualized."""
        self._visualization = ClassVisualization(self.model, **self._options)
        targets, images, _ = self._visualization.check(self._targets, **self._start)
        self._targets = targets.tolist()
        to_pixels(images)
        self._names = check_class_names(self._class_names, None, targets.tolist())
        self._events = EventLog(self._log_dir, self._name, self.params, self._draw)
        self._steps.begin_fit()

    def on_epoch_begin(self, epoch, logs=None):
        """Finds the step at which this fit goes on, and logs the one before if it is missing."""
        reached = self._steps.begin_epoch(epoch, self.model)
        if reached and self._events.begin(reached[0]):
            self._log(reached[0])

    def on_epoch_end(self, epoch, logs=None):
        """Logs at the step `epoch`, every so many epochs."""
        self._log(self._steps.epoch(epoch))

    def on_train_end(self, logs=None):
        """Waits for what is still to be written, and closes the file."""
        self._events.flush()
        self._events = None

    def _log(self, step):
        if (step + 1) % self._every == 0:
            self._events.log(step, self._compute)

    def _compute(self):
        return {"images": self._visualization(self._targets, **self._start)}

    def _draw(self, found, step):
        pictures = [to_pixels(image[np.newaxis], self._options.get("bounds"))[0] for image in found["images"]]
        return {
            f"{self._name}/{target}": panel([picture], [self._names[target]], [f"epoch {step + 1}"])
            for target, picture in zip(self._targets, pictures)
        }
