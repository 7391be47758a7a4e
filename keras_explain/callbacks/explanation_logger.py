"""Write what methods show on fixed images into TensorBoard, epoch by epoch."""

import keras
import numpy as np

from keras_explain.callbacks.events import EventWriter
from keras_explain.errors import InputError, check_count
from keras_explain.together import Together
from keras_explain.visual.attribution import attribution_picture
from keras_explain.visual.panel import panel
from keras_explain.visual.pixels import to_pixels


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
            images: `(N, H, W, C)` as the model takes them; the same ones are explained each time.
            target: The class to explain: None for the predicted one, an int, or one int an image.
            methods: Keys of methods, explainer classes, or explainers built on the model in training.
            log_dir: Directory of the event files.
            update_freq: `"epoch"`, or every how many batches to log.
            labels: The true class of each image, to be shown.
            class_names: The name of each class, to be shown instead of its index.
            max_images: How many of the images are used, the first ones.

        Raises:
            OptionError: If `update_freq` or `max_images` is outside of what it allows.
        """
        super().__init__()
        if update_freq != "epoch":
            check_count(update_freq, 'update_freq, if not "epoch",')
        max_images = check_count(max_images, "max_images")
        self._images = np.asarray(images)[:max_images]
        self._target = target if target is None or np.ndim(target) == 0 else target[:max_images]
        self._labels = None if labels is None else np.asarray(labels)[:max_images]
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
        self._pixels = to_pixels(self._images)
        if self._labels is not None and self._labels.shape != (len(self._images),):
            raise InputError(
                f"expected one label for each of the {len(self._images)} images, received {self._labels.shape}."
            )
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
        return {f"explanations/{i}": self._picture(i, maps, probabilities) for i in range(len(self._images))}

    def _picture(self, i, maps, probabilities):
        pixels = self._pixels[i]
        explainers = self._together.explainers
        pictures = [
            attribution_picture(pixels, found[i], getattr(explainer, "signed", False))
            for explainer, found in zip(explainers, maps)
        ]
        titles = ["input", *(explainer.key for explainer in explainers)]
        return panel([pixels, *pictures], titles, self._caption(i, probabilities))

    def _caption(self, i, probabilities):
        lines = []
        if self._labels is not None:
            lines.append(f"true: {self._name(self._labels[i])}")
        if probabilities is not None:
            predicted = probabilities[i].argmax()
            lines.append(f"predicted: {self._name(predicted)}  {probabilities[i, predicted]:.0%}")
        return lines

    def _name(self, label):
        return str(label if self._class_names is None else self._class_names[label])

    def on_train_end(self, logs=None):
        """Closes the event file."""
        self._events.close()
