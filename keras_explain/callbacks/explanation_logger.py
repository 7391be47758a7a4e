"""Write what methods show on fixed images into TensorBoard, epoch by epoch."""

import keras
import numpy as np

from keras_explain.callbacks.events import EventWriter
from keras_explain.callbacks.labels import check_class_names, check_labels
from keras_explain.datasets import gather, is_dataset
from keras_explain.errors import InputError, check_count
from keras_explain.layers import channels_first
from keras_explain.together import Together
from keras_explain.visual.panel import panel
from keras_explain.visual.picture import attribution_picture, input_picture, showable


class ExplanationLogger(keras.callbacks.Callback):
    """Shows in TensorBoard where the network looks while it trains.

    One image summary an image, `explanations/<i>`: the input and each method's overlay side by side, with the true
    label, the predicted label and its probability above them. Everything that can be refused is refused in
    `on_train_begin`, before the first step; whatever fails later is warned about once and never ends the training.

        model.fit(x, y, callbacks=[ExplanationLogger(x_test[:8], log_dir="logs")])
    """

    def __init__(
        self,
        images,
        target=None,
        methods=("cam", "grad_cam"),
        *,
        log_dir="logs",
        update_freq="epoch",
        labels=None,
        class_names=None,
        max_images=8,
    ):
        """Keeps the images to explain.

        Args:
            images: `(N, *spatial, C)` as the model takes them, the structure of all its inputs, or a batched
                `tf.data.Dataset` or `keras.utils.PyDataset`, whose first images are taken now. The same ones are
                explained each time.
            target: The class to explain: None for the predicted one, an int, or one int an image.
            methods: Keys of methods, explainer classes, or explainers built on the model in training.
            log_dir: Directory of the event files.
            update_freq: `"epoch"`, or every how many batches to log.
            labels: The true class of each image, to be shown; indices or one-hot. A dataset's own by default.
            class_names: The name of each class, to be shown instead of its index.
            max_images: How many of the images are used, the first ones.

        Raises:
            OptionError: If `update_freq` or `max_images` is outside of what it allows.
        """
        super().__init__()
        if update_freq != "epoch":
            check_count(update_freq, 'update_freq, if not "epoch",')
        max_images = check_count(max_images, "max_images")
        if is_dataset(images):
            images, found = gather(images, max_images)
            labels = found if labels is None else labels
        structure = images if isinstance(images, (dict, tuple)) else np.asarray(images)
        if np.ndim(keras.tree.flatten(structure)[0]) == 0:
            raise InputError(f"expected images of shape (N, H, W, C), received {images!r}.")
        self._images = keras.tree.map_structure(lambda x: np.asarray(x)[:max_images], structure)
        self._count = len(keras.tree.flatten(self._images)[0])
        self._target = target if target is None or np.ndim(target) == 0 else target[:max_images]
        self._labels = None if labels is None else labels[:max_images]
        self._methods = methods
        self._events = EventWriter(log_dir)
        self._update_freq = update_freq
        self._class_names = class_names
        self._together = None
        self._batches = 0
        if update_freq != "epoch":
            # Keras dispatches batches asynchronously unless a callback has this method.
            self.on_train_batch_end = self._count_batch

    def on_train_begin(self, logs=None):
        """Builds and traces the explainers, and refuses what can't be explained or shown."""
        together = Together(self.model, self._methods)
        together.check(self._images, self._target)
        shown = keras.tree.flatten(self._images)[together.index]
        self._inputs = showable(np.moveaxis(shown, 1, -1) if channels_first(self.model) else shown)
        classes = together.classes
        self._shown = None if self._labels is None else check_labels(self._labels, self._count, classes)
        self._names = check_class_names(self._class_names, classes, self._shown or ())
        self._together = together

    def on_epoch_end(self, epoch, logs=None):
        """Logs at the step `epoch`."""
        if self._update_freq == "epoch":
            self._events.log(epoch, self._draw)

    def _count_batch(self, batch, logs=None):
        self._batches += 1
        if self._batches % self._update_freq == 0:
            self._events.log(self._batches, self._draw)

    def _draw(self):
        maps, probabilities = self._together(self._images, self._target)
        return {f"explanations/{i}": self._picture(i, maps, probabilities) for i in range(self._count)}

    def _picture(self, i, maps, probabilities):
        shown = self._inputs[i]
        explainers = self._together.explainers
        pictures = [
            attribution_picture(shown, found[i], getattr(explainer, "signed", False))
            for explainer, found in zip(explainers, maps)
        ]
        titles = ["input", *(explainer.key for explainer in explainers)]
        return panel([input_picture(shown), *pictures], titles, self._caption(i, probabilities))

    def _caption(self, i, probabilities):
        lines = []
        if self._shown is not None:
            lines.append(f"true: {self._names[self._shown[i]]}")
        if probabilities is not None:
            predicted = probabilities[i].argmax()
            lines.append(f"predicted: {self._names[predicted]}  {probabilities[i, predicted]:.0%}")
        return lines

    def on_train_end(self, logs=None):
        """Closes the event file."""
        self._events.close()
