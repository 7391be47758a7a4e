"""Search a traced graph for ReLUs that a backward rule doesn't reach."""

import dataclasses

from keras_explain.errors import RuleError
from keras_explain.tracing.between import Between
from keras_explain.tracing.called import called_graphs
from keras_explain.tracing.kinks import is_softmax, judge_kinks
from keras_explain.tracing.operation_kinds import ACTIVATIONS, CALLS, KNOWN


@dataclasses.dataclass(frozen=True)
class Reach:
    """What a backward rule reaches between the images and a score.

    Attributes:
        ruled: The operations of the ReLUs that a gradient has to pass by.
        others: Names of other activations, which keep their true gradient, as a text.
    """

    ruled: frozenset
    others: str

    def check(self, followed):
        """Makes sure that a gradient has passed by these ReLUs, or by as many that were traced since, for it.

        Args:
            followed: The operations of the ReLUs it has passed by.

        Raises:
            RuleError: If it has passed by fewer.
        """
        missed = self.ruled - followed
        if len(missed) > len(followed - self.ruled):
            raise RuleError(
                f"expected ReLUs that pass the gradient back themselves, received "
                f"{some(operation.name for operation in missed)}, which a gradient of the model's own "
                "(tf.custom_gradient) does in their place."
            )


def find_reach(images, outputs, ruled, others):
    """Makes sure that the rule reaches every ReLU that `outputs` is computed by from `images`.

    Args:
        images: Symbolic tensor of the traced model: its images, or the output of a layer.
        outputs: Another that is computed from it.
        ruled: `{operation: input}` of the ReLUs that follow the rule.
        others: The same of activations that are computed by a ReLU, but are none.

    Returns:
        The `Reach`.

    Raises:
        RuleError: If a ReLU escaped the rule or may have, or there is none.
    """
    between = Between([images], [outputs], ruled | others)
    escaped, listed, unknown = _searched(between, ruled.keys() | others.keys())
    if escaped:
        raise RuleError(
            f"expected ReLUs called as keras layers, keras.ops.relu or tf.nn.relu, received {some(escaped)}, "
            "which the rule can't reach unless written as tf.nn.relu (these are raw operations, maxima and the like "
            "that amount to a ReLU, names bound earlier, or within a loop)."
        )
    if unknown:
        raise RuleError(
            f"expected operations of which it is known whether they hold a ReLU, received {some(unknown)}, "
            "which the rule can't be followed through."
        )
    reached = frozenset(between.order.keys() & ruled.keys())
    listed += [operation.name for operation in between.order if operation in others]
    if not reached:
        raise RuleError(
            f"expected a model with ReLUs, which the rule is for, received one without any "
            f"(its activations: {some(listed) or 'none'})."
        )
    return Reach(between.passing() & reached, some(listed))


def _searched(between, ruled, inner=False):
    """Returns the names of ReLUs that escaped, of other activations, and of operations that are not known."""
    escaped, listed = judge_kinks(between, ruled, inner)
    unknown = []
    for operation in between.order:
        if operation.type in CALLS:
            for called in called_graphs(operation):
                found = _searched(called, set(), inner=True)
                for names, more in zip((escaped, listed, unknown), found):
                    names += more
        elif operation.type not in KNOWN and operation not in ruled:
            unknown.append(f"{operation.name} ({operation.type})")
        elif operation.type in ACTIVATIONS and not is_softmax(between, operation):
            listed.append(operation.name)
    return escaped, listed, unknown


def some(names, most=6):
    """Returns a text of the first names of some."""
    names = sorted(set(names))
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
