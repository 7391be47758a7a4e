"""The page as a file that stands by itself, for those without TensorBoard."""

import base64

from keras_explain.checks.options import check_path
from keras_explain.errors import InputError
from keras_explain.report.page.document import KIND, START, data, text
from keras_explain.storage.new_file import new_file
from keras_explain.tensorboard_page import answers
from keras_explain.tensorboard_page.document import document
from keras_explain.tensorboard_page.served import Served
from keras_explain.training_log.run_log import Logged

_ROOM = 48_000_000  # Bytes of maps: what a browser opens in a second or two.


def write_log_page(log_dir, path):
    """Writes what `ExplanationLogger`s have logged as one page, to explore in a browser without TensorBoard.

    It is TensorBoard's page *Explanations* with all that it shows in it. Of a log whose maps take more than 48 MB it
    holds every second step, or every third and so on, and the last one.

    Args:
        log_dir: Directory of the event files, or one above it.
        path: Path of the file, as `"training.html"`. An earlier page at that path is replaced.

    Returns:
        What was left out, a sentence each.

    Raises:
        InputError: If nothing was logged there.
        OptionError: If there is anything but an earlier page at that path, or it can't be written.
    """
    logs, broken = Served([(None, check_path(log_dir, "log_dir="))]).logs()
    if not logs:
        told = f" ({broken[0]})" if broken else ""
        raise InputError(f"expected a directory in which an ExplanationLogger has logged, received {log_dir}{told}.")
    left_out, room = list(broken), _ROOM // len(logs)
    with new_file(path, START, KIND) as file:
        before, behind = document()
        file.write(before)
        described = []
        for number, ((run, name), log) in enumerate(logs.items()):
            thinned, every = _thinned(log, room)
            if every > 1:
                left_out.append(
                    f"of {name} in run {run} one step in {every} is on the page, {len(log.steps)} were logged."
                )
            described.append(_described(f"log-{number}", run, name, thinned))
            for part, packed in _parts(thinned):
                file.write(text(f"log-{number}-{part}", base64.b64encode(packed).decode()))
        file.write(data("logs", described))
        file.write(behind)
    return left_out


def _thinned(log, room):
    """Returns a `Logged` of as many steps as there is room for, its last one among them, and of how many it is one."""
    about = answers.about(log)
    step = len(log.inputs) * sum(method["bytes"] for method in about["methods"])
    every = max(1, -(-len(log.steps) * step // room))
    steps = list(log.steps.items())[::-1][::every][::-1]
    return Logged(log.inputs, dict(steps), log.restarts), every


def _described(number, run, name, log):
    """Returns what the page knows of a log before it looks into its parts, as JSON can hold it."""
    pictures = [answers.picture(log, image) for image in range(len(log.inputs))]
    addresses = [f"data:{kind};base64,{base64.b64encode(picture).decode()}" for picture, kind in pictures]
    return {"id": number, "run": run, "name": name, "about": answers.about(log), "pictures": addresses}


def _parts(log):
    """Yields `(name, packet)` of the numbers of all steps, and of the maps of each method and block of images."""
    steps = list(log.steps)
    yield "numbers", answers.tables(log, steps)
    for number, method in enumerate(answers.about(log)["methods"]):
        if method["bytes"]:
            for block in range(-(-len(log.inputs) // answers.BLOCK)):
                yield f"{number}-{block}", answers.maps(log, steps, method["key"], block, _ROOM)
