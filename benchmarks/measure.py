"""What all benchmarks share: networks, variants timed in turn in one process, the file of results."""

import argparse
import json
import os
import statistics
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from benchmarks.machine import Machine

RESULTS = Path(__file__).with_name("results.json")
NETWORKS = ("MobileNetV2", "ResNet50", "VGG16")
ROUNDS = 7
# So many rounds at least, and none that would begin later than that, in seconds.
FEW, LONG = 3, 20
# What isn't asked, but found.
_MEASURED = {"milliseconds", "megabytes", "ratio", "low", "high", "rounds", "agreement", "plan", "before"}
_MEASURED |= {"limit", "epoch", "added"}
# Maps of another library are taken for the same from this correlation on: some resize by cubic curves.
AGREED = 0.95


def network(name, side):
    """Returns a network of `keras.applications` with random weights, whose output is the logits."""
    keras.utils.set_random_seed(0)
    keras.backend.clear_session()
    shape = (side, side, 3)
    return getattr(keras.applications, name)(weights=None, input_shape=shape, classifier_activation=None)


def images(model, count):
    """Returns random float32 images `(count, H, W, 3)`, and one class of high score as the target of each."""
    found = np.random.default_rng(0).random((count, *model.input_shape[1:]), np.float32)
    target = np.asarray(model(found[:1], training=False)).argmax()
    return found, np.full(count, target, np.int32)


def seconds(function):
    """Returns how long a call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def resident():
    """Returns the megabytes that this process has in memory now."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def compare(variants, rounds, warmup=2, parts=None, **labels):
    """Times variants in turn, so that whatever slows the machine down slows all of them down.

    Args:
        variants: Functions by name; the first one is what the others are compared with.
        rounds: How many times each is measured, or as many as begin within `LONG` seconds, `FEW` at least.
        warmup: How many times each is called before.
        parts: By how much the time of a variant is multiplied that does a part of the work, which is all alike.
        **labels: What is measured, kept with each row.

    Returns:
        A row a variant: the median in milliseconds, its ratio to the first one's, and the quartiles of the ratios round
        by round.
    """
    for function in variants.values():
        for _ in range(warmup):
            function()
    order, times = list(variants), {name: [] for name in variants}
    start = time.perf_counter()
    for turn in range(rounds):
        if turn >= FEW and time.perf_counter() - start > LONG:
            break
        for name in np.random.default_rng(turn).permutation(order).tolist():
            times[name].append(seconds(variants[name]) * (parts or {}).get(name, 1))
    return [_row(name, times[name], times[order[0]], labels) for name in order]


def _row(name, times, base, labels):
    low, high = np.quantile(np.divide(times, base), [0.25, 0.75])
    median = statistics.median(times)
    return {
        **labels,
        "variant": name,
        "milliseconds": round(1000 * median, 2),
        "ratio": round(median / statistics.median(base), 3),
        "low": round(float(low), 3),
        "high": round(float(high), 3),
        "rounds": len(times),
    }


def agreement(ours, theirs):
    """Returns the smallest correlation of two maps of one image: 1 if they show the same, whatever their scale."""
    pairs = zip(np.reshape(ours, (len(ours), -1)), np.reshape(theirs, (len(theirs), -1)))
    return round(float(min(np.corrcoef(a, b)[0, 1] for a, b in pairs)), 4)


def options(**defaults):
    """Returns the command line's options: `--networks`, `--batches`, `--side` and `--rounds`, as far as there are such.

    Args:
        **defaults: The value of each option, which also tells its type.
    """
    parser = argparse.ArgumentParser()
    for name, value in defaults.items():
        many = isinstance(value, tuple)
        parser.add_argument(
            f"--{name}", default=value, nargs="+" if many else None, type=type(value[0] if many else value)
        )
    return vars(parser.parse_args())


def run(question, rows, **defaults):
    """Answers a question by what the command line says, prints each row and keeps them all in `results.json`.

    Args:
        question: The name of the script.
        rows: Generator function of rows, which takes the options.
        **defaults: The options, see `options`.
    """
    chosen, kept, machine = options(**defaults), [], Machine()
    for row in rows(**chosen):
        print(" ".join(f"{name}={value}" for name, value in row.items()), flush=True)
        kept.append(row)
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results[question] = beside(kept, results.get(question, ()))
    results["machines"] = {**results.get("machines", {}), question: machine.told()}
    RESULTS.write_text(json.dumps(dict(sorted(results.items())), indent=1) + "\n")


def beside(rows, earlier):
    """Returns rows, each with the lowest and the highest ratio of what was measured of the same question before.

    Args:
        rows: What was measured.
        earlier: What was measured before.
    """
    known = {_question(row): row for row in earlier if "ratio" in row and "low" in row}
    found = ((row, known.get(_question(row))) for row in rows)
    return [row if before is None else {**row, "before": [before["low"], before["high"]]} for row, before in found]


def _question(row):
    chosen = {"batch"} if "patches" in row else set()  # the fastest one
    return tuple(sorted((name, value) for name, value in row.items() if name not in _MEASURED | chosen))
