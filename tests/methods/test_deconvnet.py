import tensorflow as tf

from keras_explain import DeconvNet
from tests.networks import two_signs


def test_computed_by_hand():
    model, image = two_signs()
    # class 0: both channels pass, 1 - 2, whatever was active
    assert DeconvNet(model)(image, 0)[0, :, 0].tolist() == [-1, -1]
    # class 1: the signal is negative everywhere
    assert DeconvNet(model)(image, 1)[0, :, 0].tolist() == [0, 0]


def test_the_rule_by_hand():
    assert DeconvNet.rule(lambda signal: 0 * signal, tf.constant([-2.0, 0, 3])).numpy().tolist() == [0, 0, 3]
