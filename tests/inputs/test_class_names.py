import pytest

from keras_explain import OptionError, TargetError
from keras_explain.inputs.class_names import check_class_names


@pytest.mark.parametrize(
    "names",
    [["cat", "cow"], ("cat", "cow"), {0: "cat", 1: "cow"}, {"cow": 1, "cat": 0}, {1: "cow", 0: "cat", 2: "dog"}],
)
def test_names_by_index_however_they_are_given(names):
    assert check_class_names(names, 2, ()) == ["cat", "cow"]


@pytest.mark.parametrize(
    "names", [["cat"], {"cat": 0, "cow": 2}, {0: "cat"}, 3, "names.txt", {"cat", "cow"}, [b"a", b"b"], [["a"], ["b"]]]
)
def test_a_class_without_a_name_is_refused(names):
    with pytest.raises(OptionError, match="class_names for 2 classes"):
        check_class_names(names, 2, ())


def test_no_two_billion_names_are_made_for_one():
    with pytest.raises(TargetError, match="received 2147483647"):
        check_class_names(None, None, [3, 2**31 - 1])
    assert check_class_names(None, None, [2]) == ["0", "1", "2"]
