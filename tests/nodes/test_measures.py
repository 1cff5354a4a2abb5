"""Measures on the real server: of runs, sweeps and noised pictures, by other roads, and what is refused or said."""

import csv
import io
import math

import numpy as np
import pytest
import torch
from PIL import Image

from denoiscope.core.comparing.sweep_settings import SETTINGS
from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node

from .graphs import pocket_run, viewer


def measures(deck=("deck", 0), vae=("pocket", 2), **changes):
    """Measures as node "measures", its table as "said", its CSV as "numbers"."""
    inputs = {"deck": list(deck), "chart": "everything", "threshold": 0.2, "compare_with": 0, "region": 0}
    inputs |= {"layout_up_to": 2.0, "shapes_up_to": 6.0, **({"vae": list(vae)} if vae else {}), **changes}
    return {
        "measures": node("DenoiscopeMeasures", **inputs),
        "said": node("PreviewAny", source=["measures", 2]),
        "numbers": node("PreviewAny", source=["measures", 3]),
    }


def swept(values="1, 3, 9"):
    """Three guidances from one noise, as node "sweep"."""
    graph = pocket_run()
    settings = {**graph["sample"]["inputs"], "model": ["pocket", 0]}
    inputs = {**settings, "axis": "guidance", "second_axis": "none"}
    inputs |= {"keep_guidance": True, "cells_at_once": 0, "memory_mb": 256}
    inputs[f"axis.{SETTINGS['guidance'].input}"] = values
    kept = {name: graph[name] for name in ("pocket", "positive", "negative", "empty")}
    return kept | {"sweep": node("DenoiscopeSweep", **inputs)}


def payload(outputs) -> dict:
    return outputs["measures"]["denoiscope_measures"][0]


def said(outputs) -> str:
    return outputs["said"]["text"][0]


@pytest.fixture(scope="module")
def run(server):
    """One run of eight steps, measured, kept as a file and shown."""
    graph = pocket_run(steps=8) | measures() | {"shown": viewer()}
    graph |= {"saved": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="measures/run")}
    graph |= {f"image {slot}": node("PreviewImage", images=["measures", slot]) for slot in (0, 1)}
    outputs = server.run(graph).outputs
    (file,) = outputs["saved"]["denoiscope_files"]
    return outputs, load_deck(server.path_of(file))


def test_the_distances_are_those_of_numpys_transform_of_the_saved_deck(run):
    outputs, deck = run
    (trajectory,) = deck.trajectories
    states = payload(outputs)["runs"][0]["states"]
    final = trajectory.x[-1].double().numpy()
    high, wide = final.shape[-2:]
    down, across = np.meshgrid(np.fft.fftfreq(high) * high, np.fft.fftfreq(wide) * wide, indexing="ij")
    radius = np.hypot(down, across)
    for step, guess in enumerate(trajectory.x0.double().numpy()):
        power = np.abs(np.fft.fft2(guess - final)) ** 2 / (high * wide)
        for name, mask in (("layout", radius <= 2), ("shapes", (radius > 2) & (radius <= 6)), ("texture", radius > 6)):
            wanted = math.sqrt((power * mask).sum() / final.size)
            assert states[f"latent_distance_{name}"][step] == pytest.approx(wanted, rel=1e-5)
        whole = math.sqrt(np.mean((guess - final) ** 2))
        assert states["latent_distance_whole"][step] == pytest.approx(whole, rel=1e-5)


def test_r_squared_is_one_minus_the_share_of_the_variance_that_is_missing(run):
    outputs, deck = run
    (trajectory,) = deck.trajectories
    final = trajectory.x[-1].double()
    about = final - final.mean((1, 2), keepdim=True)
    found = payload(outputs)["runs"][0]["states"]["latent_r2_whole"]
    wanted = [1 - float((guess.double() - final).square().sum() / about.square().sum()) for guess in trajectory.x0]
    assert found[:-1] == pytest.approx(wanted, abs=1e-5)
    assert found[-1] == 1


def test_the_commit_steps_follow_from_the_distances(run):
    outputs, _ = run
    (entry,) = payload(outputs)["runs"]
    for part, step in entry["settled_at"].items():
        near = [r2 is not None and r2 >= 1 - 0.2**2 - 1e-9 for r2 in entry["states"][f"latent_r2_{part}"]]
        assert all(near[step:]) and (step == 0 or not near[step - 1])
    steps = torch.tensor(entry["commit_map"])
    assert 0 <= int(steps.min()) <= int(steps.max()) <= 8


def test_the_viewer_gets_the_same_distances_steps_and_map(run):
    outputs, _ = run
    (entry,) = payload(outputs)["runs"]
    shown = outputs["shown"]["denoiscope_deck"][0]
    settling = shown["trajectories"][0]["settling"]
    assert shown["version"] == 1 and shown["settling"]["threshold"] == 0.2
    assert settling["settled"] == entry["settled_at"]
    for part, distances in settling["distance"].items():
        wanted = [math.sqrt(1 - r2) for r2 in entry["states"][f"latent_r2_{part}"][:5]]
        assert distances[:5] == pytest.approx(wanted, rel=1e-3)
    width = settling["map"]["columns"]
    flat = [int(digit, 36) for digit in settling["map"]["steps"]]
    assert [flat[i : i + width] for i in range(0, len(flat), width)] == entry["commit_map"]


