"""Deconvnet: the gradient at the input, each ReLU rectifying the signal that passes back."""

from keras_explain.methods.base import InputGradient
from keras_explain.tracing.relu_rules import positive


class DeconvNet(InputGradient):
    """Which pattern in the input the class score is made of, projected back down the network.

    The gradient of the score by the input, in which every ReLU passes back `R_l = [R_{l+1} > 0] R_{l+1}`: the positive
    part of the signal `R_{l+1}` from above, whatever the ReLU passed forward. Convolutions are transposed and max
    pooling is undone at the places of its maxima, as in the gradient.

    Maps are `(N, *spatial, C)`, signed, in units of score / input unit.

    Cost: 1 forward and 1 backward pass; of given classes the latter alone, without max pooling.
    Needs: ReLUs, all of them within the rule's reach; else a `MethodError`.
    Laws: where every ReLU is open and no signal is negative, it is the gradient.
    Fails: sanity checks, as guided backpropagation does: it partly restores the image (Nie et al. 2018,
    arXiv:1805.07039), and without max pooling it hardly depends on the image at all (Springenberg et al. 2015).

    Source: M. D. Zeiler, R. Fergus, 2014, arXiv:1311.2901, section 2.1, from the class score down.

    Examples:
        >>> kx.DeconvNet(model)(images, target=3).shape
        (2, 12, 16, 3)
    """

    key = "deconvnet"
    title = "Deconvnet"

    @staticmethod
    def rule(gate, signal):
        return positive(signal)
