"""Follow the places of a map through a traced graph to its activation."""

from keras_explain.tracing.graph import upstream

POINTWISE = set(
    "Identity IdentityN Cast Relu Relu6 LeakyRelu Elu Selu Sigmoid Tanh Softplus Softsign Erf Erfc Exp Abs Square Sqrt "
    "Rsqrt Neg Mul Add AddV2 AddN Sub RealDiv Maximum Minimum Pow SelectV2 ClipByValue BiasAdd FusedBatchNormV3".split()
)


def behind_activation(tensor, score):
    """Returns the last tensor that is computed from a map place by place, of its shape, and that the score sees it by.

    As `tf.nn.relu(layer(x))` of a network that calls its activations as functions. `tensor` itself if there is none.

    Args:
        tensor: The map that a layer returned.
        score: What is explained; computed from `tensor`.
    """
    needed, reached, found = upstream(score), {id(tensor)}, []
    for operation in _later(tensor.op):
        if operation not in needed or operation.type not in POINTWISE:
            continue
        pairs = zip(operation.inputs, operation.outputs) if operation.type == "IdentityN" else None
        outputs = [out for read, out in pairs if id(read) in reached] if pairs else operation.outputs[:1]
        if any(id(read) in reached for read in operation.inputs) and outputs:
            outputs = [out for out in outputs if out.shape.as_list() == tensor.shape.as_list() and out.consumers()]
            reached |= {id(out) for out in outputs}
            found += [out for out in outputs if out.dtype.is_floating]
    return next((out for out in reversed(found) if tensor.op not in _around(score, out.op)), tensor)


def _later(operation):
    operations = operation.graph.get_operations()
    return operations[operations.index(operation) + 1 :]


def _around(score, blocked):
    """Returns the operations that `score` is computed from without `blocked`."""
    found, waiting = set(), [score.op]
    while waiting:
        operation = waiting.pop()
        if operation not in found and operation is not blocked:
            found.add(operation)
            waiting.extend(tensor.op for tensor in operation.inputs)
    return found
