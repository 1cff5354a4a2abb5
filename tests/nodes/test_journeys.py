"""Runs on the real server over HTTP and websocket: what works, and what is said when it does not."""

import json
import shutil
import struct

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node
from denoiscope.pocket.autoencoder import LATENT_CHANNELS

from .graphs import pocket_run, viewer


def saved_deck(server, graph, source=("deck", 0)):
    """Run a graph and give one of its decks as it was saved."""
    run = server.run({**graph, "save": node("DenoiscopeSaveDeck", deck=list(source), filename_prefix="tests/deck")})
    return load_deck(server.path_of(run.outputs["save"]["denoiscope_files"][0]))


def saved_latents(server, graph, **sources):
    """Run a graph and give LATENT outputs by name, through the stock Save Latent."""
    saves = {
        name: node("SaveLatent", samples=source, filename_prefix=f"tests/{name}") for name, source in sources.items()
    }
    run = server.run({**graph, **saves})
    return {name: load_file(server.path_of(run.outputs[name]["latents"][0]))["latent_tensor"] for name in sources}


def picture(path) -> Image.Image:
    with Image.open(path) as image:
        return image.copy()


def sentence(failure) -> str:
    return str(failure.value)


@pytest.mark.smoke
def test_a_recorded_run_reaches_the_viewer_with_every_state(server):
    run = server.run({**pocket_run(batch=2, seed=11), "view": viewer()})
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    assert [len(t["sigmas"]) for t in payload["trajectories"]] == [5, 5]
    first = payload["trajectories"][0]
    assert (first["seed"], first["sampler"], first["scheduler"], first["guidance"]) == ("11", "euler", "karras", 4.0)
    assert first["prompt"] == "a red lighthouse on a cliff at dusk"
    assert first["complete"] and first["notes"] == []
    assert first["noise"] != payload["trajectories"][1]["noise"]
    for view in payload["views"]:
        assert view["absent"] is None
        for sheet in view["sheets"]:
            shown = picture(server.path_of(sheet["source"]))
            assert shown.width == sheet["columns"] * payload["tile"]["width"]
    assert len(json.dumps(run.outputs["view"])) < 16_000, "pictures travel as files, never in the result"


def test_words_that_were_not_understood_are_notes_of_the_saved_deck(server):
    graph = pocket_run(seed=12, steps=2, text="two lighthouses, a (dog:1.2), evening")
    graph["negative"]["inputs"]["text"] = "blurry, dragon"
    notes = [
        "Not understood: two, dog.",
        "Not understood in the negative prompt: blurry.",
        "Read as a word that the model knows: lighthouses → lighthouse, evening → dusk.",
        "Without meaning as long as no LoRA gives it one: dragon.",
    ]
    assert list(saved_deck(server, graph).trajectories[0].notes) == notes


@pytest.mark.smoke
def test_recording_through_the_real_server_does_not_change_the_latent(server):
    graph = pocket_run(seed=21)
    stock = {**graph["sample"], "inputs": {**graph["sample"]["inputs"], "model": ["pocket", 0]}}
    one_node = node("DenoiscopeKSampler", **{**stock["inputs"], "keep_guidance": True, "memory_mb": 256, "items": ""})
    latents = saved_latents(
        server,
        {**graph, "stock": stock, "own": one_node},
        recorded=["sample", 0],
        plain=["stock", 0],
        in_one=["own", 0],
    )
    assert torch.equal(latents["recorded"], latents["plain"])
    assert torch.equal(latents["in_one"], latents["plain"])


@pytest.mark.smoke
def test_the_deck_of_one_node_is_the_deck_of_three(server):
    graph = pocket_run(seed=22)
    settings = {k: v for k, v in graph["sample"]["inputs"].items() if k != "model"}
    whole = node("DenoiscopeKSampler", model=["pocket", 0], **settings, keep_guidance=True, memory_mb=256, items="")
    saved = saved_deck(server, {**graph, "whole": whole}, ("whole", 1))
    three = saved_deck(server, graph)
    assert torch.equal(saved.trajectories[0].x, three.trajectories[0].x)
    assert torch.equal(saved.trajectories[0].uncond, three.trajectories[0].uncond)