def test_the_pictures_are_measured_as_the_stock_decoder_makes_them(server, run):
    outputs, deck = run
    graph = pocket_run(steps=8) | {"decoded": node("VAEDecode", samples=["sample", 0], vae=["pocket", 2])}
    graph |= {"image": node("PreviewImage", images=["decoded", 0])}
    with Image.open(server.path_of(server.run(graph).outputs["image"]["images"][0])) as picture:
        pixels = np.asarray(picture.convert("RGB"), dtype=np.float64) / 255
    highest, lowest = pixels.max(-1), pixels.min(-1)
    wanted = float(np.where(highest > 0, (highest - lowest) / np.maximum(highest, 1e-9), 0).mean())
    states = payload(outputs)["runs"][0]["states"]
    assert states["saturation"][-1] == pytest.approx(wanted, abs=0.004)  # a PNG has 256 levels
    at_the_ends = float(((pixels == 0) | (pixels == 1)).mean())
    assert 0 <= states["clipped"][-1] <= at_the_ends + 1e-9


def test_chart_and_map_come_as_pictures_and_the_chart_in_the_widget_has_the_same_curves(server, run):
    outputs, _ = run
    chart = outputs["measures"]["denoiscope_chart"][0]
    assert [entry["label"] for entry in chart["series"]] == ["layout", "shapes", "texture", "whole"]
    for slot in (0, 1):
        with Image.open(server.path_of(outputs[f"image {slot}"]["images"][0])) as picture:
            assert len(picture.convert("RGB").getcolors(2**24)) > 20


def test_the_csv_reads_back_as_the_numbers_of_the_result(run):
    outputs, _ = run
    rows = list(csv.DictReader(io.StringIO(outputs["numbers"]["text"][0])))
    states = payload(outputs)["runs"][0]["states"]
    assert len(rows) == 9
    assert [float(row["sigma"]) for row in rows] == pytest.approx(states["sigma"], rel=1e-6)
    assert [row["pull_whole"] != "" for row in rows] == [size is not None for size in states["pull_whole"]]


def test_a_sweep_has_a_line_for_each_cell_its_time_and_where_it_parts(server):
    outputs = server.run(swept() | measures(("sweep", 0))).outputs
    runs = payload(outputs)["runs"]
    assert [entry["label"] for entry in runs] == ["guidance 1", "guidance 3", "guidance 9"]
    assert [entry["parting"] is None for entry in runs] == [True, False, False]
    assert all(sum(s for s in entry["states"]["seconds"] if s) > 0 for entry in runs)
    assert {size for size in runs[0]["states"]["pull_whole"]} == {None}
    assert "never asked without the prompt" in said(outputs)
    assert sum(line.startswith("guidance ") for line in said(outputs).split("\n")) == 3


def test_cells_that_are_almost_equal_never_part(server):
    outputs = server.run(swept("4, 4.001") | measures(("sweep", 0))).outputs
    found = payload(outputs)["runs"][1]["parting"]
    assert found["kind"] == "never" and found["distance"] < 0.01


def test_without_a_vae_the_pixels_are_said_to_be_unknown(server):
    outputs = server.run(pocket_run() | measures(vae=None)).outputs
    assert "not known without a VAE" in said(outputs)
    states = payload(outputs)["runs"][0]["states"]
    assert {*states["saturation"], *states["clipped"], *states["pixel_r2_whole"]} == {None}


def test_a_noised_picture_is_measured_level_by_level_and_commits_to_nothing(server):
    graph = pocket_run()
    inputs = {"latent": ["sample", 0], "model": ["pocket", 0], "positive": ["positive", 0], "mirror": "one guess"}
    inputs |= {"seed": 5, "steps": 4, "scheduler": "normal", "schedule": "variance preserving", "cfg": 1.0}
    graph |= {"noised": node("DenoiscopeForward", **inputs, sampler_name="euler")}
    outputs = server.run(graph | measures(("noised", 0)) | {"shown": viewer(deck=["noised", 0])}).outputs
    (entry,) = payload(outputs)["runs"]
    assert entry["settled_at"] == {} and entry["commit_map"] is None
    assert "nothing settles" in said(outputs)
    (shown,) = outputs["shown"]["denoiscope_deck"][0]["trajectories"]
    assert entry["states"]["latent_distance_whole"] == pytest.approx(shown["error"], abs=1e-6)
    assert shown["settling"] is None


def test_at_guidance_1_a_chart_of_guidance_says_why_it_is_empty(server):
    with pytest.raises(RunFailed, match="no number to draw of what guidance does.*never asked without the prompt"):
        server.run(pocket_run(cfg=1.0) | measures(chart="what guidance does"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"threshold": 0.0}, "smaller than min of 0.01"),
        ({"chart": "all"}, "not in list"),
        ({"region": -1}, "smaller than min of 0"),
    ],
)
def test_what_the_widgets_do_not_offer_is_refused_before_anything_runs(server, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        server.run(pocket_run() | measures(**changes))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"layout_up_to": 6.0, "shapes_up_to": 2.0}, "layout must end above 0 and before shapes do"),
        ({"compare_with": 3}, "trajectory must be 0..0, got 3"),
    ],
)
def test_wishes_that_do_not_go_together_are_refused_in_a_sentence(server, changes, sentence):
    with pytest.raises(RunFailed, match=sentence):
        server.run(pocket_run() | measures(**changes))
