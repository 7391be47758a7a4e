"""Write what the network takes for a class into TensorBoard while it trains."""

from keras_explain.callbacks.synthesis_logger import SynthesisLogger
from keras_explain.inputs.class_names import check_class_names
from keras_explain.methods.class_visualization import ClassVisualization


class ClassVisualizationLogger(SynthesisLogger):
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
        trackers=(),
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
            trackers: Who else is given the pictures, see `ExplanationLogger`.
            initial: The image to start from, which a subclassed model needs; random by default.
            seed: Seed of the first image and the modifiers.
            **options: Of `ClassVisualization`.

        Raises:
            OptionError: If `every` is outside of what it allows.
        """
        super().__init__(every, log_dir, name, trackers, {"initial": initial, "seed": seed}, options)
        self._targets, self._class_names = targets, class_names

    def prepare(self):
        visualization = ClassVisualization(self.model, **self._options)
        targets, images, _ = visualization.check(self._targets, **self._start)
        names = check_class_names(self._class_names, None, targets.tolist())
        titles = [(target, names[target]) for target in targets.tolist()]
        return lambda: visualization(targets, **self._start), images, titles