def test_two_samplers_on_one_recording_each_find_their_own_run(server):
    graph = pocket_run(seed=31)
    other = {**graph["sample"], "inputs": {**graph["sample"]["inputs"], "seed": 32, "sampler_name": "heun"}}
    second = {**graph["deck"], "inputs": {**graph["deck"]["inputs"], "latent": ["other", 0]}}
    run = server.run({**graph, "other": other, "second": second, "a": viewer(), "b": viewer(deck=["second", 0])})
    a, b = (run.outputs[name]["denoiscope_deck"][0]["trajectories"][0] for name in ("a", "b"))
    assert (a["seed"], a["sampler"], sum(a["model_calls"])) == ("31", "euler", 4)
    assert (b["seed"], b["sampler"], sum(b["model_calls"])) == ("32", "heun", 7)


def test_a_cached_sampler_still_gives_its_deck(server):
    graph = pocket_run(seed=41)
    server.run({**graph, "view": viewer()})
    graph["deck"]["inputs"]["label"] = "Another title"
    run = server.run({**graph, "view": viewer()})
    assert run.outputs["view"]["denoiscope_deck"][0]["title"] == "Another title"
    assert "sample" not in [e.data.get("node") for e in run.events if e.type == "executing"]


def test_a_viewer_draws_again_when_its_pictures_are_gone_and_only_then(server):
    graph = {**pocket_run(seed=45), "view": viewer()}
    first, second = (server.run(graph).outputs["view"]["denoiscope_deck"][0]["views"][0]["sheets"] for _ in range(2))
    assert first == second
    shutil.rmtree(server.temp / "denoiscope")
    (third, *_) = server.run(graph).outputs["view"]["denoiscope_deck"][0]["views"][0]["sheets"]
    assert server.path_of(third["source"]).is_file()


def test_a_run_goes_on_from_its_middle_to_the_same_latent(server):
    graph = pocket_run(seed=51, steps=6)
    inputs = graph["sample"]["inputs"]
    graph |= {
        "pick": node("DenoiscopePickStep", deck=["deck", 0], trajectory=0, state=3, what="noisy state"),
        "no_noise": node("DisableNoise"),
        "guider": node(
            "CFGGuider",
            model=["pocket", 0],
            positive=inputs["positive"],
            negative=inputs["negative"],
            cfg=inputs["cfg"],
        ),
        "euler": node("KSamplerSelect", sampler_name="euler"),
        "rest": node(
            "SamplerCustomAdvanced",
            noise=["no_noise", 0],
            guider=["guider", 0],
            sampler=["euler", 0],
            sigmas=["pick", 1],
            latent_image=["pick", 0],
        ),
    }
    latents = saved_latents(server, graph, whole=["sample", 0], continued=["rest", 0])
    torch.testing.assert_close(latents["continued"], latents["whole"], atol=1e-4, rtol=1e-4)


def test_frames_and_contact_sheet_come_as_images(server):
    graph = pocket_run(seed=61)
    graph |= {
        "frames": node("DenoiscopeFrames", deck=["deck", 0], vae=["pocket", 2], view="x0", trajectory=0),
        "sheet": node(
            "DenoiscopeContactSheet", deck=["deck", 0], vae=["pocket", 2], views="x, x0", columns=3, picture_size=64
        ),
        "decoded": node("VAEDecode", samples=["sample", 0], vae=["pocket", 2]),
        "save_frames": node("SaveImage", images=["frames", 0], filename_prefix="tests/frames"),
        "save_sheet": node("SaveImage", images=["sheet", 0], filename_prefix="tests/sheet"),
        "save_decoded": node("SaveImage", images=["decoded", 0], filename_prefix="tests/decoded"),
    }
    run = server.run(graph)
    frames = [picture(server.path_of(item)) for item in run.outputs["save_frames"]["images"]]
    assert len(frames) == 5
    stock = picture(server.path_of(run.outputs["save_decoded"]["images"][0]))
    apart = max(abs(a - b) for a, b in zip(frames[-1].tobytes(), stock.tobytes(), strict=True))
    assert apart <= 1, "the last guess is the picture that the stock decoder shows"
    assert picture(server.path_of(run.outputs["save_sheet"]["images"][0])).width > 3 * 64


