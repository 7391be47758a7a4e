"""Write what excites channels of a layer into TensorBoard while the network trains."""

from keras_explain.callbacks.synthesis_logger import SynthesisLogger
from keras_explain.methods.feature_visualization import FeatureVisualization


class FeatureVisualizationLogger(SynthesisLogger):
    """Shows in TensorBoard how what excites the channels of a layer forms while the network trains.

    One image summary a channel, `feature_visualizations/<channel>`, each made anew from the same random image. What can
    be refused is refused in `on_train_begin`; whatever fails later is warned about once and never ends the training.

        model.fit(x, y, callbacks=[FeatureVisualizationLogger("conv2", [3, 7], every=5, bounds=(0, 1))])
    """

    def __init__(
        self,
        layer=None,
        channel=None,
        *,
        every=1,
        log_dir="logs",
        name="feature_visualizations",
        trackers=(),
        initial=None,
        seed=0,
        **options,
    ):
        """Keeps the channels to visualize.

        Args:
            layer: The layer, see `FeatureVisualization`, as for the next.
            channel: A channel or several, or directions; None for all of up to 64.
            every: Number of epochs from one picture to the next.
            log_dir: Directory of the event files.
            name: First part of the tags, to tell several loggers apart.
            trackers: Who else is given the pictures, see `ExplanationLogger`.
            initial: The image to start from, which a subclassed model needs; random by default.
            seed: Seed of the first image and the modifiers.
            **options: Of `FeatureVisualization`.

        Raises:
            OptionError: If `every` is outside of what it allows.
        """
        super().__init__(every, log_dir, name, trackers, {"initial": initial, "seed": seed}, options)
        self._layer, self._channel = layer, channel

    def prepare(self):
        visualization = FeatureVisualization(self.model, self._layer, self._channel, **self._options)
        units, images, _ = visualization.check(**self._start)
        titles = [(name.split()[-1], f"{name} of {visualization.layer}") for name in units.names]
        return lambda: visualization(**self._start), images, titles
