"""Guided backpropagation."""

from keras_explain.methods.base import TracedExplainer
from keras_explain.tracing.relu_rules import guided


class GuidedBackprop(TracedExplainer):
    """Which pixels raise the class score through units that are active and that raise it themselves.

    The gradient of the score by the input, in which every ReLU passes back `R_l = [h_l > 0] [R_{l+1} > 0] R_{l+1}`: the
    signal `R_{l+1}` from above where it is positive, and where the ReLU's input `h_l` was. A ReLU with another slope or
    an upper end passes `f'(h_l) [R_{l+1} > 0] R_{l+1}`, so that a ReLU6 passes nothing from 6 on.

    Maps are `(N, *spatial, C)`, signed, in units of score / input unit.

    The pictures are sharp since the rule partly restores the image: they change little with the class, or when the
    weights of upper layers are randomized (Adebayo et al. 2018, arXiv:1810.03292; Nie et al. 2018, arXiv:1805.07039).

    Refused with a `MethodError`: a model without ReLUs, or with one that the rule can't reach.

    Source: J. T. Springenberg et al., 2015, arXiv:1412.6806, section 3.4.
    """

    key = "guided_backprop"
    sources = ("images",)
    ruled = True
    signed = True

    def attribution(self, forward):
        return forward.gradient(forward.images, guided)
