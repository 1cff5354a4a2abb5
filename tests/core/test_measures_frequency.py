"""Spatial frequencies: waves whose frequency is known, energies that add up, and numpy's transform beside torch's."""

import math

import numpy as np
import pytest
import torch

from denoiscope.core.measuring.frequency import BANDS, bands_between, energies, radial_frequency


def wave(across: int, down: int, height=32, width=32) -> torch.Tensor:
    """So many whole cycles over the width and the height; its mean square is 1/2."""
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.cos(2 * math.pi * (across * x.double() / width + down * y.double() / height))


def noise(*shape) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(3), dtype=torch.float64)


@pytest.mark.parametrize(
    ("across", "down", "band"),
    [(0, 0, 0), (1, 1, 0), (2, 0, 0), (0, 2, 0), (2, 1, 1), (6, 0, 1), (4, 4, 1), (5, 4, 2), (7, 0, 2), (16, 16, 2)],
)
def test_a_wave_lies_in_the_band_of_its_cycles_per_picture(across, down, band):
    found = energies(wave(across, down), BANDS)
    assert found[band] == pytest.approx(float(wave(across, down).square().sum()), rel=1e-12)
    assert found.sum() == pytest.approx(float(found[band]), rel=1e-12)


@pytest.mark.parametrize("shape", [(16, 16), (8, 24), (17, 5), (1, 7), (64, 64)])
def test_the_bands_add_up_to_the_sum_of_squares(shape):
    x = noise(3, *shape)
    torch.testing.assert_close(energies(x, BANDS).sum(-1), x.square().sum((-2, -1)), rtol=1e-12, atol=0)


def test_numpy_finds_the_same_energies():
    x = noise(20, 12)
    power = np.abs(np.fft.fft2(x.numpy())) ** 2 / x.numel()
    for index, band in enumerate(BANDS):
        wanted = sum(
            power[r, c]
            for r in range(20)
            for c in range(12)
            if band.low < math.hypot(min(r, 20 - r) * 12 / 20, min(c, 12 - c)) <= band.high
        )
        assert float(energies(x, BANDS)[index]) == pytest.approx(wanted, rel=1e-10)


def test_a_wave_of_one_length_has_one_frequency_whichever_way_it_runs():
    frequency = radial_frequency(16, 64)
    assert frequency[4, 0] == frequency[0, 16] == 4


def test_the_mean_belongs_to_the_layout():
    assert energies(torch.full((8, 8), 3.0), BANDS).tolist() == pytest.approx([9 * 64, 0, 0], abs=1e-9)


def test_the_limits_are_said_in_words():
    assert [band.words for band in BANDS] == [
        f"{limits} cycles per picture" for limits in ("up to 2", "2 to 6", "more than 6")
    ]


@pytest.mark.parametrize("limits", [(0, 6), (6, 2), (3, 3), (-1, 2)])
def test_limits_out_of_order_are_refused(limits):
    with pytest.raises(ValueError, match="layout must end above 0 and before shapes do"):
        bands_between(*limits)
