"""Runs that continue one another become one way; what was done between them is told by what they hold."""

from dataclasses import replace

import pytest
import torch

from denoiscope.core.diagnosing.diagnose import diagnose
from denoiscope.core.recording.chain import chained, in_order, report
from denoiscope.core.recording.continuing import guess_latent, latent_to_continue, remaining_sigmas
from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.core.recording.halves import halves
from denoiscope.core.recording.link import link
from denoiscope.core.recording.settings import Settings
from denoiscope.core.recording.stage import sized
from denoiscope.core.showing.rendering import approximate_decoder, render
from denoiscope.core.showing.views import VIEWS, latent_of
from denoiscope.core.telling.deck import show
from denoiscope.devtools.driving.equal_decks import equal

from .decks import SPACE
from .runs import deck_of, run
from .test_attention import maps

KEPT = ("x", "x0", "cond", "uncond", "sigmas")


def halved(whole, at=3):
    """The same run by two samplers: the first leaves its noise, the second adds none."""
    first = whole.thin(list(range(at + 1)), end=True)
    scale = 1 - whole.sigmas[at] if whole.sigmas[0] <= 1 else torch.tensor(1.0)
    source = (whole.x[at] / scale).float()
    second = replace(whole.thin(list(range(at, whole.states))), noise="", source=source)
    return first, second


def two_decks(first, second, kind="eps", models=("HighNoise", "LowNoise")):
    return [replace(deck_of(one, kind=kind), model=model) for one, model in zip((first, second), models, strict=True)]


def after(source, *, seed=3):
    """A run that begins from a latent with noise added to it, and guesses that latent."""
    rest = run().thin([2, 3, 4, 5, 6], end=True)
    drawn = torch.randn(source.shape, generator=torch.Generator().manual_seed(seed))
    x = torch.stack([source + float(sigma) * drawn for sigma in rest.sigmas])
    guesses, asked = torch.stack([(1 - 0.1 * 0.7**i) * source for i in range(3)] + [source]), ((False, False),) * 4
    return replace(rest, x=x, x0=guesses, cond=None, uncond=None, asked=asked, noise="12345678", source=source)


@pytest.mark.parametrize("kind", ["eps", "v", "flow"])
def test_the_way_of_two_halves_is_the_whole_run(kind):
    whole = run(kind)
    way = chained(two_decks(*halved(whole), kind=kind)).trajectories[0]
    for name in KEPT:
        assert torch.equal(getattr(way, name), getattr(whole, name)), name
    assert (way.asked, way.model_calls, way.complete) == (whole.asked, whole.model_calls, True)
    assert [(stage.start, stage.model, stage.join) for stage in way.stages] == [
        (0, "HighNoise", ""),
        (3, "LowNoise", "on"),
    ]


def test_two_models_of_one_kind_are_told_apart_by_their_weights():
    first, second = halved(run())
    second = replace(second, origin=replace(second.origin, weights="0badcafe"))
    assert chained(two_decks(first, second, models=("Wan", "Wan"))).model == "Wan A → Wan B"
    assert chained(two_decks(*halved(run()), models=("Wan", "Wan"))).model == "Wan"


def test_the_order_of_the_decks_does_not_matter():
    decks = two_decks(*halved(run()))
    assert equal(chained(decks), chained(decks[::-1]))


def test_three_parts_are_one_way_and_a_way_goes_on_as_well():
    first, rest = halved(run(), at=2)
    second, third = halved(rest, at=2)
    decks = [replace(deck_of(one), model=name) for one, name in zip((first, second, third), "ABC", strict=True)]
    way = chained(decks)
    again = chained([chained(decks[:2]), decks[2]])
    assert [(stage.start, stage.model) for stage in way.trajectories[0].stages] == [(0, "A"), (2, "B"), (4, "C")]
    assert equal(way.trajectories[0], again.trajectories[0])


def test_noise_that_was_added_between_shows_both_sides():
    first = run()
    second = after(first.x[-1])
    way = chained([deck_of(first), deck_of(second)]).trajectories[0]
    assert way.states == first.states + second.states
    assert torch.equal(way.x[first.steps], first.x[-1]) and torch.equal(way.x[first.steps + 1], second.x[0])
    assert torch.equal(way.x0[first.steps], first.x[-1]), "a finished latent is its own guess"
    assert way.asked[first.steps] == (False, False) and way.model_calls[first.steps] == 0
    assert way.stages[1].join == "noise" and "noise of sigma 3 was added" in way.notes[0]


def test_a_sampler_that_takes_the_noise_level_for_another_is_found_out():
    first, second = halved(run(), at=3)
    wrong = replace(second, sigmas=torch.tensor([3.0, 0.8, 0.3, 0.0], dtype=torch.float64))
    way = chained(two_decks(first, wrong)).trajectories[0]
    assert way.stages[1].join == "level" and "takes the latent for one of sigma 3" in way.notes[0]


def test_states_of_another_size_stand_enlarged_and_come_back_to_the_bit():
    first = run()
    large = sized(first.x[-1:], (48, 40))[0]
    way_deck = chained([deck_of(first), deck_of(after(large + 0.05))])
    way = way_deck.trajectories[0]
    assert tuple(way.x.shape[1:]) == (4, 48, 40) and way.stages[1].join == "size"
    assert all(torch.equal(way.at_own_size(way.x[i], i), first.x[i]) for i in range(first.states))
    assert latent_of(way_deck, way, VIEWS["x_raw"], 0).shape == (4, 32, 32)
    assert latent_to_continue(way_deck, way, 1).shape == (1, 4, 32, 32)
    assert guess_latent(way_deck, way, way.steps).shape == (1, 4, 48, 40)


