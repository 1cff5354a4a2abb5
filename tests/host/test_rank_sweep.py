"""Rank sweeps of the pocket model: every cell is the stock KSampler's run of a model with that part of the LoRA."""

import comfy.model_management
import pytest
import torch

from denoiscope.core.lora.keys import parsed
from denoiscope.core.lora.lora import Lora, lora_of
from denoiscope.core.lora.rank_sweep import rank_grid
from denoiscope.core.lora.truncation import to_rank
from denoiscope.host import pocket
from denoiscope.host.cells import check_cells
from denoiscope.host.lora import applied, truncated
from denoiscope.host.rank_sweep import check_lora, of_model, sample_ranks
from denoiscope.host.start import start_from
from denoiscope.tests.core.loras import FORMATS, layer, random
from denoiscope.tests.host.cell_runs import BUDGET, cell, stock
from denoiscope.tests.host.pocket_loras import a_lora, updates

STRENGTH = 0.7
PICTURE = 128


@pytest.fixture(scope="module")
def built():
    return pocket.build_pocket_model()


@pytest.fixture(scope="module")
def model(built):
    return built[0]


@pytest.fixture(scope="module")
def vae(built):
    return built[2]


@pytest.fixture(scope="module")
def prompts(built):
    said = ("a red lighthouse on a cliff at dusk", "")
    return [built[1].encode_from_tokens_scheduled(built[1].tokenize(text)) for text in said]


@pytest.fixture(scope="module")
def lora(model):
    return a_lora(model, rank=6)


def empty(model):
    """A LATENT of the pictures that the pocket model is for."""
    format = model.get_model_object("latent_format")
    side = PICTURE // format.spacial_downscale_ratio
    return {"samples": torch.zeros(1, format.latent_channels, side, side)}


def swept(model, lora, prompts, ranks, times=None, *, vae=None, budget=BUDGET, notes=()):
    grid = rank_grid(ranks, times)
    cells = grid.cells(cell(steps=2, scheduler="karras"))
    told = {"positive": prompts[0], "negative": prompts[1], "latent": empty(model), "keep_guidance": False}
    start = start_from(model, **told)
    check_cells(start, cells, budget_bytes=budget)
    return sample_ranks(start, grid, cells, lora, strength=STRENGTH, budget_bytes=budget, notes=notes, vae=vae)


def run_of(model, prompts):
    """The LATENT of a stock KSampler with this MODEL."""
    return stock(model, cell(steps=2, scheduler="karras"), empty(model), positive=prompts[0], negative=prompts[1])[1]


def test_each_rank_is_the_stock_run_with_the_lora_cut_to_it(model, lora, prompts):
    sweep = swept(model, lora, prompts, "none, 2, full")
    assert torch.equal(sweep.latents[0], run_of(model, prompts))
    cut, _ = truncated(lora, to_rank(2), note="")
    for latent, part in ((sweep.latents[1], cut), (sweep.latents[2], lora)):
        theirs = run_of(applied(part, model, None, STRENGTH, 0.0)[0], prompts)
        torch.testing.assert_close(latent, theirs, atol=1e-4, rtol=1e-4)
    assert torch.equal(sweep.latents[2], theirs), "at full rank bit for bit"
    assert (sweep.latents[0] - sweep.latents[2]).abs().max() > 0.01


def test_what_is_left_out_is_the_whole_update_minus_the_cut_one_times_the_factor(model, lora, prompts):
    sweep = swept(model, lora, prompts, "none, 2, full", "3")
    whole = updates(model, lora)
    kept = updates(model, truncated(lora, to_rank(2), note="")[0])
    for latent, update in (
        (sweep.latents[3], {key: 3 * w for key, w in whole.items()}),
        (sweep.latents[4], {key: 3 * (w - kept[key]) for key, w in whole.items()}),
    ):
        patched = model.clone()
        patched.add_patches({key: ("diff", (w.float(),)) for key, w in update.items()}, STRENGTH)
        torch.testing.assert_close(latent, run_of(patched, prompts), atol=1e-3, rtol=1e-3)
    assert torch.equal(sweep.latents[5], run_of(model, prompts)), "nothing is left out of all"


