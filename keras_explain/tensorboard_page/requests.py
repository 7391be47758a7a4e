"""The requests that the page makes: what is asked is checked, and answered as bytes of some kind."""

import json
from typing import NamedTuple

from keras_explain.tensorboard_page import answers
from keras_explain.tensorboard_page.asked import one_of, steps_asked, whole

_DAY = 24 * 60 * 60  # Seconds.
_MAPS = 64  # Steps of maps in one answer.


class Reply(NamedTuple):
    """What is answered.

    Attributes:
        data: Bytes.
        kind: Their media type.
        kept: For how many seconds a browser may keep them.
    """

    data: bytes
    kind: str = "application/octet-stream"
    kept: int = 0


def runs(args, logs, broken):
    """Answers which runs and loggers there are, and how far they are."""
    found = [
        {"run": run, "name": name, "steps": len(log.steps), "last": max(log.steps), "restarts": log.restarts}
        for (run, name), log in logs.items()
    ]
    return _json({"runs": found, "broken": broken})


def log(args, logs, broken):
    """Answers what is to be known of a log."""
    return _json(answers.about(_chosen(args, logs)))


def numbers(args, logs, broken):
    """Answers the numbers of all images at some steps."""
    chosen = _chosen(args, logs)
    return Reply(answers.tables(chosen, steps_asked(args, list(chosen.steps))))


def lines(args, logs, broken):
    """Answers the means of the numbers, of all images, those of a class, or one, at some steps."""
    chosen = _chosen(args, logs)
    count, images = len(chosen.inputs), slice(None)
    if "image" in args:
        images = [whole(args, "image", count)]
    elif "label" in args:
        label = whole(args, "label", 10**9)
        images = [image for image, known in enumerate(chosen.inputs.labels) if known == label]
    return Reply(answers.lines(chosen, steps_asked(args, list(chosen.steps)), images))


def maps(args, logs, broken):
    """Answers the maps of a method of a block of images at some steps."""
    chosen = _chosen(args, logs)
    method = one_of(args, "method", chosen.inputs.methods)
    block = whole(args, "block", -(-len(chosen.inputs) // answers.BLOCK))
    return Reply(answers.maps(chosen, steps_asked(args, list(chosen.steps), _MAPS), method, block))


def picture(args, logs, broken):
    """Answers the picture of an image; its `id` is part of what is asked, so that a browser may keep it."""
    chosen = _chosen(args, logs)
    return Reply(*answers.picture(chosen, whole(args, "image", len(chosen.inputs))), _DAY)


def _chosen(args, logs):
    runs = {run for run, _ in logs}
    run = one_of(args, "run", runs)
    return logs[run, one_of(args, "name", {name for each, name in logs if each == run})]


def _json(value):
    return Reply(json.dumps(value, allow_nan=False).encode(), "application/json")


REQUESTS = {each.__name__: each for each in (runs, log, numbers, lines, maps, picture)}
