"""Every instrument with a miniature of each family: true numbers, the family's own latents, and clear refusals."""

import pytest
import torch
from safetensors.torch import load_file

from denoiscope.core.parameterization import direction
from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.workflow import node

from .graphs import TEXT, kept, loaded, settings, viewer

FACTS = {
    "SDXL": ("SDXL", "eps", (4, 8, 8)),
    "SD3": ("SD3", "flow", (16, 8, 8)),
    "Flux": ("Flux", "flow", (16, 8, 8)),
    "Wan": ("Wan21", "flow", (16, 3, 8, 8)),
}
"""The latent format, the parameterization, and the shape of a latent."""
FAMILIES = list(FACTS)
EACH = pytest.mark.parametrize("family", FAMILIES)
CLOSE = {"atol": 1e-3, "rtol": 1e-3}
KEEPING = {"keep_guidance": True, "memory_mb": 256, "items": ""}
SWEEPING = {"keep_guidance": True, "cells_at_once": 0, "memory_mb": 256}


def recorded(family: str) -> dict:
    """Record, the stock KSampler and Collect, beside a KSampler that nobody records and KSampler with Deck."""
    return {
        **loaded(family),
        "record": node("DenoiscopeRecord", model=["model", 0], **KEEPING),
        "sample": node("KSampler", **settings(family, model=["record", 0])),
        "deck": node(
            "DenoiscopeCollect", recording=["record", 1], latent=["sample", 0], run="of this latent", label="A run"
        ),
        "stock": node("KSampler", **settings(family)),
        "own": node("DenoiscopeKSampler", **settings(family), **KEEPING),
    }


def deck_of(server, run, name="kept"):
    return load_deck(server.path_of(run.outputs[name]["denoiscope_files"][0]))


def latents(server, run, name):
    return load_file(server.path_of(run.outputs[name]["latents"][0]))["latent_tensor"]


def saved(source: list) -> dict:
    return node("SaveLatent", samples=source, filename_prefix="tests/models")


def payload(run, name="view"):
    return run.outputs[name]["denoiscope_deck"][0]


def assert_true(deck, latent):
    """Each state follows from the guess before it by euler's step, and the last state is the LATENT."""
    for item, t in enumerate(deck.trajectories):
        sigmas = t.sigmas.float().view(-1, *[1] * (t.x.ndim - 1))
        slope = direction(t.x[:-1], t.x0, sigmas[:-1])
        torch.testing.assert_close(t.x[1:], t.x[:-1] + slope * sigmas.diff(dim=0), **CLOSE)
        torch.testing.assert_close(deck.space.to_vae(t.x[-1:])[0], latent[item], **CLOSE)


@EACH
def test_a_recorded_run_is_true_in_every_state_and_leaves_the_latent_as_it_was(server, family):
    saves = {"kept": kept(["deck", 0]), "whole": kept(["own", 1])}
    saves |= {name: saved([name, 0]) for name in ("sample", "stock", "own")}
    run = server.run({**recorded(family), **{f"save_{name}": saving for name, saving in saves.items()}})
    deck, whole = (deck_of(server, run, f"save_{name}") for name in ("kept", "whole"))
    latent, stock, own = (latents(server, run, f"save_{name}") for name in ("sample", "stock", "own"))
    assert torch.equal(latent, stock) and torch.equal(own, stock)
    assert torch.equal(deck.trajectories[0].x, whole.trajectories[0].x)
    assert (deck.space.name, deck.parameterization, tuple(deck.latent_shape)) == FACTS[family]
    assert deck.trajectories[0].settings.prompt == TEXT
    assert (deck.trajectories[0].states, deck.frames) == (4, 3 if family == "Wan" else 1)
    assert_true(deck, latent)


