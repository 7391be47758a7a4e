from keras_explain.inputs.structure import positions, written


def test_leaves_are_named_in_the_order_in_which_they_were_written():
    assert list(written({"b": 1, "a": [2, {"d": 3, "c": 4}]}).items()) == [
        ("b", 1),
        ("a/0", 2),
        ("a/1/d", 3),
        ("a/1/c", 4),
    ]
    assert written((5, 6)) == {"0": 5, "1": 6}
    assert written(7) == {"": 7}


def test_positions_are_those_of_sorted_keys():
    assert list(positions({"b": None, "a": None}).items()) == [("b", 1), ("a", 0)]
