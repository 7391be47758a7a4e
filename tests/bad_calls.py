"""Valid calls of all that is public, and values that have no place in them."""

import functools
import itertools
import pathlib

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from matplotlib.figure import Figure

import keras_explain as kx
from keras_explain import metrics
from keras_explain.methods.class_visualization import Natural, Plain
from keras_explain.visual import channels, features, figure, gradient, grids, ink, overlay, picture, pixels, plot
from tests.quick import OF_ATTENTION, OF_CONVOLUTIONS, QUICK
from tests.training_log.writing import write
from tests.transformers import SHAPE as TOKENS_SHAPE
from tests.transformers import Transformer

SHAPE = (6, 8, 3)


class Raising:
    """An object that answers nothing."""

    def _refuse(self, *args, **options):
        raise RuntimeError("asked")

    __repr__ = __array__ = __len__ = __iter__ = __eq__ = __bool__ = __getitem__ = __fspath__ = _refuse
    __hash__ = None


class Shapeless:
    """An object that any question about its attributes breaks."""

    def __getattr__(self, name):
        raise AttributeError(name) if name.startswith("__") else KeyError(name)


def _itself(kind):
    if kind is dict:
        value = {}
        value["self"] = value
    else:
        value = []
        value.append(value)
    return value


def _array(shape, dtype="float32"):
    return np.ones(shape, dtype)


def _filled(shape, value):
    return np.full(shape, value, "float32")


def _objects():
    array = np.empty(2, object)
    array[:] = [None, "x"]
    return array


def _infinite():
    return tf.data.Dataset.from_tensor_slices(_array((4, *SHAPE))).batch(2).repeat()


def _symbolic():
    kept = []
    tf.function(lambda x: kept.append(x) or x).get_concrete_function(tf.TensorSpec((None, *SHAPE)))
    return kept[0]


