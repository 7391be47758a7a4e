"""The incremental way: of each patch only what it changes."""

import numpy as np
import tensorflow as tf

from keras_explain.engine.progress import Progress
from keras_explain.methods.occlusion.crop import crop
from keras_explain.methods.occlusion.refusals import refusal
from keras_explain.tracing.other_variables import GraphFunction
from keras_explain.tracing.replay import replay, replay_all


class ChangedParts:
    """Runs the model once an image, and for each patch again by the reruns of a plan."""

    def __init__(self, compiled, graph, plan, patches, spans):
        """Prepares both passes; they are traced with the first images.

        Args:
            compiled: The `Compiled` function of the scores.
            graph: The `ScoreGraph` of the model.
            plan: The `Plan` for it.
            patches: The `Patches` to hide.
            spans: Where they change the image, a `Span` an axis.

        Raises:
            MethodError: If something is computed of another input that isn't seen to be one row an image.
        """
        self._compiled, self._graph, self._plan = compiled, graph, plan
        self._patches, self._spans = patches, spans
        reads = [read.tensor for rerun in plan.reruns for read in rerun.reads if read.fixed]
        self._kept = {tensor.name: tensor for tensor in reads if tf.get_static_value(tensor) is None}
        given = [tf.TensorSpec((1, *tensor.shape[1:]), tensor.dtype) for tensor in graph.inputs]
        self._whole = GraphFunction(self._run_whole, [given])
        self._rows, self._hidden = self._check_rows(), None

    @property
    def traced(self):
        """Whether it runs without being traced before."""
        return self._hidden is not None

    def __call__(self, batch, shown, batch_size, verbose):
        """Returns the scores of the whole images `(N,)` and of those with each patch hidden `(N, P)`.

        Args:
            batch: The images, a `Batch`.
            shown: What shows of each image where a patch is, `(N, *spatial, C)`.
            batch_size: Number of images in memory at a time.
            verbose: See `Progress`.
        """
        base, places = self._compiled(batch, batch_size), self._patches.places
        self._hidden = self._hidden or self._trace_hidden()
        scores = np.empty((len(batch), len(places)), np.float32)
        bar = Progress(len(batch) * -(-len(places) // batch_size), verbose, "batch")
        for row in range(len(batch)):
            kept = self._whole([tf.constant(leaf[row : row + 1]) for leaf in batch.arrays])
            for start in range(0, len(places), batch_size):
                some = slice(start, start + batch_size)
                scores[row, some] = self._hidden(kept, shown[row], places[some].T, base.targets[row : row + 1])
                bar.step()
        return base.scores, scores

    def _check_rows(self):
        """Returns the names of what is computed of other inputs, and refuses what isn't one row an image.

        It is if its number of rows is that of the images, and one for one image.
        """
        rows = {name: tensor for name, tensor in self._kept.items() if tensor.op in self._graph.others}
        kept = rows and self._whole.get_concrete_function().structured_outputs
        for name, tensor in rows.items():
            shapes = (tensor.shape, kept[name].shape)
            if not all(shape.rank for shape in shapes) or [shape[0] for shape in shapes] != [None, 1]:
                raise refusal(f"computes '{tensor.op.name}' of another input, which holds for no single image")
        return set(rows)

    def _trace_hidden(self):
        kept = self._whole.get_concrete_function().structured_outputs
        kept = {name: tf.TensorSpec(value.shape, value.dtype) for name, value in kept.items()}
        shown = tf.TensorSpec(self._graph.image.shape[1:], self._graph.image.dtype)
        places = tf.TensorSpec((len(self._patches.sides), None), tf.int32)
        signature = [kept, shown, places, tf.TensorSpec((1,), tf.int32)]
        hidden = GraphFunction(self._run_hidden, signature)
        hidden.get_concrete_function()
        return hidden

    def _run_whole(self, inputs):
        """Returns `{name: value}` of all values of the whole image that reruns read."""
        known = dict(self._graph.variables) | {old.name: new for old, new in zip(self._graph.inputs, inputs)}
        return dict(zip(self._kept, replay_all(self._graph.body, self._kept.values(), known)))

    def _run_hidden(self, kept, shown, places, target):
        """Returns the scores `(P,)` with a patch at each of these places in the grid hidden, int32 `(axes, P)`."""
        graph, patches, count = self._graph, tf.unstack(places), tf.shape(places)[1]
        values = {graph.image.name: crop(shown, None, None, [span.cut for span in self._spans], patches)}
        values[graph.targets.name] = tf.repeat(target, count)
        for rerun in self._plan.reruns:
            inputs = [self._read(read, rerun, values, kept, patches, count) for read in rerun.reads]
            if rerun.rule is None:
                outputs = replay(rerun.operation, inputs)
            else:
                outputs = [rerun.rule.compute(rerun.operation, inputs, rerun.cuts, patches)]
            values.update((old.name, new) for old, new in zip(rerun.operation.outputs, outputs))
        return values[graph.scores.name]

    def _read(self, read, rerun, values, kept, patches, count):
        """Returns one input of a rerun."""
        name, static = read.tensor.name, tf.get_static_value(read.tensor)
        base = None if not read.fixed else kept[name] if static is None else tf.constant(static, read.tensor.dtype)
        if read.wanted is not None:
            fill = 0 if rerun.rule is None else rerun.rule.fill(rerun.operation)
            return crop(base, values.get(name) if read.changed else None, read.own, read.wanted, patches, fill)
        if read.changed:
            return values[name]
        return tf.repeat(base, count, axis=0) if rerun.rule is None and name in self._rows else base
