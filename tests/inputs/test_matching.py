import keras
import numpy as np
import pytest
from keras import layers

from keras_explain import InputError, OptionError
from keras_explain.inputs.images import check_images, first_of
from keras_explain.inputs.signature import images_signature, model_signature

B, A = np.zeros((4, 6), "float32"), np.ones((4, 6), "float32")
NAMED = {"a": A, "b": B}


def two(inputs=list):
    b, a = keras.Input((6,), name="b"), keras.Input((6,), name="a")
    structure = {
        list: [b, a],
        tuple: (b, a),
        dict: {"b": b, "a": a},
        sorted: {"a": a, "b": b},
        "nested": {"x": [b, a]},
    }[inputs]
    return keras.Model(structure, layers.Dense(2)(layers.Concatenate()([b, a])))


def checked(model, images, chosen=0):
    return check_images(images, model_signature(model, chosen))


def assert_same_answer(model, images, wanted):
    np.testing.assert_allclose(model(checked(model, images)), model(wanted), rtol=1e-6)


@pytest.mark.parametrize("inputs", [list, tuple, dict, sorted])
def test_a_dictionary_goes_by_the_names_of_the_inputs(inputs):
    model = two(inputs)
    assert_same_answer(model, NAMED, NAMED)
    assert not np.allclose(model(NAMED), model({"a": B, "b": A}))
    with pytest.raises(InputError, match=r"named .*b.*received a, x"):
        checked(model, {"a": A, "x": B})
    with pytest.raises(InputError, match=r"named .*b.*received a"):
        checked(model, {"a": A})


def test_other_keys_beside_them_are_passed_over_where_keras_does():
    assert_same_answer(two(list), {**NAMED, "0": A}, NAMED)
    with pytest.raises(InputError, match="named b, a, received"):
        checked(two(dict), {**NAMED, "0": A})


def test_a_list_for_a_dictionary_only_where_its_order_is_clear():
    assert_same_answer(two(sorted), [A, B], NAMED)
    with pytest.raises(InputError, match="expected a dictionary of the inputs b, a, received a list"):
        checked(two(dict), [B, A])
    with pytest.raises(InputError, match="expected 2 inputs"):
        checked(two(sorted), [A])


def test_nested_structures_are_taken_as_they_are():
    model = two("nested")
    assert_same_answer(model, {"x": [B, A]}, {"x": [B, A]})
    for other in ({"x": B}, {"x": [B]}, {"y": [B, A]}, [B, A]):
        with pytest.raises(InputError):
            checked(model, other)


def test_a_dictionary_for_a_list_that_has_no_names():
    signature = images_signature((A, B), 0)
    with pytest.raises(InputError, match="expected 2 inputs.*received a dictionary of a, b"):
        check_images(NAMED, signature)


@pytest.mark.parametrize("inputs", [list, dict])
def test_an_array_is_not_several_inputs(inputs):
    with pytest.raises(InputError, match=r"expected 2 inputs.*received float32 of shape \(2, 4, 6\)"):
        checked(two(inputs), np.zeros((2, 4, 6), "float32"))


def test_a_single_input_by_its_name():
    table = keras.Input((6,), name="table")
    for structure in (table, [table], {"table": table}):
        model = keras.Model(structure, layers.Dense(2)(table))
        for images in (A, [A], {"table": A}):
            np.testing.assert_array_equal(keras.tree.flatten(checked(model, images, None))[0], A)
        with pytest.raises(InputError, match="named table, received picture"):
            checked(model, {"picture": A})


@pytest.mark.parametrize("inputs", [list, dict, "nested"])
def test_inputs_are_numbered_as_they_were_written(inputs):
    model = two(inputs)
    for chosen, name in ((0, "b"), (1, "a"), (-1, "a"), (-2, "b")):
        by_index, by_name = model_signature(model, chosen), model_signature(model, name)
        assert by_index == by_name
        assert keras.tree.flatten(model.input)[by_index.index].name == name
    with pytest.raises(OptionError, match="did you mean 'a'"):
        model_signature(model, "aa")
    with pytest.raises(OptionError, match="known are"):
        model_signature(model, 2)
    with pytest.raises(OptionError, match=r"several inputs \(.*, .*\)"):
        model_signature(model)


def shapes(images, image_rank=None):
    signature = images_signature(images, 0, image_rank=image_rank)
    return keras.tree.map_structure(lambda spec: tuple(spec.shape[1:]), signature.structure)


def test_a_list_is_images_or_inputs_by_the_number_of_axes():
    x, table, volume = np.zeros((4, 8, 9, 3)), np.zeros((4, 5)), np.zeros((7, 8, 9, 3))
    assert shapes([x, table]) == [(8, 9, 3), (5,)]
    assert shapes([x, x]) == [(8, 9, 3), (8, 9, 3)]
    assert shapes([x, x[:, :4]]) == [(8, 9, 3), (4, 9, 3)]
    assert shapes([x]) == [(8, 9, 3)]
    assert shapes(list(x)) == (8, 9, 3)
    assert shapes(x.tolist()) == (8, 9, 3)
    assert shapes([volume, volume], image_rank=4) == (7, 8, 9, 3)
    assert shapes([table, table], image_rank=1) == [(5,), (5,)]
    with pytest.raises(InputError, match="tuple or a dictionary"):
        shapes([x[0], x[0, :4]])


def test_the_first_images_of_every_input():
    x, table = np.zeros((4, 8, 9, 3)), np.zeros((4, 5))
    for images in ([x, table], (x, table), {"b": x, "a": table}):
        first = first_of(images, 3, images_signature(images))
        assert type(first) is type(images)
        assert {len(leaf) for leaf in keras.tree.flatten(first)} == {3}
    assert len(first_of(list(x), 3, images_signature(list(x)))) == 3


@pytest.mark.parametrize("images", [np.ma.masked_less(A, 2), [np.ma.masked_less(A, 2)]])
def test_masked_numbers_are_refused(images):
    model = keras.Sequential([keras.Input((6,)), layers.Dense(2)])
    with pytest.raises(InputError, match="masked"):
        checked(model, images, None)
    np.testing.assert_array_equal(checked(model, np.ma.array(A), None), A)
