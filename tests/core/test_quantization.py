"""Rounding to few bits, against grids written out by hand and errors that are known in closed form."""

import math

import pytest
import torch

from denoiscope.core.lora.quantization_report import rounding_report
from denoiscope.core.quantization import BITS, RoundedLayer, highest_level, measured, relative_error, rounded


def noise(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def layer(name="input_blocks.1.a", **changes):
    plain = {"bits": 4, "weights": 1000, "channels": 10, "stored_bytes": 4000, "energy": 1000.0, "error": 10.0}
    return RoundedLayer(name=name, **{**plain, **changes})


def test_three_bits_are_seven_values_a_channel_each_weight_at_the_nearest():
    weight = torch.tensor([[3.0, 1.4, 1.6, -0.4, -3.0], [0.3, 0.14, 0.16, -0.04, -0.3]])
    wanted = torch.tensor([[3.0, 1.0, 2.0, 0.0, -3.0], [0.3, 0.1, 0.2, 0.0, -0.3]])
    torch.testing.assert_close(rounded(weight, 3), wanted)


@pytest.mark.parametrize("bits", BITS)
def test_a_channel_has_at_most_two_to_the_bits_minus_one_values_and_keeps_its_largest(bits):
    weight = noise(4, 3, 50, 50)
    result = rounded(weight, bits)
    for before, after in zip(weight, result, strict=True):
        assert len(after.unique()) <= 2**bits - 1
        torch.testing.assert_close(after.abs().max(), before.abs().max())


@pytest.mark.parametrize("bits", BITS)
def test_no_weight_moves_by_more_than_half_a_step(bits):
    weight = noise(8, 64)
    step = weight.abs().amax(1, keepdim=True) / highest_level(bits)
    assert ((rounded(weight, bits) - weight).abs() <= step / 2 * 1.0001).all()


def test_rounding_twice_is_rounding_once():
    once = rounded(noise(8, 64), 4)
    torch.testing.assert_close(rounded(once, 4), once)


def test_the_error_of_many_levels_is_the_step_over_the_root_of_twelve():
    weight = torch.rand(4, 100_000, generator=torch.Generator().manual_seed(1)) * 2 - 1
    found = measured("a", weight, 8, stored_bytes=0)
    step = 1 / 127
    assert math.sqrt(found.error / weight.numel()) == pytest.approx(step / math.sqrt(12), rel=0.01)
    assert found.energy == pytest.approx(float(weight.double().square().sum()))


def test_a_channel_of_zeros_stays_and_half_precision_comes_back_as_it_was():
    weight = torch.zeros(2, 5, dtype=torch.float16)
    weight[1, 0] = 2
    result = rounded(weight, 2)
    assert result.dtype == torch.float16
    assert torch.equal(result, weight)


def test_bits_that_are_not_offered_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"can be rounded to 8, 6, 4, 3, 2 bits, got 5"):
        rounded(noise(2, 2), 5)


def test_the_nominal_size_is_the_bits_of_the_weights_and_a_scale_for_each_channel():
    assert layer().nominal_bytes == (4 * 1000 + 16 * 10) // 8
    assert layer(bits=3, weights=9, channels=1).nominal_bytes == math.ceil((27 + 16) / 8)


def test_errors_of_layers_are_put_together_by_their_energies():
    loud, quiet = layer(energy=900.0, error=9.0), layer(energy=100.0, error=91.0)
    assert relative_error([loud, quiet]) == pytest.approx(math.sqrt(100 / 1000))


def test_the_report_counts_sizes_and_says_that_it_is_a_demonstration():
    layers = [layer(), layer("output_blocks.2.a", error=40.0)]
    report = rounding_report(layers, left=50, left_bytes=200, kinds="float32")
    head, table = report.split("\n\n")
    assert "2,000 weights of 2 linear and convolution layers rounded, 50 others" in head
    assert "8.2 kB to 1.24 kB" in head
    assert "error 15.8 %" in head
    assert "A demonstration" in head and "float32" in head
    assert table.splitlines()[1:] == ["input 1\t1000\t4000\t520\t10 %", "output 2\t1000\t4000\t520\t20 %"]