@pytest.mark.parametrize("size", [(33, 47), (32, 32), (64, 96), (41, 32)])
def test_repeating_cells_loses_none(size):
    latent = torch.randn(2, 4, 32, 32)
    assert torch.equal(sized(sized(latent, size), (32, 32)), latent)


def test_pictures_of_both_sizes_are_drawn_from_their_own_latents():
    first = run()
    way = chained([deck_of(first), deck_of(after(sized(first.x[-1:], (64, 64))[0] + 0.05))])
    way = replace(way, space=replace(SPACE))
    rendered = render(way, VIEWS["x0"], approximate_decoder(way))
    sides = [picture.shape[1] for picture in rendered.pictures()]
    assert sides == [32] * first.states + [64] * (way.trajectories[0].states - first.states)


def test_a_latent_that_was_decoded_and_encoded_is_told_as_changed():
    first = run()
    changed = first.x[-1] + 0.1 * torch.randn(first.x[-1].shape, generator=torch.Generator().manual_seed(5))
    way = chained([deck_of(first), deck_of(after(changed))]).trajectories[0]
    assert way.stages[1].join == "change" and way.stages[1].off == pytest.approx(0.1, rel=0.05)


def test_strangers_are_no_chain():
    first = run()
    with pytest.raises(ValueError, match="are no chain: .*go on from none of the others"):
        chained([deck_of(first), deck_of(after(torch.randn(4, 32, 32)))])


def test_two_runs_from_one_picture_do_not_go_on_from_each_other():
    source = run().x[-1]
    one, other = (after(source, seed=seed) for seed in (3, 4))
    near = replace(one, x=torch.cat([one.x[:-1], source[None] + 0.05 * torch.randn(1, 4, 32, 32)]))
    assert link((deck_of(near), near), (deck_of(other), other)) is None


def test_a_run_that_was_stopped_hands_nothing_on():
    first, second = halved(run())
    stopped = replace(first, complete=False)
    with pytest.raises(ValueError, match="are no chain"):
        in_order(two_decks(stopped, second))


def test_runs_of_two_latent_spaces_say_so():
    first, second = two_decks(*halved(run()))
    with pytest.raises(ValueError, match="need the same space"):
        chained([first, replace(second, space=replace(second.space, name="Other"))])


def test_a_branch_runs_to_where_noise_was_added():
    first, second = halved(run(), at=3)
    last = run().x[-1]
    way = chained([deck_of(first), deck_of(second), deck_of(after(last))]).trajectories[0]
    assert [stage.join for stage in way.stages] == ["", "on", "noise"]
    assert torch.equal(remaining_sigmas(way, 1), run().sigmas[1:].float())
    assert way.unbroken(4) == (0, 6) and way.unbroken(8) == (7, 11)


def test_what_all_parts_agree_in_is_said_of_the_way_and_the_rest_of_its_parts():
    first, second = halved(run())
    second = replace(second, settings=Settings(seed=7, sampler="heun", guidance=1.0))
    way = chained(two_decks(first, second)).trajectories[0]
    assert (way.settings.seed, way.settings.sampler, way.settings.guidance) == (7, None, None)
    assert way.guidance_scales == (4.0,) * 3 + (1.0,) * 3
    assert [stage.settings.sampler for stage in way.stages] == ["euler", "heun"]


def test_attention_of_one_part_leaves_gaps_in_the_other():
    first, second = halved(run(), at=3)
    way = chained(two_decks(replace(first, attention=maps(3)), second)).trajectories[0]
    assert [way.attention.has(i) for i in range(6)] == [True] * 3 + [False] * 3


def test_a_half_says_that_it_is_one_and_the_way_does_not():
    first, second = halved(run())
    assert [s.split(":")[0] for s in halves(first)] == ["An earlier part"]
    assert [s.split(":")[0] for s in halves(second)] == ["A later part"]
    way = chained(two_decks(first, second)).trajectories[0]
    assert halves(way) == () and halves(run()) == ()


def test_a_way_is_kept_in_a_file_and_told_to_the_browser(tmp_path):
    way = chained(two_decks(*halved(run())))
    save_deck(way, tmp_path / "way.safetensors")
    assert equal(load_deck(tmp_path / "way.safetensors"), way)
    told = show(way, lambda view: approximate_decoder(way), lambda view, sheet: {}, longest=64)
    assert [(one["start"], one["model"], one["join"]) for one in told["trajectories"][0]["stages"]] == [
        (0, "HighNoise", ""),
        (3, "LowNoise", "on"),
    ]


def test_thinning_keeps_the_parts():
    way = chained(two_decks(*halved(run()))).trajectories[0]
    assert [stage.start for stage in way.thin([0, 2, 4, 6]).stages] == [0, 2]


def test_the_report_says_who_made_what_and_what_was_done_between():
    lines = report(chained(two_decks(*halved(run())))).splitlines()
    assert lines[0] == "1: states 0 to 2, sigma 12 to 3, euler on HighNoise"
    assert lines[1].strip().startswith("From step 3 on the sampler is euler on LowNoise: it takes up the same state")


def test_the_doctor_reads_a_way_part_by_part_and_counts_steps_along_the_whole():
    first = run()
    second = after(sized(first.x[-1:], (64, 64))[0] + 0.05)
    bad = second.x0.clone()
    bad[2] = torch.nan
    healthy, broken = (diagnose(chained([deck_of(first), deck_of(one)])) for one in (second, replace(second, x0=bad)))
    assert healthy.steps == first.states + second.steps and healthy.runs == 1
    assert [finding.rule.id for finding in healthy.findings if finding.strength != "suspected"] == []
    assert [(finding.rule.id, finding.step) for finding in broken.findings][:1] == [("bad-model", first.states + 2)]
