"""Measures of whole decks: numbers by other roads, what is said where there is none, and the tables that carry them."""

import colorsys
import csv
import io
import itertools
import json
import math
from dataclasses import replace

import pytest
import torch

from denoiscope.core.comparing.parting import Parting
from denoiscope.core.comparing.triangle import pairs, pull
from denoiscope.core.drawing.chart_image import chart_image
from denoiscope.core.measuring.chart import chosen, measures_chart
from denoiscope.core.measuring.commit_image import commit_image, map_colours
from denoiscope.core.measuring.frequency import BANDS, bands_between
from denoiscope.core.measuring.guidance import cosine, pull_by_part, split_by_part
from denoiscope.core.measuring.likeness import psnr, ssim
from denoiscope.core.measuring.measures import Wanted, measure, pictures_to_measure
from denoiscope.core.measuring.pictures import RawDecoder
from denoiscope.core.measuring.pixels import clipped_share, saturation
from denoiscope.core.measuring.subjects import COLOURS, EVERYTHING, GUIDANCE, SETTLING
from denoiscope.core.measuring.table import measures_csv, measures_text
from denoiscope.core.showing.rendering import approximate_decoder
from denoiscope.core.telling.measures import measures_payload
from denoiscope.core.telling.settling import settling_payload

from .decks import deck, forward, grid, trajectory, with_first


def plain(latents):
    """The first three channels as colours, one cell a pixel: a decoder whose answer is known."""
    frames = latents if latents.ndim == 5 else latents.unsqueeze(2)
    return frames[:, :3].permute(0, 2, 3, 4, 1).float()


DECODER = RawDecoder(decode=plain, exact=True, uncut=True)


def measured(single, decoder=DECODER, **wanted):
    return measure(single, Wanted(**wanted), decoder)


def approaching(*, steps=6, seed=0, shape=(4, 8, 8), **rest):
    """A run whose guess i is (steps - i) / steps of a fixed error away from the final latent."""
    run = trajectory(steps=steps, seed=seed, shape=shape, **rest)
    final, error = torch.randn(2, *shape, generator=torch.Generator().manual_seed(seed))
    x0 = torch.stack([final + (steps - i) / steps * error for i in range(steps)])
    return replace(run, x0=x0, x=torch.cat([run.x[:-1], final[None]])), final, error


def alone(run, **changes):
    return replace(deck(count=1), trajectories=(run,), **changes)


def test_distances_of_a_run_that_walks_straight_to_its_end_fall_in_even_steps():
    run, _, error = approaching()
    (found,) = measured(alone(run)).runs
    size = float(error.double().square().mean().sqrt())
    assert found.latent.rms[:, -1].tolist() == pytest.approx([size * k / 6 for k in range(6, -1, -1)], rel=1e-5)
    relative = found.latent.of("whole")
    assert found.commit["whole"] == next(i for i, d in enumerate(relative) if d <= 0.2)


def test_the_distance_in_pixels_is_that_of_the_pictures_a_screen_shows():
    run, final, _ = approaching()
    (found,) = measured(alone(run)).runs
    for guess, row in zip(run.x0, found.pixels.rms, strict=False):
        shown = [picture[:3].clamp(0, 1).double() for picture in (guess, final)]
        assert float(row[-1]) == pytest.approx(float((shown[0] - shown[1]).square().mean().sqrt()), rel=1e-6)


