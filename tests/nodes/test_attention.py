"""Attention of a word on the real server with the pocket model: through recorder, sweep, files, viewer and page."""

import numpy as np
import pytest
from PIL import Image

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node

from .graphs import pocket_run, viewer

PROMPT = "a red lighthouse on a cliff at dusk"


def watched(*, words="lighthouse, dusk", text=PROMPT, **run) -> dict:
    """A pocket run whose prompt and model go through the attention node."""
    graph = pocket_run(text=text, **run)
    graph["attention"] = node("DenoiscopeAttention", model=["pocket", 0], clip=["pocket", 1], text=text, words=words)
    graph["record"]["inputs"]["model"] = ["attention", 0]
    graph["sample"]["inputs"]["positive"] = ["attention", 1]
    del graph["positive"]
    return graph


def saved(server, graph):
    run = server.run({**graph, "save": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="tests/attention")})
    return load_deck(server.path_of(run.outputs["save"]["denoiscope_files"][0]))


def test_the_deck_of_a_recorded_run_carries_the_attention_of_every_step_and_its_prompt(server):
    deck = saved(server, watched(steps=4, batch=2))
    for trajectory in deck.trajectories:
        assert trajectory.attention.words == ("lighthouse", "dusk")
        assert [trajectory.attention.has(guess) for guess in range(4)] == [True] * 4
        assert trajectory.settings.prompt == PROMPT
        assert trajectory.notes == ()


def test_a_run_with_the_attention_node_is_the_run_without_it(server):
    with_node, without = saved(server, watched()), saved(server, pocket_run())
    for a, b in zip(with_node.trajectories, without.trajectories, strict=True):
        assert a.x.equal(b.x) and a.x0.equal(b.x0) and b.attention is None


def test_the_viewer_hears_of_words_layers_and_sheets_that_it_can_fetch(server):
    run = server.run({**watched(), "viewer": viewer()})
    (payload,) = run.outputs["viewer"]["denoiscope_deck"]
    told = payload["attention"]
    assert told["words"] == ["lighthouse", "dusk"]
    assert told["present"] == [[True] * 4 + [False]]
    first, *others = told["groups"]
    assert first["name"] == "all layers" and first["layers"] == sum(group["layers"] for group in others)
    (sheet,) = first["sheets"]
    assert sheet["count"] == 2 * 5
    image = Image.open(server.path_of(sheet["source"]))
    columns = min(sheet["columns"], sheet["count"])
    assert image.size == (columns * first["columns"], -(-sheet["count"] // columns) * first["rows"])
    assert np.array(image).max() == 255


def test_a_deck_without_the_node_says_nothing_of_attention(server):
    run = server.run({**pocket_run(), "viewer": viewer()})
    assert run.outputs["viewer"]["denoiscope_deck"][0]["attention"] is None


def test_the_page_carries_the_sheets_within_itself(server):
    page = node("DenoiscopePage", deck=["deck", 0], vae=["pocket", 2], filename_prefix="tests/attention",
                picture_size=64, decode="everything")  # fmt: skip
    run = server.run({**watched(), "page": page})
    text = server.path_of(run.outputs["page"]["denoiscope_files"][0]).read_text(encoding="utf-8")
    assert '"attention"' in text and "all layers" in text and "attention_bar.js" in text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"words": "boat"}, "'boat' is not among the words of this prompt .* knows: a, red, lighthouse"),
        ({"text": " "}, "the prompt is empty"),
    ],
)
def test_words_that_are_not_there_are_refused_in_a_sentence(server, changes, sentence):
    with pytest.raises(RunFailed, match=sentence):
        saved(server, watched(**changes))


def test_too_many_words_are_refused_before_anything_runs(server):
    with pytest.raises(Refused, match="at most 16 words can be watched at once, got 17"):
        saved(server, watched(words=",".join("abcdefghijklmnopq")))
