"""What the event files of one directory hold of explanations, by where it stands: read on as they grow."""

import dataclasses
from typing import NamedTuple

from tensorboard.compat.proto.event_pb2 import Event, SessionLog

from keras_explain.errors import InputError
from keras_explain.training_log.blobs import header_of
from keras_explain.training_log.event_records import BrokenFileError, record_at, records
from keras_explain.training_log.files import event_files
from keras_explain.training_log.inputs_record import Inputs, inputs_in
from keras_explain.training_log.step_record import StepRecord
from keras_explain.training_log.tags import PLUGIN, STEP, logger_name

_SMALL = 512  # Bytes of an event that may be the mark of a restart.


@dataclasses.dataclass(frozen=True)
class Place:
    """Where a record stands."""

    path: str
    start: int
    end: int


class Logged(NamedTuple):
    """What is known of a log at some time.

    Attributes:
        inputs: The `Inputs`.
        steps: `{step: Place}` in their order.
        restarts: How often steps were forgotten, as they came again.
    """

    inputs: Inputs
    steps: dict
    restarts: int


class LoggerLog:
    """What one logger has written into one directory.

    Attributes:
        inputs: The last `Inputs`, None before there are any.
        steps: `{step: Place}` of the steps about them, in their order.
    """

    def __init__(self):
        """Nothing yet."""
        self.inputs, self._all, self._restarts = None, {}, 0

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
            self._restarts += step in self._all
            self._all[step] = header.get("inputs"), place

    def logged(self):
        """Returns the `Logged` of now; None if there is no step yet."""
        steps = self.steps
        return Logged(self.inputs, steps, self._restarts) if steps else None

    def forget(self, step):
        """Forgets what comes again, from a step on."""
        self._all = {known: found for known, found in self._all.items() if known < step}
        self._restarts += 1


class RunLog:
    """The explanations in a directory's event files.

    Attributes:
        path: The directory.
        loggers: `{name: LoggerLog}`.
        broken: `{file: why}` of the files that can't be read to their end.
    """

    def __init__(self, path):
        """Reads nothing yet."""
        self.path = path
        self._start_over()

    def _start_over(self):
        self.loggers, self.broken, self._ends, self._begun = {}, {}, {}, False

    def refresh(self):
        """Reads what is new since the last time; all of it, if files were removed or cut off."""
        sizes = event_files(self.path)
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
        except (BrokenFileError, OSError) as error:
            self.broken[path] = str(error)

    def _take(self, data, place):
        try:
            event = _event(data)
        except BrokenFileError as error:
            self._tell(place, error)
            return
        if event.session_log.status == SessionLog.START:
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


def _may_count(head):
    return len(head) <= _SMALL or STEP.encode() in head


def _event(data):
    try:
        return Event.FromString(data)
    except Exception as error:  # of protobuf, which has its own kinds in each implementation
        raise BrokenFileError("it holds something else than events") from error


def _blobs(event):
    """Yields `(tag, list of bytes)` of what an event holds of explanations."""
    for value in event.summary.value:
        if value.metadata.plugin_data.plugin_name == PLUGIN:
            yield value.tag, list(value.tensor.string_val)
