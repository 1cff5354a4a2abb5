"""Rank sweeps on the real server with the pocket model: cells, numbers, refusals, and what an interrupt leaves."""

import json
import re

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from denoiscope.core.lora.file import load_lora
from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node
from denoiscope.tests.core.loras import REFUSED, in_format, written
from denoiscope.tests.host.pocket_loras import a_lora

from .graphs import pocket_run, viewer

RANK = 6
SETTINGS = {"ranks": "none, 2, full", "strength": 1.0, "left_out": "not sampled", "keep_guidance": False}


@pytest.fixture(scope="module")
def loras(server):
    """The folder below output where the stock loader looks: a LoRA of random factors for the pocket model's U-Net."""
    from denoiscope.host import pocket

    model = pocket.build_model(pocket.read_weights())
    folder = server.output / "loras"
    folder.mkdir(exist_ok=True)
    written(folder / "random.safetensors", a_lora(model, rank=RANK).tensors)
    written(folder / "random_dora.safetensors", in_format("lora_unet_a", REFUSED["DoRA"]))
    return folder


def swept(name="random.safetensors", **changes) -> dict:
    """The pocket model in a rank sweep, node "sweep"; a stock KSampler of the same settings is "stock"."""
    graph = pocket_run(seed=7, steps=3)
    settings = {**graph["sample"]["inputs"], "model": ["pocket", 0]}
    for unused in ("record", "deck", "sample"):
        del graph[unused]
    return {
        **graph,
        "lora": node("DenoiscopeLoadLora", lora_name=name),
        "sweep": node(
            "DenoiscopeLoraRankSweep", lora=["lora", 0], memory_mb=256, **{**settings, **SETTINGS, **changes}
        ),
        "stock": node("KSampler", **settings),
    }


def outcome(server, graph):
    """The run, the deck as it was saved, and the latents of the sweep."""
    saves = {
        "save": node("DenoiscopeSaveDeck", deck=["sweep", 0], filename_prefix="tests/ranks"),
        "latents": node("SaveLatent", samples=["sweep", 1], filename_prefix="tests/ranks"),
        "chart": node("PreviewImage", images=["sweep", 2]),
        "table": node("PreviewAny", source=["sweep", 3]),
    }
    run = server.run({**graph, **saves})
    deck = load_deck(server.path_of(run.outputs["save"]["denoiscope_files"][0]))
    return run, deck, load_file(server.path_of(run.outputs["latents"]["latents"][0]))["latent_tensor"]


def latent_of(server, graph, **changes):
    graph["stock"]["inputs"] |= changes
    run = server.run({**graph, "latent": node("SaveLatent", samples=["stock", 0], filename_prefix="tests/stock")})
    return load_file(server.path_of(run.outputs["latent"]["latents"][0]))["latent_tensor"]


def test_from_none_to_full_every_cell_is_the_stock_run_with_that_much_of_the_lora(server, loras):
    graph = swept(strength=0.7)
    _, deck, latents = outcome(server, graph)
    assert [t.label for t in deck.trajectories] == ["without the LoRA", "rank 2", "full rank"]
    assert [(axis.name, axis.values) for axis in deck.axes] == [("rank", ("none", "2", "full"))]
    assert len({t.noise_fingerprint() for t in deck.trajectories}) == 1
    assert torch.equal(latents[:1], latent_of(server, graph))
    stock = node("LoraLoaderModelOnly", model=["pocket", 0], lora_name="random.safetensors", strength_model=0.7)
    graph["with"] = stock
    assert torch.equal(latents[2:], latent_of(server, graph, model=["with", 0]))
    graph["with"] = node(
        "DenoiscopeTruncateLora",
        lora=["lora", 0],
        model=["pocket", 0],
        strength_model=0.7,
        strength_clip=1.0,
        filename_prefix="",
        precision="as in the file",
        **{"keep": "a fixed rank", "keep.rank": 2},
    )
    torch.testing.assert_close(latents[1:2], latent_of(server, graph, model=["with", 0]), atol=1e-4, rtol=1e-4)


