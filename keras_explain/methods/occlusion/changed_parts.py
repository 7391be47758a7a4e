"""The incremental way: of each patch only what it changes."""

import numpy as np
import tensorflow as tf

from keras_explain.engine.progress import Progress
from keras_explain.methods.occlusion.crop import crop
from keras_explain.tracing.replay import replay, replay_all


class Incremental:
    """Runs the model once an image, and for each patch again by the steps of a plan."""

    def __init__(self, traced, plan, patches, spans):
        """Prepares both passes; they are traced with the first images.

        Args:
            traced: The `Traced` model.
            plan: The `Plan` for it.
            patches: The `Patches` to hide.
            spans: Where they change the image, a `Span` an axis.
        """
        self._traced, self._plan, self._patches, self._spans = traced, plan, patches, spans
        reads = [read.tensor for step in plan.steps for read in step.reads if read.fixed]
        self._kept = {tensor.name: tensor for tensor in reads if tf.get_static_value(tensor) is None}
        given = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in traced.inputs]
        one = tf.TensorSpec((1,), tf.int32)
        self._whole = tf.function(self._run_whole, input_signature=[given, one], autograph=False)
        self._hidden = None

    def __call__(self, inputs, targets, fills, batch_size, verbose):
        """Returns the scores of the whole images `(N,)` and of those with each patch hidden `(N, P)`.

        Args:
            inputs: Checked images, one array an input of the model.
            targets: int32 `(N,)`, -1 for the predicted class.
            fills: What hides in each image, `(N, C)`.
            batch_size: Number of images in memory at a time.
            verbose: See `Progress`.
        """
        self._hidden = self._hidden or self._trace_hidden()
        base, places = np.empty(len(targets), np.float32), self._patches.places
        scores = np.empty((len(targets), len(places)), np.float32)
        bar = Progress(len(targets) * -(-len(places) // batch_size), verbose, "batch")
        for row in range(len(targets)):
            whole = self._whole([tf.constant(leaf[row : row + 1]) for leaf in inputs], targets[row : row + 1])
            base[row] = whole["scores"][0]
            for start in range(0, len(places), batch_size):
                some = slice(start, start + batch_size)
                scores[row, some] = self._hidden(whole["kept"], fills[row], places[some].T, whole["targets"])
                bar.step()
        return base, scores

    def _trace_hidden(self):
        kept = self._whole.get_concrete_function().structured_outputs["kept"]
        kept = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in kept.items()}
        fill = tf.TensorSpec(self._traced.image.shape[-1:], self._traced.image.dtype)
        signature = [kept, fill, tf.TensorSpec((2, None), tf.int32), tf.TensorSpec((1,), tf.int32)]
        hidden = tf.function(self._run_hidden, input_signature=signature, autograph=False)
        hidden.get_concrete_function()
        return hidden

    def _run_whole(self, inputs, target):
        """Returns the score, the class that it is of, and all values of the whole image that steps read."""
        traced, kept = self._traced, self._kept
        known = dict(traced.variables)
        known.update((old.name, new) for old, new in zip([*traced.inputs, traced.targets], [*inputs, target]))
        wanted = [*traced.answer.values(), *kept.values()]
        scores, targets, *values = replay_all(traced.graph, wanted, known)
        return {"scores": scores, "targets": targets, "kept": dict(zip(kept, values))}

    def _run_hidden(self, kept, fill, places, target):
        """Returns the scores `(P,)` with a patch at each of these places in the grid hidden, int32 `(2, P)`."""
        traced, patches, count = self._traced, tf.unstack(places), tf.shape(places)[1]
        sizes = [span.cut.size for span in self._spans]
        values = {traced.image.name: tf.broadcast_to(fill, [count, *sizes, fill.shape[0]])}
        values[traced.targets.name] = tf.repeat(target, count)
        for step in self._plan.steps:
            inputs = [self._read(read, step, values, kept, patches, count) for read in step.reads]
            if step.rule is None:
                outputs = replay(step.operation, inputs)
            else:
                starts = [tf.gather(tf.constant(cut.start, tf.int32), at) for cut, at in zip(step.cuts, patches)]
                outputs = [step.rule.compute(step.operation, inputs, starts)]
            values.update((old.name, new) for old, new in zip(step.operation.outputs, outputs))
        return values[traced.answer["scores"].name]

    def _read(self, read, step, values, kept, patches, count):
        """Returns one input of a step."""
        name, static = read.tensor.name, tf.get_static_value(read.tensor)
        base = None if not read.fixed else kept[name] if static is None else tf.constant(static, read.tensor.dtype)
        if read.wanted is not None:
            fill = 0 if step.rule is None else step.rule.fill(step.operation)
            return crop(base, values.get(name) if read.changed else None, read.own, read.wanted, patches, fill)
        if read.changed:
            return values[name]
        single = step.rule is None and read.tensor.shape.rank and read.tensor.shape[0] is None
        return tf.repeat(base, count, axis=0) if single else base