@pytest.mark.smoke
def test_a_saved_deck_opens_again_in_the_viewer(server):
    graph = pocket_run(seed=71)
    run = server.run({**graph, "save": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="tests/again")})
    file = run.outputs["save"]["denoiscope_files"][0]
    name = f"{file['subfolder']}/{file['filename']} [output]"
    again = server.run(
        {
            "deck": node("DenoiscopeLoadDeck", deck_file=name),
            "view": node("DenoiscopeViewer", deck=["deck", 0], picture_size=128, decode="everything"),
        }
    )
    (payload,) = again.outputs["view"]["denoiscope_deck"]
    assert payload["title"] == "A run"
    assert {view["source"] for view in payload["views"]} == {"approximate", "exact"}


def test_a_page_is_one_file_of_a_few_megabytes(server):
    graph = pocket_run(seed=81, steps=20)
    page = node(
        "DenoiscopePage",
        deck=["deck", 0],
        vae=["pocket", 2],
        filename_prefix="tests/page",
        picture_size=128,
        decode="everything",
    )
    run = server.run({**graph, "page": page})
    path = server.path_of(run.outputs["page"]["denoiscope_files"][0])
    assert path.suffix == ".html"
    assert 50_000 < path.stat().st_size < 5_000_000
    assert "A run" in path.read_text(encoding="utf-8")


@pytest.mark.smoke
def test_live_pictures_are_announced_for_the_viewer_while_the_sampler_runs(server):
    run = server.run({**pocket_run(seed=91, steps=12), "view": viewer()})
    steps = [event.data for event in run.events if event.type == "denoiscope.step"]
    assert steps, "no live picture came"
    assert {tuple(step["viewers"]) for step in steps} == {("view",)}
    assert all(step["version"] == 1 and step["steps"] == 12 and step["sigma"] > 0 for step in steps)
    assert picture(server.path_of(steps[-1]["file"])).size == (16, 32)


def test_without_a_viewer_nothing_is_drawn_live(server):
    run = server.run(
        {**pocket_run(seed=92), "save": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="tests/n")}
    )
    assert not [event for event in run.events if event.type == "denoiscope.step"]


def test_an_interrupted_run_is_collected_afterwards_without_sampling_again(server):
    graph = pocket_run(seed=101, steps=400)
    seen = []

    def stop_in_the_middle(event):
        if event.type == "denoiscope.step":
            seen.append(event)
            if len(seen) == 3:
                server.interrupt()

    assert server.run({**graph, "view": viewer()}, on_event=stop_in_the_middle).interrupted
    graph["deck"]["inputs"]["run"] = "last interrupted"
    run = server.run({**graph, "view": viewer()})
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    (trajectory,) = payload["trajectories"]
    assert not trajectory["complete"]
    assert any("Interrupted after" in note for note in trajectory["notes"])
    assert 1 <= len(trajectory["sigmas"]) < 400
    assert "sample" not in [e.data.get("node") for e in run.events if e.type == "executing"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"latent": ["empty", 0]}, "none of the runs|nothing has been recorded"),
        ({"run": "last interrupted"}, "no interrupted run"),
    ],
)
def test_collect_says_what_is_missing(server, change, words):
    graph = pocket_run(seed=111)
    graph["record"]["inputs"]["memory_mb"] = 255  # a recording of its own
    graph["deck"]["inputs"] |= change
    with pytest.raises(RunFailed, match=words):
        server.run({**graph, "view": viewer()})


def test_a_full_memory_budget_cuts_the_deck_and_says_so(server):
    graph = pocket_run(seed=121, steps=150)
    graph["record"]["inputs"]["memory_mb"] = 1
    graph["empty"]["inputs"]["batch_size"] = 2
    run = server.run({**graph, "view": viewer(decode="nothing")})
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    trajectory = payload["trajectories"][0]
    assert not trajectory["complete"] and 1 < len(trajectory["sigmas"]) < 151
    assert any("memory budget of 1 MB" in note for note in trajectory["notes"])


@pytest.mark.parametrize("items", ["x", "3-1", "1,"])
def test_items_that_cannot_be_read_are_refused_before_anything_runs(server, items):
    graph = pocket_run(seed=131)
    graph["record"]["inputs"]["items"] = items
    with pytest.raises(Refused, match="items|range"):
        server.run({**graph, "view": viewer()})


def test_an_item_that_is_not_in_the_batch_is_told_and_the_picture_is_not_lost(server):
    graph = pocket_run(seed=132)
    graph["record"]["inputs"]["items"] = "5"
    with pytest.raises(RunFailed, match=r"not recorded: the batch has items 0\.\.0, but item 5"):
        server.run({**graph, "view": viewer()})


