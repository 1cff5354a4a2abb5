"""Sweeps on the real server with the pocket model: cells, places, what is refused, and what an interrupt leaves."""

import json
import re

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from denoiscope.core.comparing.sweep_settings import SETTINGS
from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.analytic_model import analytic_model, prompt
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node
from denoiscope.nodes.sweep import DenoiscopeSweep

from .graphs import pocket_run, viewer


def swept(axis="guidance", values="1, 4", second="none", second_values=None, *, positive_after=None, **changes) -> dict:
    """The pocket model in a sweep, whose deck is node "sweep"; a stock KSampler of the same settings is "stock"."""
    graph = pocket_run(seed=7, steps=4)
    settings = {**graph["sample"]["inputs"], "model": ["pocket", 0]}
    inputs = {
        **settings,
        "axis": axis,
        "second_axis": second,
        "keep_guidance": True,
        "cells_at_once": 0,
        "memory_mb": 256,
        **changes,
    }
    for id, name, text in (("axis", axis, values), ("second_axis", second, second_values)):
        if name in SETTINGS:
            inputs[f"{id}.{SETTINGS[name].input}"] = text
    if positive_after is not None:
        graph["after"] = node("CLIPTextEncode", clip=["pocket", 1], text=positive_after)
        inputs["positive_after"] = ["after", 0]
    for unused in ("record", "deck", "sample"):
        del graph[unused]
    return {**graph, "sweep": node("DenoiscopeSweep", **inputs), "stock": node("KSampler", **settings)}


def outcome(server, graph):
    """The deck as it was saved, and the latents of the sweep."""
    saves = {
        "save": node("DenoiscopeSaveDeck", deck=["sweep", 0], filename_prefix="tests/sweep"),
        "latents": node("SaveLatent", samples=["sweep", 1], filename_prefix="tests/sweep"),
    }
    run = server.run({**graph, **saves})
    deck = load_deck(server.path_of(run.outputs["save"]["denoiscope_files"][0]))
    return deck, load_file(server.path_of(run.outputs["latents"]["latents"][0]))["latent_tensor"]


def stock_latent(server, graph, **settings):
    """What the stock KSampler gives for the sweep's settings, some of them changed."""
    graph["stock"]["inputs"] |= settings
    run = server.run({**graph, "latent": node("SaveLatent", samples=["stock", 0], filename_prefix="tests/stock")})
    return load_file(server.path_of(run.outputs["latent"]["latents"][0]))["latent_tensor"]


def same(a, b):
    torch.testing.assert_close(a, b, atol=2e-4, rtol=2e-4)


@pytest.mark.smoke
def test_guidance_values_start_from_one_noise_and_each_is_the_stock_run(server):
    graph = swept("guidance", "1, 4, 12")
    deck, latents = outcome(server, graph)
    assert (deck.kind, deck.varies, deck.title) == ("sweep", "guidance", "")
    assert [(axis.name, axis.values) for axis in deck.axes] == [("guidance", ("1", "4", "12"))]
    assert [(t.label, t.place) for t in deck.trajectories] == [
        ("guidance 1", (0,)),
        ("guidance 4", (1,)),
        ("guidance 12", (2,)),
    ]
    assert len({t.noise_fingerprint() for t in deck.trajectories}) == 1
    for index, cfg in enumerate((1.0, 4.0, 12.0)):
        same(latents[index : index + 1], stock_latent(server, graph, cfg=cfg))


@pytest.mark.smoke
def test_two_axes_make_a_grid_that_is_read_row_by_row(server):
    graph = swept("sampler", "euler, heun", "steps", "2, 3, 5")
    deck, latents = outcome(server, graph)
    assert deck.varies == "sampler × steps"
    assert [t.place for t in deck.trajectories] == [(0, 0), (1, 0), (0, 1), (1, 1), (0, 2), (1, 2)]
    assert [t.label for t in deck.trajectories][:3] == ["euler · 2 steps", "heun · 2 steps", "euler · 3 steps"]
    assert [t.steps for t in deck.trajectories] == [2, 2, 3, 3, 5, 5]
    same(latents[3:4], stock_latent(server, graph, sampler_name="heun", steps=3))
    same(latents[4:5], stock_latent(server, graph, sampler_name="euler", steps=5))


