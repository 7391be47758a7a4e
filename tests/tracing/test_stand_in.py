import threading

import pytest

from keras_explain.tracing.stand_in import standing_in


class Base:
    def speak(self):
        return "original"


class Child(Base):
    pass


def louder(original):
    return lambda self: original(self).upper()


def longer(original):
    return lambda self: original(self) + "!"


@pytest.mark.parametrize("owner", [Base, Child])
def test_stands_in_and_puts_back_exactly(owner):
    before = dict(vars(owner))
    assert standing_in([(owner, "speak", louder)], Child().speak) == "original"  # bound before
    assert standing_in([(owner, "speak", louder)], lambda: Child().speak()) == "ORIGINAL"
    assert dict(vars(owner)) == before
    assert Child().speak() == "original"


def test_puts_back_after_an_error():
    before = dict(vars(Base))
    with pytest.raises(ZeroDivisionError):
        standing_in([(Base, "speak", louder), (Base, "speak", longer)], lambda: 1 / 0)
    assert dict(vars(Base)) == before


def test_nests():
    def inner():
        return standing_in([(Base, "speak", longer)], lambda: Base().speak()), Base().speak()

    assert standing_in([(Base, "speak", louder)], inner) == ("ORIGINAL!", "ORIGINAL")
    assert Base().speak() == "original"


def test_other_threads_see_the_original():
    heard = []

    def run():
        thread = threading.Thread(target=lambda: heard.append(Base().speak()))
        thread.start()
        thread.join()

    standing_in([(Base, "speak", louder)], run)
    assert heard == ["original"]


def test_one_that_somebody_keeps_does_what_the_original_does():
    kept = standing_in([(Base, "speak", louder)], lambda: Base.speak)
    assert kept(Base()) == "original"


def test_leaves_alone_who_stands_in_for_it_meanwhile():
    before = Base.speak
    try:
        standing_in([(Base, "speak", louder)], lambda: setattr(Base, "speak", longer(Base.speak)))
        assert Base().speak() == "original!"
    finally:
        Base.speak = before


def test_threads_take_turns():
    heard, barrier = [], threading.Barrier(4)

    def run():
        barrier.wait()
        for _ in range(200):
            heard.append(standing_in([(Base, "speak", louder)], lambda: Base().speak()))

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == ["ORIGINAL"] * 800 and Base().speak() == "original"