def saved_latent(server, run):
    return load_file(server.path_of(run.outputs["save"]["latents"][0]))["latent_tensor"]


@pytest.mark.parametrize("without", ["record", "items"])
def test_what_cannot_be_collected_leaves_the_rest_of_the_graph_and_the_sampler_with_a_deck_its_latent(server, without):
    """Record bypassed, as the frontend sends it: its MODEL goes past it, its RECORDING is gone."""
    graph = pocket_run(seed=133)
    if without == "record":
        graph["sample"]["inputs"]["model"] = ["pocket", 0]
        del graph["record"], graph["deck"]["inputs"]["recording"]
        said = "Record Denoising is bypassed"
    else:
        settings = {**graph["sample"]["inputs"], "model": ["pocket", 0], "keep_guidance": True, "memory_mb": 64}
        graph["sample"] = node("DenoiscopeKSampler", **settings, items="0, 3")
        del graph["record"], graph["deck"]
        said = r"the batch has items 0\.\.0, but item 3"
    graph["save"] = node("SaveLatent", samples=["sample", 0], filename_prefix="tests/kept")
    with pytest.raises(RunFailed, match=said) as failed:
        server.run({**graph, "view": viewer(deck=["deck", 0] if without == "record" else ["sample", 1])})
    assert saved_latent(server, failed.value.run).shape[0] == 1


def test_a_sampler_that_gives_no_latent_is_waited_for_through_what_it_gives_and_runs_are_taken_by_number(server):
    """The picture stands for the sampler's only output."""
    graph = pocket_run(seed=134)
    graph["record"]["inputs"]["memory_mb"] = 254  # a recording of its own
    graph["image"] = node("VAEDecode", samples=["sample", 0], vae=["pocket", 2])
    del graph["deck"]["inputs"]["latent"]
    graph["deck"]["inputs"]["after"] = ["image", 0]
    graph["count"] = node("PreviewAny", source=["deck", 1])
    for seed, held in ((134, "1"), (135, "2")):
        graph["sample"]["inputs"]["seed"] = seed
        run = server.run({**graph, "view": viewer()})
        assert run.outputs["count"]["text"] == [held]
        assert run.outputs["view"]["denoiscope_deck"][0]["trajectories"][0]["seed"] == str(seed)
    graph["deck"]["inputs"] |= {"run": "by number", "number": 0}
    run = server.run({**graph, "view": viewer()})
    assert run.outputs["view"]["denoiscope_deck"][0]["trajectories"][0]["seed"] == "134"


def test_every_deck_of_a_long_list_of_latents_is_collected(server):
    """Rebatched to single latents, the twentieth run pushed out the first four, and nothing came at all."""
    graph = pocket_run(seed=136, steps=1, batch=20)
    graph["single"] = node("RebatchLatents", latents=["empty", 0], batch_size=1)
    graph["sample"]["inputs"]["latent_image"] = ["single", 0]
    run = server.run({**graph, "view": viewer(decode="nothing")})
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    assert len(payload["trajectories"]) == 20


def test_what_is_looked_at_is_made_before_a_page_that_stands_first(server):
    graph = pocket_run(seed=138)
    page = node("DenoiscopePage", deck=["deck", 0], filename_prefix="tests/later", picture_size=64, decode="nothing")
    run = server.run({"page": page, **graph, "view": viewer(decode="nothing")})
    finished = [event.data["node"] for event in run.events if event.type == "executed"]
    assert finished == ["view", "page"]


def test_zero_steps_are_refused(server):
    graph = pocket_run(seed=141)
    graph["sample"]["inputs"]["steps"] = 0
    with pytest.raises(Refused, match="steps"):
        server.run({**graph, "view": viewer()})


def test_zero_noise_levels_give_a_latent_that_no_run_made(server):
    graph = pocket_run(seed=142)
    graph["sample"] |= node(
        "KSamplerAdvanced",
        **{k: v for k, v in graph["sample"]["inputs"].items() if k not in ("seed", "denoise")},
        add_noise="enable",
        noise_seed=1,
        start_at_step=4,
        end_at_step=4,
        return_with_leftover_noise="disable",
    )
    with pytest.raises(RunFailed, match="none of the runs|nothing has been recorded|no model call"):
        server.run({**graph, "view": viewer()})