@pytest.mark.parametrize(
    ("axis", "text", "settings"),
    [
        ("scheduler", "normal, simple", [{"scheduler": "normal"}, {"scheduler": "simple"}]),
        ("seed", "5, 18446744073709551615", [{"seed": 5}, {"seed": 2**64 - 1}]),
        ("img2img strength", "0.3, 1", [{"denoise": 0.3}, {"denoise": 1.0}]),
        (
            "sampler",
            "euler_ancestral, dpmpp_2m_sde",
            [{"sampler_name": "euler_ancestral"}, {"sampler_name": "dpmpp_2m_sde"}],
        ),
    ],
)
def test_along_every_axis_a_cell_is_the_stock_run_of_its_settings(server, axis, text, settings):
    graph = swept(axis, text, latent_image=["picture", 0])
    graph["picture"] = node("KSampler", **{**graph["stock"]["inputs"], "seed": 99})
    graph["stock"]["inputs"]["latent_image"] = ["picture", 0]
    deck, latents = outcome(server, graph)
    assert deck.axes[0].name == axis
    for index, changed in enumerate(settings):
        same(latents[index : index + 1], stock_latent(server, graph, **changed))


def test_the_prompt_switches_at_each_step_of_the_list(server):
    graph = swept("prompt switch", "0, 2, 4", positive_after="a yellow house at noon", sampler_name="euler")
    deck, latents = outcome(server, graph)
    assert [t.label for t in deck.trajectories] == ["switch at 0", "switch at 2", "switch at 4"]
    same(latents[2:3], stock_latent(server, graph))
    same(latents[0:1], stock_latent(server, graph, positive=["after", 0]))
    before, after = deck.trajectories[2], deck.trajectories[1]
    same(before.x[:3], after.x[:3])
    assert not torch.allclose(before.x[3], after.x[3], atol=1e-3), "from step 2 on the other prompt is asked"


def test_every_cell_of_a_prompt_switch_knows_which_prompts_it_was_asked_with(server):
    graph = swept("prompt switch", "0, 2, 4", positive_after="a yellow house at noon", sampler_name="euler")
    told = [t.settings for t in outcome(server, graph)[0].trajectories]
    typed = graph["positive"]["inputs"]["text"]
    assert [(s.prompt, s.prompt_after, s.switch_at) for s in told] == [
        ("a yellow house at noon", None, None),
        (typed, "a yellow house at noon", 2),
        (typed, None, None),
    ]


def test_a_cell_notes_the_words_of_those_prompts_alone_that_it_was_asked_with(server):
    graph = swept("prompt switch", "0, 2, 4", positive_after="a castle and a cat", sampler_name="euler")
    graph["positive"]["inputs"]["text"] = "a lighthouse and a dog"
    said = [list(t.notes) for t in outcome(server, graph)[0].trajectories]
    first, second = "Not understood: dog.", "Not understood in the second prompt: cat."
    assert said == [["Not understood: cat."], [first, second], [first]]


def test_cells_one_by_one_are_the_cells_of_a_batch(server):
    batched, one_by_one = (outcome(server, swept("guidance", "2, 8", cells_at_once=n)) for n in (0, 1))
    same(batched[1], one_by_one[1])
    assert [t.at_once for t in one_by_one[0].trajectories] == [1, 1]


@pytest.mark.smoke
def test_each_cell_is_shown_as_soon_as_it_is_there(server):
    run = server.run({**swept("guidance", "1, 3", cells_at_once=1, seed=17), "view": viewer(deck=["sweep", 0])})
    messages = [event.data for event in run.events if event.type == "denoiscope.cells"]
    assert [message["indices"] for message in messages] == [[0], [1]]
    assert [message["finished"] for message in messages] == [1, 2]
    first = messages[0]
    assert (first["version"], first["viewers"], first["kind"], first["total"]) == (1, ["view"], "sweep", 2)
    assert first["axes"] == [{"name": "guidance", "values": ["1", "3"]}]
    assert (first["labels"], first["places"]) == (["guidance 1", "guidance 3"], [[0], [1]])
    assert first["stopped"] is False
    with Image.open(server.path_of(first["file"])) as strip:
        assert strip.size == (first["tile"]["width"], first["tile"]["height"])


