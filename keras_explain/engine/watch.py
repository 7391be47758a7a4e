"""What a method will ask gradients for, declared before the model is recorded."""

import dataclasses

from keras_explain.errors import MethodError


@dataclasses.dataclass(frozen=True)
class Watch:
    """What gradients are taken at, and whether any of them follows a ReLU rule.

    Attributes:
        images: Whether at the explained input.
        taps: The layers, as `Tap`s.
        rules: Whether by a backward rule.
    """

    images: bool = False
    taps: tuple = ()
    rules: bool = False

    def __or__(self, other):
        return Watch(self.images or other.images, self.taps + other.taps, self.rules or other.rules)

    def allow(self, rule=None, images=False, tap=None):
        """Refuses a gradient that wasn't declared.

        Raises:
            MethodError: If it is at a place that is not watched, or by a rule without `rules`.
        """
        if images and not self.images:
            raise MethodError("expected what the method's watch declares, received a gradient by the images.")
        if tap is not None and tap.declared not in self.taps:
            raise MethodError("expected what the method's watch declares, received a gradient at another layer.")
        if rule is not None and not self.rules:
            raise MethodError("expected what the method's watch declares, received a gradient by a ReLU rule.")