def test_all_cells_start_from_one_noise_and_stand_on_their_axes(model, lora, prompts):
    deck = swept(model, lora, prompts, "1, full", "4").deck
    assert (deck.kind, deck.varies) == ("sweep", "rank × part")
    assert [t.place for t in deck.trajectories] == [(0, 0), (1, 0), (0, 1), (1, 1)]
    assert len({t.noise_fingerprint() for t in deck.trajectories}) == 1
    assert all(t.complete and t.at_once == 1 for t in deck.trajectories)


def test_distances_are_those_of_the_finished_latents_and_of_the_decoded_pictures(model, lora, prompts, vae):
    sweep = swept(model, lora, prompts, "none, 2, full", vae=vae)
    assert [measured_cell.update.dose.rank for measured_cell in sweep.cells] == [0, 2, None]
    finals = torch.cat([t.x[-1:] for t in sweep.deck.trajectories])
    pictures = vae.decode(sweep.latents).float().cpu().clamp(0, 1)
    for i, measured_cell in enumerate(sweep.cells):
        assert measured_cell.latent == pytest.approx(float((finals[i] - finals[2]).square().mean().sqrt()), rel=1e-5)
        assert measured_cell.pixels == pytest.approx(
            float((pictures[i] - pictures[2]).square().mean().sqrt()), abs=1e-5
        )
    assert sweep.cells[2].latent == sweep.cells[2].pixels == 0
    for measured_cell, trajectory in zip(sweep.cells[:2], sweep.deck.trajectories, strict=False):
        assert (
            f"{measured_cell.latent:.3g} in the latent, {100 * measured_cell.pixels:.3g} % in pixels (RMS)."
            in trajectory.notes[-1]
        )


def test_without_full_there_are_no_distances(model, lora, prompts, vae):
    sweep = swept(model, lora, prompts, "1, 2", vae=vae)
    assert [(measured_cell.latent, measured_cell.pixels) for measured_cell in sweep.cells] == [(None, None)] * 2


def test_notes_go_to_every_cell(model, lora, prompts):
    deck = swept(model, lora, prompts, "none, full", notes=("said of all",)).deck
    assert all(t.notes[-1] == "said of all" for t in deck.trajectories)


def test_the_model_that_came_in_is_not_changed(model, lora, prompts):
    before = run_of(model, prompts)
    swept(model, lora, prompts, "full, 1")
    assert not model.patches
    assert torch.equal(run_of(model, prompts), before)


def test_a_memory_that_does_not_hold_all_cells_is_refused_before_anything_runs(model, lora, prompts):
    with pytest.raises(ValueError, match="3 trajectories of 6 steps in all, .* but the memory budget is"):
        swept(model, lora, prompts, "none, 1, full", budget=20_000)


def test_an_interrupt_while_layers_are_decomposed_goes_on_as_it_came(model, lora, prompts):
    comfy.model_management.interrupt_current_processing(True)
    with pytest.raises(comfy.model_management.InterruptProcessingException):
        swept(model, lora, prompts, "1, full")


def test_layers_that_change_nothing_here_are_counted(model, lora):
    assert check_lora(lora, model) == ()
    text = layer(name="text_encoders.clip_l.a")
    strange = layer(name="diffusion_model.nowhere")
    counted = check_lora(lora_of("bolt", (*lora.layers, text, strange)), model)
    assert counted[0].startswith("Without a weight here: 1, such as diffusion_model.nowhere")
    assert counted[1].startswith("Layers of the LoRA for a text encoder: 1.")


def test_a_part_for_a_text_encoder_is_left_to_whoever_encodes_the_prompts(lora):
    both = lora_of("bolt", (*lora.layers, layer(name="text_encoders.clip_l.a")))
    assert of_model(both).tensors.keys() == lora.tensors.keys()
    assert of_model(both).layers == lora.layers


def test_a_lora_that_cannot_be_swept_is_refused_in_a_sentence(model):
    with pytest.raises(ValueError, match="changes a text encoder only"):
        check_lora(lora_of("bolt", (layer(name="text_encoders.clip_l.a"),)), model)
    with pytest.raises(ValueError, match="it was made for another model"):
        check_lora(lora_of("bolt", (layer(name="diffusion_model.nowhere"),)), model)
    dora = {f"a.{ending}": random(*shape) for ending, shape in FORMATS["LoHa"].items()} | {
        "a.dora_scale": random(12, 1)
    }
    layers, foreign = parsed(dora)
    with pytest.raises(ValueError, match="because it holds DoRA in 1 layer"):
        check_lora(Lora(name="dora", layers=layers, foreign=foreign, tensors=dora), model)