def test_without_a_viewer_no_cell_is_drawn(server):
    graph = swept("guidance", "1, 3", seed=18)
    run = server.run({**graph, "save": node("SaveLatent", samples=["sweep", 1], filename_prefix="tests/n")})
    assert not [event for event in run.events if event.type == "denoiscope.cells"]


def stop_after_the_first_cell(server):
    def listen(event):
        if event.type == "denoiscope.cells" and event.data["file"]:
            server.interrupt()

    return listen


def test_an_interrupted_sweep_leaves_its_finished_cells_as_a_deck_file(server):
    graph = swept("steps", "2, 3, 900", cells_at_once=1, seed=19, second="guidance", second_values="2, 5")
    run = server.run({**graph, "view": viewer(deck=["sweep", 0])}, on_event=stop_after_the_first_cell(server))
    assert run.interrupted
    last = [event.data for event in run.events if event.type == "denoiscope.cells"][-1]
    assert last["indices"] == [] and last["file"] is None
    assert (
        f"Stopped after {last['finished']} of 6 cells. They are kept in output/denoiscope/stopped_" in last["stopped"]
    )
    name = last["stopped"].split("output/")[1].split(":")[0]
    assert last["stopped"] in server.log_text()
    again = server.run(
        {
            "deck": node("DenoiscopeLoadDeck", deck_file=f"{name} [output]"),
            "view": node("DenoiscopeViewer", deck=["deck", 0], picture_size=64, decode="nothing"),
        }
    )
    (payload,) = again.outputs["view"]["denoiscope_deck"]
    assert payload["kind"] == "sweep"
    assert [axis["name"] for axis in payload["axes"]] == ["steps", "guidance"]
    assert len(payload["trajectories"]) == last["finished"] < 6
    assert all(trajectory["complete"] for trajectory in payload["trajectories"])


def stopped_files(server):
    return sorted((server.output / "denoiscope").glob("stopped_*"))


