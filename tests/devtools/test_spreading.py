"""A sweep in shards: every cell once, whatever happens to the servers."""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

pytest.importorskip("distributed", reason="the test tools are not installed: run `python dev.py test`")

from denoiscope.core.comparing.sweep_settings import NO_AXIS
from denoiscope.core.recording.deck_file import load_deck
from denoiscope.core.recording.deck_join import Part, joined
from denoiscope.devtools.driving.client import Client
from denoiscope.devtools.driving.problem import Problem
from denoiscope.devtools.driving.real_server import FLAGS, the_host
from denoiscope.devtools.driving.server import running
from denoiscope.devtools.driving.workflow import node
from denoiscope.devtools.spreading.farm import Lost, demand, gather, kept, put, whole
from denoiscope.devtools.spreading.shards import SAVE, exactly, plan

OFFERED = {
    "DenoiscopeSweep": {
        "input": {"required": {"sampler_name": [["euler", "heun", "lcm"], {}], "scheduler": [["karras", "normal"], {}]}}
    }
}


def sweep_of(axis="seed", typed="1..10", second=NO_AXIS, second_typed=None, **settings):
    """A prompt with a sweep, and a viewer that no shard needs."""
    how = {"seed": 5, "steps": 2, "cfg": 4.0, "sampler_name": "euler", "scheduler": "karras", "denoise": 1.0} | settings
    names = {"seed": "seeds", "sampler": "sampler_names", "guidance": "guidance_values", "steps": "step_counts"}
    axes = {"axis": axis, f"axis.{names[axis]}": typed, "second_axis": second}
    if second != NO_AXIS:
        axes[f"second_axis.{names[second]}"] = second_typed
    rest = {"keep_guidance": False, "cells_at_once": 0, "memory_mb": 1024}
    prompt = {
        "pocket": node("DenoiscopePocketModel"),
        "empty": node("EmptyLatentImage", width=32, height=32, batch_size=1),
    }
    prompt |= {
        name: node("CLIPTextEncode", clip=["pocket", 1], text=text) for name, text in (("yes", "a boat"), ("no", ""))
    }
    ends = {"model": ["pocket", 0], "positive": ["yes", 0], "negative": ["no", 0], "latent_image": ["empty", 0]}
    prompt["sweep"] = node("DenoiscopeSweep", **ends, **how, **axes, **rest)
    prompt["viewer"] = node("DenoiscopeViewer", deck=["sweep", 0], picture_size=128, decode="everything")
    return prompt


def typed_in(shard):
    return {key: value for key, value in shard.prompt["sweep"]["inputs"].items() if key.count(".")}


def test_a_line_of_cells_is_cut_into_pieces_of_at_most_so_many():
    planned = plan(sweep_of(), OFFERED, at_most=4)
    assert [(shard.corner, shard.cells) for shard in planned.shards] == [((0,), 4), ((4,), 4), ((8,), 2)]
    assert typed_in(planned.shards[1]) == {"axis.seeds": "5, 6, 7, 8"}
    assert planned.cells == 10


def test_a_grid_is_cut_into_rectangles_that_cover_it_once():
    planned = plan(sweep_of(second="sampler", second_typed="euler, heun, lcm"), OFFERED, at_most=8)
    corners = {shard.corner: shard.cells for shard in planned.shards}
    assert corners == {(0, 0): 8, (8, 0): 2, (0, 1): 8, (8, 1): 2, (0, 2): 8, (8, 2): 2}
    wide = plan(sweep_of(second="sampler", second_typed="euler, heun, lcm"), OFFERED, at_most=20)
    assert {shard.corner: shard.cells for shard in wide.shards} == {(0, 0): 20, (0, 2): 10}


def test_a_shard_holds_what_the_sweep_needs_and_saves_one_deck():
    (first, *_) = plan(sweep_of(), OFFERED, at_most=4).shards
    assert first.prompt.keys() == {"pocket", "empty", "yes", "no", "sweep", "saved"}
    assert (
        first.prompt["saved"]["class_type"] == SAVE and first.name in first.prompt["saved"]["inputs"]["filename_prefix"]
    )


def test_the_name_of_a_shard_is_of_its_content():
    one, again, other = (plan(sweep_of(cfg=cfg), OFFERED, at_most=4).shards for cfg in (4.0, 4.0, 5.0))
    assert [s.name for s in one] == [s.name for s in again]
    assert not {s.name for s in one} & {s.name for s in other}


def test_values_of_a_range_read_back_as_the_same_numbers():
    whole_line = plan(sweep_of("guidance", "2..12 x 4"), OFFERED, at_most=8)
    cut = plan(sweep_of("guidance", "2..12 x 4"), OFFERED, at_most=1)
    assert [v for s in cut.shards for v in typed_in(s).values()] == [
        "2.0",
        "5.333333333333333",
        "8.666666666666666",
        "12.0",
    ]
    assert whole_line.axes == cut.axes and whole_line.axes[0].values == ("2", "5.33333", "8.66667", "12")
    assert exactly("euler") == "euler" and exactly(2**64 - 1) == "18446744073709551615"


