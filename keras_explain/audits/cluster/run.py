"""Send rows to workers, and take what they found in the data's order."""

import contextlib
import pickle

from keras_explain.audits.cluster.worker import Worker
from keras_explain.audits.found import Found
from keras_explain.errors import ExplainError, InputError, OptionError, reason


def found_by_workers(dataset, size, errand, pool):
    """Yields what workers `Found` in the rows of a Ray dataset, in their order, a few calls ahead.

    A worker that dies is replaced, and what it had is done by another.

    Args:
        dataset: The Ray dataset.
        size: Number of rows that a worker gets at a time.
        errand: The `Errand`.
        pool: What `map_batches` is told of the workers.

    Raises:
        OptionError: If something of the errand can't be sent.
        ExplainError: If workers refuse the images or the model.
    """
    import ray

    try:
        reference = ray.put(errand)
    except (TypeError, AttributeError, pickle.PicklingError) as error:
        raise OptionError(
            f"expected options that can be sent to workers, received some that can't: {reason(error)}"
        ) from None
    rows = dataset.map_batches(
        Worker, batch_size=size, batch_format="numpy", fn_constructor_args=([reference],), **pool
    )
    seen = 0
    with _in_order(rows.context), contextlib.closing(_iterated(rows)) as answers:
        for row in answers:
            answer = pickle.loads(row["found"])
            if isinstance(answer, ExplainError):
                raise answer
            parts, length = answer
            for part in parts:
                yield _found(*part, 0 if errand.source.named else seen, errand.source.named)
            seen += length


def _found(keys, checksums, broken, columns, start, named):
    """Returns the `Found` of a worker's answer; images without names are called by their numbers."""
    if not named:
        keys = [str(start + int(key)) for key in keys]
        broken = tuple((str(start + int(key)), why) for key, why in broken)
    return Found(keys, checksums, broken, _refused if columns is None else lambda: {**columns, "key": keys})


def _refused():
    raise InputError(
        "expected images that have names to go on with an audit in which images occur twice: a column key or path."
    )


def _iterated(rows):
    yield from rows.iter_rows()


@contextlib.contextmanager
def _in_order(context):
    """Within the block a dataset's rows come in order."""
    options, before = context.execution_options, context.execution_options.preserve_order
    options.preserve_order = True
    try:
        yield
    finally:
        options.preserve_order = before
