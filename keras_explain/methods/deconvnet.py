"""Deconvnet."""

from keras_explain.methods.base import TracedExplainer
from keras_explain.tracing.relu_rules import deconvnet


class DeconvNet(TracedExplainer):
    """Which pattern in the input the class score is made of, projected back down the network.

    The gradient of the score by the input, in which every ReLU passes back `R_l = [R_{l+1} > 0] R_{l+1}`: the positive
    part of the signal `R_{l+1}` from above, whatever the ReLU passed forward. Convolutions are transposed and max
    pooling is undone at the places of its maxima, as in the gradient.

    Maps are `(N, *spatial, C)`, signed, in units of score / input unit.

    Like guided backpropagation, it partly restores the image (Nie et al. 2018, arXiv:1805.07039), and without max
    pooling it hardly depends on the image at all (Springenberg et al. 2015).

    Refused with a `MethodError`: a model without ReLUs, or with one that the rule can't reach.

    Source: M. D. Zeiler, R. Fergus, 2014, arXiv:1311.2901, section 2.1, from the class score down.
    """

    key = "deconvnet"
    sources = ("images",)
    ruled = True
    signed = True

    def attribution(self, forward):
        return forward.gradient(forward.images, deconvnet)
