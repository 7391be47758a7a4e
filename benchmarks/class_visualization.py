"""How long does a step of class visualization take beside a forward pass and its gradient?"""

import importlib.util

import keras_explain as kx
from benchmarks import limits, measure


def rows(networks, steps, side, rounds):
    """Yields a row a network and variant: a run of so many steps, from an image that is given."""
    for name in networks:
        yield from _compared(measure.network(name, side), steps, rounds, network=name)


def _compared(model, steps, rounds, **labels):
    images, targets = measure.images(model, 1)
    gradient = limits.gradient(model)
    explainer = kx.ClassVisualization(model, steps=steps, l2=1e-3, verbose=0)

    def least():
        for _ in range(steps):
            gradient(images, targets)

    variants = {"limit": least, "ours": lambda: explainer(int(targets[0]), initial=images)}
    if importlib.util.find_spec("tf_keras_vis"):
        variants["tf-keras-vis"] = _tf_keras_vis(model, images, targets, steps)
    yield from measure.compare(variants, rounds, warmup=1, method="class_visualization", steps=steps, **labels)


def _tf_keras_vis(model, images, targets, steps):
    from tf_keras_vis.activation_maximization import ActivationMaximization
    from tf_keras_vis.utils.scores import CategoricalScore

    explainer, score = ActivationMaximization(model, clone=False), CategoricalScore(targets.tolist())
    plain = {"input_modifiers": [], "regularizers": [], "input_range": (None, None)}
    return lambda: explainer(score, seed_input=images, steps=steps, **plain)


if __name__ == "__main__":
    networks = measure.NETWORKS
    measure.run("class_visualization", rows, networks=networks, steps=24, side=224, rounds=measure.ROUNDS)