# Each is made anew for each call: some can be read but once.
HOSTILE = {
    "None": lambda: None,
    "True": lambda: True,
    "False": lambda: False,
    "-1": lambda: -1,
    "0": lambda: 0,
    "3": lambda: 3,
    "3.0": lambda: 3.0,
    "3.5": lambda: 3.5,
    "-0.5": lambda: -0.5,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: -float("inf"),
    "10**30": lambda: 10**30,
    "-10**30": lambda: -(10**30),
    "10**5000": lambda: 10**5000,
    "1j": lambda: 1j,
    "''": lambda: "",
    "'x'": lambda: "x",
    "'3'": lambda: "3",
    "'top3'": lambda: "top3",
    "'top99999...'": lambda: "top" + "9" * 200,
    "'conv1'": lambda: "conv1",
    "NUL": lambda: "a\0b",
    "bytes": lambda: b"x",
    "[]": lambda: [],
    "{}": lambda: {},
    "()": lambda: (),
    "set()": set,
    "{1, 2}": lambda: {1, 2},
    "frozenset": lambda: frozenset({"saliency"}),
    "[None]": lambda: [None],
    "[1, 'x']": lambda: [1, "x"],
    "['x', 'y']": lambda: ["x", "y"],
    "[0, 1]": lambda: [0, 1],
    "(1, 2, 3)": lambda: (1, 2, 3),
    "(0.0, 1.0)": lambda: (0.0, 1.0),
    "[[0, 1], [2]]": lambda: [[0, 1], [2]],
    "{'x': 1}": lambda: {"x": 1},
    "{1: 'x', 'y': 2}": lambda: {1: "x", "y": 2},
    "{(): []}": lambda: {(): []},
    "list itself": lambda: _itself(list),
    "dict itself": lambda: _itself(dict),
    "range": lambda: range(3),
    "huge range": lambda: range(10**12),
    "slice": lambda: slice(None, None, 0),
    "Ellipsis": lambda: Ellipsis,
    "object": object,
    "raising": Raising,
    "shapeless": Shapeless,
    "unfinished dataset": keras.utils.PyDataset,
    "timedelta": lambda: np.timedelta64(3, "s"),
    "float16": lambda: np.float16(1),
    "2**31": lambda: 2**31,
    "tuple of images": lambda: (_array((2, *SHAPE)),) * 2,
    "deep": lambda: functools.reduce(lambda inner, _: {"x": inner}, range(3000), {}),
    "[lambda]": lambda: [lambda x: None],
    "[class]": lambda: [dict],
    "base class": lambda: [kx.GradCAM.__mro__[1]],
    "class": lambda: dict,
    "array class": lambda: np.ndarray,
    "explainer class": lambda: kx.GradCAM,
    "lambda 0": lambda: lambda: None,
    "lambda 1": lambda: lambda x: None,
    "lambda 2": lambda: lambda x, y: 3.5,
    "lambda 3": lambda: lambda x, y, z: x,
    "identity": lambda: lambda x: x,
    "len": lambda: len,
    "partial": lambda: functools.partial(max, 3),
    "path": lambda: pathlib.Path("x"),
    "generator": lambda: (i for i in range(3)),
    "iterator": lambda: iter([_array((2, *SHAPE))]),
    "0-d": lambda: np.array(3.5),
    "int64": lambda: np.int64(1),
    "float32": lambda: np.float32(0.5),
    "bool_": lambda: np.bool_(True),
    "str_": lambda: np.str_("x"),
    "datetime": lambda: np.datetime64("2020-01-01"),
    "empty": lambda: _array((0,)),
    "no images": lambda: _array((0, *SHAPE)),
    "vector": lambda: _array(2),
    "ints": lambda: _array(2, "int64"),
    "bools": lambda: _array(2, bool),
    "matrix": lambda: _array((2, 3)),
    "one image": lambda: _array(SHAPE),
    "images": lambda: _array((2, *SHAPE)),
    "3 images": lambda: _array((3, *SHAPE)),
    "other size": lambda: _array((2, 5, 5, 3)),
    "many axes": lambda: _array((1,) * 9),
    "no places": lambda: _array((2, 0, 8, 3)),
    "no channels": lambda: _array((2, 6, 8, 0)),
    "gray": lambda: _array((2, 6, 8, 1)),
    "complex": lambda: _array((2, *SHAPE), "complex64"),
    "booleans": lambda: _array((2, *SHAPE), bool),
    "strings": lambda: np.full((2, *SHAPE), "x"),
    "objects": _objects,
    "bytes array": lambda: np.array([b"x", b"y"]),
    "dates": lambda: np.zeros((2, *SHAPE), "datetime64[s]"),
    "record": lambda: np.zeros(2, [("a", "f4"), ("b", "i4")]),
    "NaNs": lambda: _filled((2, *SHAPE), np.nan),
    "infs": lambda: _filled((2, *SHAPE), np.inf),
    "huge": lambda: np.full((2, *SHAPE), 1e300),
    "huge int": lambda: np.array([2**63], "uint64"),
    "masked": lambda: np.ma.masked_equal(_array((2, *SHAPE)), 1),
    "ragged list": lambda: [_array((2, 2)), _array((3, 3))],
    "list of images": lambda: [_array(SHAPE)] * 2,
    "tensor": lambda: tf.ones((2, *SHAPE)),
    "string tensor": lambda: tf.constant(["x", "y"]),
    "ragged": lambda: tf.ragged.constant([[1.0], [2.0, 3.0]]),
    "sparse": lambda: tf.sparse.from_dense(_array((2, *SHAPE))),
    "symbolic": _symbolic,
    "variable": lambda: tf.Variable(tf.ones((2, *SHAPE))),
    "keras variable": lambda: keras.Variable(_array((2, *SHAPE))),
    "KerasTensor": lambda: keras.Input(SHAPE),
    "spec": lambda: tf.TensorSpec((None, *SHAPE)),
    "TensorShape": lambda: tf.TensorShape(None),
    "dtype": lambda: tf.float32,
    "layer": lambda: layers.Dense(2),
    "rescaling": lambda: layers.Rescaling(2.0),
    "model": lambda: keras.Sequential([keras.Input((3,)), layers.Dense(2)]),
    "unbuilt": keras.Sequential,
    "loss": keras.losses.MeanSquaredError,
    "optimizer": keras.optimizers.SGD,
    "dataset": lambda: tf.data.Dataset.from_tensor_slices(_array((2, *SHAPE))).batch(2),
    "unbatched": lambda: tf.data.Dataset.from_tensor_slices(_array((2, *SHAPE))),
    "infinite": _infinite,
    "no dataset": lambda: tf.data.Dataset.from_tensor_slices(_array((0, *SHAPE))).batch(2),
    "range dataset": lambda: tf.data.Dataset.range(5).batch(2),
    "text dataset": lambda: tf.data.Dataset.from_tensor_slices(["x", "y"]).batch(2),
    "dictionary dataset": lambda: tf.data.Dataset.from_tensors({"x": _array((2, *SHAPE))}),
    "figure": Figure,
    "module": lambda: np,
}


