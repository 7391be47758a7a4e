"""What the event files of one directory hold of explanations, by where it stands: read on as they grow."""

import dataclasses

import tensorflow as tf

from keras_explain.errors import InputError
from keras_explain.training_log.blobs import header_of
from keras_explain.training_log.event_records import BrokenFileError, record_at, records
from keras_explain.training_log.inputs_record import inputs_in
from keras_explain.training_log.step_record import StepRecord
from keras_explain.training_log.tags import PLUGIN, STEP, logger_name

_SMALL = 512  # Bytes of an event that may be the mark of a restart.


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a record stands."""

    path: str
    start: int
    end: int


class LoggerLog:
    """What one logger has written into one directory.

    Attributes:
        inputs: The last `Inputs`, None before there are any.
        steps: `{step: Place}` of the steps about them, in their order.
    """

    def __init__(self):
        """Nothing yet."""
        self.inputs, self._all = None, {}

    @property
    def steps(self):
        known = self.inputs and self.inputs.id
        return {step: place for step, (about, place) in sorted(self._all.items()) if about == known}

    @property
    def others(self):
        """How many steps are about other images than the last ones."""
        return len(self._all) - len(self.steps)

    def add(self, step, blobs, place):
        """Takes a record: of a step that comes again, the later one counts.

        Raises:
            InputError: If it is broken.
        """
        header = header_of(blobs)
        if header.get("kind") == "inputs":
            self.inputs = inputs_in(blobs)
        else:
            self._all[step] = header.get("inputs"), place

    def forget(self, step):
        """Forgets what comes again, from a step on."""
        self._all = {known: found for known, found in self._all.items() if known < step}


class RunLog:
    """The explanations in a directory's event files.

    Attributes:
        loggers: `{name: LoggerLog}`.
        broken: `{file: why}` of the files that can't be read to their end.
    """

    def __init__(self, path):
        """Reads nothing yet."""
        self._path = path
        self._start_over()

    def _start_over(self):
        self.loggers, self.broken, self._ends, self._begun = {}, {}, {}, False

    def refresh(self):
        """Reads what is new since the last time; all of it, if files were removed or cut off."""
        sizes = _event_files(self._path)
        if any(sizes.get(path, -1) < end for path, end in self._ends.items()):
            self._start_over()
        for path in sorted(sizes):
            if path not in self.broken:
                self._read(path)

    def _read(self, path):
        place = self._ends.get(path, 0)
        try:
            for start, end, data in records(path, place, _may_count):
                if data is not None:
                    self._take(data, Place(path, start, end))
                self._ends[path] = end
        except (BrokenFileError, tf.errors.OpError) as error:
            self.broken[path] = str(error)

    def _take(self, data, place):
        try:
            event = _event(data)
        except BrokenFileError as error:
            self._tell(place, error)
            return
        if event.session_log.status == tf.compat.v1.SessionLog.START:
            # The first one is a run's beginning, as TensorBoard takes it.
            for log in self.loggers.values() if self._begun else ():
                log.forget(event.step)
            self._begun = True
        for tag, blobs in _blobs(event):
            try:
                self.loggers.setdefault(logger_name(tag), LoggerLog()).add(event.step, blobs, place)
            except InputError as error:
                self._tell(place, error)

    def _tell(self, place, why):
        self.broken[f"{place.path}, byte {place.start:,}"] = str(why)


def step_at(place):
    """Returns the `StepRecord` at a `Place`.

    Raises:
        InputError: If it is broken, or no longer there.
    """
    try:
        (found,) = _blobs(_event(record_at(place.path, place.start, place.end)))
    except (BrokenFileError, ValueError) as error:
        raise InputError("expected a logged step, received a file that was changed meanwhile.") from error
    return StepRecord(found[1])


def _event_files(path):
    """Returns `{path: size}` of the event files right in a directory."""
    if not tf.io.gfile.isdir(path):
        return {}
    names = [name for name in tf.io.gfile.listdir(path) if "tfevents" in name and not name.endswith("/")]
    found = {}
    for name in names:
        try:
            found[f"{path}/{name}"] = tf.io.gfile.stat(f"{path}/{name}").length
        except tf.errors.OpError:
            pass  # removed meanwhile
    return found


def _may_count(head):
    return len(head) <= _SMALL or STEP.encode() in head


def _event(data):
    try:
        return tf.compat.v1.Event.FromString(data)
    except Exception as error:  # of protobuf, which has its own kinds in each implementation
        raise BrokenFileError("it holds something else than events") from error


def _blobs(event):
    """Yields `(tag, list of bytes)` of what an event holds of explanations."""
    for value in event.summary.value:
        if value.metadata.plugin_data.plugin_name == PLUGIN:
            yield value.tag, list(value.tensor.string_val)
