"""When a run settles: trajectories whose distances are known beforehand, and the same numbers counted in loops."""

import math
from dataclasses import replace

import pytest
import torch

from denoiscope.core.measuring.commit import check_threshold, commit_map, commit_step
from denoiscope.core.measuring.frequency import BANDS
from denoiscope.core.measuring.settling import WHOLE, guesses_of, settling

from .decks import trajectory
from .test_measures_frequency import noise, wave

LAYOUT, SHAPES, TEXTURE = wave(1, 0, 16, 16), wave(4, 0, 16, 16), wave(0, 8, 16, 16)


def picture(*parts: float) -> torch.Tensor:
    """One channel with so much of each band; [1, 16, 16]."""
    return sum(share * part for share, part in zip(parts, (LAYOUT, SHAPES, TEXTURE), strict=True))[None]


def test_each_band_has_the_distance_that_was_put_into_it():
    final = picture(2.0, 1.0, 0.5)
    found = settling(torch.stack([picture(1.0, 1.0, 0.5), picture(2.0, 0.75, 0.0), final]), final)
    wanted = [[0.5, 0, 0], [0, 0.25, 1], [0, 0, 0]]
    torch.testing.assert_close(found.relative[:, :3], torch.tensor(wanted, dtype=torch.float64), atol=1e-9, rtol=0)
    torch.testing.assert_close(found.r_squared, 1 - found.relative.square())


def test_the_bands_distances_make_up_the_whole_and_the_whole_is_counted_in_a_loop():
    guesses, final = noise(3, 4, 8, 12), noise(4, 8, 12) + 5
    found = settling(guesses, final)
    torch.testing.assert_close(found.rms[:, :-1].square().sum(1), found.rms[:, -1].square())
    for guess, row in zip(guesses, found.rms, strict=True):
        squares = [(a - b) ** 2 for a, b in zip(guess.flatten().tolist(), final.flatten().tolist(), strict=True)]
        assert float(row[-1]) == pytest.approx(math.sqrt(sum(squares) / len(squares)), rel=1e-10)


def test_the_spread_is_taken_about_each_channels_mean_so_that_a_plain_surface_of_the_right_colour_has_r_squared_0():
    final = noise(4, 8, 8) + torch.tensor([3.0, -2.0, 0.0, 8.0]).view(4, 1, 1)
    plain = final.mean((-2, -1), keepdim=True).expand_as(final)
    assert float(settling(plain[None], final).r_squared[0, -1]) == pytest.approx(0, abs=1e-12)


def test_a_final_without_texture_has_no_share_of_it():
    found = settling(picture(1, 1, 1)[None], torch.zeros(1, 16, 16))
    assert all(math.isnan(value) for value in found.relative[0].tolist())
    smooth = settling(picture(1, 1, 1)[None], picture(1, 1, 0)).relative[0].tolist()
    assert math.isnan(smooth[2]) and smooth[:2] == pytest.approx([0, 0], abs=1e-9)


def test_frames_of_a_video_are_averaged():
    guesses, final = noise(2, 3, 5, 8, 8), noise(3, 5, 8, 8)
    found = settling(guesses, final)
    frames = [settling(guesses[:, :, f], final[:, f]) for f in range(5)]
    torch.testing.assert_close(found.rms.square(), torch.stack([frame.rms.square() for frame in frames]).mean(0))
    torch.testing.assert_close(found.spread.square(), torch.stack([frame.spread.square() for frame in frames]).mean(0))


def test_the_guesses_of_a_finished_run_end_in_its_latent_those_of_another_in_its_last_guess():
    run = trajectory()
    torch.testing.assert_close(guesses_of(run)[-1], run.x[-1])
    torch.testing.assert_close(guesses_of(replace(run, complete=False))[-1], run.x0[-1])


@pytest.mark.parametrize(
    ("distances", "step"),
    [
        ([0.9, 0.5, 0.1, 0.0], 2),
        ([0.1, 0.9, 0.1, 0.0], 2),
        ([0.2, 0.2], 0),
        ([0.9, 0.2000001, 0.0], 2),
        ([0.0, math.nan, 0.0], 2),
        ([0.1, 0.1, 0.3], None),
        ([math.nan, math.nan], None),
        ([], None),
    ],
)
def test_a_run_commits_at_the_first_step_after_which_it_stays_near(distances, step):
    assert commit_step(distances, 0.2) == step


def test_the_commit_map_is_the_commit_step_of_every_region_counted_in_loops():
    guesses = noise(6, 3, 5, 7) * torch.linspace(1, 0, 6).view(-1, 1, 1, 1)
    for patch in (1, 2, 4, 9):
        found = commit_map(guesses, guesses[-1], spread=0.7, threshold=0.5, patch=patch)
        assert found.tolist() == counted(guesses, 0.7 * 0.5, patch)


def counted(guesses, limit, patch):
    rows = []
    for top in range(0, guesses.shape[2], patch):
        rows.append([])
        for left in range(0, guesses.shape[3], patch):
            region = (guesses - guesses[-1])[:, :, top : top + patch, left : left + patch]
            distances = [math.sqrt(sum(v * v for v in part.flatten().tolist()) / part.numel()) for part in region]
            rows[-1].append(min(k for k in range(6) if all(d <= limit for d in distances[k:])))
    return rows


def test_a_region_that_settles_early_is_seen_where_it_is():
    final = noise(2, 8, 8)
    guesses = torch.stack([final + 1, final, final])
    guesses[1, :, 4:, :2] += 1
    found = commit_map(guesses, final, spread=1.0, threshold=0.2)
    assert found[:4].unique().tolist() == [1] and found[4:, :2].unique().tolist() == [2]
    assert found[4:, 2:].unique().tolist() == [1]


def test_a_video_has_one_commit_map_over_its_frames():
    guesses = noise(4, 2, 3, 4, 4)
    found = commit_map(guesses, guesses[-1], spread=1.0)
    flat = guesses.transpose(1, 2).flatten(1, 2)
    assert found.tolist() == commit_map(flat, flat[-1], spread=1.0).tolist()


def test_what_is_no_number_or_has_no_spread_has_no_map():
    guesses = noise(3, 2, 4, 4)
    assert commit_map(guesses, guesses[-1], spread=0.0) is None
    broken = guesses.clone()
    broken[-1] = math.nan
    assert commit_map(broken, broken[-1], spread=1.0) is None


@pytest.mark.parametrize("threshold", [0, 1, -0.2, math.nan])
def test_a_threshold_that_is_no_share_is_refused(threshold):
    with pytest.raises(ValueError, match="above 0 and below 1"):
        check_threshold(threshold)


def test_an_empty_region_is_refused():
    with pytest.raises(ValueError, match="1 latent cell a side or more, got 0"):
        commit_map(noise(2, 1, 4, 4), noise(1, 4, 4), spread=1.0, patch=0)


def test_every_part_has_its_place():
    found = settling(noise(2, 1, 8, 8), noise(1, 8, 8))
    assert found.parts == (*(band.name for band in BANDS), WHOLE)
    assert found.of("shapes") == tuple(found.relative[:, 1].tolist())