def network():
    """Returns a network that every method applies to."""
    chain = [
        layers.Conv2D(3, 3, activation="relu", name="conv1"),
        layers.Conv2D(4, 3, activation="relu", name="conv2"),
        layers.GlobalAveragePooling2D(),
        layers.Dense(4),
    ]
    return keras.Sequential([keras.Input(SHAPE), *chain])


class Subclassed(keras.Model):
    """A model that doesn't know its input."""

    def __init__(self):
        super().__init__()
        self.dense = layers.Dense(4)

    def call(self, x):
        return self.dense(tf.reduce_mean(x, (1, 2)))


def _begun(stream):
    """Returns a function that takes the first batches of a stream, which may have no end."""
    return lambda **given: list(itertools.islice(stream(**given), 3))


def _train(make, model):
    """Returns a function that makes a callback and begins a training with it."""

    def begin(**options):
        logger = make(**options)
        logger.set_model(model)
        logger.set_params({"epochs": 1, "steps": 1})
        logger.on_train_begin()
        logger.on_train_end()

    return begin


def calls(folder):
    """Returns `{name: (function, its valid arguments)}` of all that is public."""
    model, rng = network(), np.random.default_rng(0)
    images = rng.random((2, *SHAPE), "float32")
    maps = rng.normal(size=(2, 6, 8, 1))
    asked = {"score": "logit", "input": None, "output": None, "head": None}
    options = {"model": model, **asked, "batch_size": 32, "lazy": False}
    own = {
        "saliency": {"magnitude": "abs"},
        "occlusion": {"patch": 2, "stride": 1, "fill": "mean", "resize": True, "method": "plain", "verbose": 0},
        "guided_grad_cam": {"layer": None, "call": -1},
        "cam": {"resize": False},
        "score_cam": {"layer": "conv1", "call": -1, "weights": "score", "resize": True, "verbose": 0},
        "integrated_gradients": {"steps": 4, "baseline": 0, "rule": "trapezoid", "tolerance": 0.1, "verbose": 0},
        "smooth_grad": {"samples": 2, "noise": 0.1, "statistic": "mean", "seed": 0, "verbose": 0},
        "rise": {"masks": 8, "cells": (3, 2), "keep": 0.4, "seed": 1, "baseline": "blur", "verbose": 0},
    }
    layered = {"layer": "conv1", "call": -1, "grid": None, "resize": True}
    found, transformer, patches = {}, Transformer(1).flat(), rng.random((2, *TOKENS_SHAPE), "float32")
    for key in OF_ATTENTION:
        explainer, asking = kx.METHODS[key](transformer), {"images": patches, "target": [0, 1]}
        found |= {
            key: (kx.METHODS[key], {**options, "model": transformer, "resize": False}),
            f"{key} call": (explainer, asking),
            f"{key} targets": (explainer.targets, asking),
        }
    for key in OF_CONVOLUTIONS:
        method = kx.METHODS[key]
        taken = {**options, **own.get(key, layered if issubclass(method, kx.GradCAM.__mro__[1]) else {})}
        if key == "cam":
            del taken["score"]
        if key == "smooth_grad":  # which takes explainers as well
            taken["explainer"] = taken.pop("model")
        asking = {"images": images, "target": [0, 1]}
        explainer = QUICK[key](model, **({"patch": 4, "verbose": 0} if key == "occlusion" else {}))
        found |= {
            key: (method, taken),
            f"{key} call": (explainer, asking),
            f"{key} targets": (explainer.targets, asking),
        }

    found["occlusion by channel"] = (
        kx.Occlusion,
        {**options, "patch": 2, "stride": 1, "fill": 0, "baseline": None, "by_channel": True, "verbose": 0},
    )
    found["layer_cam fused"] = (kx.LayerCAM, {**options, **layered, "layer": ["conv1", "conv2"]})

    named = {
        "methods": ["saliency"],
        "class_names": None,
        "layer": None,
        "grid": None,
        "batch_size": 32,
        "display": None,
    }
    explanation = kx.explain(model, images, methods=["saliency", "grad_cam"])
    tops = kx.explain(model, images, "top2", ["saliency"])
    explanation.save(f"{folder}/saved")
    compared = kx.compare_methods(model, images, ["saliency"], measures="average_drop", verbose=0)
    kx.audit(model, images, out=f"{folder}/audit")
    write(f"{folder}/logs", [0])
    plotted = {"methods": ["saliency"], "rows": 1, "scale": "image", "percentile": 99.5, "size": 1.0, "dpi": 50}
    plotted |= {"cmap": None, "alpha": 0.5}
    written = {"crop": False, "max_side": 64, "format": "svg", "dpi": 40}
    found |= {
        "explain": (kx.explain, {"model": model, "images": images, "target": None, **named, **asked}),
        "explain subclassed": (
            lambda **given: kx.explain(Subclassed(), **given),
            {"images": images, "target": None, "methods": ["saliency"], "input": None, "output": None},
        ),
        "load": (kx.load, {"folder": f"{folder}/saved"}),
        "save": (explanation.save, {"folder": f"{folder}/saved", "original": None, **written}),
        "to_html": (explanation.to_html, {"path": f"{folder}/why.html", "names": None}),
        "save over photographs": (
            explanation.save,
            {"folder": f"{folder}/over", "original": [np.zeros((9, 7, 3), "uint8")] * len(images), **written},
        ),
        "rise run": (kx.RISE(model, masks=4).run, {"images": images, "target": [0, 1]}),
        "index": (explanation.__getitem__, {"chosen": 0}),
        "plot": (explanation.plot, plotted),
        "plot top": (tops.plot, plotted),
        "sanity": (
            kx.sanity,
            {
                "explainer": kx.Saliency(model),
                "images": images,
                "target": [0, 1],
                "checks": "weights",
                "steps": 1,
                "seed": 0,
                "verbose": 0,
            },
        ),
        "stream": (
            _begun(kx.Saliency(model).stream),
            {"data": images, "target": [0, 1], "labels": [0, 3], "keys": ["a", "b"], "count": 2},
        ),
        "audit": (
            kx.audit,
            {"model": model, "data": images, "target": 1, "labels": [0, 3], "keys": ["a", "b"], "count": 2, **asked}
            | {"regions": [[0, 0, 2, 2]] * 2, "class_names": None, "method": "saliency", "layer": None, "out": None}
            | {"trust": False, "batch_size": 32, "ray": None, "workers": None, "verbose": 0},
        ),
        "read_log": (kx.read_log, {"log_dir": f"{folder}/logs", "run": ".", "name": "explanations"}),
        "load_audit": (kx.load_audit, {"folder": f"{folder}/audit"}),
        "Photographs": (
            _begun(lambda **given: kx.Saliency(model).stream(kx.Photographs(f"{folder}/saved", **given))),
            {"size": (6, 8), "scale": "0..1", "crop": False, "class_names": None},
        ),
        "compare_methods": (
            kx.compare_methods,
            {"model": model, "images": images, "methods": ["saliency"], "target": [0, 1], "labels": [0, 1], **asked}
            | {"measures": ["average_drop"], "baseline": "mean", "layer": None, "batch_size": 32}
            | {"seed": 0, "verbose": 0},
        ),
        "compare": (
            kx.compare,
            {"before": model, "after": model, "data": images, "method": "saliency", "labels": [0, 1], "batch_size": 32}
            | {"class_names": None, "names": ["a", "b"], "pictures": 1, "display": None, "count": 2},
        ),
        "among": (compared.among, {"images": [True, False]}),
        "trust": (kx.trust, {"explanation": explanation, "places": 2, "seed": 0, "verbose": 0}),
        "list_layers": (kx.list_layers, {"model": model, "images": None, "input": None, "output": None}),
        "list_layers subclassed": (
            lambda **given: kx.list_layers(Subclassed(), **given),
            {"images": images, "input": None, "output": None},
        ),
    }

    visualized = {"model": model, "recipe": "plain", "size": None, "score": "logit", "output": None, "head": None}
    plain = {"l2": None, "steps": 2, "regularizers": (), "input_modifiers": (), "optimizer": None, "bounds": None}
    natural = {"bounds": (0, 1), "steps": 2, "regularizers": (), "input_modifiers": ()}

    def visualization(**given):
        kx.ClassVisualization(model, verbose=0, **given)([1], seed=0)

    asking = {"target": [1], "initial": None, "seed": 0}
    ready = kx.ClassVisualization(model, steps=2, verbose=0)
    made = kx.FeatureVisualization(model, "conv1", 1, steps=2, verbose=0)
    found |= {
        "class_visualization": (kx.ClassVisualization, {**visualized, "verbose": 0, **plain}),
        "class_visualization plain": (visualization, plain),
        "class_visualization natural": (visualization, {"recipe": "natural", **natural}),
        "class_visualization call": (ready, asking),
        "class_visualization run": (ready.run, asking),
        "feature_visualization": (
            kx.FeatureVisualization,
            {"model": model, "layer": "conv1", "channel": 1, "unit": None, "call": -1, "recipe": "plain", "size": None}
            | {"batch_size": 32, "verbose": 0, **plain},
        ),
        "feature_visualization call": (made, {"initial": None, "seed": 0}),
        "feature_visualization run": (made.run, {"initial": None, "seed": 0}),
        "activations": (kx.Activations, {**options, **layered, "channel": 1}),
        "activations call": (kx.Activations(model), {"images": images, "target": [0, 1]}),
        "most_exciting": (
            kx.most_exciting,
            {"model": model, "layer": "conv1", "images": images, "channel": 1, "unit": None, "count": 2, "by": "mean"}
            | {"call": -1, "input": None, "batch_size": 1, "keep": True},
        ),
        "plot examples": (
            kx.most_exciting(model, "conv1", images, [0, 1], count=2).plot,
            {"synthesized": images, "crop": 4, "value_range": None, "display": None, "size": 1.0, "dpi": None},
        ),
        "Plain": (Plain, plain),
        "Natural": (Natural, natural),
    }

    logged = {
        "images": images,
        "target": None,
        "methods": ["saliency"],
        **asked,
        "log_dir": f"{folder}/logs",
        "update_freq": "epoch",
        "labels": None,
        "class_names": None,
        "regions": None,
        "display": None,
        "scale": "epoch",
        "name": "explanations",
        "max_images": 8,
        "show": "first",
    }
    seen = {"targets": [1], "every": 1, "log_dir": f"{folder}/logs", "class_names": None, "name": "classes"}
    found |= {
        "ExplanationLogger": (_train(kx.ExplanationLogger, model), logged),
        "ClassVisualizationLogger": (
            _train(kx.ClassVisualizationLogger, model),
            {**seen, "initial": None, "seed": 0, "steps": 2},
        ),
        "FeatureVisualizationLogger": (
            _train(kx.FeatureVisualizationLogger, model),
            {"layer": "conv1", "channel": [1], "every": 1, "log_dir": f"{folder}/logs", "name": "features"}
            | {"initial": None, "seed": 0, "steps": 2},
        ),
    }

    places, masks = np.abs(maps[..., 0]), maps[..., 0] > 0
    found |= {
        "evidence": (metrics.evidence, {"maps": maps, "signed": False}),
        "movement": (metrics.movement, {"maps": maps, "before": maps}),
        "concentration": (metrics.concentration, {"places": places}),
        "energy_inside": (metrics.energy_inside, {"places": places, "masks": masks}),
        "pointing": (metrics.pointing, {"places": places, "masks": masks, "margin": 0}),
        "region_masks": (metrics.region_masks, {"regions": [[0, 0, 2, 2]] * 2, "shape": (2, 6, 8)}),
        "rank_correlation": (metrics.rank_correlation, {"maps": maps, "others": maps}),
        "structural_similarity": (
            metrics.structural_similarity,
            {"places": np.ones((2, 12, 16)), "others": np.ones((2, 12, 16))},
        ),
    }

    nearest = {"box": (1, 1, 2, 3), "class_index": 1, "boxes": 0, "classes": "classes", "format": "xyxy"}
    found |= {
        "region": (kx.scores.region, {"mask": masks[0], "class_index": 1}),
        "unit": (kx.scores.unit, {"index": (3, 1)}),
        "difference": (kx.scores.difference, {"a": 0, "b": 1}),
        "multi_label": (kx.scores.multi_label, {"classes": {0, 1}}),
        "box": (kx.scores.box, {"index": 3, "class_index": 1}),
        "nearest_box": (kx.scores.nearest_box, nearest),
        "restored": (kx.scores.restored, {"entry": kx.scores.unit(1).entry}),
        "named score": (kx.Saliency(model, score=kx.scores.unit(2)), {"images": images, "target": None}),
    }

    scored = {"score": "logit", "input": None, "output": None, "head": None, "batch_size": 32}
    mapped = {"model": model, "images": images, "maps": maps, "target": [0, 1], "verbose": 0, **scored}
    ordered = {"steps": 3, "by": "value", "baseline": 0, "orders": 2, "seed": 0}
    found |= {
        "Scorer": (metrics.Scorer, {"model": model, **scored}),
        "deletion": (metrics.deletion, {**mapped, **ordered}),
        "insertion": (metrics.insertion, {**mapped, **ordered}),
        "average_drop": (
            metrics.average_drop,
            {**mapped, "score": "probability", "head": "softmax_logits", "baseline": 0},
        ),
        "grid_pointing": (metrics.grid_pointing, {"maps": maps, "cells": [0, 3], "side": 2}),
        "lay_grids": (
            metrics.lay_grids,
            {
                "model": model,
                "images": images,
                "side": 1,
                "count": 1,
                "least": -9,
                "labels": None,
                "seed": 0,
                "score": "logit",
                "output": None,
                "head": None,
                "batch_size": 32,
            },
        ),
        "road": (
            metrics.road,
            {**mapped, "shares": [0.2, 0.5], "first": "most", "noise": 0.01, "by": "value", "orders": 2, "seed": 0},
        ),
        "infidelity": (
            metrics.infidelity,
            {**mapped, "samples": 3, "side": 2, "baseline": 0, "noise": None, "scaled": True, "seed": 0},
        ),
        "infidelity of noise": (
            metrics.infidelity,
            {**mapped, "samples": 3, "side": None, "baseline": None, "noise": 0.1, "scaled": False, "seed": 0},
        ),
        "max_sensitivity": (
            metrics.max_sensitivity,
            {
                "explainer": kx.Saliency(model),
                "images": images,
                "target": [0, 1],
                "radius": 0.1,
                "samples": 2,
                "input": None,
                "seed": 0,
                "batch_size": 32,
                "verbose": 0,
            },
        ),
    }

    shown = pixels.to_pixels(images)
    one, values = shown[0], maps[0]
    ends = {
        "signed": (),
        "fine": (),
        "relative": (),
        "scale": "image",
        "percentile": 99.5,
        "size": 1.0,
        "dpi": None,
        "note": None,
    }
    ends |= {"cmap": None, "alpha": 0.8}
    found |= {
        "showable": (picture.showable, {"inputs": images, "value_range": (0, 1), "display": None}),
        "input_picture": (picture.input_picture, {"shown": one}),
        "attribution_picture": (
            picture.attribution_picture,
            {
                "shown": one,
                "values": values,
                "signed": False,
                "limit": None,
                "fine": False,
                "cmap": None,
                "alpha": 0.8,
                "relative": False,
            },
        ),
        "to_pixels": (pixels.to_pixels, {"images": images, "value_range": None}),
        "overlay": (
            overlay.overlay,
            {
                "image": one,
                "map": values[..., 0],
                "cmap": "inferno",
                "alpha": 0.5,
                "signed": False,
                "limit": None,
                "relative": False,
            },
        ),
        "ink_picture": (ink.ink_picture, {"values": values, "limit": None}),
        "gradient_picture": (gradient.gradient_picture, {"values": values, "limit": None}),
        "gallery": (
            figure.gallery,
            {
                "rows": [[one, one]],
                "columns": ["a", "b"],
                "row_titles": ["c"],
                "boxes": [(0, 0, 2, 2)],
                "size": 1.0,
                "titles": None,
                "note": "d",
                "dpi": 100,
            },
        ),
        "plot_input": (plot.plot_input, {"shown": one, "ax": None, "title": "input"}),
        "plot_attribution": (
            plot.plot_attribution,
            {
                "shown": one,
                "values": values,
                "ax": None,
                "signed": False,
                "fine": False,
                "relative": False,
                "cmap": None,
                "alpha": 0.8,
                "scale": "image",
                "percentile": 99.5,
                "bar": True,
                "title": None,
            },
        ),
        "plot_gradient": (plot.plot_gradient, {"values": values, "ax": None, "limit": None, "title": None}),
        "plot_attributions": (
            grids.plot_attributions,
            {"shown": shown, "maps": {"a": maps}, **ends, "input_titles": None, "row_titles": None, "boxes": None},
        ),
        "plot_comparison": (
            grids.plot_comparison,
            {"shown": shown, "maps": {"a": maps[:, np.newaxis]}, "class_titles": [["b"], ["c"]], **ends},
        ),
        "plot_features": (
            features.plot_features,
            {"synthesized": shown, "examples": [shown, shown], "row_titles": None, "titles": [["a", "b"]] * 2}
            | {"places": np.ones((2, 2, 2), int), "crop": 4, "size": 1.0, "dpi": None},
        ),
        "plot_channels": (
            channels.plot_channels,
            {"maps": maps[0], "shown": one, "channels": [0], "columns": 8, "scale": "all", "percentile": 99.5}
            | {"cmap": None, "size": 1.0, "dpi": None},
        ),
        "plot_classes": (grids.plot_classes, {"pictures": shown, "titles": ["a", "b"], "columns": 5, "size": 1.0}),
    }
    return found


def bad_arguments(valid, rng):
    """Returns the arguments with one or two of them replaced, and the names of what they were replaced with."""
    arguments = rng.choice(list(valid), size=min(len(valid), rng.integers(1, 3)), replace=False)
    names = {str(name): str(rng.choice(list(HOSTILE))) for name in arguments}
    return {**valid, **{name: HOSTILE[value]() for name, value in names.items()}}, names
