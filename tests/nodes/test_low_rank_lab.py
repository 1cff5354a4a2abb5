"""The low-rank lab on the real server: its numbers by another road, its picture, its page, and what is refused."""

import json
import re

import numpy as np
import pytest
from PIL import Image

from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node

SEED_LIMIT = 2**64 - 1


def lab(**changes) -> dict:
    """The lab alone, as node "lab"; `image` names another node."""
    inputs = {"pattern": "bolt", "size": 16, "rank": 3, "noise": 0.0, "seed": 0, "save_page_as": ""} | changes
    if "image" in inputs:
        inputs["image"] = [inputs["image"], 0]
    return {"lab": node("DenoiscopeLowRankLab", **inputs)}


def shown(server, graph) -> dict:
    (payload,) = server.run(graph).outputs["lab"]["denoiscope_low_rank"]
    return payload


def matrices(payload) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return tuple(np.array(payload[name]) for name in ("update", "up", "down"))


def test_at_rank_3_the_bolt_keeps_nearly_all_with_96_numbers_for_256(server):
    """The energy from what is left of the matrices that travelled, not from the singular values."""
    payload = shown(server, lab())
    update, up, down = matrices(payload)
    left = update - up[:, :3] @ down[:3]
    told = payload["ranks"][3]
    assert (told["numbers"], payload["entries"], up[:, :3].size + down[:3].size) == (96, 256, 96)
    assert told["energy"] == pytest.approx(1 - (left**2).sum() / (update**2).sum(), abs=1e-6)
    assert told["energy"] > 0.98


@pytest.mark.parametrize("pattern", ["bolt", "cross", "gradient", "diagonal", "noise"])
def test_the_numbers_of_every_rank_are_what_numpy_finds(server, pattern):
    payload = shown(server, lab(pattern=pattern, noise=0.2, seed=SEED_LIMIT))
    update, up, down = matrices(payload)
    values = np.linalg.svd(update, compute_uv=False)
    assert payload["values"] == pytest.approx(list(values), rel=1e-5, abs=1e-5)
    kept = np.concatenate([[0], np.cumsum(values**2) / (values**2).sum()])
    assert [rank["energy"] for rank in payload["ranks"]] == pytest.approx(list(kept), abs=1e-5)
    assert up @ down == pytest.approx(update, abs=1e-5)


def test_programs_get_the_sentence_and_the_notes_as_text(server):
    text = server.run(lab(pattern="noise")).outputs["lab"]["text"]
    assert text[0] == "Rank 3 keeps 47.1 % of the energy with 96 of 256 numbers."
    assert "No structure, no saving" in text[1]


def test_a_picture_is_taken_apart(server):
    graph = lab(pattern="picture", size=24, image="empty") | {
        "empty": node("EmptyImage", width=40, height=64, batch_size=1, color=0x208040),
    }
    with pytest.raises(RunFailed, match="one even grey"):
        server.run(graph)
    graph["lab"]["inputs"]["image"] = ["other", 0]
    graph["other"] = lab(pattern="cross")["lab"]
    payload = shown(server, graph)
    assert payload["title"] == "A picture, 24 × 24"
    assert np.abs(matrices(payload)[0]).max() == 1


def test_the_image_shows_the_product_at_its_rank(server):
    """The middle of each cell of the fourth matrix, read back through the colours of the scale."""
    graph = {**lab(rank=2), "picture": node("PreviewImage", images=["lab", 0])}
    outputs = server.run(graph).outputs
    (payload,) = outputs["lab"]["denoiscope_low_rank"]
    with Image.open(server.path_of(outputs["picture"]["images"][0])) as opened:
        picture = np.asarray(opened.convert("RGB"), dtype=float)
    _, up, down = matrices(payload)
    product, scale = up[:, :2] @ down[:2], payload["scales"]["update"]
    anchors = np.array([[int(name[i : i + 2], 16) for i in (1, 3, 5)] for name in scale["colours"]])
    cell, left, top = 14, 16 + 3 * (14 * 16 + 22), 64 + 26
    for row in range(16):
        for column in range(16):
            seen = picture[top + row * cell + 7, left + column * cell + 7]
            place = (product[row, column] - scale["low"]) / (scale["high"] - scale["low"]) * (len(anchors) - 1)
            wanted = [np.interp(place, range(len(anchors)), anchors[:, channel]) for channel in range(3)]
            assert seen == pytest.approx(wanted, abs=1), (row, column)


def test_the_page_lies_in_the_output_folder_and_carries_all_it_needs(server):
    outputs = server.run(lab(save_page_as="denoiscope/rank")).outputs["lab"]
    page = server.path_of(outputs["denoiscope_files"][0]).read_text(encoding="utf-8")
    embedded = re.search(r'<script type="application/json" id="payload">(.*?)</script>', page).group(1)
    assert json.loads(embedded) == outputs["denoiscope_low_rank"][0]
    assert "<h1>The low-rank lab</h1>" in page
    assert not re.findall(r"(?:src|href)=|https?://", page)
    assert len(page) < 350_000  # its words in three languages among them


def test_without_a_name_no_page_is_saved(server):
    assert "denoiscope_files" not in server.run(lab(seed=5)).outputs["lab"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rank": 17}, "16, got 17: lower it, or raise size"),
        ({"rank": -1}, "rank must be 0..64, got -1"),
        ({"size": 4}, "size must be 8..64, got 4"),
        ({"size": 65}, "size must be 8..64, got 65"),
        ({"pattern": "star"}, "star"),
        ({"noise": -0.5}, "smaller than min"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_runs(server, changes, sentence):
    with pytest.raises(Refused) as failure:
        server.run(lab(**changes))
    assert sentence in str(failure.value)


def test_a_rank_that_another_node_gives_is_checked_when_it_is_there(server):
    graph = lab(rank=["number", 0]) | {"number": node("PrimitiveInt", value=20)}
    with pytest.raises(RunFailed, match="the rank must be 0..16 for an update of 16 × 16, got 20"):
        server.run(graph)
    graph["number"] = node("PrimitiveInt", value=5)
    assert shown(server, graph)["rank"] == 5


def test_a_picture_that_is_missing_is_asked_for(server):
    with pytest.raises(RunFailed, match="none is connected: connect an image, or choose another pattern"):
        server.run(lab(pattern="picture"))


def test_a_page_stays_inside_the_output_folder(server):
    with pytest.raises(RunFailed, match="inside ComfyUI's output folder"):
        server.run(lab(save_page_as="../../elsewhere"))
