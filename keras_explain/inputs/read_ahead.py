"""Read on a thread of its own what comes next, while what was read is worked on."""

import itertools
import queue
import threading

_PATIENCE = 5.0  # Seconds to wait for a thread that reads at the end; it reads one item more at most.


def read_ahead(items):
    """Yields what an iterator yields, of which a thread reads the next item meanwhile: two are in memory at a time.

    The first item is read by the caller's own thread. What the iterator raises is raised in its place. The thread ends
    with the iterator, or with this generator, wherever that is left: by its end, `close()` or an error.

    Args:
        items: The iterator; if it is a generator it is closed at the end, by the thread that read it.
    """
    reader = None
    items = iter(items)
    for first in itertools.islice(items, 1):
        try:
            reader = _Reader(items)
            yield first
            del first
            yield from reader.items()
        finally:
            try:
                _end(reader)
            finally:  # an interrupt can come within the first
                _end(reader)


class _Reader:
    """The thread, and what it has read."""

    def __init__(self, items):
        self._items, self._read, self._room, self._ended = items, queue.SimpleQueue(), threading.Semaphore(1), False
        self._thread = threading.Thread(target=self._run, name="keras_explain reads ahead", daemon=True)
        self._thread.start()

    def items(self):
        """Yields the items, and raises what their iterator raised."""
        while True:
            item, error = self._read.get()
            if error is not None:
                raise error
            if item is self:  # the end
                return
            self._room.release()
            yield item

    def end(self):
        """Lets the thread read no more, and waits for it; does nothing a second time."""
        self._ended = True
        self._room.release()
        self._thread.join(_PATIENCE)

    def _run(self):
        error = None
        try:
            self._room.acquire()
            for item in self._items:
                self._read.put((item, None))
                del item  # or else it would be held beside the next one
                self._room.acquire()
                if self._ended:
                    break
        except BaseException as raised:  # it is raised again where items are asked for
            error = raised
        finally:
            if hasattr(self._items, "close"):
                self._items.close()
            self._read.put((self, error))


def _end(reader):
    if reader is not None:
        reader.end()
