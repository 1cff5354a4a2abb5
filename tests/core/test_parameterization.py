"""Four words for one prediction, and the scale at which noise is honest to look at."""

import pytest
import torch

from denoiscope.core.parameterization import (
    PARAMETERIZATIONS,
    PROCESSES,
    alpha_bar,
    direction,
    noise_of_guess,
    unit_variance_scale,
    v_from_x0,
    v_of_guess,
)

from ..formulas import x0_from_direction, x0_from_v

SIGMAS = torch.tensor([0.029, 0.3, 1.0, 4.0, 14.61], dtype=torch.float64).view(-1, 1)


@pytest.fixture
def pair():
    generator = torch.Generator().manual_seed(1)
    x0 = torch.randn(5, 200, generator=generator, dtype=torch.float64)
    noise = torch.randn(5, 200, generator=generator, dtype=torch.float64)
    return x0, noise, x0 + SIGMAS * noise


def test_the_direction_of_a_variance_exploding_state_is_its_noise(pair):
    x0, noise, x = pair
    torch.testing.assert_close(direction(x, x0, SIGMAS), noise)


def test_the_direction_of_a_flow_state_is_noise_minus_picture(pair):
    x0, noise, _ = pair
    sigma = torch.tensor(0.3, dtype=torch.float64)
    x = (1 - sigma) * x0 + sigma * noise
    torch.testing.assert_close(direction(x, x0, sigma), noise - x0)


def test_a_guess_survives_the_way_to_a_direction_and_back(pair):
    x0, _, x = pair
    torch.testing.assert_close(x0_from_direction(x, direction(x, x0, SIGMAS), SIGMAS), x0)


@pytest.mark.parametrize("sigma_data", [0.5, 1.0, 2.0])
def test_a_guess_survives_the_way_to_v_and_back(pair, sigma_data):
    x0, _, x = pair
    torch.testing.assert_close(x0_from_v(x, v_from_x0(x, x0, SIGMAS, sigma_data), SIGMAS, sigma_data), x0)


def test_v_is_alpha_noise_minus_sigma_picture_as_salimans_and_ho_define_it(pair):
    x0, noise, x = pair
    alpha = alpha_bar(SIGMAS).sqrt()
    sigma_vp = (1 - alpha_bar(SIGMAS)).sqrt()
    torch.testing.assert_close(v_from_x0(x, x0, SIGMAS), alpha * noise - sigma_vp * x0)


@pytest.mark.parametrize("sigma_data", [1.0, 2.0])
def test_a_noisy_state_is_shown_at_the_spread_of_a_finished_latent(sigma_data):
    generator = torch.Generator().manual_seed(2)
    x0 = torch.randn(5, 100_000, generator=generator, dtype=torch.float64) * sigma_data
    x = x0 + SIGMAS * torch.randn(5, 100_000, generator=generator, dtype=torch.float64)
    shown = x * unit_variance_scale(SIGMAS, "eps", sigma_data)
    torch.testing.assert_close(shown.std(1), torch.full((5,), sigma_data, dtype=torch.float64), rtol=0.02, atol=0)


def test_a_flow_state_is_shown_as_it_is():
    torch.testing.assert_close(unit_variance_scale(SIGMAS, "flow"), torch.ones_like(SIGMAS))


@pytest.mark.parametrize("name", PARAMETERIZATIONS)
def test_every_parameterization_has_a_process_whose_x_is_the_picture_at_sigma_0_and_measured_right_elsewhere(name):
    process, sigma_data = PROCESSES[name], 1.0
    generator = torch.Generator().manual_seed(3)
    x0, noise = torch.randn(2, 4, 200_000, generator=generator, dtype=torch.float64)
    sigma = torch.tensor([0.0, 0.2, 0.5, 0.9], dtype=torch.float64).view(-1, 1)
    picture = process.picture_factor(sigma) * x0
    x = picture + sigma * noise
    torch.testing.assert_close(x[0], x0[0])
    ratio = (picture.var(1) / (sigma * noise).var(1))[1:]
    torch.testing.assert_close(process.snr(sigma[1:, 0], sigma_data), ratio, rtol=0.02, atol=0)
    assert bool((process.signal(sigma, sigma_data)[0] == 1).all())


@pytest.mark.parametrize("sigma_data", [0.5, 1.0, 2.0])
def test_x_and_a_guess_turn_into_noise_and_v_and_back_by_one_angle(pair, sigma_data):
    x0, noise, _ = pair
    x = x0 + SIGMAS * noise
    told = noise_of_guess(x, x0, SIGMAS, "eps", sigma_data)
    velocity = v_of_guess(x, x0, SIGMAS, "v", sigma_data)
    torch.testing.assert_close(told, noise * sigma_data)
    angle = (SIGMAS / sigma_data).atan()
    seen = x * unit_variance_scale(SIGMAS, "eps", sigma_data)
    torch.testing.assert_close(seen, angle.cos() * x0 + angle.sin() * told)
    torch.testing.assert_close(velocity, angle.cos() * told - angle.sin() * x0)
    torch.testing.assert_close(x0, angle.cos() * seen - angle.sin() * velocity)


def test_of_a_flow_state_the_same_guess_is_noise_and_the_velocity_to_it(pair):
    x0, noise, _ = pair
    sigma = torch.tensor(0.3, dtype=torch.float64)
    x = (1 - sigma) * x0 + sigma * noise
    torch.testing.assert_close(noise_of_guess(x, x0, sigma, "flow", 1.0), noise)
    torch.testing.assert_close(v_of_guess(x, x0, sigma, "flow", 1.0), noise - x0)
