"""Hold two networks against each other on the same images: what one decides otherwise, and by what."""

import os

from keras_explain.audits.changes import ChangeRow, Changes
from keras_explain.audits.options import audited
from keras_explain.audits.pairs import read_pairs
from keras_explain.checks.options import check_count, check_function
from keras_explain.engine.request import Request
from keras_explain.errors import InputError, OptionError, brief
from keras_explain.inputs.class_names import check_class_names
from keras_explain.methods.answers import Answers
from keras_explain.methods.build import known
from keras_explain.photographs.photographs import Photographs
from keras_explain.visual.look import look_of


def compare(
    before,
    after,
    data,
    *,
    method="grad_cam",
    labels=None,
    class_names=None,
    names=None,
    pictures=12,
    display=None,
    count=None,
    batch_size=32,
):
    """Compares two networks on the same images: first whose class is another, then whose map moved most.

        print(kx.compare(old, new, "photos"))

    Two checkpoints of one network, or two networks of the same classes. Both explain the same class of each image, so
    that a map that moves is other evidence for it. A network that is right for another reason shows it nowhere else.

    Can't tell: which of two maps is right. Two networks of other layers differ in how fine their maps are; these are
    compared at the finer one's size, and move a little by that alone.

    Cost: two maps an image; in memory are some batches, a row an image, and the pictures of the first rows.

    Args:
        before: A Keras model of any form.
        after: Another one with the same classes.
        data: What a stream takes, see `GradCAM.stream`. Photographs are read as each model takes them; anything else
            both have to take as it is.
        method: A method's key or its class.
        labels: The class that each image shows, None where it isn't known; by default the data's own, False for none.
        class_names: Name of each class, see `explain`.
        names: What the two are called; by default their own names.
        pictures: How many of the first rows are kept as pictures.
        display: Function that returns the pixels of images, see `explain`.
        count: How many images to take, the first ones; all by default.
        batch_size: Number of images in memory at a time; a dataset has its own batches.

    Returns:
        `Changes`.

    Raises:
        OptionError: If an option is outside of what it allows, or the models have other classes.
        InputError: If the images don't fit both models.
        ExplainError: If a model can't be explained.

    Examples:
        >>> changes = kx.compare(model, model, x_test)
        >>> len(changes.of("kept")) == len(changes) and max(row.movement for row in changes.rows) < 1e-6
        True
    """
    names = _names(names, before, after)
    pictures, batch_size = check_count(pictures, "pictures="), check_count(batch_size, "batch_size")
    if display is not None:
        check_function(display, "display= as", "images")
    answers = [_answers(model, method, batch_size) for model in (before, after)]
    classes = answers[0].compiled.classes
    if isinstance(data, (str, os.PathLike)):
        data = Photographs(data)
    if isinstance(data, Photographs):
        data = [data.listed(one.compiled.request.model, classes, class_names) for one in answers]
        class_names = data[0].truth.names if class_names is None else class_names
    rows, first, broken = [], {}, {}
    for pairs, unread in read_pairs(data, answers, batch_size, labels, count):
        broken |= dict(unread)
        rows += [pair.row for pair in pairs]
        chosen = sorted([*first, *(pair.row for pair in pairs)], key=ChangeRow.place)[:pictures]
        fresh = {pair.row: pair for pair in pairs}
        first = {row: first[row] if row in first else fresh[row].shown(display) for row in chosen}
    if not rows:
        raise InputError("expected data of at least one image, received none.")
    classes = answers[0].compiled.classes  # of a model that was never called they are known now
    return Changes(
        rows=tuple(sorted(rows, key=ChangeRow.place)),
        class_names=check_class_names(class_names, 2 if classes == 1 else classes, ()),
        names=names,
        pictured={row.key: shown for row, shown in first.items() if shown is not None},
        looks=tuple(look_of(one.explainer) for one in answers),
        broken=broken,
    )


def _answers(model, method, batch_size):
    if not isinstance(known(method, model), type):
        raise OptionError(
            f"expected method= as a key or a class, of which each network gets its own, received {brief(method)}."
        )
    return Answers(audited(model, method, None, Request(model), batch_size))


def _names(names, *models):
    if names is None:
        names = [model.name for model in models]
        return tuple(names) if names[0] != names[1] else ("the first", "the second")
    listed = isinstance(names, (list, tuple)) and all(isinstance(name, str) for name in names)
    if not listed or len(names) != 2 or names[0] == names[1]:
        raise OptionError(f"expected names= as two different texts, received {brief(names)}.")
    return tuple(names)
