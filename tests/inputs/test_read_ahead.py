import threading
import weakref

import pytest

from keras_explain.inputs.read_ahead import read_ahead


class Item:
    """Something that can be seen to be gone."""


def readers():
    return [thread for thread in threading.enumerate() if thread.name == "keras_explain reads ahead"]


def test_items_come_in_their_order_and_the_thread_ends():
    assert list(read_ahead(iter(range(50)))) == list(range(50))
    assert list(read_ahead(iter([]))) == [] and not readers()


def test_one_item_is_read_ahead_and_no_more():
    read, second = [], threading.Event()

    def items():
        for i in range(9):
            read.append(i)
            if i == 1:
                second.set()
            yield i

    ahead = read_ahead(items())
    assert next(ahead) == 0 and second.wait(5) and read == [0, 1]
    ahead.close()
    assert read == [0, 1] and not readers()


def test_the_first_item_is_read_by_the_caller_and_the_others_are_not():
    threads = []

    def items():
        for i in range(3):
            threads.append(threading.current_thread())
            yield i

    list(read_ahead(items()))
    assert threads[0] is threading.current_thread() and len(set(threads[1:])) == 1 and threads[1] not in threads[:1]


def test_two_items_are_kept_at_most():
    seen = []

    def items():
        for _ in range(6):
            item = Item()
            seen.append(weakref.ref(item))
            yield item
            del item

    most = 0
    for _ in read_ahead(items()):
        most = max(most, sum(one() is not None for one in seen))
    assert most <= 3  # the one that is worked on, the next one, and that which is being read


@pytest.mark.parametrize("place", [0, 1, 3])
def test_an_error_is_raised_in_its_place(place):
    def items():
        for i in range(5):
            if i == place:
                raise KeyError(i)
            yield i

    got = []
    with pytest.raises(KeyError):
        for item in read_ahead(items()):
            got.append(item)
    assert got == list(range(place)) and not readers()


@pytest.mark.parametrize("leave", ["close", "break", "error", "interrupt"])
def test_whoever_leaves_early_leaves_no_thread_and_an_iterator_that_is_closed(leave):
    closed = []

    def items():
        try:
            yield from range(9)
        finally:
            closed.append(threading.current_thread().name)

    ahead = read_ahead(items())
    if leave == "close":
        next(ahead)
        ahead.close()
    elif leave == "break":
        for _ in ahead:
            break
        del ahead
    else:
        kind = ValueError if leave == "error" else KeyboardInterrupt
        next(ahead)
        with pytest.raises(kind):
            ahead.throw(kind())
    assert not readers() and closed == ["keras_explain reads ahead"]