def test_chart_table_and_numbers_tell_the_same(server, loras):
    run, deck, latents = outcome(
        server, swept(vae=["pocket", 2], **{"left_out": "as more rows", "left_out.times": "4"})
    )
    (numbers,) = run.outputs["sweep"]["denoiscope_rank_sweep"]
    lines = [line.split("\t") for line in run.outputs["table"]["text"][0].split("\n")][1:]
    assert len(numbers["cells"]) == len(lines) == len(deck.trajectories) == 6
    assert (numbers["full_rank"], numbers["strength"]) == (RANK, 1.0)
    for cell, line, trajectory in zip(numbers["cells"], lines, deck.trajectories, strict=True):
        assert cell["label"] == trajectory.label
        assert float(line[3]) == pytest.approx(cell["energy"], abs=1e-6)
        assert float(line[4]) == pytest.approx(cell["distance_latent"], rel=1e-4)
        assert f"{cell['distance_latent']:.3g} in the latent" in trajectory.notes[-1] or cell["label"] == "full rank"
    assert [cell["left_out_times"] for cell in numbers["cells"]] == [None] * 3 + [4.0] * 3
    assert torch.equal(latents[0], latents[5]), "of all nothing is left out"
    (chart,) = run.outputs["sweep"]["denoiscope_chart"]
    assert chart["series"][0]["across"] == [0, 2, RANK]
    assert chart["series"][0]["values"][2][1] == pytest.approx(numbers["cells"][1]["distance_latent"], rel=1e-5)
    with Image.open(server.path_of(run.outputs["chart"]["images"][0])) as picture:
        assert picture.width == 1280
    assert json.loads(json.dumps(numbers, allow_nan=False)) == numbers


def test_the_deck_goes_onto_a_contact_sheet_and_a_page_with_its_ranks(server, loras):
    more = {"vae": ["pocket", 2], "picture_size": 64}
    sheet = node("DenoiscopeContactSheet", deck=["sweep", 0], views="x0", columns=3, layout="grid", **more)
    page = node("DenoiscopePage", deck=["sweep", 0], filename_prefix="tests/ranks", decode="nothing", **more)
    graph = swept(**{"left_out": "as more rows", "left_out.times": "4"})
    run = server.run({**graph, "sheet": sheet, "shown": node("PreviewImage", images=["sheet", 0]), "page": page})
    assert run.outputs["shown"]["images"]
    html = server.path_of(run.outputs["page"]["denoiscope_files"][0]).read_text(encoding="utf-8")
    for words in ("rank 2 · left out × 4", "From the full-rank picture: ", "full rank"):
        assert json.dumps(words).strip('"') in html


def test_bytes_are_those_of_the_file_that_truncate_lora_saves(server, loras):
    graph = swept()
    graph["cut"] = node(
        "DenoiscopeTruncateLora",
        lora=["lora", 0],
        strength_model=1.0,
        strength_clip=1.0,
        filename_prefix="ranks_cut",
        precision="as in the file",
        **{"keep": "a fixed rank", "keep.rank": 2},
    )
    run, _, _ = outcome(server, graph)
    (path,) = loras.glob("ranks_cut_*.safetensors")
    (numbers,) = run.outputs["sweep"]["denoiscope_rank_sweep"]
    assert [cell["bytes"] for cell in numbers["cells"]] == [
        0,
        load_lora(path).bytes,
        load_lora(loras / "random.safetensors").bytes,
    ]


def test_each_cell_is_shown_as_soon_as_it_is_there_full_rank_first(server, loras):
    run = server.run({**swept(seed=17), "view": viewer(deck=["sweep", 0])})
    messages = [event.data for event in run.events if event.type == "denoiscope.cells"]
    assert [message["indices"] for message in messages] == [[2], [0], [1]]
    assert messages[0]["labels"] == ["without the LoRA", "rank 2", "full rank"]
    assert messages[0]["axes"] == [{"name": "rank", "values": ["none", "2", "full"]}]
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    assert [t["label"] for t in payload["trajectories"]] == messages[0]["labels"]


