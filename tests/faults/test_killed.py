"""A server that is killed while it saves decks to one name, again and again: every file is whole, and the next server
goes on.
"""

import time
from contextlib import suppress

import pytest

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.devtools.driving.real_server import real_server
from denoiscope.devtools.driving.workflow import node

pytestmark = pytest.mark.slow

PATIENCE = 120
NAME = "tests/over_and_over"
SIDE, STEPS = 512, 20
SIZE = 3 * SIDE * SIDE * 4 * (STEPS + 1)
"""Bytes of states, 66 MB: time enough to see a file while it is written."""


def saving(seed: int) -> dict:
    """A picture noised, which needs no model, and the deck of it saved."""
    how = {"steps": STEPS, "scheduler": "normal", "schedule": "flow", "mirror": "off", "cfg": 1.0}
    return {
        "picture": node("EmptyImage", width=SIDE, height=SIDE, batch_size=1, color=0x336699),
        "deck": node("DenoiscopeForward", image=["picture", 0], seed=seed, sampler_name="euler", **how),
        "save": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix=NAME),
    }


def opening(name: str) -> dict:
    shown = node("DenoiscopeViewer", deck=["deck", 0], picture_size=64, decode="nothing")
    return {"deck": node("DenoiscopeLoadDeck", deck_file=name), "view": shown}


def listed(server) -> set[str]:
    """What Load Deck offers."""
    info = server.client.get_json("/object_info/DenoiscopeLoadDeck")["DenoiscopeLoadDeck"]
    kind, told = info["input"]["required"]["deck_file"]
    return set(told.get("options", kind) if isinstance(told, dict) else kind)


def killed_while_writing(base, *, share: float) -> set:
    """Kills a server that saves for the second time, once the file that it writes has this share of its size; gives
    the decks that had been finished.
    """
    with real_server(base) as server:
        server.run(saving(seed=1))
        folder = server.output / "tests"
        finished = set(folder.glob("*.safetensors"))
        before = set(folder.glob(".draft-*"))
        for seed in range(2, 5):
            server.client.queue(saving(seed), {})
        deadline = time.monotonic() + PATIENCE
        while not any(written(draft) >= share * SIZE for draft in set(folder.glob(".draft-*")) - before):
            assert time.monotonic() < deadline, "no file was seen while it was written"
        server.server.process.kill()
        server.server.process.wait()
        return finished


def written(draft) -> int:
    with suppress(FileNotFoundError):  # it has become a deck
        return draft.stat().st_size
    return -1


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_a_server_killed_while_it_saves_a_deck_leaves_whole_decks_alone_and_the_next_one_opens_them(tmp_path, share):
    finished = killed_while_writing(tmp_path, share=share)
    decks = set((tmp_path / "output" / "tests").glob("*.safetensors"))
    assert finished and finished <= decks
    assert all(load_deck(path).trajectories[0].states == STEPS + 1 for path in decks)
    with real_server(tmp_path) as server:
        names = {f"tests/{path.name} [output]" for path in decks}
        assert listed(server) == names
        for name in names:
            (shown,) = server.run(opening(name)).outputs["view"]["denoiscope_deck"]
            assert len(shown["trajectories"][0]["sigmas"]) == STEPS + 1
        (saved,) = server.run(saving(seed=9)).outputs["save"]["denoiscope_files"]
        assert server.path_of(saved) not in decks and load_deck(server.path_of(saved)).trajectories
