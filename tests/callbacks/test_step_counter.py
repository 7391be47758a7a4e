from types import SimpleNamespace

import pytest

from keras_explain.callbacks.step_counter import StepCounter, time_of


def trained(iterations, accumulated=None):
    """What a model shows of its training."""
    return SimpleNamespace(optimizer=SimpleNamespace(iterations=iterations, gradient_accumulation_steps=accumulated))


def epochs(steps, numbers, model=None):
    steps.begin_fit()
    found = []
    for number in numbers:
        steps.begin_epoch(number, model)
        found.append(steps.epoch(number))
    return found


def test_epochs_keep_their_numbers_unless_they_start_over():
    steps = StepCounter()
    assert epochs(steps, [0, 1, 2]) == [0, 1, 2]
    assert epochs(steps, [3, 4]) == [3, 4]
    assert epochs(steps, [0, 1]) == [5, 6]
    assert epochs(steps, [6, 7]) == [7, 8]
    assert epochs(steps, [20]) == [20]


def batches(steps, model, ends, every, most=None):
    steps.begin_fit()
    found = []
    for epoch, numbers in enumerate(ends):
        steps.begin_epoch(epoch, model)
        found += [step for number in numbers if (step := steps.batch(number, every, most)) is not None]
    return found


def test_the_time_that_is_written_agrees_with_the_step_above_it():
    assert time_of(5) == "epoch 6 (step 5)" and time_of(30, by_epoch=False) == "batch 30"


def test_batches_are_counted_over_epochs_and_fits():
    steps = StepCounter()
    assert batches(steps, None, [range(4), range(4)], 3) == [3, 6]
    assert batches(steps, None, [range(4)], 3) == [9, 12]


def test_batches_that_are_run_together_are_counted_each():
    assert batches(StepCounter(), None, [[3, 7, 11], [3, 7, 11]], 4, most=10) == [4, 8, 14, 18, 20]


@pytest.mark.parametrize(("accumulated", "first"), [(None, 31), (4, 121)])
def test_batches_go_on_behind_a_restored_optimizer(accumulated, first):
    assert batches(StepCounter(), trained(30, accumulated), [range(2)], 1) == [first, first + 1]