def test_an_interrupted_sweep_leaves_its_finished_cells_with_their_numbers(server, loras):
    def stop_after_the_second_cell(event):
        if event.type == "denoiscope.cells" and event.data["finished"] == 2 and event.data["file"]:
            server.interrupt()

    graph = swept(ranks="none, 1..5, full", seed=19, steps=40)
    run = server.run({**graph, "view": viewer(deck=["sweep", 0])}, on_event=stop_after_the_second_cell)
    assert run.interrupted
    last = [event.data for event in run.events if event.type == "denoiscope.cells"][-1]
    assert f"Stopped after {last['finished']} of 7 cells." in last["stopped"]
    kept = load_deck(server.output / last["stopped"].split("output/")[1].split(":")[0])
    assert len(kept.trajectories) == last["finished"] < 7
    assert kept.trajectories[-1].label == "full rank"
    assert "From the full-rank picture: " in kept.trajectories[0].notes[-1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ranks": ""}, "ranks: the list is empty"),
        ({"ranks": "1, ful"}, "or full or none; got 'ful'"),
        ({"ranks": "1..300"}, "300 ranks in 1 row are 300 cells"),
        ({"left_out": "as more rows", "left_out.times": "0"}, "times must be above 0"),
        ({"left_out": "perhaps"}, "left_out: choose not sampled or as more rows"),
        ({"strength": 200.0}, "strength must be -100"),
        ({"steps": 0}, "steps must be 1"),
        ({"sampler_name": "eule"}, "'eule' is not installed here"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_runs(server, loras, changes, words):
    graph = swept(**changes)
    with pytest.raises(Refused, match=re.escape(words)):
        server.run({**graph, "save": node("SaveLatent", samples=["sweep", 1], filename_prefix="tests/no")})


@pytest.mark.parametrize(
    ("name", "changes", "words"),
    [
        ("random_dora.safetensors", {}, "cannot be cut to a lower rank, because it holds DoRA in 1 layer"),
        ("random.safetensors", {"latent_image": ["two", 0]}, "a sweep starts every cell from one latent"),
    ],
)
def test_what_only_the_run_can_see_is_refused_in_a_sentence(server, loras, name, changes, words):
    graph = swept(name, **changes)
    graph["two"] = node("EmptyLatentImage", width=128, height=128, batch_size=2)
    with pytest.raises(RunFailed, match=words):
        server.run({**graph, "save": node("SaveLatent", samples=["sweep", 1], filename_prefix="tests/no")})


def extraction(**changes):
    """What a LoRA does to the pocket model, extracted again as node "extract"; its report is "said"."""
    return {
        "pocket": node("DenoiscopePocketModel"),
        "with": node("LoraLoaderModelOnly", model=["pocket", 0], lora_name="random.safetensors", strength_model=1.0),
        "extract": node(
            "DenoiscopeExtractLora",
            **{
                "model": ["with", 0],
                "base": ["pocket", 0],
                "rank": RANK,
                "vectors": True,
                "filename_prefix": "",
                "precision": "float32",
                **changes,
            },
        ),
        "said": node("PreviewAny", source=["extract", 1]),
    }


def test_the_lora_in_a_model_is_extracted_and_saved_for_the_stock_loader(server, loras):
    run = server.run(extraction(filename_prefix="again"))
    (file,) = run.outputs["extract"]["denoiscope_files"]
    assert f"saved as output/loras/{file['filename']}" in run.outputs["said"]["text"][0]
    graph = swept()
    graph["with"] = node("LoraLoaderModelOnly", model=["pocket", 0], lora_name="random.safetensors", strength_model=1.0)
    theirs = latent_of(server, graph, model=["with", 0])
    graph["with"]["inputs"]["lora_name"] = file["filename"]
    ours = latent_of(server, graph, model=["with", 0])
    torch.testing.assert_close(ours, theirs, atol=1e-3, rtol=1e-3)


def test_an_extracted_lora_is_swept_and_measured_like_any_other(server, loras):
    graph = extraction(rank=3) | {"spectrum": node("DenoiscopeLoraSpectrum", lora=["extract", 0], rank=2)}
    run = server.run(graph)
    assert re.match(r"\d+ layers, rank 3, .* % of the energy", run.outputs["said"]["text"][0])
    (payload,) = run.outputs["spectrum"]["denoiscope_spectrum"]
    assert payload["curves"]["subtitle"].startswith("extracted, rank 3")


def test_two_equal_models_are_refused_in_a_sentence(server, loras):
    with pytest.raises(RunFailed, match="do not differ in a single weight"):
        server.run(extraction(model=["pocket", 0]))
