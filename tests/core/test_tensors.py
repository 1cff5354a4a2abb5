"""Sizes, distances and bytes of tensors, against numbers worked out by hand."""

import math

import pytest
import torch

from denoiscope.core.tensors import bytes_of, rms, rms_between


def test_the_distance_of_two_tensors_is_the_root_mean_square_of_their_difference():
    assert rms_between(torch.tensor([1.0, 2.0]), torch.tensor([4.0, -2.0])) == pytest.approx(math.sqrt((9 + 16) / 2))


def test_squares_that_a_half_cannot_hold_are_summed_all_the_same():
    assert rms(torch.full((3,), 60_000.0, dtype=torch.float16)) == pytest.approx(60_000, rel=1e-3)


def test_bytes_are_counted_once_for_each_value_and_not_at_all_for_what_is_missing():
    row = torch.zeros(4, 8, dtype=torch.float16)[0].expand(3, 8)
    assert bytes_of([torch.zeros(2, 3), None, row]) == 2 * 3 * 4 + 3 * 8 * 2
