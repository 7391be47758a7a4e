"""Guided backpropagation: the gradient at the input through active ReLUs that raise the score."""

from keras_explain.methods.base import InputGradient
from keras_explain.tracing.relu_rules import positive


class GuidedBackprop(InputGradient):
    """Which pixels raise the class score through units that are active and that raise it themselves.

    The gradient of the score by the input, in which every ReLU passes back `R_l = [h_l > 0] [R_{l+1} > 0] R_{l+1}`: the
    signal `R_{l+1}` from above where it is positive, and where the ReLU's input `h_l` was. A ReLU with another slope or
    an upper end passes `f'(h_l) [R_{l+1} > 0] R_{l+1}`, so that a ReLU6 passes nothing from 6 on.

    Maps are `(N, *spatial, C)`, signed, in units of score / input unit.

    Cost: 1 forward and 1 backward pass.
    Needs: ReLUs, all of them within the rule's reach; else a `MethodError`.
    Laws: where every ReLU is open and no signal is negative, it is the gradient.
    Fails: sanity checks: it is sharp since the rule partly restores the image, and changes little with the class or
    when the weights of upper layers are randomized (Adebayo et al. 2018, arXiv:1810.03292; Nie et al. 2018,
    arXiv:1805.07039).

    Source: J. T. Springenberg et al., 2015, arXiv:1412.6806, section 3.4.

    Examples:
        >>> kx.GuidedBackprop(model)(images, target=3).shape
        (2, 12, 16, 3)
    """

    key = "guided_backprop"
    title = "Guided backpropagation"

    @staticmethod
    def rule(gate, signal):
        return gate(positive(signal))
