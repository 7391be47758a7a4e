"""Interrupts that fall anywhere, as those of Ctrl-C do."""

import signal


class Interrupt(KeyboardInterrupt):
    pass


def interrupted(run, seconds):
    """Returns whether `run()` was interrupted, which is done after so many seconds if it takes as long."""
    armed = [True]

    def interrupt(number, frame):
        if frame is not None and _aborts_at_errors(frame):
            signal.setitimer(signal.ITIMER_REAL, 0.001)
        elif armed:
            armed.clear()
            raise Interrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        run()
        armed.clear()
        return False
    except (Interrupt, SystemError):  # what interpreters make of it within some of TensorFlow's functions
        return True
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _aborts_at_errors(frame):
    """Whether TensorFlow's C++ waits for this Python and doesn't survive that it raises: nothing of ours can help that.

    It makes an error of its own, or asks a tensor what a tape has to know.
    """
    return frame.f_code.co_filename.endswith("errors_impl.py") or frame.f_back.f_code.co_name.startswith("record_")
