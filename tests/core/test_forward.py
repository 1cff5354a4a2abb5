"""The forward process against the chain of small steps that it sums up, and the deck that it becomes."""

import json
import math

import pytest
import torch

from denoiscope.core.comparing.forward import (
    LARGEST,
    LEVELS,
    PLAIN_SCHEDULES,
    Noised,
    alpha_bars,
    check_size,
    flow_sigmas,
    noised,
    space_at_spread_one,
    turned_round,
    variance_preserving_sigmas,
)
from denoiscope.core.latent_space import PIXELS
from denoiscope.core.parameterization import alpha_bar
from denoiscope.core.recording.continuing import guess_latent, latent_to_continue, remaining_sigmas
from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.core.recording.model_facts import ModelFacts
from denoiscope.core.recording.trajectory import Settings
from denoiscope.core.showing.rendering import approximate_decoder, render
from denoiscope.core.showing.views import OF_FORWARD, SAID_OTHERWISE, VIEWS, views_of
from denoiscope.core.telling.deck import show

from .decks import SPACE


def beta(step: int) -> float:
    """The variance of one step of Ho et al. 2020, section 4, written down once more: steps are counted from 1."""
    return 1e-4 + (0.02 - 1e-4) * (step - 1) / 999


def randn(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def of(kind="variance preserving", *, steps=6, picture=None, space=SPACE, **changes) -> Noised:
    plain = PLAIN_SCHEDULES[kind]
    latent = randn(1, space.channels, 8, 8) if picture is None else picture
    noise, sigmas = randn(*latent.shape, seed=1), plain.sigmas(steps)
    whole = Noised(
        facts=ModelFacts(name="no model", parameterization=plain.parameterization, space=space),
        x=noised(space.to_model(latent), noise, sigmas, plain.parameterization),
        noise=noise,
        latent=latent,
        sigmas=sigmas,
        settings=Settings(seed=3, scheduler=plain.levels),
    )
    return whole if not changes else Noised(**{**vars(whole), **changes})


def test_the_closed_form_has_the_mean_and_variance_of_stepping_there():
    """Claim 1: both follow from one step of the chain, x <- sqrt(1 - beta) x + sqrt(beta) noise, alone."""
    mean, variance = 1.0, 0.0
    for level, abar in enumerate(alpha_bars().tolist(), start=1):
        mean, variance = math.sqrt(1 - beta(level)) * mean, (1 - beta(level)) * variance + beta(level)
        assert math.isclose(mean, math.sqrt(abar), rel_tol=1e-9)
        assert math.isclose(variance, 1 - abar, rel_tol=1e-9)


def test_a_crowd_that_walks_the_chain_arrives_where_the_closed_form_jumps():
    """Claim 1 by throwing dice: 50,000 walks of 250 steps against 50,000 jumps, both within five standard errors."""
    walkers, steps, picture = 50_000, 250, 1.7
    generator = torch.Generator().manual_seed(0)
    x = torch.full((walkers,), picture, dtype=torch.float64)
    for step in range(1, steps + 1):
        noise = torch.randn(walkers, generator=generator, dtype=torch.float64)
        x = math.sqrt(1 - beta(step)) * x + math.sqrt(beta(step)) * noise
    sigma = variance_preserving_sigmas(LEVELS)[steps]
    jumps = (
        noised(
            torch.full((1, walkers), picture, dtype=torch.float64),
            torch.randn(1, walkers, generator=generator, dtype=torch.float64),
            sigma[None],
            "eps",
        )[0]
        * alpha_bar(sigma).sqrt()
    )
    spread = float(x.std())
    assert abs(float(x.mean() - jumps.mean())) < 5 * spread * math.sqrt(2 / walkers)
    assert abs(float(x.var() - jumps.var())) < 5 * spread**2 * math.sqrt(4 / walkers)


def test_the_variance_preserving_form_is_the_one_in_the_paper():
    """Ho et al. 2020, eq. 4, after the view has taken the sampler's scale away."""
    deck = of().deck()
    (trajectory,) = deck.trajectories
    noise = of().noise[0]
    for state, sigma in enumerate(trajectory.sigmas):
        abar = alpha_bar(sigma).float()
        expected = abar.sqrt() * trajectory.x[0] + (1 - abar).sqrt() * noise
        shown = trajectory.at_unit_variance(state, deck.parameterization, deck.sigma_data)
        torch.testing.assert_close(shown, expected, atol=1e-6, rtol=1e-5)


def test_variance_is_preserved_and_under_flow_it_dips_half_way():
    picture = randn(1, 4, 200, 200)
    for kind, middle in (("variance preserving", 1.0), ("flow", math.sqrt(0.5))):
        deck = of(kind, steps=2, picture=SPACE.to_vae(picture)).deck()
        spreads = [float(deck.trajectories[0].at_unit_variance(i, deck.parameterization, 1.0).std()) for i in range(3)]
        torch.testing.assert_close(spreads, [1.0, middle, 1.0], atol=0.01, rtol=0)


def test_flow_is_a_straight_line_from_the_picture_to_the_noise():
    noising = of("flow")
    torch.testing.assert_close(noising.x[-1], noising.noise[0])
    torch.testing.assert_close(noising.x.diff(n=2, dim=0), torch.zeros(5, 4, 8, 8), atol=1e-6, rtol=0)
    assert any("straight line" in note for note in noising.deck().trajectories[0].notes)


@pytest.mark.parametrize("kind", PLAIN_SCHEDULES)
def test_every_level_holds_the_same_noise(kind):
    noising = of(kind)
    for x, sigma in zip(noising.x[1:], noising.sigmas[1:].float(), strict=True):
        rest = x - (1 - sigma if kind == "flow" else 1) * noising.x[0]
        torch.testing.assert_close(rest / sigma, noising.noise[0], atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(noising.x[0], SPACE.to_model(noising.latent)[0])


def test_destruction_is_slow_at_first_then_fast():
    """Claim 1 in numbers: the first tenth of the way takes a tenth of the picture, the next four tenths take eight."""
    start, tenth, half, end = (alpha_bar(variance_preserving_sigmas(10)[i]).item() for i in (0, 1, 5, 10))
    assert start == 1
    assert 1 - tenth == pytest.approx(0.103, abs=0.001)
    assert tenth - half == pytest.approx(0.818, abs=0.001)
    assert end == pytest.approx(4.04e-5, rel=0.01)
    for time, abar in ((100, tenth), (500, half)):
        assert abar == pytest.approx(math.exp(-(1e-4 * time + 0.0199 * time**2 / 2000)), rel=0.03), (
            "its continuous limit"
        )


def test_levels_are_evenly_picked_from_the_thousand():
    every = variance_preserving_sigmas(LEVELS)
    torch.testing.assert_close(variance_preserving_sigmas(20), every[::50])
    assert (every.diff() > 0).all()
    assert flow_sigmas(4).tolist() == [0, 0.25, 0.5, 0.75, 1]


@pytest.mark.parametrize(("kind", "steps"), [("variance preserving", 0), ("variance preserving", 1001), ("flow", 0)])
def test_a_number_of_steps_that_makes_no_sense_is_refused(kind, steps):
    with pytest.raises(ValueError, match=f"steps must be 1.*got {steps}"):
        PLAIN_SCHEDULES[kind].sigmas(steps)


def test_a_samplers_schedule_is_turned_round_and_starts_clean():
    assert turned_round(torch.tensor([14.0, 3.0, 3.0, 0.5, 0.0])).tolist() == [0, 0.5, 3, 14]
    assert turned_round(torch.tensor([0.8, 0.2])).tolist() == pytest.approx([0, 0.2, 0.8])
    with pytest.raises(ValueError, match="no usable noise levels"):
        turned_round(torch.tensor([float("nan"), 0.0]))


def test_latents_of_no_known_model_are_brought_to_spread_one():
    latent = randn(1, 4, 16, 16) * 5.5 + 1
    space = space_at_spread_one(latent, 8)
    assert float(space.to_model(latent).square().mean()) == pytest.approx(1, rel=1e-5)
    torch.testing.assert_close(space.to_vae(space.to_model(latent)), latent)


def test_too_large_a_deck_is_refused_with_its_size():
    check_size(torch.zeros(1, 3, 512, 512), 21)
    with pytest.raises(ValueError, match=r"1001 states .* take 11\.7 GB, more than the 2 GB"):
        check_size(torch.empty(1, 3, 1024, 1024, device="meta"), 1001)
    assert LARGEST == 2**31


def test_a_forward_deck_is_described_as_one_and_comes_back_from_disk(tmp_path):
    noising = of()
    deck = noising.deck(guesses=noising.x * 0.9, regenerated=noising.x * 0.5)
    path = tmp_path / "deck.safetensors"
    save_deck(deck, path)
    for kept in (deck, load_deck(path)):
        (trajectory,) = kept.trajectories
        assert (kept.kind, trajectory.label, kept.title) == (
            "forward",
            "seed 3",
            "Forward noising, variance preserving",
        )
        assert trajectory.model_calls == (0, 1, 1, 1, 1, 1, 1)
        assert [view.id for view in views_of(kept)] == list(OF_FORWARD)
        torch.testing.assert_close(trajectory.regenerated, noising.x * 0.5)


def test_the_browser_hears_the_error_and_what_is_left_of_the_picture():
    noising = of()
    payload = shown(noising.deck(guesses=noising.x))
    (trajectory,) = payload["trajectories"]
    assert payload["kind"] == "forward"
    assert trajectory["signal"] == pytest.approx([1 / (1 + s * s) for s in noising.sigmas.tolist()])
    by_hand = [(x - noising.x[0]).square().mean().sqrt().item() for x in noising.x]
    assert trajectory["error"] == pytest.approx(by_hand, rel=1e-5)
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload


def test_without_a_mirror_the_guess_is_absent_with_a_reason_and_the_rest_is_there():
    views = {view["id"]: view for view in shown(of().deck())["views"]}
    assert "No model was asked" in views["x0"]["absent"]
    assert views["x"]["absent"] is None
    assert not {"regenerated", *SAID_OTHERWISE} & views.keys()


def test_a_guess_that_is_no_number_is_told():
    noising = of()
    broken = noising.x.clone()
    broken[2] = float("nan")
    assert any(
        "not a number (NaN or infinite) at 1 level" in n for n in noising.deck(guesses=broken).trajectories[0].notes
    )


def test_pixels_are_shown_as_they_are_and_marked_exact():
    picture = torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(2))
    deck = of(picture=picture * 2 - 1, space=PIXELS).deck()
    rendered = render(deck, VIEWS["x"], approximate_decoder(deck))
    assert rendered.source == "exact"
    torch.testing.assert_close(next(rendered.pictures())[0].permute(2, 0, 1), picture[0])
    assert deck.title == "Forward noising of pixels, variance preserving"


def test_latent_spaces_with_colour_factors_stay_approximate():
    assert PIXELS.is_pixels and not SPACE.is_pixels
    deck = of().deck()
    assert render(deck, VIEWS["x"], approximate_decoder(deck)).source == "approximate"


def test_a_picked_state_goes_down_through_the_levels_below_it():
    noising = of()
    deck = noising.deck()
    (trajectory,) = deck.trajectories
    assert remaining_sigmas(trajectory, 3).tolist() == noising.sigmas[:4].flip(0).float().tolist()
    assert remaining_sigmas(trajectory, 0).tolist() == [0]
    torch.testing.assert_close(SPACE.to_model(latent_to_continue(deck, trajectory, 3)), noising.x[3:4])


def test_pure_noise_and_a_guess_that_was_never_asked_for_cannot_be_picked():
    deck = of("flow").deck()
    (trajectory,) = deck.trajectories
    with pytest.raises(ValueError, match="pick an earlier state"):
        latent_to_continue(deck, trajectory, 6)
    with pytest.raises(ValueError, match="choose a mirror"):
        guess_latent(deck, trajectory, 2)


def shown(deck) -> dict:
    return show(deck, lambda view: approximate_decoder(deck), lambda view, sheet: view.id, longest=64)