def test_saturation_is_that_of_the_standard_library_and_black_has_none():
    picture = torch.rand(5, 7, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    picture[0, 0] = 0
    wanted = [colorsys.rgb_to_hsv(*pixel)[1] for row in picture.tolist() for pixel in row]
    assert float(saturation(picture)) == pytest.approx(sum(wanted) / len(wanted), rel=1e-9)


def test_what_lies_beyond_black_and_white_is_counted_before_it_is_cut_off():
    raw = torch.tensor([-0.1, 0.0, 0.5, 1.0, 1.1, 0.2]).view(1, 2, 3)
    assert float(clipped_share(raw)) == pytest.approx(2 / 6)
    run, final, _ = approaching()
    (found,) = measured(alone(run)).runs
    outside = [value for value in final[:3].flatten().tolist() if not 0 <= value <= 1]
    assert found.clipped[-1] == pytest.approx(len(outside) / final[:3].numel())


def test_the_clipped_share_is_not_known_of_a_decoder_that_cuts_by_itself_and_nothing_of_pixels_without_one():
    run, *_ = approaching()
    cut = measured(alone(run), replace(DECODER, uncut=False))
    assert set(cut.runs[0].clipped) == {None} and cut.runs[0].saturation[0] is not None
    assert any("cuts its pictures off" in note for note in cut.notes)
    soft = measured(alone(run), replace(DECODER, exact=False))
    assert soft.runs[0].pixels is None and set(soft.runs[0].saturation) == {None}
    assert any("not known without a VAE" in note for note in soft.notes)


def test_the_pull_of_the_bands_makes_up_the_pull_of_the_triangle():
    run = trajectory()
    wanted = bands_between()
    for sizes, whole in zip(pull_by_part(run, wanted), pull(run), strict=True):
        assert (sizes is None) == (whole is None)
        if sizes:
            assert sizes[-1] == pytest.approx(whole, rel=1e-6)
            assert math.hypot(*sizes[:-1]) == pytest.approx(whole, rel=1e-6)


def test_the_cosine_is_that_of_the_two_directions_counted_in_a_loop():
    run = trajectory()
    for i, found in enumerate(cosine(run)):
        sides = [((run.x[i] - kept[i]) / float(run.sigmas[i])).flatten().tolist() for kept in (run.cond, run.uncond)]
        inner = sum(a * b for a, b in zip(*sides, strict=True))
        wanted = inner / math.prod(math.sqrt(sum(v * v for v in side)) for side in sides)
        assert found is None if not all(run.asked[i]) else found == pytest.approx(wanted, rel=1e-5)


def test_the_snr_is_that_of_the_spread_against_sigma_and_the_clean_state_has_none():
    (found,) = measured(alone(approaching()[0], sigma_data=2.0)).runs
    wanted = [20 * math.log10(2.0 / sigma) for sigma in found.sigmas[:-1]]
    assert found.snr_db == (*(pytest.approx(db) for db in wanted), None)


def test_time_is_shared_by_model_calls_and_not_made_up():
    run, *_ = approaching(steps=3)
    timed = replace(run, seconds=6.0, model_calls=(1, 2, 1))
    assert measured(alone(timed)).runs[0].seconds == (1.5, 3.0, 1.5, None)
    untimed = measured(alone(run))
    assert set(untimed.runs[0].seconds) == {None}
    assert any("time of the steps was not recorded" in note for note in untimed.notes)


def test_time_that_was_recorded_is_told_as_it_is_with_what_is_left():
    run, *_ = approaching(steps=3)
    (found,) = measured(alone(replace(run, step_seconds=(1.0, 3.0, 0.5), seconds=9.0))).runs
    assert found.seconds == (1.0, 3.0, 0.5, None)
    assert found.left == (4.5, 3.5, 0.5, 0.0)
    (broken,) = measured(alone(replace(run, step_seconds=(1.0, None, 0.5)))).runs
    assert broken.left == (None, None, 0.5, 0.0)


def test_psnr_and_ssim_are_those_of_the_papers_counted_in_a_loop():
    """Wang et al. 2004, eq. 13 with the window of III.B, one window at a time."""
    generator = torch.Generator().manual_seed(3)
    one = torch.rand(1, 14, 13, 3, generator=generator)
    other = (one + 0.2 * torch.randn(one.shape, generator=generator)).clamp(0, 1)
    error = sum((a - b) ** 2 for a, b in zip(one.flatten().tolist(), other.flatten().tolist(), strict=True))
    assert psnr(one, other) == pytest.approx(10 * math.log10(one.numel() / error), rel=1e-5)
    bell = [math.exp(-((i - 5) ** 2) / 4.5) for i in range(11)]
    whole = sum(bell) ** 2
    found = []
    for row, column, colour in itertools.product(range(4), range(3), range(3)):
        places = [(i, j, bell[i] * bell[j] / whole) for i in range(11) for j in range(11)]
        x, y = ([float(p[0, row + i, column + j, colour]) for i, j, _ in places] for p in (one, other))
        w = [weight for *_, weight in places]
        mx, my = (sum(a * b for a, b in zip(w, v, strict=True)) for v in (x, y))
        vx, vy = (sum(a * (b - m) ** 2 for a, b in zip(w, v, strict=True)) for v, m in ((x, mx), (y, my)))
        cov = sum(a * (b - mx) * (c - my) for a, b, c in zip(w, x, y, strict=True))
        found.append((2 * mx * my + 1e-4) * (2 * cov + 9e-4) / ((mx**2 + my**2 + 1e-4) * (vx + vy + 9e-4)))
    assert ssim(one, other) == pytest.approx(sum(found) / len(found), rel=1e-5)
    assert psnr(one, one) == math.inf and ssim(one, one) == pytest.approx(1)
    assert ssim(one[:, :4, :5], one[:, :4, :5]) == pytest.approx(1)


def test_a_run_has_converged_once_its_pictures_stay_within_what_an_eye_sees():
    run, final, _ = approaching(steps=5)
    offsets = (0.3, 0.02, 0.2, 0.04, 0.01)
    guesses = torch.stack([final.clamp(0.3, 0.7) + offset for offset in offsets])
    ended = torch.cat([run.x[:-1], final.clamp(0.3, 0.7)[None]])
    (found,) = measured(alone(replace(run, x0=guesses, x=ended))).runs
    assert found.converged == 3
    assert found.psnr[:5] == tuple(pytest.approx(-20 * math.log10(offset), abs=0.01) for offset in offsets)
    assert "within 5% of the last one (26 dB) from that step on: at step 3 of 5" in measures_text(
        measured(alone(replace(run, x0=guesses, x=ended)))
    )
    assert measured(alone(run), None).runs[0].converged is None


def test_runs_of_a_sweep_part_where_their_pictures_do():
    run, final, _ = approaching()
    later = run.x0.clone()
    later[4:] = run.x0[4:] + 0.5
    other = replace(run, x0=later, x=torch.cat([run.x[:-1], final[None] + 0.5]), label="another")
    found = measured(replace(deck(), trajectories=(run, run, other)))
    assert found.runs[0].parting is None
    assert found.runs[1].parting == Parting(kind="never", distance=0.0)
    assert (found.runs[2].parting.kind, found.runs[2].parting.step) == ("step", 4)
    assert "another at step 4" in measures_text(found)


def test_another_run_can_be_the_one_that_they_are_compared_with():
    found = measured(grid(), compared_with=2)
    assert [run.parting is None for run in found.runs] == [index == 2 for index in range(6)]
    with pytest.raises(ValueError, match="trajectory must be 0..5, got 6"):
        measured(grid(), compared_with=6)


def test_without_pictures_where_they_part_is_not_known():
    assert {run.parting.kind for run in measured(deck(), None).runs[1:]} == {"unknown"}


def test_a_run_without_guidance_says_why_there_is_no_pull():
    found = measured(deck(guidance=False))
    assert any("never asked without the prompt" in note for note in found.notes)
    with pytest.raises(ValueError, match="no number to draw of what guidance does: .*never asked without the prompt"):
        measures_chart(found, GUIDANCE)
    assert "cosine" not in measures_text(replace(found, runs=found.runs[:1])).split("\n")[-6]


def test_a_picture_that_is_noised_is_measured_against_itself_and_commits_to_nothing():
    noised = forward()
    found = measured(noised)
    wanted = noised.trajectories[0].error_of_guesses()
    assert found.runs[0].latent.rms[:, -1].tolist() == pytest.approx(wanted, rel=1e-6)
    assert found.runs[0].commit == {} and found.runs[0].commit_map is None
    assert any("no run" in note for note in found.notes)
    assert "settled" not in measures_text(found)
    with pytest.raises(ValueError, match="choose a mirror"):
        measured(forward(guesses=False))


def test_a_run_that_did_not_come_to_its_end_is_measured_against_its_last_guess_and_says_so():
    run = replace(approaching()[0], complete=False)
    (found,) = measured(alone(run)).runs
    assert found.latent.rms[-1].tolist() == [0] * 4 and len(found.latent.rms) == 6
    assert found.notes == ("item 0 did not come to its end: distances are to its last guess, at step 5.",)


def test_a_video_is_measured_frame_by_frame_and_says_so():
    run, *_ = approaching(shape=(4, 3, 8, 8))
    found = measured(alone(run))
    assert any("each frame is measured alone" in note for note in found.notes)
    assert tuple(found.runs[0].commit_map.shape) == (8, 8)
    frames = [measured(alone(replace(run, **{n: getattr(run, n)[:, :, f] for n in TENSORS}))).runs[0] for f in range(3)]
    squares = torch.stack([frame.latent.rms.square() for frame in frames]).mean(0)
    torch.testing.assert_close(found.runs[0].latent.rms.square(), squares)


TENSORS = ("x", "x0", "cond", "uncond")


def test_guesses_that_are_not_numbers_are_left_out_and_counted():
    run, *_ = approaching()
    run.x0[2] = math.nan
    (found,) = measured(alone(run)).runs
    assert found.notes == ("item 0: 1 of 6 guesses are not numbers (NaN or infinite) and are left out.",)
    assert found.commit["whole"] >= 3
    payload = measures_payload(measured(alone(run)))
    assert payload["runs"][0]["states"]["latent_distance_whole"][2] is None
    assert payload["runs"][0]["states"]["clipped"][2] is None
    json.dumps(payload, allow_nan=False)


def test_a_run_that_walks_from_a_picture_to_noise_settles_nowhere_and_says_so():
    down = deck(count=1)
    up = with_first(down, sigmas=down.trajectories[0].sigmas.flip(0))
    found = measure(up, Wanted(), None).runs[0]
    assert (found.commit, found.commit_map) == ({}, None)
    assert found.notes == (
        "item 0 walks from a picture to noise: nothing settles in it, and distances are to its last guess, at step 3.",
    )
    assert settling_payload(up, up.trajectories[0]) is None


def test_a_run_that_ends_in_no_number_is_named_and_a_deck_of_such_is_refused_in_one_sentence():
    broken = with_first(deck(), x=torch.full((5, 4, 8, 8), math.nan))
    found = measured(broken)
    assert found.runs[0].latent is None and found.runs[1].latent is not None
    assert "item 0: its last guess is missing or not a number" in " ".join(found.runs[0].notes)
    assert chart_image(measures_chart(found, EVERYTHING)).shape[0] == 1
    with pytest.raises(ValueError, match=r"is not a number \(NaN or infinite\), so nothing can be measured"):
        measured(replace(broken, trajectories=broken.trajectories[:1]))


def test_one_run_is_drawn_by_bands_and_several_by_runs():
    single = measures_chart(measured(deck(count=1)), EVERYTHING)
    assert [series.label for series in single.series] == ["layout", "shapes", "texture", "whole"]
    many = measures_chart(measured(grid()), SETTLING)
    assert [series.label for series in many.series] == [t.label for t in grid().trajectories]
    assert len(many.panels) == 5
    assert [panel.symbol for panel in measures_chart(measured(grid()), COLOURS).panels] == ["S", "clipped", "SNR"]


def test_the_chart_shows_the_numbers_that_were_measured():
    found = measured(deck(count=1))
    chart = measures_chart(found, EVERYTHING)
    rows = {panel.symbol: row for row, panel in enumerate(chart.panels)}
    shapes, whole = chart.series[1], chart.series[3]
    assert shapes.values[rows["latent"]] == tuple(100 * share for share in found.runs[0].latent.of("shapes"))
    assert shapes.values[rows["cosine"]] == (None,) * 5
    assert whole.values[rows["cosine"]] == found.runs[0].cosine


def test_many_runs_are_drawn_twelve_at_most_and_the_table_has_them_all():
    found = measured(grid(across=tuple(map(str, range(5))), down=("4", "8", "16")))
    chart = measures_chart(found)
    assert len(chart.series) == 12 and "12 of 15 runs are drawn" in chart.notes[0]
    assert [chosen(found.runs)[k] for k in (0, -1)] == [found.runs[0], found.runs[-1]]
    assert sum(line.startswith("guidance ") for line in measures_text(found).split("\n")) == 15


def test_runs_of_different_lengths_share_one_axis_and_one_scale_of_colours():
    short, long = approaching(steps=3)[0], approaching(steps=8, seed=1, label="long")[0]
    found = measured(replace(deck(), trajectories=(short, long)))
    assert measures_chart(found).across.shares
    assert found.last == 8
    torch.testing.assert_close(map_colours(torch.tensor([3]), 8), map_colours(torch.tensor([3, 8]), 8)[:1])


def test_two_runs_of_one_name_are_told_apart():
    found = measured(replace(deck(), trajectories=(trajectory(), trajectory(seed=1))))
    assert [series.label for series in measures_chart(found).series] == ["item 0 (0)", "item 0 (1)"]


def test_the_csv_has_a_line_for_every_state_and_every_number_of_the_json():
    found = measured(grid())
    rows = list(csv.DictReader(io.StringIO(measures_csv(found))))
    assert len(rows) == 6 * 5
    for row, number in ((rows[0], 0), (rows[7], 1)):
        states = measures_payload(found)["runs"][number]["states"]
        for name, values in states.items():
            value = values[int(row["state"])]
            assert row[name] == "" if value is None else float(row[name]) == pytest.approx(value, rel=1e-6), name


def test_no_label_becomes_a_formula_in_a_spreadsheet():
    hostile = replace(trajectory(), label='=HYPERLINK("http://a","b")')
    (first, *_) = csv.DictReader(io.StringIO(measures_csv(measured(alone(hostile)))))
    assert first["label"] == '\'=HYPERLINK("http://a","b")'


def test_the_commit_maps_picture_has_each_regions_colour_beside_the_picture():
    run, *_ = approaching()
    single = alone(run)
    found = measured(single, patch=2)
    sheet = (commit_image(single, found, approximate_decoder(single))[0] * 255).round()
    steps = found.runs[0].commit_map
    wanted = (map_colours(steps, 6) * 255).round()
    for row in range(4):
        for column in range(4):
            y, x = 64 + 384 * row // 4 + 48, 16 + 384 + 6 + 384 * column // 4 + 48
            assert sheet[y, x].tolist() == wanted[row, column].tolist()


def test_progress_counts_the_guesses_that_are_decoded():
    calls = []
    measure(grid(), Wanted(), DECODER, lambda: calls.append(1))
    assert len(calls) == pictures_to_measure(grid()) == 6 * 5


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [({"threshold": 1.5}, "above 0 and below 1, got 1.5"), ({"patch": -1}, "1 latent cell a side")],
)
def test_wishes_that_cannot_be_met_are_refused(wanted, sentence):
    with pytest.raises(ValueError, match=sentence):
        measured(deck(), **wanted)


