"""Find the layer that is looked at if none is asked for: the last one that still has places of the image."""

import math

import keras

from keras_explain.engine.frame_calls import frame_calls
from keras_explain.engine.open_size import layer_error
from keras_explain.tracing.features import finishing, touched_by_weights
from keras_explain.tracing.graph import downstream, leads_past, source, upstream
from keras_explain.tracing.layer_tree import layer_path, walk
from keras_explain.tracing.operation_kinds import CHOOSING, VALUELESS
from keras_explain.tracing.places import behind_activation

_ATTENTION = (
    keras.layers.MultiHeadAttention,
    keras.layers.GroupQueryAttention,
    keras.layers.Attention,
    keras.layers.AdditiveAttention,
)
# Some of the tokens of a layer, which itself shows all of them.
_TAKEN = {"StridedSlice", "Slice", "Split", "SplitV", "GatherV2"}


def is_spatial(tensor, rank, channels_first=False):
    """Tells whether a tensor of this rank has more than one place to look at, its channels being last or first."""
    places = slice(2, None) if channels_first else slice(1, -1)
    return tensor is not None and tensor.shape.rank == rank and any(size != 1 for size in tensor.shape[places])


def within_attention(model):
    """Returns the ids of what runs within attention layers, over tokens and heads rather than places."""
    return {id(part) for _, layer in walk(model) if isinstance(layer, _ATTENTION) for _, part in walk(layer)}


def last_features(recorded, model):
    """Returns the last call whose output is features at places of the image, and that output, activated.

    Of tokens that attend to each other it is the last one that an attention of all to all reads, and from whose
    patches, not only from whose class token, the score has a gradient: the norm before that attention, of class tokens
    and of tokens that are pooled. Of tokens that attend within windows it is behind the last block.

    Args:
        recorded: A `Recorded` pass.
        model: The model.

    Raises:
        LayerError: If there is none.
    """
    calls, shared = _feature_calls(recorded, model)
    last, order = next(calls, None), recorded.calls.index
    tokens = _last_tokens(recorded, model)
    if tokens is not None and last is not None and _is_beside(last.output, recorded):
        last = None
    others = [call for call in (tokens, _last_of_frames(recorded, model)) if call is not None]
    later = max(others, key=order, default=None)
    if later is not None and (last is None or order(last) < order(later)):
        return later, later.output
    if last is None:
        rank = recorded.images.shape.rank
        also = f"; the other input leads to {', '.join(shared[-4:])} as well, choose by layer=" if shared else ""
        raise layer_error(
            recorded.images,
            f"expected a layer with an output of shape (N, {'size, ' * (rank - 2)}channels) that weights compute from "
            f"the image, in its places, and that the score depends on, found none in this model{also}.",
        )
    return last, behind_activation(last.output, recorded.score)


def finer_features(recorded, model, sizes, count):
    """Returns the calls whose features have more places than others, the coarsest first, and their outputs, activated.

    Of each size the last one, and of a model whose sizes are open none.

    Args:
        recorded: A `Recorded` pass.
        model: The model.
        sizes: The length of each spatial axis of the others, None where it is open.
        count: How many sizes at most.
    """
    found, places = {}, slice(2, None) if recorded.channels_first else slice(1, -1)
    for call in _feature_calls(recorded, model)[0]:
        own = tuple(call.output.shape[places])
        known = None not in own and None not in sizes
        if known and own not in found and all(a >= b for a, b in zip(own, sizes)) and own != tuple(sizes):
            found[own] = call, behind_activation(call.output, recorded.score)
    return [found[own] for own in sorted(found, key=math.prod)[:count]]


def token_calls(recorded, model):
    """Yields the calls that make tokens of the explained image alone, the last first; none without attention."""
    if recorded.tokens is None or not recorded.tokens.attention:
        return
    foreign = set().union(*map(downstream, recorded.others))
    for call in reversed(_computed_calls(recorded, model)):
        if recorded.lattice(call.output) and call.output.op not in foreign:
            yield call


def _feature_calls(recorded, model):
    """Returns the calls whose outputs are features at places of the image, the last first, and the paths of others.

    Features lead to the score, are computed with weights from the explained input alone, are not pooled or padded, and
    not what the model returns. A call that hands on a tensor it didn't make (dropout at inference, a nested model its
    last layer's output) is no candidate of its own. The other paths are those of layers that see other inputs as well.
    """
    rank, foreign = recorded.images.shape.rank, set().union(*map(downstream, recorded.others))
    candidates, shared = [], []
    for call in _computed_calls(recorded, model):
        if is_spatial(call.output, rank, recorded.channels_first) and not _is_pooled_or_padded(call.output):
            if call.output.op in foreign:
                shared.append(layer_path(model, call.operation))
            else:
                candidates.append(call)
    placed = (call for call in reversed(candidates) if recorded.part(call.output))
    return (call for call in placed if not _lays_out_tokens(call.output, recorded)), shared


def _is_beside(tensor, recorded):
    """Tells whether the score sees the image past a map as well, as past a convolution within a block of tokens."""
    return leads_past(recorded.score, recorded.images, [behind_activation(tensor, recorded.score)])


def _lays_out_tokens(tensor, recorded):
    """Tells whether a map is but the tokens of a transformer, laid out."""
    made = source(tensor)
    return bool(recorded.tokens and recorded.tokens.attention and recorded.lattice(made))


def _last_tokens(recorded, model):
    """Returns the last call whose output is tokens of the explained image alone that count; None without attention.

    Where all tokens attend to all, it is the last one that attention reads: behind it each may know of all the image.
    """
    read = _read_by_all(recorded, next(token_calls(recorded, model), None))
    for call in token_calls(recorded, model):
        if call.output.op.type not in _TAKEN and recorded.tokens.leads_on(call.output):
            if read is None or call.output.op in read:
                return call
    return None


def _read_by_all(recorded, last):
    """Returns what the last attention of all tokens to all reads, that the score needs; None without one."""
    if last is None:
        return None
    patches, needed = len(recorded.lattice(last.output).index), upstream(recorded.score)
    for softmax in reversed(recorded.tokens.attention):
        rows, columns = softmax.shape[-2:]  # keys may be fewer, as of patches that were merged for them
        if softmax.op in needed and rows is not None and rows >= max(patches, columns or 0):
            return upstream(softmax) - recorded.tokens.within_attention
    return None


def _last_of_frames(recorded, model):
    """Returns the last call whose output is features at places of a frame, as the layer has them of each frame."""
    if recorded.frames is None:
        return None
    rank = recorded.images.shape.rank - 1
    for call in reversed(_computed_calls(recorded, model)):
        if is_spatial(call.output, rank) and not _is_pooled_or_padded(call.output):
            found = frame_calls(recorded, call, call.output)
            if found is not None and found.part is not None:
                return call
    return None


def _computed_calls(recorded, model):
    """Returns the calls that compute something with weights that the score depends on, not within attention layers."""
    needed = upstream(recorded.score, ends=CHOOSING | VALUELESS) & touched_by_weights(recorded.images)
    needed, attention = needed - finishing(recorded.outputs), within_attention(model)
    made, calls = set(), []
    for call in recorded.calls:
        tensor = call.output
        if tensor is None or id(tensor) in made or id(call.operation) in attention:
            continue
        made.add(id(tensor))
        if tensor.op in needed:
            calls.append(call)
    return calls


def _is_pooled_or_padded(tensor):
    made = source(tensor)
    if made.op.type == "Transpose":  # as Keras computes channels first on a CPU
        made = source(made.op.inputs[0])
    return "Pool" in made.op.type or made.op.type in ("Pad", "PadV2", "MirrorPad")
