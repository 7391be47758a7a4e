import pytest

from keras_explain.cli.parser import parse
from keras_explain.cli.wording import OPTIONS, as_typed


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("say by output= which one", "say by --output which one"),
        ("expected head= as one of", "expected --head as one of"),
        ('use score="logit".', "use --score logit."),
        ("try target=None, an earlier layer=, or", "try no --target, an earlier --layer, or"),
        ("give size=.", "give --size."),
        ("received 'size=3.png'", "received 'size=3.png'"),
        ("say by input= which one", "say by input= (in Python) which one"),
    ],
)
def test_options_are_named_as_they_are_typed(text, typed):
    assert as_typed(text) == typed


def test_they_are_options():
    explained = parse(["explain", "model.keras", "photo.png"])
    visualized = parse(["visualize", "model.keras", "--target", "0"])
    audited = parse(["audit", "model.keras", "photos"])
    assert set(OPTIONS) <= vars(explained).keys() | vars(visualized).keys() | vars(audited).keys()
