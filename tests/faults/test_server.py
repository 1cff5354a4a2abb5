"""Faults of a running ComfyUI: after each a clear sentence, nothing lost that was finished, and the next run works."""

import shutil
import sys

import pytest

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.client import Client, RunFailed, read_event
from denoiscope.devtools.driving.workflow import node
from denoiscope.tests.nodes.graphs import pocket_run, viewer

PATIENCE = 120
ROOM = 2**21
"""Bytes that a file may have beyond the server's log, which must go on."""


def in_one_node(**changes) -> dict:
    """The pocket model under a KSampler with Deck, as node "deck" with its deck as the second output."""
    graph = pocket_run(**changes)
    settings = {**graph.pop("sample")["inputs"], "model": ["pocket", 0]}
    del graph["record"]
    return {**graph, "deck": node("DenoiscopeKSampler", **settings, keep_guidance=True, memory_mb=256, items="")}


def at_the(nth: int, kind: str, action):
    """Listens for the n-th event of a kind, and then acts once."""
    seen = []

    def listen(event):
        if event.type == kind:
            seen.append(event)
            if len(seen) == nth:
                action()

    return listen


def stopped_files(server) -> set:
    return set((server.output / "denoiscope").glob("stopped_*"))


def pictures_of(server, run) -> list[bool]:
    """Whether each picture that the viewer was promised lies there."""
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    sheets = [sheet["source"] for view in payload["views"] for sheet in view["sheets"]]
    return [server.path_of(source).is_file() for source in sheets]


def test_a_temp_folder_that_is_wiped_while_the_sampler_runs_costs_nothing(server):
    graph = {**pocket_run(seed=801, steps=12), "view": viewer(decode="nothing")}
    wipe = at_the(2, "denoiscope.step", lambda: shutil.rmtree(server.temp / "denoiscope"))
    run = server.run(graph, on_event=wipe)
    assert pictures_of(server, run) and all(pictures_of(server, run))


def test_a_browser_that_is_closed_in_the_middle_finds_the_whole_deck_when_it_comes_back(server):
    graph = {**pocket_run(seed=802, steps=12), "view": viewer(decode="nothing")}
    leaving = Client(server.url)
    with leaving._listen() as websocket:
        prompt_id = leaving.queue(graph, {})
        for message in websocket.messages():
            if isinstance(message, str) and read_event(message, 0).type == "denoiscope.step":
                break
    history = server.client._history(prompt_id, patience=PATIENCE)
    (payload,) = history["outputs"]["view"]["denoiscope_deck"]
    assert history["status"]["status_str"] == "success"
    assert payload["trajectories"][0]["complete"] and len(payload["trajectories"][0]["sigmas"]) == 13


def test_an_interrupted_ksampler_with_deck_leaves_its_steps_as_a_file_that_opens(server):
    graph = {**in_one_node(seed=803, steps=400), "view": viewer(deck=["deck", 1], decode="nothing")}
    before = stopped_files(server)
    assert server.run(graph, on_event=at_the(3, "denoiscope.step", server.interrupt)).interrupted
    (left,) = stopped_files(server) - before
    (trajectory,) = load_deck(left).trajectories
    assert 3 <= trajectory.guesses < 400 and not trajectory.complete
    assert f"They are kept in output/denoiscope/{left.name}: Load Deck opens it." in server.log_text()
    graph["deck"]["inputs"]["steps"] = 2
    assert server.run(graph).outputs["view"]["denoiscope_deck"][0]["trajectories"][0]["complete"]


def test_an_interrupted_mirror_leaves_the_guesses_that_it_had(server):
    picture = node("EmptyImage", width=128, height=128, batch_size=1, color=0x336699)
    graph = pocket_run(seed=804)
    told = {name: graph["sample"]["inputs"][name] for name in ("positive", "negative", "sampler_name")}
    graph = {name: graph[name] for name in ("pocket", "positive", "negative")} | {"picture": picture}
    levels = {"steps": 400, "scheduler": "normal", "schedule": "flow", "mirror": "one guess", "cfg": 1.0, "seed": 1}
    graph["deck"] = node(
        "DenoiscopeForward", image=["picture", 0], vae=["pocket", 2], model=["pocket", 0], **told, **levels
    )
    before = stopped_files(server)
    run = server.run({**graph, "view": viewer(decode="nothing")}, on_event=at_the(3, "progress", server.interrupt))
    assert run.interrupted
    (left,) = stopped_files(server) - before
    (trajectory,) = load_deck(left).trajectories
    made = int(trajectory.x0[1:].flatten(1).isfinite().all(1).sum())
    assert 1 <= made < 400
    assert f"The mirror was stopped: it has a guess at {made} of 400 levels, and regenerated 0." in trajectory.notes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits the files of a running process")
def test_a_disk_that_is_full_is_told_and_with_room_the_same_run_is_saved(server):
    import resource

    graph = {
        "picture": node("EmptyImage", width=256, height=256, batch_size=1, color=0x336699),
        "deck": node(
            "DenoiscopeForward",
            image=["picture", 0],
            **{"seed": 805, "steps": 20, "scheduler": "normal", "schedule": "flow", "mirror": "off", "cfg": 1.0},
            sampler_name="euler",
        ),
        "save": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="tests/full"),
    }
    pid, room = server.server.process.pid, len(server.log_text().encode()) + ROOM
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    files = set(server.output.rglob("*"))
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with pytest.raises(RunFailed, match=r"full_00001_\.safetensors could not be written to .* make room there"):
            server.run(graph)
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
    assert {path for path in set(server.output.rglob("*")) - files if path.is_file()} == set()
    saved = server.run(graph).outputs["save"]["denoiscope_files"][0]
    assert load_deck(server.path_of(saved)).trajectories[0].states == 21