@EACH
def test_without_a_vae_viewer_page_and_a_deck_that_was_kept_show_approximate_colours(server, family):
    page = node("DenoiscopePage", deck=["deck", 0], filename_prefix="tests/p", picture_size=64, decode="everything")
    first = server.run({**recorded(family), "view": viewer(["deck", 0]), "page": page, "kept": kept(["deck", 0])})
    file = first.outputs["kept"]["denoiscope_files"][0]
    load = node("DenoiscopeLoadDeck", deck_file=f"{file['subfolder']}/{file['filename']} [output]")
    again = server.run({"load": load, "view": viewer(["load", 0])})
    for run in (first, again):
        pictures = {view["id"]: view["source"] for view in payload(run)["views"] if not view["absent"]}
        assert {pictures[name] for name in ("x", "x_raw", "x0", "cond")} == {"approximate"}
        assert ("uncond" in pictures) == (family != "Flux"), "Flux has its guidance inside, and is asked once"
        assert payload(run)["trajectories"][0]["frames"] == (3 if family == "Wan" else 1)
    assert server.path_of(first.outputs["page"]["denoiscope_files"][0]).stat().st_size > 50_000


@EACH
def test_the_vae_of_the_family_decodes_every_state_of_the_deck(server, family):
    run = server.run({**recorded(family), "view": viewer(["deck", 0], vae=["model", 2])})
    shown = {view["id"]: view for view in payload(run)["views"] if not view["absent"]}
    assert {shown[name]["source"] for name in ("x", "x0", "cond")} == {"vae"}
    assert payload(run)["tile"] == {"width": 64, "height": 64}


@EACH
def test_a_sweep_of_guidance_sweeps_what_steers_the_family(server, family):
    axes = {"axis": "guidance", "axis.guidance_values": "1, 6", "second_axis": "none"}
    graph = {**loaded(family), "sweep": node("DenoiscopeSweep", **settings(family), **axes, **SWEEPING)}
    run = server.run({**graph, "view": viewer(["sweep", 0]), "kept": kept(["sweep", 0]), "out": saved(["sweep", 1])})
    deck, made = deck_of(server, run), latents(server, run, "out")
    embedded = "embedded " if family == "Flux" else ""
    assert [axis["name"] for axis in payload(run)["axes"]] == [f"{embedded}guidance"]
    assert [t.label for t in deck.trajectories] == [f"{embedded}guidance 1", f"{embedded}guidance 6"]
    assert len({t.noise_fingerprint() for t in deck.trajectories}) == 1
    assert not torch.equal(made[0], made[1])
    assert_true(deck, made)


@EACH
def test_a_sweep_of_samplers_and_steps_runs_cell_by_cell(server, family):
    axes = {"axis": "steps", "axis.step_counts": "1, 3", "second_axis": "sampler"}
    axes |= {"second_axis.sampler_names": "heun, dpmpp_2m_sde, uni_pc"}
    graph = {**loaded(family), "sweep": node("DenoiscopeSweep", **settings(family), **axes, **SWEEPING)}
    cells = payload(server.run({**graph, "view": viewer(["sweep", 0])}))["trajectories"]
    assert [len(cell["sigmas"]) for cell in cells] == [2, 4] * 3
    assert all(cell["complete"] for cell in cells)


@EACH
def test_a_seed_walk_gives_a_picture_for_every_stop(server, family):
    walk = {"seeds": "1, 2", "frames_between": 1, "loop": False, "mixing": "spherical", "ease": "even"}
    asked = {name: value for name, value in settings(family).items() if name not in ("seed", "denoise")}
    graph = {
        **loaded(family),
        "walk": node("DenoiscopeSeedWalk", **asked, **walk, spacing="equal angles", **SWEEPING),
        "view": viewer(["walk", 1]),
        "images": node("PreviewImage", images=["walk", 0]),
    }
    run = server.run(graph)
    assert [cell["complete"] for cell in payload(run)["trajectories"]] == [True] * 3
    assert len(run.outputs["images"]["images"]) == 3 * (3 if family == "Wan" else 1)


