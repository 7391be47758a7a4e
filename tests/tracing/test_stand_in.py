import threading

import pytest

from keras_explain.tracing.stand_in import stand_in


class Base:
    def speak(self):
        return "original"


class Child(Base):
    pass


def louder(original):
    return lambda self: original(self).upper()


@pytest.mark.parametrize("owner", [Base, Child])
def test_stands_in_and_restores_exactly(owner):
    before = dict(vars(owner))
    with stand_in(owner, "speak", louder):
        assert Child().speak() == "ORIGINAL"
    assert dict(vars(owner)) == before
    assert Child().speak() == "original"


def test_restores_after_an_error():
    before = dict(vars(Base))
    with pytest.raises(RuntimeError), stand_in(Base, "speak", louder):
        raise RuntimeError
    assert dict(vars(Base)) == before


def test_nests():
    with stand_in(Base, "speak", louder), stand_in(Base, "speak", lambda original: lambda self: original(self) + "!"):
        assert Base().speak() == "ORIGINAL!"
    assert Base().speak() == "original"


def test_other_threads_see_the_original():
    heard = []
    with stand_in(Base, "speak", louder):
        thread = threading.Thread(target=lambda: heard.append(Base().speak()))
        thread.start()
        thread.join()
    assert heard == ["original"]
