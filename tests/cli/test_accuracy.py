from keras_explain.cli.accuracy import Accuracy


def test_a_row_a_class_and_one_of_all():
    accuracy = Accuracy()
    names = ["ant", "bee", "a\nvery long name of a class, with others"]
    for true, predicted in [(2, 2), (2, 0), (2, 2), (0, 1)]:
        accuracy.add(true, predicted, names[true])
    assert accuracy.lines() == [
        "true class                          right       of  accuracy",
        "ant                                     0        1      0.0%",
        "a very long nam...s, with others        2        3     66.7%",
        "all classes                             2        4     50.0%",
    ]


def test_one_class_alone_is_all_and_none_is_no_table():
    accuracy = Accuracy()
    assert accuracy.lines() == []
    accuracy.add(0, 0, "ant")
    assert [line.split() for line in accuracy.lines()[1:]] == [["ant", "1", "1", "100.0%"]]
