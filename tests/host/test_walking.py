"""Walks sampled with a model whose answers are known: a run for each stop, and neighbours that can be evened out."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import comfy.nested_tensor
import comfy.sample
import comfy.utils
import folder_paths
import pytest
import torch
from comfy.model_management import InterruptProcessingException

from denoiscope.core.comparing.cells import Finished
from denoiscope.core.comparing.noise_walk import Walk, slerp
from denoiscope.core.recording.deck_file import load_deck
from denoiscope.core.recording.model_facts import ModelFacts
from denoiscope.devtools.driving.analytic_model import AnalyticModel, analytic_model, prompt
from denoiscope.host.noise import WalkNoise, repeated
from denoiscope.host.walking import cells_of, walk_once, walk_twice
from denoiscope.nodes.seed_walk import DenoiscopeSeedWalk
from denoiscope.tests.core.decks import SPACE, trajectory

# Brownian noise warns at its ends.
pytestmark = [pytest.mark.filterwarnings("ignore:Should have t[ab]:UserWarning")]
KINDS = ("eps", "v", "flow")
STEPS, CFG = 5, 3.0
COND, UNCOND = 0.5, -0.2
RUN = {"steps": 2, "cfg": CFG, "sampler_name": "euler", "scheduler": "normal"}
FACTS = ModelFacts(name="TestModel", parameterization="eps", space=replace(SPACE, scale=(1.0,) * 4))


def empty(shape=(4, 8, 8)):
    return {"samples": torch.zeros(1, *shape)}


def walk(model, **changes):
    """The node, called as ComfyUI calls it: images and deck."""
    inputs = {
        "seeds": "1, 2",
        "frames_between": 3,
        "loop": False,
        "steps": STEPS,
        "cfg": CFG,
        "sampler_name": "euler",
        "scheduler": "normal",
        "positive": prompt(COND),
        "negative": prompt(UNCOND),
        "latent_image": empty(),
        "mixing": "spherical",
        "ease": "even",
        "spacing": "equal angles",
        "keep_guidance": False,
        "cells_at_once": 0,
        "memory_mb": 64,
    }
    return DenoiscopeSeedWalk.execute(model, **{**inputs, **changes}).result


def ksample(model, noise, *, sampler="euler", seed=1):
    return comfy.sample.sample(
        model,
        noise,
        STEPS,
        CFG,
        sampler,
        "normal",
        prompt(COND),
        prompt(UNCOND),
        torch.zeros_like(noise),
        disable_pbar=True,
        seed=seed,
    )


def final(deck, index):
    return deck.space.to_vae(deck.trajectories[index].x[-1:])


def notes(deck):
    return " ".join(deck.trajectories[0].notes)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("shape", [(4, 8, 8), (4, 3, 8, 8)], ids=["picture", "video"])
def test_every_stop_is_the_stock_samplers_run_from_its_noise(kind, shape):
    model = analytic_model(kind, video=len(shape) == 4)
    images, deck = walk(model, latent_image=empty(shape))
    a, b = (comfy.sample.prepare_noise(torch.zeros(1, *shape), seed) for seed in (1, 2))
    for index, part in enumerate((0, 0.25, 0.5, 0.75, 1)):
        torch.testing.assert_close(final(deck, index), ksample(model, slerp(a, b, part)), atol=2e-5, rtol=1e-4)
    frames = shape[1] if len(shape) == 4 else 1
    assert images.shape == (5 * frames, 8, 8, 3)


def test_the_deck_is_a_walk_whose_stops_know_their_seeds():
    _, deck = walk(analytic_model(), seeds="7, 8", frames_between=1)
    assert (deck.kind, deck.varies) == ("walk", "stop")
    assert deck.axes[0].values == ("seed 7", "7 → 8, 50 %", "seed 8")
    assert [t.place for t in deck.trajectories] == [(0,), (1,), (2,)]
    assert [t.label for t in deck.trajectories] == list(deck.axes[0].values)
    assert [t.settings.seed for t in deck.trajectories] == [7, None, 8]
    assert all(t.finished and t.cond is None for t in deck.trajectories)


@pytest.mark.parametrize("sampler", ["euler_ancestral", "dpmpp_2m_sde"])
def test_all_stops_share_the_step_noise_of_the_first_seed(sampler):
    """So the same starting noise ends in the same latent wherever it stands on the walk."""
    model = analytic_model()
    _, deck = walk(model, seeds="1, 2, 1", frames_between=0, sampler_name=sampler)
    first, second, again = (final(deck, index) for index in range(3))
    torch.testing.assert_close(again, first, atol=2e-5, rtol=1e-4)
    noise = comfy.sample.prepare_noise(torch.zeros(1, 4, 8, 8), 2)
    torch.testing.assert_close(second, ksample(model, noise, sampler=sampler, seed=1), atol=2e-5, rtol=1e-4)


@pytest.mark.parametrize(("sampler", "adds"), [("euler", False), ("euler_ancestral", True), ("dpmpp_2m_sde", True)])
def test_where_a_ksampler_with_a_stops_seed_gives_another_picture_the_deck_says_so(sampler, adds):
    _, deck = walk(analytic_model(), sampler_name=sampler)
    assert ("KSampler with seed 2 gives another picture" in notes(deck)) == adds


def test_the_pictures_are_those_of_the_last_states():
    images, deck = walk(analytic_model())
    finals = torch.cat([t.x[-1:] for t in deck.trajectories])
    torch.testing.assert_close(images, deck.space.approximate_rgb(finals), atol=1e-4, rtol=1e-4)


def test_a_linear_walk_is_weaker_in_the_middle_and_says_so():
    _, linear = walk(analytic_model(), mixing="linear")
    _, spherical = walk(analytic_model())
    starts = [[t.x[0].norm() for t in deck.trajectories] for deck in (linear, spherical)]
    assert starts[0][2] / starts[1][2] == pytest.approx(0.71, abs=0.03)
    assert "Mixed linearly the noise is too short between the seeds: at 1 → 2, 50 % it measures 0.7" in notes(linear)
    assert "linearly" not in notes(spherical)


def test_between_equal_seeds_the_walk_stands_still():
    _, deck = walk(analytic_model(), seeds="1, 1, 2", frames_between=2)
    still = deck.trajectories[:4]
    assert {t.label for t in still} == {"seed 1"}
    assert len({t.noise_fingerprint() for t in still}) == 1
    for t in still:
        torch.testing.assert_close(t.x, still[0].x, atol=2e-5, rtol=1e-4)


def bent(cells):
    """Stands for a sampler whose picture hardly changes near seed 1 and quickly near seed 2: the latent's size is the
    square of how far the noise has turned.
    """
    for index, cell in enumerate(cells):
        turned = float(torch.atan2(cell.noise[0, 1, 0, 0], cell.noise[0, 0, 0, 0]))
        latents = torch.full((1, 4, 8, 8), turned**2)
        made = replace(trajectory(label=cell.label, steps=2), place=cell.place)
        yield Finished(indices=(index,), trajectories=(made,), latents=latents, facts=FACTS)


def right_angle():
    """Noises of seeds 1 and 2 that stand at a right angle."""
    noises = {seed: torch.zeros(1, 4, 8, 8) for seed in (1, 2)}
    noises[1][0, 0], noises[2][0, 1] = 1, 1
    return noises


def bent_walk(sample, stops=9, visit=walk_twice):
    path = Walk(seeds=(1, 2))
    return visit(path, path.stops(stops), partial(cells_of, path, right_angle(), RUN), sample)


def test_stops_are_chosen_until_neighbours_differ_alike():
    even, equal = bent_walk(bent, visit=walk_once), bent_walk(bent)
    assert even.spread == pytest.approx(19, rel=1e-3), "squares of equal steps differ as 1, 3, 5 ... 19"
    assert equal.spread < 3
    assert len(equal.stops) == len(even.stops)
    assert [equal.stops[i] for i in (0, -1)] == [even.stops[i] for i in (0, -1)]
    assert [t.place for t in equal.deck.trajectories] == [(i,) for i in range(len(equal.stops))]
    assert [t.label for t in equal.deck.trajectories] == list(equal.deck.axes[0].values)
    assert "was 19.00 times the smallest at equal angles" in notes(equal.deck)
    assert f"and is {equal.spread:.2f} times the smallest for the stops that were kept" in notes(equal.deck)
    assert notes(equal.deck).count("Neighbours differ") == 1


def steep(cells):
    """Stands for a model that turns one scene into another within a thousandth of the way."""
    for finished, cell in zip(bent(cells), cells, strict=True):
        turned = float(torch.atan2(cell.noise[0, 1, 0, 0], cell.noise[0, 0, 0, 0])) / (torch.pi / 2)
        size = torch.sigmoid(torch.tensor((turned - 0.7614) * 4000)) + 0.1 * turned
        yield replace(finished, latents=torch.full((1, 4, 8, 8), float(size)))


def test_where_one_scene_turns_into_another_at_once_the_search_finds_what_lies_between():
    even, equal = bent_walk(steep, 19, walk_once), bent_walk(steep, 19)
    assert max(even.apart) > 0.99
    assert max(equal.apart) < 0.35
    assert len({t.label for t in equal.deck.trajectories}) == 21, "labels tell the closest stops apart"


def test_the_search_samples_no_stop_twice_and_as_many_as_stand_between_the_seeds():
    asked = []

    def sample(cells):
        asked.append([float(cell.noise[0, 1, 0, 0]) for cell in cells])
        return bent(cells)

    bent_walk(sample)
    assert [len(stops) for stops in asked] == [11, 1, 2, 1, 2, 1, 2]
    assert len(set(sum(asked, []))) == 11 + 9


def test_a_search_that_does_not_help_keeps_the_even_stops_and_says_so():
    def sample(cells):
        """Even where it was asked for; what is found elsewhere has nothing to do with its neighbours."""
        for cell, finished in zip(cells, bent(cells), strict=True):
            place = round(4 * float(torch.atan2(cell.noise[0, 1, 0, 0], cell.noise[0, 0, 0, 0])) / (torch.pi / 2), 4)
            size = place if place == int(place) else 1000 * place
            yield replace(finished, latents=torch.full((1, 4, 8, 8), size))

    walked = bent_walk(sample, stops=3)
    assert walked.stops == Walk(seeds=(1, 2)).stops(3)
    assert walked.spread == pytest.approx(1)
    assert "did not help" in notes(walked.deck) and "equal angles were kept" in notes(walked.deck)


@pytest.mark.parametrize("value", [1.0, torch.nan])
def test_where_nothing_differs_there_is_nothing_to_move(value):
    def sample(cells):
        return (replace(f, latents=torch.full((1, 4, 8, 8), value)) for f in bent(cells))

    assert "nothing to move" in notes(bent_walk(sample, stops=2).deck)


def test_a_search_that_is_stopped_leaves_all_the_stops_that_were_found(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_paths, "get_output_directory", lambda: str(tmp_path))
    passes = []

    def sample(cells):
        passes.append(cells)
        for count, finished in enumerate(bent(cells)):
            if len(passes) == 5 and count == 1:
                raise InterruptProcessingException
            yield finished

    with pytest.raises(InterruptProcessingException):
        bent_walk(sample)
    (path,) = tmp_path.glob("**/*.safetensors")
    kept = load_deck(path)
    assert (kept.kind, len(kept.trajectories)) == ("walk", 11 + 1 + 2 + 1 + 1)


def test_a_walk_through_the_engine_samples_twice_for_equal_differences():
    _, equal = walk(analytic_model(), seeds="1, 2, 3", spacing="equal differences", loop=True)
    assert len(equal.trajectories) == 12
    assert [label for label in equal.axes[0].values if label.startswith("seed")] == ["seed 1", "seed 2", "seed 3"]
    assert "twice as many stops were sampled" in notes(equal)


@pytest.mark.parametrize("spacing", ["equal angles", "equal differences"])
def test_one_progress_bar_covers_all_passes(spacing):
    seen = []
    comfy.utils.set_progress_bar_global_hook(lambda value, total, *_, **__: seen.append((value, total)))
    try:
        walk(analytic_model(), spacing=spacing)
    finally:
        comfy.utils.set_progress_bar_global_hook(None)
    total, stops = STEPS * (5 if spacing == "equal angles" else 5 + 3), 5
    assert {of for _, of in seen} == {total, stops}, "one bar for the sampling, one for the pictures"
    sampled = [value for value, of in seen if of == total]
    assert sampled == sorted(sampled) and sampled[-1] == total
    assert seen[-1] == (stops, stops)


def test_the_noise_of_a_walk_is_each_seeds_own_at_its_stop():
    path = Walk(seeds=(1, 2, 3))
    noise = WalkNoise(walk=path, stops=path.stops(2))
    batch = noise.generate_noise(repeated(empty(), 7))
    assert (noise.seed, batch.shape) == (1, (7, 4, 8, 8))
    for index, seed in ((0, 1), (3, 2), (6, 3)):
        assert torch.equal(batch[index : index + 1], comfy.sample.prepare_noise(torch.zeros(1, 4, 8, 8), seed))


def test_an_item_picked_from_a_batch_keeps_the_noise_it_would_have_there():
    picked = {**empty(), "batch_index": [2]}
    path = Walk(seeds=(1, 2))
    batch = WalkNoise(walk=path, stops=path.stops(1)).generate_noise(repeated(picked, 3))
    assert torch.equal(batch[:1], comfy.sample.prepare_noise(torch.zeros(3, 4, 8, 8), 1, [0, 1, 2])[2:])
    _, deck = walk(analytic_model(), latent_image=picked, frames_between=0)
    torch.testing.assert_close(final(deck, 0), ksample(analytic_model(), batch[:1]), atol=2e-5, rtol=1e-4)


def test_the_noise_of_a_walk_needs_one_item_a_stop():
    path = Walk(seeds=(1, 2))
    with pytest.raises(ValueError, match="has 5 stops, one for each item of a batch, but the latent has 1: connect"):
        WalkNoise(walk=path, stops=path.stops(3)).generate_noise(empty())


def test_a_latent_is_repeated_with_its_mask_and_without_being_changed():
    start = {**empty(), "noise_mask": torch.ones(1, 8, 8), "type": "audio"}
    many = repeated(start, 4)
    assert many["samples"].shape == (4, 4, 8, 8) and start["samples"].shape[0] == 1
    assert many["type"] == "audio" and many["noise_mask"] is start["noise_mask"]


def nested():
    return {"samples": comfy.nested_tensor.NestedTensor([torch.zeros(1, 4, 8, 8), torch.zeros(1, 4, 6)])}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"seeds": "4"}, "goes from seed to seed and needs two or more, such as 1, 2, 3; got 1"),
        ({"seeds": " "}, "seeds: the list is empty, name at least one value"),
        ({"seeds": "1, -2"}, "seeds are whole numbers from 0 to 18446744073709551615, got -2"),
        ({"seeds": "1, 18446744073709551616"}, "from 0 to 18446744073709551615, got 18446744073709551616"),
        ({"seeds": "1, 2.5"}, "seeds must be whole numbers"),
        ({"seeds": "1, two"}, "got 'two'"),
        ({"seeds": "3, 3"}, "all seeds of this walk are 3"),
        ({"seeds": "1..100"}, "at most 64 seeds, got 100"),
        ({"frames_between": 600}, "2 seeds with 600 frames between them make 602 stops"),
        ({"frames_between": -1}, r"frames_between must be 0\.\."),
        ({"spacing": "equal differences", "ease": "slow at the seeds"}, "leave no room for the ease"),
        ({"latent_image": {"samples": torch.zeros(3, 4, 8, 8)}}, "latent of one item, .* but this one has 3"),
        ({"latent_image": nested()}, r"packs several tensors \(video with audio\)"),
        ({"memory_mb": 1, "latent_image": empty((4, 64, 64))}, "the memory budget is 1 MB"),
    ],
)
def test_bad_input_is_told_in_one_sentence_before_anything_is_sampled(changes, sentence):
    model = analytic_model()
    AnalyticModel.calls = 0
    with pytest.raises(ValueError, match=sentence):
        walk(model, **changes)
    assert AnalyticModel.calls == 0


def test_a_latent_format_without_colours_asks_for_a_vae_before_anything_is_sampled():
    model = analytic_model()
    model.model.latent_format.latent_rgb_factors = None
    with pytest.raises(ValueError, match="no colours to approximate pictures of Format latents with: connect a VAE"):
        walk(model)


def test_a_vae_of_other_latents_is_refused_before_anything_is_sampled():
    AnalyticModel.calls = 0
    with pytest.raises(ValueError, match="this VAE reads latents of 16 channels"):
        walk(analytic_model(), vae=SimpleNamespace(latent_channels=16, latent_dim=2))
    assert AnalyticModel.calls == 0


def test_a_failing_decoder_loses_no_stop(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_paths, "get_output_directory", lambda: str(tmp_path))

    def decode(latents):
        raise RuntimeError("the decoder broke")

    with pytest.raises(RuntimeError, match="the decoder broke"):
        walk(analytic_model(), vae=SimpleNamespace(latent_channels=4, latent_dim=2, decode=decode))
    (path,) = tmp_path.glob("**/*.safetensors")
    assert len(load_deck(path).trajectories) == 5
