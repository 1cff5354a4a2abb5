"""The denoiser's formulas against each other and against Stable Diffusion's known numbers."""

import torch

from denoiscope.pocket.denoiser import (
    COORDINATES,
    SIGMA_DATA,
    noise_from_raw,
    raw_wanted,
    schedule_sigmas,
    sigma_at,
    with_coordinates,
)


def test_the_schedule_is_stable_diffusions():
    sigmas = schedule_sigmas()
    torch.testing.assert_close(sigmas[[0, -1]], torch.tensor([0.0292, 14.6146]), rtol=2e-3, atol=0)


def test_whole_timesteps_give_the_schedule_and_others_lie_between():
    sigmas = schedule_sigmas()
    torch.testing.assert_close(sigma_at(torch.arange(1000), sigmas), sigmas)
    middle = sigma_at(torch.tensor([10.5]), sigmas)
    torch.testing.assert_close(middle, (sigmas[10] * sigmas[11]).sqrt()[None])


def test_timesteps_outside_the_schedule_stay_at_its_ends():
    sigmas = schedule_sigmas()
    torch.testing.assert_close(sigma_at(torch.tensor([-3.0, 2000.0]), sigmas), sigmas[[0, -1]])


def test_the_raw_answer_wanted_is_the_one_that_gives_back_the_noise():
    numbers = torch.Generator().manual_seed(0)
    x0, noise = (torch.randn(5, 4, 16, 16, generator=numbers) for _ in range(2))
    sigma = torch.tensor([0.03, 0.3, 1.0, 5.0, 14.6])
    scaled = (x0 + sigma.view(-1, 1, 1, 1) * noise) / (sigma**2 + SIGMA_DATA**2).sqrt().view(-1, 1, 1, 1)
    torch.testing.assert_close(noise_from_raw(raw_wanted(x0, noise, sigma), scaled, sigma), noise, rtol=1e-4, atol=1e-4)


def test_the_raw_answer_wanted_has_unit_variance_at_every_noise_level():
    numbers = torch.Generator().manual_seed(0)
    x0, noise = (torch.randn(5, 4, 64, 64, generator=numbers) for _ in range(2))
    wanted = raw_wanted(SIGMA_DATA * x0, noise, torch.tensor([0.03, 0.3, 1.0, 5.0, 14.6]))
    torch.testing.assert_close(wanted.std((1, 2, 3)), torch.ones(5), rtol=0.03, atol=0)


def test_coordinates_tell_left_from_right_and_top_from_bottom():
    seen = with_coordinates(torch.zeros(2, 4, 16, 24))
    assert seen.shape == (2, 4 + COORDINATES, 16, 24)
    right, down = seen[0, 4], seen[0, 5]
    assert right[0, 0] == down[0, 0] == -1
    assert right[0, -1] == down[-1, 0] == 1
    assert len({tuple(place) for place in seen[0, 4:].flatten(1).T.tolist()}) == 16 * 24
