"""Write what methods show on fixed images into TensorBoard, epoch by epoch."""

import keras

from keras_explain.callbacks.choice import SHOWS, VARYING, Chooser
from keras_explain.callbacks.events import EventLog
from keras_explain.callbacks.found import Found, maps_in, measures_in, numbers_in, rows_in
from keras_explain.callbacks.given import Given
from keras_explain.callbacks.page import Page
from keras_explain.callbacks.raw import Raw
from keras_explain.callbacks.statistics import Statistics, means
from keras_explain.callbacks.step_counter import StepCounter, time_of
from keras_explain.callbacks.strips import strips
from keras_explain.callbacks.trackers.tracker import check_trackers
from keras_explain.callbacks.trust_numbers import TrustNumbers
from keras_explain.callbacks.words import headings, words
from keras_explain.checks.options import check_choice, check_count, check_flag, check_function, check_name, check_path
from keras_explain.engine.request import Request
from keras_explain.errors import OptionError, brief
from keras_explain.methods.joint import Joint
from keras_explain.visual.text import legible


class ExplanationLogger(keras.callbacks.Callback):
    """Shows in TensorBoard where the network looks while it trains.

    One image summary an image, `explanations/<i>`: the input and each method's map side by side, and above them the
    true label, the predicted label, its probability and the epoch. Beside the pictures, one scalar a method:

    - `explanations_movement/<method>`: how far the maps moved since they were last logged, see `metrics.movement`;
    - `explanations_concentration/<method>`: how concentrated they are, see `metrics.concentration`;
    - with `regions`, `explanations_energy_inside/<method>` and `explanations_pointing/<method>`: the share of the map
      in the region, and how often its peak is there, see `metrics.energy_inside` and `metrics.pointing`;
    - with `trust_freq`, `explanations_trust_deletion/<method>`, `..._class/` and `..._weights/`: how far the maps can
      be believed, see `kx.trust`, and by `..._holds/` the share of the images of whose map each holds.

    Each is the mean over the images. The raw maps, at their own size, scores, probabilities and these numbers of each
    image are logged as well: `kx.read_log` reads them, TensorBoard's own pages pass over them.

    What can be refused is refused in `on_train_begin`, before the first step;
    whatever fails later is warned about once and never ends the training. Maps are computed between two steps of the
    training; they and the numbers are on disk when the callback returns, pictures are drawn on a thread of their own.

        model.fit(x, y, callbacks=[ExplanationLogger(x_test[:8], log_dir="logs")])
    """

    def __init__(
        self,
        images,
        target=None,
        methods=("grad_cam", "saliency"),
        *,
        score="logit",
        input=None,
        output=None,
        head=None,
        log_dir="logs",
        update_freq="epoch",
        labels=None,
        class_names=None,
        regions=None,
        display=None,
        scale="epoch",
        trust_freq=None,
        name="explanations",
        max_images=None,
        show="first",
        strip=False,
        trackers=(),
    ):
        """Keeps the images to explain.

        Args:
            images: `(N, *spatial, C)` as the model takes them, the structure of all its inputs, or a batched
                `tf.data.Dataset` or `keras.utils.PyDataset`, whose first images are taken now. The same ones are
                explained each time.
            target: The class to explain: None for the predicted one, an int, or one int an image.
            methods: Keys of methods, explainer classes, or explainers built on the model in training or on one within
                it, as a GAN or a distillation has them. The captions tell the answer that the first of them explains.
                By default where the last layer sees evidence and which pixels move the score, from one pass.
            score: What is explained, see `ModelExplainer`; for keys and classes, as the next three.
            input: Index or name of the input to explain, of several.
            output: Index or name of the output to explain, of several.
            head: What the output's units are, where the model doesn't show it, see `ModelExplainer`.
            log_dir: Directory of the event files.
            update_freq: `"epoch"`, or every how many batches to log.
            labels: What each image truly shows, to be shown: class indices, one-hot, several classes, mixed ones or
                values; of several outputs in a dictionary or a tuple. A dataset's own by default, False for none.
            class_names: The name of each class, to be shown instead of its index; also Keras's `class_indices`.
            regions: Where each image shows its class: boxes `(top, left, bottom, right)` or masks `(N, *spatial)`.
            display: Function that returns the pixels of the images, `(N, H, W, 1 or 3)` of uint8 or in 0..1, for images
                that were standardized beyond recognition. By default the range is inferred.
            scale: The colors' scale: `"epoch"`, each map's own; or `"run"`, one that changes by powers of two alone and
                is written below each map: under the same number, equal colors mean equal values at all times.
            trust_freq: At every how many logs to measure how far the maps can be believed, by some hundred forward
                passes a map; never by default.
            name: First part of the tags, to tell several loggers apart.
            max_images: How many of the images are shown: 8 by default, with a warning if there are more; one a class
                with `show="per_class"`, up to 32.
            show: Which of the images: the `"first"`; the first of each class, `"per_class"`; or, chosen anew at each
                log by a forward pass over all of them, those that are `"misclassified"`, the least probable label
                first, or whose predicted class `"changed"` since the last log, the largest change first. Of those
                that are chosen anew the share is logged, `explanations_misclassified`, and no number and no raw map
                of others: they would be of other images each time.
            strip: Whether to show, when the training ends, all images by steps as one picture a method,
                `explanations_strip/<method>`, and as an animation, `explanations_animation/<method>`.
            trackers: Who else is given pictures and numbers: `"wandb"` or `"mlflow"` for the run that is active when
                the training begins, or objects with `log_step(step, pictures, numbers)`, see `Tracker`.

        Raises:
            OptionError: If an option is outside of what it allows.
            InputError: If the images are none.
        """
        super().__init__()
        if not isinstance(update_freq, str) or update_freq != "epoch":
            check_count(update_freq, 'update_freq, if not "epoch",')
        check_choice(scale, "scale=", ("epoch", "run"))
        if display is not None:
            check_function(display, "display= as", "images")
        self._name, self._log_dir = legible(check_name(name, "name=")), check_path(log_dir, "log_dir=")
        self._show = check_choice(show, "show=", SHOWS)
        self._choose = Chooser(show) if show in VARYING else None
        self._strip, self._trackers = check_flag(strip, "strip="), check_trackers(trackers)
        if self._choose and (regions is not None or trust_freq is not None or self._strip):
            raise OptionError(
                "expected regions=, trust_freq= and strip= for images that stay the same, received one of them with "
                f"show={brief(show)}; give it to a logger of its own, by name=."
            )
        self._given = Given(images, target, labels, class_names, regions, show, max_images)
        self._asked = {"score": score, "input": input, "output": output, "head": head}
        self._methods, self._scale = methods, scale
        self._update_freq, self._by_epoch = update_freq, update_freq == "epoch"
        self._page, self._statistics = Page(self._name, display, scale), Statistics()
        self._trust = TrustNumbers(self._name, None if trust_freq is None else check_count(trust_freq, "trust_freq"))
        self._steps = StepCounter()
        self._events = self._found = None
        if not self._by_epoch:
            # Keras dispatches batches asynchronously unless a callback has this method.
            self.on_train_batch_end = self._end_batch

    def on_train_begin(self, logs=None):
        """Builds and traces the explainers, and refuses what can't be explained, shown or written."""
        request = Request(self.model, **self._asked)
        own = None if request == Request(self.model) else request
        joint = Joint(self.model, self._methods, request=own)
        chosen = self._given.chosen(joint)
        images = chosen.batch.images
        if self._strip and images.ndim != 4:
            raise OptionError(f"expected images (N, H, W, C) for strip=True, received shape {images.shape}.")
        self._page.prepare(images, joint.titles, joint.looks, chosen.captions, chosen.class_names)
        signed = {name: explainer.signed for name, explainer in joint.explainers.items()}
        self._statistics.prepare(signed, chosen.masks)
        headed = headings(chosen.rows, chosen.captions)
        self._raw, self._places = None, min(self._given.count, len(images))
        if self._choose:
            self._choose.prepare(joint.request, chosen.batch, chosen.classes)
            headed = [f"{self._given.show} {place + 1}" for place in range(self._places)]
        else:
            pictures = self._page.pictures()
            self._raw = Raw(self._name, pictures, joint, chosen.labels, chosen.class_names, self._by_epoch)
        options = {"once": self._raw and self._raw.once, "words": words(self._name, headed, joint.titles)}
        options |= {"measure": self._measure, "trackers": self._trackers}
        self._events = EventLog(self._log_dir, self._name, self.params, self._draw, **options)
        left_out = self._given.left_out(joint)
        if left_out:
            self._events.losses.tell("images", left_out)
        self._trust.prepare(joint, self._events.losses.tell)
        self._found = Found(joint, chosen.batch, self._statistics, self._events.losses)
        self._steps.begin_fit()

    def on_epoch_begin(self, epoch, logs=None):
        """Finds the step at which this fit goes on, and logs the one before if it is missing, or else recalls it."""
        reached = self._steps.begin_epoch(epoch, self.model)
        if reached:
            epochs, batches = reached
            step, due = (epochs, True) if self._by_epoch else (batches or -1, batches % self._update_freq == 0)
            missing = self._events.begin(step)
            lacking = due and missing is False and self._statistics.is_new  # of a killed run the last maps are gone
            if due and missing:
                self._log(step)
            elif self._choose.is_new if self._choose else lacking:
                self._events.recall(step, lambda: self._at(step))

    def on_epoch_end(self, epoch, logs=None):
        """Logs at the step `epoch`."""
        if self._by_epoch:
            self._log(self._steps.epoch(epoch))

    def _end_batch(self, batch, logs=None):
        step = self._steps.batch(batch, self._update_freq, (self.params or {}).get("steps"))
        if step is not None:
            self._log(step)

    def on_train_end(self, logs=None):
        """Waits for what is still to be written, draws the strips, and closes the file."""
        if self._strip:
            self._events.show(lambda log_dir: strips(log_dir, self._name, self._scale))
        self._events.flush()
        self._events = None

    def _log(self, step):
        due = self._trust.due(step + 1 if self._by_epoch else step // self._update_freq)
        self._events.log(step, lambda: self._at(step, self._trust.measure if due else None))

    def _at(self, step, measure=None):
        if self._choose:
            tag = f"{self._name}_{self._given.show}"
            return self._found.among(step, self._choose, self._given.count, tag)
        return self._found.at(step, measure)

    def _measure(self, found):
        return means(self._name, measures_in(found)) | numbers_in(found)

    def _draw(self, found, step):
        time = time_of(step, self._by_epoch)
        maps, chances, rows = maps_in(found), found.get("probabilities"), rows_in(found)
        if self._choose:
            none = "what changed before is not known" if rows is None else VARYING[self._given.show]
            return self._page.draw_some(maps, chances, time, rows, self._places, none)
        return self._raw.of(found) | self._page.draw(maps, chances, time)
