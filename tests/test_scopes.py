"""Scopes, interrupted wherever that can be."""

import sys
import threading

import pytest

from keras_explain import scopes
from keras_explain.scopes import Turn, within
from keras_explain.tracing import inference, layer_calls, stand_in
from keras_explain.tracing.stand_in import standing_in

FILES = {module.__file__ for module in (scopes, stand_in, layer_calls, inference)}


class Interrupt(BaseException):
    pass


def interrupted(function, place, events):
    """Calls a function, raises at the `place`-th of the events in the scopes' files; returns whether there was one."""
    left = place

    def trace(frame, event, argument):
        nonlocal left
        if frame.f_code.co_filename not in FILES:
            return None
        frame.f_trace_opcodes = True
        if event in events:
            left -= 1
            if left == 0:
                raise Interrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        function()
    except Interrupt:
        return True
    finally:
        sys.settrace(before)
    return False


class Base:
    def speak(self):
        return "original"

    @staticmethod
    def stay():
        return "original"


def speaking():
    assert standing_in([(Base, "speak", lambda original: lambda self: "other")], lambda: Base().speak()) == "other"


def replaced():
    stand_ins = [(Base, name, lambda original: lambda *args: original(*args).upper()) for name in ("speak", "stay")]
    assert standing_in(stand_ins, lambda: (speaking(), Base().speak(), Base.stay())) == (None, "ORIGINAL", "ORIGINAL")


@pytest.mark.parametrize("events", [("call",), ("line",), ("opcode",), ("return",)], ids=lambda events: events[0])
def test_an_interrupt_at_any_place_leaves_nothing_replaced(events):
    before, place = dict(vars(Base)), 1
    while interrupted(replaced, place, events):
        assert dict(vars(Base)) == before
        thread = threading.Thread(target=replaced, daemon=True)  # the turn is free
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        place += 1
    assert place > 10


def test_leaves_what_was_half_entered():
    done = []
    with pytest.raises(ZeroDivisionError):
        within(lambda: done.append("in") or 1 / 0, lambda: done.append("run"), lambda: done.append("out"))
    assert done == ["in", "out", "out"]


def test_a_turn_that_does_not_come_is_not_waited_for_for_ever():
    turn, over = Turn(), threading.Event()
    thread = threading.Thread(target=lambda: turn.taken(lambda: over.wait(60), 1))
    thread.start()
    while not turn._holder:
        thread.join(0.01)
    with pytest.raises(TimeoutError, match="busy with it for more than 0.05 seconds"):
        turn.taken(lambda: None, 0.05)
    over.set()
    thread.join()
    assert turn.taken(lambda: turn.taken(lambda: "twice", 0), 0) == "twice"