def test_a_sweep_stopped_before_its_first_cell_writes_nothing(server):
    before = stopped_files(server)
    graph = swept("steps", "1000, 2000", seed=20, cells_at_once=1)

    def stop_at_once(event):
        if event.type == "progress" and event.data["value"] < event.data["max"]:
            server.interrupt()

    assert server.run({**graph, "view": viewer(deck=["sweep", 0])}, on_event=stop_at_once).interrupted
    assert stopped_files(server) == before


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (swept("guidance", ""), "guidance values: the list is empty"),
        (swept("guidance", "12..2 x 5"), r"the range '12\.\.2 x 5' runs backwards"),
        (swept("guidance", "-1, 4"), r"guidance values must be 0\.\.100, got -1"),
        (swept("guidance", "nan"), "guidance values are numbers and ranges"),
        (swept("guidance", "4, 2, 4.0"), "'4' is named twice"),
        (swept("guidance", "1, " * 9000), "a list of 27,000 characters is too long"),
        (swept("steps", "0, 4"), r"step counts must be 1\.\.10000, got 0"),
        (swept("steps", "1e9"), r"step counts must be 1\.\.10000, got 1000000000"),
        (swept("steps", "2.5"), "step counts must be whole numbers"),
        (swept("sampler", "euler, eulr"), "samplers: 'eulr' is not installed here; did you mean euler"),
        (swept("scheduler", "kerras"), "did you mean karras"),
        (swept("img2img strength", "0, 0.5"), "img2img strengths must be above 0 and at most 1, got 0"),
        (swept("img2img strength", "1.5"), "got 1.5"),
        (swept("seed", "-1"), "seeds must be 0"),
        (swept("guidance", "1, 4", "guidance", "2, 8"), "both axes are 'guidance'"),
        (swept("prompt switch", "0, 2"), "connect positive_after"),
        (swept("prompt switch", "2, 5", positive_after="night"), r"step 0\.\.4 of this run, got 5"),
        (swept("prompt switch", "3", "steps", "4, 2", positive_after="night"), r"step 0\.\.2 of this run, got 3"),
        (swept("LoRA strength", "0, 11"), r"LoRA strengths must be -10\.\.10, got 11"),
        (swept("clip skip", "0, 1"), r"clip skips must be 1\.\.24, got 0"),
        (swept("prompt words", "mill, mill"), "'mill' is named twice"),
        (swept("magic", None), "axis: choose one of guidance, steps"),
        (swept("guidance", "1", "magic"), "second_axis: choose one of none, guidance"),
        (swept(steps=0), r"steps must be 1\.\.10,000, got 0"),
        (swept(sampler_name="eulr"), "sampler_name: 'eulr' is not installed here; did you mean euler"),
        (swept(denoise=0.0), r"denoise must be 0\.01\.\.1"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_runs(server, graph, words):
    with pytest.raises(Refused) as refused:
        server.run({**graph, "view": viewer(deck=["sweep", 0])})
    (error,) = json.loads(str(refused.value))["node_errors"]["sweep"]["errors"]
    assert re.search(words, error["details"]) and len(error["details"]) < 300


def test_ten_thousand_cells_are_refused_with_how_long_they_would_take_here(server):
    graph = swept("seed", "1..100", "guidance", "1..20 x 100", steps=20)
    words = r"10,000 cells and at least 200,000 model calls, about .*\d+ (seconds|minutes|hours) here: .*at most 256"
    with pytest.raises(RunFailed, match=words):
        server.run({**graph, "view": viewer(deck=["sweep", 0])})


def test_values_that_are_linked_are_checked_when_they_arrive(server):
    graph = swept("guidance", ["text", 0])
    graph["text"] = node("PrimitiveString", value="9..1")
    with pytest.raises(RunFailed, match="runs backwards"):
        server.run({**graph, "view": viewer(deck=["sweep", 0])})
    graph["text"] = node("PrimitiveString", value="2, 3")
    deck, _ = outcome(server, graph)
    assert deck.axes[0].values == ("2", "3")


def test_a_batch_to_start_from_is_refused(server):
    graph = swept()
    graph["empty"]["inputs"]["batch_size"] = 2
    with pytest.raises(RunFailed, match="holds a batch of 2"):
        server.run({**graph, "view": viewer(deck=["sweep", 0])})


def test_the_texts_of_the_axes_keep_their_names_and_each_explains_itself():
    """Saved workflows and prompts hold these names: they never change, new ones go to the end."""
    inputs = {declared.id: declared for declared in DenoiscopeSweep.define_schema().inputs}
    texts = {option.key: [text.id for text in option.inputs] for option in inputs["second_axis"].options}
    assert texts == {
        "none": [],
        "guidance": ["guidance_values"],
        "steps": ["step_counts"],
        "sampler": ["sampler_names"],
        "scheduler": ["scheduler_names"],
        "img2img strength": ["strengths"],
        "seed": ["seeds"],
        "prompt switch": ["switch_steps"],
        "model": ["model_names"],
        "LoRA strength": ["lora_strengths"],
        "prompt words": ["prompt_words"],
        "ControlNet strength": ["control_strengths"],
        "clip skip": ["clip_skips"],
    }
    assert [option.key for option in inputs["axis"].options] == list(texts)[1:]
    assert all(text.tooltip.endswith(".") for option in inputs["axis"].options for text in option.inputs)


def test_a_model_that_reads_guidance_is_swept_along_that_and_says_so():
    model = analytic_model()
    model.model.model_config.unet_config = {"guidance_embed": True}
    with torch.inference_mode():
        swept_deck, latents = DenoiscopeSweep.execute(
            model,
            seed=1,
            steps=2,
            cfg=1.0,
            sampler_name="euler",
            scheduler="normal",
            positive=prompt(0.5),
            negative=prompt(0.0),
            latent_image={"samples": torch.zeros(1, 4, 8, 8)},
            denoise=1.0,
            keep_guidance=True,
            cells_at_once=0,
            memory_mb=64,
            axis={"axis": "guidance", "guidance_values": "2, 3.5"},
            second_axis={"second_axis": "none"},
        ).result
    assert (swept_deck.varies, swept_deck.axes[0].values) == ("embedded guidance", ("2", "3.5"))
    assert [t.label for t in swept_deck.trajectories] == ["embedded guidance 2", "embedded guidance 3.5"]
    notes = [t.notes for t in swept_deck.trajectories]
    assert notes == [(f"The model read a guidance of {value} beside the prompt.",) for value in ("2", "3.5")]
    assert latents["samples"].shape == (2, 4, 8, 8)