def test_a_workflow_without_one_sweep_or_with_linked_values_is_refused():
    without = {name: content for name, content in sweep_of().items() if name != "sweep"}
    with pytest.raises(Problem, match="0 Sweep nodes"):
        plan(without, OFFERED, at_most=4)
    linked = sweep_of()
    linked["sweep"]["inputs"]["axis.seeds"] = ["text", 0]
    with pytest.raises(Problem, match="come over a link"):
        plan(linked, OFFERED, at_most=4)
    with pytest.raises(Problem, match="'eular' is not installed here; did you mean euler"):
        plan(sweep_of("sampler", "eular"), OFFERED, at_most=4)


def test_a_server_that_does_not_answer_or_lacks_the_pack_is_named_before_anything_runs():
    def ask(url):
        if "dead" in url:
            raise ConnectionRefusedError("refused")
        return {}

    with pytest.raises(Problem, match="http://dead does not answer"):
        demand(["http://dead"], ask)
    with pytest.raises(Problem, match="does not have Denoiscope"):
        demand(["http://bare"], ask)


def test_half_a_deck_is_as_good_as_none(tmp_path):
    (first, *_) = plan(sweep_of(), OFFERED, at_most=4).shards
    kept(first, tmp_path).write_bytes(b"half")
    assert not whole(kept(first, tmp_path))
    with pytest.raises(ValueError):
        put(b"half", tmp_path / "new.safetensors")
    assert not (tmp_path / "new.safetensors").exists()


@pytest.fixture(scope="module")
def three_servers(server, tmp_path_factory):
    """The session's server and two more, which a test may kill."""
    with ExitStack() as stack:
        more = [
            stack.enter_context(running(the_host(), tmp_path_factory.mktemp("more"), flags=FLAGS)) for _ in range(2)
        ]
        yield [server.server, *more]


@pytest.mark.slow
def test_a_server_that_dies_costs_nothing_and_a_second_start_samples_nothing_twice(three_servers, tmp_path):
    alive, other, doomed = three_servers
    urls = [three_server.url for three_server in three_servers]
    prompt = sweep_of("seed", "1..8", "sampler", "euler, lcm", steps=12)
    planned = plan(prompt, Client(alive.url).get_json("/object_info/DenoiscopeSweep"), at_most=2)
    ends = []
    for end in gather(planned.shards, urls, tmp_path):
        ends.append(end)
        doomed.process.kill()
    assert not [end for end in ends if isinstance(end, Lost)]
    assert sorted(end.shard.name for end in ends) == sorted(shard.name for shard in planned.shards)
    assert {end.server for end in ends} >= {alive.url, other.url}

    kept(planned.shards[3], tmp_path).unlink()
    again = list(gather(planned.shards, [alive.url], tmp_path))
    assert [end.shard for end in again if end.server is not None] == [planned.shards[3]]

    deck = joined(
        [Part(deck=load_deck(kept(shard, tmp_path)), corner=shard.corner) for shard in planned.shards], planned.axes
    )
    assert sorted(cell.place for cell in deck.trajectories) == [(i, j) for i in range(8) for j in range(2)]
    assert [cell.settings.seed for cell in deck.trajectories[:8]] == list(range(1, 9))
    alone = Client(alive.url)
    bare = {name: one for name, one in prompt.items() if name != "viewer"}
    bare["saved"] = node(SAVE, deck=["sweep", 0], filename_prefix="denoiscope/whole")
    (reference,) = alone.run(bare).outputs["saved"]["denoiscope_files"]
    put(alone.view(reference), tmp_path / "whole.safetensors")
    single = load_deck(tmp_path / "whole.safetensors")
    assert single.axes == deck.axes
    assert [cell.noise for cell in single.trajectories] == [cell.noise for cell in deck.trajectories]


@pytest.mark.slow
def test_when_every_server_is_gone_what_came_back_stays_and_the_rest_is_said_to_be_lost(three_servers, tmp_path):
    nobody = "http://127.0.0.1:9"
    planned = plan(sweep_of(), Client(three_servers[0].url).get_json("/object_info/DenoiscopeSweep"), at_most=5)
    list(gather(planned.shards[:1], [three_servers[0].url], tmp_path))
    first, second = gather(planned.shards, [nobody], tmp_path)
    assert first.server is None and isinstance(second, Lost) and "no server answers" in second.why


def test_a_shard_that_the_server_refuses_is_lost_with_its_reason(three_servers, tmp_path):
    planned = plan(sweep_of(steps=0), OFFERED, at_most=20)
    (end,) = gather(planned.shards, [three_servers[0].url], tmp_path)
    assert isinstance(end, Lost) and "refused" in end.why and json.loads(json.dumps(end.why))
    assert not list(Path(tmp_path).glob("*.safetensors"))