def test_a_chart_of_something_else_is_refused():
    with pytest.raises(ValueError, match="the chart shows one of when it settles"):
        measures_chart(measured(deck()), "everyting")


def test_the_pull_is_taken_apart_into_what_goes_along_the_guess_and_what_goes_across_it():
    """By the angle between the two, worked out from norms."""
    run = deck(count=1).trajectories[0]
    along, across = split_by_part(run, BANDS)
    for i, pair in enumerate(pairs(run)):
        if pair is None:
            assert along[i] is across[i] is None
            continue
        guess, pull = pair[0].double().flatten(), (pair[0].double() - pair[1].double()).flatten()
        leaning = float(guess @ pull / (guess.norm() * pull.norm()))
        whole = float(pull.norm()) / math.sqrt(len(pull))
        assert along[i][-1] == pytest.approx(whole * abs(leaning), rel=1e-9)
        assert across[i][-1] == pytest.approx(whole * math.sqrt(1 - leaning**2), rel=1e-9)
        assert across[i][-1] ** 2 == pytest.approx(sum(size**2 for size in across[i][:-1]), rel=1e-9)


def test_a_pull_that_only_makes_the_guess_wider_has_nothing_across_it():
    run = deck(count=1).trajectories[0]
    wider = replace(run, uncond=0.5 * run.cond)
    along, across = split_by_part(wider, BANDS)
    known = [i for i, single in enumerate(along) if single is not None]
    assert known and all(across[i][-1] < 1e-12 * along[i][-1] + 1e-15 for i in known)
