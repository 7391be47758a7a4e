"""Let something stand in for an attribute for a while, for one thread, and restore it exactly."""

import contextlib
import functools
import threading

# Two threads that trace at once would restore each other's stand-ins.
_one_at_a_time = threading.RLock()


@contextlib.contextmanager
def stand_in(owner, name, make):
    """Within the block, and for this thread alone, `owner.name` is `make(original)`.

    Args:
        owner: A class or a module.
        name: Name of a function among its attributes.
        make: Takes the original function, returns the one to call instead.
    """
    original = getattr(owner, name)
    replacement = make(original)
    thread = threading.get_ident()

    @functools.wraps(original)
    def dispatch(*args, **kwargs):
        function = replacement if threading.get_ident() == thread else original
        return function(*args, **kwargs)

    with _one_at_a_time:
        own = vars(owner).get(name)
        setattr(owner, name, staticmethod(dispatch) if isinstance(own, staticmethod) else dispatch)
        try:
            yield
        finally:
            if own is None:
                delattr(owner, name)
            else:
                setattr(owner, name, own)