@EACH
def test_forward_noising_climbs_to_noise_and_the_mirror_guesses_at_every_level(server, family):
    forward = node(
        "DenoiscopeForward",
        **{name: value for name, value in settings(family).items() if name not in ("latent_image", "denoise")},
        latent=["stock", 0],
        schedule="variance preserving",
        mirror="guess and regenerate",
    )
    graph = {**recorded(family), "forward": forward, "view": viewer(["forward", 0]), "kept": kept(["forward", 0])}
    run = server.run(graph)
    (t,) = deck_of(server, run).trajectories
    assert (t.states, t.guesses) == (4, 4)
    assert t.sigmas[0] == 0 and (t.sigmas.diff() > 0).all()
    assert payload(run)["parameterization"] == FACTS[family][1]
    assert {view["id"] for view in payload(run)["views"] if not view["absent"]} >= {"x", "x0", "regenerated"}


@EACH
def test_forward_noising_of_a_picture_goes_through_the_vae_of_the_family(server, family):
    forward = node(
        "DenoiscopeForward",
        **{name: value for name, value in settings(family).items() if name not in ("latent_image", "denoise")},
        image=["scene", 0],
        vae=["model", 2],
        schedule="variance preserving",
        mirror="one guess",
    )
    graph = {**loaded(family), "scene": node("EmptyImage", width=64, height=64, batch_size=1, color=0x804020)}
    run = server.run({**graph, "forward": forward, "view": viewer(["forward", 0], vae=["model", 2])})
    shown = {view["id"]: view["source"] for view in payload(run)["views"] if not view["absent"]}
    assert (shown["x"], shown["x0"]) == ("vae", "vae")


@EACH
def test_schedules_and_measures_read_the_family(server, family):
    graph = {
        **recorded(family),
        "schedule": node(
            "DenoiscopeSchedule", model=["model", 0], schedulers="simple, karras", step_counts="4", denoise=1.0
        ),
        "measures": node(
            "DenoiscopeMeasures",
            deck=["deck", 0],
            chart="everything",
            threshold=0.2,
            compare_with=0,
            region=0,
            layout_up_to=2.0,
            shapes_up_to=4.0,
        ),
    }
    run = server.run(graph)
    assert len(run.outputs["schedule"]["denoiscope_chart"][0]["series"]) == 2
    assert run.outputs["measures"]["denoiscope_measures"] and run.outputs["measures"]["denoiscope_chart"]


@EACH
def test_a_lora_is_opened_cut_swept_and_found_again_in_the_model_that_it_changed(server, lora, family):
    graph = {
        **loaded(family),
        "lora": node("DenoiscopeLoadLora", lora_name=lora(family)),
        "cut": node(
            "DenoiscopeTruncateLora",
            lora=["lora", 0],
            model=["model", 0],
            **{"keep": "a fixed rank", "keep.rank": 2},
            strength_model=1.0,
            strength_clip=1.0,
            filename_prefix="",
            precision="as in the file",
        ),
        "found": node(
            "DenoiscopeExtractLora",
            model=["cut", 0],
            base=["model", 0],
            rank=2,
            vectors=True,
            filename_prefix="",
            precision="float32",
        ),
        "report": node("PreviewAny", source=["cut", 3]),
        "spectrum": node("DenoiscopeLoraSpectrum", lora=["found", 0], rank=2),
        "sweep": node(
            "DenoiscopeLoraRankSweep",
            **settings(family),
            lora=["lora", 0],
            ranks="none, 2, full",
            strength=1.0,
            left_out="not sampled",
            keep_guidance=False,
            memory_mb=256,
        ),
        "kept": kept(["sweep", 0]),
        "out": saved(["sweep", 1]),
    }
    run = server.run(graph)
    deck, made = deck_of(server, run), latents(server, run, "out")
    assert [t.label for t in deck.trajectories] == ["without the LoRA", "rank 2", "full rank"]
    assert not torch.equal(made[0], made[1]) and not torch.equal(made[1], made[2])
    assert_true(deck, made)
    layers = len(load_file(server.output / "loras" / lora(family))) // 3
    assert f"Layers that found their weight: {layers} of {layers}." in run.outputs["report"]["text"][0]
    (extracted,) = run.outputs["found"]["text"]
    assert f"{layers} layers" in extracted and "100 % of the energy" in extracted