def test_values_that_are_not_numbers_reach_the_viewer_as_a_sentence(server):
    graph = pocket_run(seed=151)
    bad = torch.full((1, LATENT_CHANNELS, 16, 16), float("nan"))
    (server.server.base / "input").mkdir(exist_ok=True)
    save_file(
        {"latent_tensor": bad, "latent_format_version_0": torch.zeros(0)}, server.server.base / "input" / "nan.latent"
    )
    graph["broken"] = node("LoadLatent", latent="nan.latent")
    graph["sample"]["inputs"] |= {"latent_image": ["broken", 0], "denoise": 0.5}
    run = server.run({**graph, "view": viewer()})
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    assert any("not numbers" in note for note in payload["trajectories"][0]["notes"])
    guess = next(view for view in payload["views"] if view["id"] == "x0")
    assert guess["absent"] and guess["sheets"] == []


def test_a_vae_of_other_latents_is_refused_in_one_sentence(server):
    graph = pocket_run(seed=161)
    graph["pixels"] = node("VAELoader", vae_name="pixel_space")
    with pytest.raises(RunFailed, match=f"this VAE reads latents of 3 channels, but the deck's have {LATENT_CHANNELS}"):
        server.run({**graph, "view": viewer(vae=["pixels", 0])})


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("DenoiscopeSaveDeck", {}),
        ("DenoiscopePage", {"picture_size": 64, "decode": "nothing"}),
    ],
)
@pytest.mark.parametrize("name", ["../escaped", "/tmp/escaped", "a/../../escaped", "", "line\nbreak"])
def test_a_name_that_leaves_the_output_folder_is_refused(server, kind, inputs, name):
    graph = pocket_run(seed=171)
    with pytest.raises(RunFailed, match="inside ComfyUI's output folder"):
        server.run({**graph, "save": node(kind, deck=["deck", 0], filename_prefix=name, **inputs)})


@pytest.mark.parametrize(
    "name",
    ["../secret.safetensors [output]", "/etc/passwd [input]", "missing.safetensors [input]", "a.txt [input]", "x"],
)
def test_a_deck_name_that_is_none_is_refused_before_anything_runs(server, name):
    with pytest.raises(Refused):
        server.run({"deck": node("DenoiscopeLoadDeck", deck_file=name), "view": _bare_viewer()})


def test_a_damaged_deck_file_is_told_in_one_sentence(server):
    folder = server.server.base / "input"
    folder.mkdir(exist_ok=True)
    header = json.dumps({"a": {"dtype": "F32", "shape": [10**9], "data_offsets": [0, 4 * 10**9]}}).encode()
    broken = {
        "short": b"\0" * 4,
        "lying": struct.pack("<Q", len(header)) + header,
        "other": _safetensors({"w": torch.zeros(2)}),
    }
    for name, data in broken.items():
        (folder / f"{name}.safetensors").write_bytes(data)
        with pytest.raises(RunFailed) as failure:
            server.run(
                {"deck": node("DenoiscopeLoadDeck", deck_file=f"{name}.safetensors [input]"), "view": _bare_viewer()}
            )
        assert f"{name}.safetensors" in sentence(failure)


@pytest.mark.parametrize(
    ("inputs", "words"), [({"state": 99}, r"state must be 0\.\.4"), ({"trajectory": 3}, r"trajectory must be 0\.\.0")]
)
def test_a_step_that_is_not_there_is_told(server, inputs, words):
    graph = pocket_run(seed=181)
    pick = node("DenoiscopePickStep", **{"deck": ["deck", 0], "trajectory": 0, "state": 1, "what": "guess", **inputs})
    with pytest.raises(RunFailed, match=words):
        server.run({**graph, "pick": pick, "save": node("SaveLatent", samples=["pick", 0], filename_prefix="tests/p")})


def test_a_view_that_is_unknown_is_told_with_those_there_are(server):
    graph = pocket_run(seed=182)
    sheet = node("DenoiscopeContactSheet", deck=["deck", 0], views="x0, magic", columns=3, picture_size=64)
    with pytest.raises(RunFailed, match="no view 'magic': choose one of x, x_raw"):
        server.run({**graph, "sheet": sheet, "save": node("SaveImage", images=["sheet", 0], filename_prefix="tests/v")})


def _bare_viewer():
    return node("DenoiscopeViewer", deck=["deck", 0], picture_size=64, decode="everything")


def _safetensors(tensors) -> bytes:
    from safetensors.torch import save

    return save(tensors)
