"""Follow the places of an image through a traced graph to the tokens of a transformer."""

import functools

import tensorflow as tf

from keras_explain.tracing.image_places import image_part
from keras_explain.tracing.lattice import lattice
from keras_explain.tracing.operation_kinds import GRADIENTLESS, VALUELESS
from keras_explain.tracing.place_run import PRODUCTS, PlaceRun


class TokenPlaces:
    """Where in the image the numbers of a traced graph come from.

    The graph is run once, on places in the stead of numbers. The maps that can be followed back to the image begin,
    each number with its place in the map. What is moved takes its place along; a sum comes from the mean of the places
    of what is summed, and what isn't computed from the image, as a class token, has none. Nor has a product of two
    numbers that are, as in attention, and what is added to it says where the sum is. Without such an addition, what
    attention gives is where it was asked for: each token reads itself alone.

    Attributes:
        attention: How tokens attend to each other: softmaxes over products of them, as they are made.
    """

    def __init__(self, tokens, score, images, channels_first=False):
        """Runs the graph.

        Args:
            tokens: Tensors `(N, tokens, D)` of a trace, whose places are asked for.
            score: What is explained, of the same trace.
            images: The explained input, of known size.
            channels_first: Whether the model's tensors are `(N, C, *spatial)`.
        """
        self._images, self._channels_first, self._score = images, channels_first, score
        self._needed, self._begun = self._followed([*tokens, score])
        self._lattices, self._present = dict.fromkeys(one.name for one in tokens), {}
        parts = {part for _, part, _ in self._begun.values()}
        with tf.init_scope():
            places = PlaceRun(images.graph, {name: _middles(*map_) for name, map_ in self._begun.items()})
            for name, made in self._run(places):
                self._present[name] = bool(tf.reduce_any(made[0] > 0))
                if name in self._lattices:
                    present, *centers = (one.numpy() for one in made)
                    self._lattices[name] = lattice(present, centers, parts)
        self.attention = places.attention

    def lattice(self, tokens):
        """Returns the `Lattice` that some of the tokens lie on; None if they lie on none that could be followed."""
        found = self._lattices.get(tokens.name)
        return found if found and found.windows == 1 else None

    def in_windows(self, tokens):
        """Returns the same of tokens `(N windows, tokens, D)`, of which an image has one row after the other."""
        found = self._lattices.get(tokens.name)
        return found if found and found.windows > 1 and tokens.name in self._image_by_image else None

    @functools.cached_property
    def within_attention(self):
        """The operations by which attention weighs tokens: from keys and queries on, up to where weights are used."""
        found, waiting = set(), list(self.attention)
        while waiting:
            operation = waiting.pop().op
            if operation not in found and operation.type not in VALUELESS:
                found.add(operation)
                if operation.type not in PRODUCTS or all(map(self._has_place, operation.inputs)):
                    waiting.extend(read for read in operation.inputs if read.name not in self._begun)
        waiting = list(self.attention)
        while waiting:
            for operation in self._needed.intersection(waiting.pop().consumers()) - found:
                if operation.type not in PRODUCTS | VALUELESS:
                    found.add(operation)
                    waiting.extend(operation.outputs)
        return found

    def _has_place(self, tensor):
        return tensor.name in self._begun or self._present.get(tensor.name, False)

    @functools.cached_property
    def _image_by_image(self):
        """The names of the tokens in windows of which those of a second image follow those of the first."""
        found = set()
        with tf.init_scope():
            run = PlaceRun(self._images.graph, {name: _numbered(shape) for name, (shape, *_) in self._begun.items()})
            for name, (present, numbers) in self._run(run):
                windows = getattr(self._lattices.get(name), "windows", 1)
                if len(present) == 2 * windows:
                    first, second = tf.split(present, 2)
                    apart = tf.concat([tf.zeros_like(first), second], axis=0)
                    if bool(tf.reduce_all(first == second) & tf.reduce_all(numbers == apart)):
                        found.add(name)
        return found

    def _run(self, places):
        """Yields what a `PlaceRun` finds, by name, as far as anything of it has a place."""
        ordered = [operation for operation in self._images.graph.get_operations() if operation in self._needed]
        last = {read.name: operation for operation in ordered for read in operation.inputs}
        for operation in ordered:
            yield from places.add(operation).items()
            for read in operation.inputs:  # or else all of a large network would be in memory
                if last[read.name] is operation:
                    places.known.pop(read.name, None)

    def leads_on(self, tokens):
        """Tells whether the score has a gradient by tokens that come from the image, not by class tokens alone.

        It has where they are summed up, or others read of them by way of weights; it has none where class tokens alone
        are taken out of them. What is read as it is, as keys and values are, is a part of attention.
        """
        seen, waiting = set(), [(tokens, False)]
        while waiting:
            tensor, weighed = waiting.pop()
            if tensor is self._score:
                return True
            for operation in self._needed.intersection(tensor.consumers()):
                outputs = [one for one in operation.outputs if one.dtype.is_floating]
                if (operation, weighed) in seen or operation.type in VALUELESS | GRADIENTLESS or not outputs:
                    continue
                seen.add((operation, weighed))
                if not any(one.name in self._present for one in outputs):  # all may read of it
                    if weighed:
                        return True
                    continue
                further = weighed or operation.type in PRODUCTS
                waiting.extend((one, further) for one in outputs if self._present.get(one.name, False))
        return False

    def _followed(self, ends):
        """Returns the operations by which tensors are computed from maps where places begin, and these by name."""
        found, begun, waiting, seen = set(), {}, list(ends), set()
        while waiting:
            tensor = waiting.pop()
            if tensor.name in seen:
                continue
            seen.add(tensor.name)
            map_ = self._map(tensor)
            if map_ is not None:
                begun[tensor.name] = map_
            elif tensor.op not in found:
                found.add(tensor.op)
                waiting.extend(tensor.op.inputs)
        return found, begun

    def _map(self, tensor):
        """Returns the shape of a map that can be followed to the image, its part of it and its first axis of places."""
        if tensor.shape.rank != self._images.shape.rank:
            return None
        for first in (False, True)[: 1 + self._channels_first]:
            part = image_part(tensor, self._images, first, all_the_way=True)
            places = tensor.shape[2:] if first else tensor.shape[1:-1]
            if part is not None and None not in places:
                return tensor.shape, part, 2 if first else 1
        return None


def _middles(shape, part, first):
    """Returns the place of each number of a map, for one image."""
    sizes, shares = _sizes(1, shape), []
    for axis, (start, stop) in enumerate(part, first):
        middles = start + (tf.range(sizes[axis], dtype=tf.float32) + 0.5) / sizes[axis] * (stop - start)
        shares.append(tf.broadcast_to(tf.reshape(middles, [-1] + [1] * (len(sizes) - axis - 1)), sizes))
    return [tf.ones(sizes), *shares]


def _numbered(shape):
    """Returns in the place of each number of a map the number of its image, of two."""
    number = tf.reshape([0.0, 1.0], [2] + [1] * (len(shape) - 1))
    return [tf.ones(_sizes(2, shape)), tf.broadcast_to(number, _sizes(2, shape))]


def _sizes(images, shape):
    return [images, *(1 if size is None else size for size in shape[1:])]
