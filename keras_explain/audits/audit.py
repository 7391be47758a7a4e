"""Explain a whole dataset into a table: what the network looks at in each image, and whether it is right."""

import contextlib
import itertools
import os

import keras

from keras_explain.audits.arrow import check_arrow
from keras_explain.audits.auditor import Auditor
from keras_explain.audits.cluster.connection import check_cluster, connected, is_ray_dataset
from keras_explain.audits.cluster.workers import Workers
from keras_explain.audits.folder import audit_folder
from keras_explain.audits.here import Here
from keras_explain.audits.manifest import manifest
from keras_explain.audits.memory import Memory
from keras_explain.audits.options import audited
from keras_explain.audits.regions import region_source
from keras_explain.audits.result import Audit
from keras_explain.audits.rows import some_rows
from keras_explain.audits.seen import Seen
from keras_explain.audits.shards import Filling
from keras_explain.checks.options import check_count, check_flag
from keras_explain.engine.progress import Progress, check_verbose
from keras_explain.engine.request import Request
from keras_explain.inputs.class_names import check_class_names
from keras_explain.methods.checked_parts import is_stream
from keras_explain.photographs.photographs import Photographs

_ROWS = 1024  # Of a shard, or as many as are whole batches.


def audit(
    model,
    data,
    target=None,
    *,
    method="grad_cam",
    labels=None,
    regions=None,
    trust=False,
    keys=None,
    class_names=None,
    out=None,
    layer=None,
    score="logit",
    input=None,
    output=None,
    head=None,
    count=None,
    batch_size=32,
    ray=None,
    workers=None,
    verbose="auto",
):
    """Explains a whole dataset: a row an image in a table, with its map and its features beside it.

        kx.audit(model, "photos", out="audit")

    In memory are some batches and a thousand rows, whatever the number of images. In the folder `out` stand
    `rows/00000.parquet` ..., the table, with `maps/00000.npy` and `features/00000.npy` beside each, `broken/` and
    `manifest.json`. Each is written whole. After an interruption, a crash or a full disk the same call goes on, and
    ends with the same files as an undisturbed one; called again with data that grew, it adds what is new.

    Args:
        model: A Keras model of any form.
        data: Whatever a stream takes: the path of a folder of photographs, `kx.Photographs`, a batched
            `tf.data.Dataset` or `keras.utils.PyDataset`, a generator of batches, or images as arrays. A call that goes
            on needs datasets in the same order: one that is shuffled anew is refused. Or a `ray.data.Dataset`, whose
            rows are explained where Ray has them: columns `image` or `x`, and if there are such `label` or `y`, and
            `key` or `path`.
        target: The class to explain: None for each image's predicted one, an int, or one int an image.
        method: A method's key, its class, or an explainer built on the model, which has its own options.
        labels: The class that each image shows, None where it isn't known; by default the data's own, of photographs
            that of the folder that holds them; False for none.
        regions: Where each image shows its class: masks `(N, *spatial)` or boxes in the order of the images; a function
            from an image's key to its mask, its box or None; or a folder of masks named like the images.
        trust: Whether to check each map: by how many times as much the score falls when what it marks most is hidden as
            when the same shape elsewhere is, see `trust`. Cost: 84 forward passes an image, where an audit takes one.
        keys: The name of each image, such as a dataset's `file_paths`; by default its path in the folder, or its
            number.
        class_names: Name of each class, see `explain`.
        out: Path of the folder to write; None to keep all in memory.
        layer: The layer to look at, see `GradCAM`.
        score: What is explained, see `ModelExplainer`.
        input: Index or name of the input to explain, of several.
        output: Index or name of the output to explain, of several.
        head: What the output's units are, where the model doesn't show it, see `ModelExplainer`.
        count: How many images to take, the first ones; all by default.
        batch_size: Number of images in memory at a time; a dataset has its own batches.
        ray: Of photographs, the address of the Ray cluster whose workers explain them: `"local"` starts one on this
            machine, `"auto"` is the one that runs on it. By default this process explains them.
        workers: Of a cluster, how many workers there may be; by default one for each GPU, or else for each CPU.
        verbose: 0 for silence, 1 for progress on standard error, `"auto"` for such where it is watched and the work
            takes long.

    Returns:
        An `Audit`. Photographs that can't be read, and images that aren't finite, are listed in its `broken`.

    Raises:
        InputError: If the images don't fit the model, are of several sizes, or came in another order before.
        OptionError: If an option is outside of what it allows; if the folder holds anything else, as the audit of
            another model, or can't be written; or if another process writes there.
        ExplainError: If the model can't be explained.
    """
    check_arrow()
    request, batch_size = Request(model, score, input, output, head), check_count(batch_size, "batch_size")
    verbose, count = check_verbose(verbose), None if count is None else check_count(count, "count")
    trust, by_ray = check_flag(trust, "trust="), check_cluster(data, ray, workers)
    auditor = Auditor(audited(model, method, layer, request, batch_size), regions is not None, trust)
    compiled = auditor.answers.compiled
    data, listed = _listed(data, model, compiled.classes, class_names, count)
    masks = None if regions is None else region_source(regions, listed is not None, bool(listed and listed.intake.crop))
    with contextlib.ExitStack() as stack:
        if ray is not None:
            stack.enter_context(connected(ray))
        given = {"target": target, "labels": labels, "keys": keys}
        if by_ray:
            given |= {"regions": regions, "count": count, "workers": workers}
            asked = {"method": method, "layer": layer, "score": score, "input": input, "output": output, "head": head}
            hands = Workers(data, listed, compiled, asked | {"batch_size": batch_size, "trust": trust}, **given)
        else:
            given |= {"count": None if listed else count, "batch_size": batch_size}
            hands = Here(data, auditor, masks, named=listed is not None or keys is not None, **given)
        place = Memory() if out is None else stack.enter_context(audit_folder(out))
        seen = Seen(place.shards(), hands.named)
        found = hands.found(seen.keys or seen.checksums)
        stack.callback(found.close)
        first = list(itertools.islice(found, 1))  # a model that was never called knows its layers and classes now
        if class_names is None and listed is not None:
            class_names = listed.truth.names
        names = check_class_names(class_names, compiled.classes, ())
        place.begin(manifest(auditor, target, listed, regions is not None, trust, names))
        progress, start = _progress(data, listed, seen, verbose), 0
        filling = Filling(batch_size * -(-_ROWS // batch_size), place.append)
        for some in itertools.chain(first, found):
            missing = seen.missing(start, some.keys, some.checksums)
            columns = some_rows(some.columns(), missing, seen.rows) if missing else {}
            filling.add(columns, seen.new(columns.get("key", ()), some.broken))
            progress.step(len(some.keys) + len(some.broken))
            start += len(some.keys)
        filling.end()
        place.complete()
        return Audit(place.shards(), place.manifest)


def _listed(data, model, classes, class_names, count):
    """Returns the data, and the photographs among them as `Listed` now; None if they are no photographs."""
    if isinstance(data, (str, os.PathLike)):
        data = Photographs(data)
    if not isinstance(data, Photographs):
        return data, None
    listed = data.listed(model, classes, class_names).first(count)
    return listed, listed


def _progress(data, listed, seen, verbose):
    """Returns the `Progress`, silent where it isn't known how much there is."""
    if listed:
        return Progress(max(1, len(listed.keys) - len(seen.keys)), verbose, "image")
    if is_ray_dataset(data) or is_stream(data) or isinstance(data, list):
        return Progress(1, 0, "image")
    return Progress(len(keras.tree.flatten(data)[0]), verbose, "image")
