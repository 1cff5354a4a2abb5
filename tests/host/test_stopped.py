"""What has finished of a sweep when it stops: a deck file, a sentence, and the exception as it came."""

from dataclasses import replace

import folder_paths
import pytest
import torch

from denoiscope.core.comparing.cells import Cell, Finished
from denoiscope.core.recording.deck import Axis
from denoiscope.core.recording.deck_file import load_deck
from denoiscope.core.recording.model_facts import ModelFacts
from denoiscope.core.telling.live import NO_PICTURE
from denoiscope.host.live_cells import LiveCells
from denoiscope.host.running import Running
from denoiscope.host.stopped import keep_finished
from denoiscope.tests.core.decks import SPACE, trajectory

AXES = (Axis(name="guidance", values=("1", "2", "3")),)
CELLS = [
    Cell(label=f"guidance {i}", place=(i,), seed=0, steps=4, cfg=i, sampler_name="euler", scheduler="karras")
    for i in range(3)
]
FACTS = ModelFacts(name="TestModel", parameterization="eps", space=SPACE)
WATCHED = {"sweep": {"inputs": {}}, "view": {"class_type": "DenoiscopeViewer", "inputs": {"deck": ["sweep", 0]}}}


def finished(*indices, facts=FACTS) -> Finished:
    return Finished(
        indices=indices,
        trajectories=tuple(replace(trajectory(seed=i), place=(i,)) for i in indices),
        latents=torch.stack([torch.full((4, 8, 8), float(i)) for i in indices]),
        facts=facts,
    )


def broken_after(*batches, error):
    yield from batches
    raise error


@pytest.fixture
def output(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path))
    return tmp_path / "denoiscope"


def test_cells_that_finish_in_any_order_end_up_in_their_own(output):
    deck, latents = keep_finished([finished(2, 0), finished(1)], CELLS, kind="sweep", axes=AXES)
    assert [t.place for t in deck.trajectories] == [(0,), (1,), (2,)]
    assert latents[:, 0, 0, 0].tolist() == [0.0, 1.0, 2.0]
    assert not output.exists(), "nothing is written when all is well"


@pytest.mark.parametrize("error", [RuntimeError("out of luck"), KeyboardInterrupt()])
def test_a_sweep_that_fails_leaves_what_had_finished_and_fails_as_before(output, error, caplog):
    with pytest.raises(type(error)) as raised:
        keep_finished(broken_after(finished(2), finished(0), error=error), CELLS, kind="sweep", axes=AXES)
    assert raised.value is error
    (path,) = output.iterdir()
    deck = load_deck(path)
    assert (deck.kind, deck.axes, [t.place for t in deck.trajectories]) == ("sweep", AXES, [(0,), (2,)])
    assert f"Stopped after 2 of 3 cells. They are kept in output/denoiscope/{path.name}" in caplog.text


def test_a_second_stop_does_not_write_over_the_first(output):
    for _ in range(2):
        with pytest.raises(RuntimeError):
            keep_finished(broken_after(finished(0), error=RuntimeError()), CELLS, kind="sweep", axes=AXES)
    assert len(list(output.iterdir())) == 2


def test_nothing_is_written_when_nothing_had_finished(output):
    with pytest.raises(RuntimeError):
        keep_finished(broken_after(error=RuntimeError()), CELLS, kind="sweep", axes=AXES)
    assert not output.exists()


def test_a_disk_that_takes_no_file_is_told_and_does_not_hide_what_went_wrong(output, caplog):
    output.write_text("a file where the folder should be")
    with pytest.raises(RuntimeError, match="out of luck"):
        keep_finished(broken_after(finished(0), error=RuntimeError("out of luck")), CELLS, kind="sweep", axes=AXES)
    assert "could not save what had finished" in caplog.text


class Heard(LiveCells):
    """Writes down what the browser would hear."""

    def __init__(self, now):
        super().__init__(now, CELLS, kind="sweep", axes=AXES)
        self.heard = []

    def _announce(self, *message):
        self.heard.append((self.finished, *message))


def told(now, *batches, stop=None) -> list:
    live = Heard(now)
    for batch in batches:
        live.show(batch)
    if stop:
        live.stop(stop)
    live.end()
    return live.heard


NOW = Running(prompt_id="p", node_id="sweep", graph=WATCHED, workflow_id=None, client_id="c")


def test_every_batch_of_cells_is_announced_before_the_sweep_ends(tmp_path, monkeypatch):
    monkeypatch.setattr(folder_paths, "temp_directory", str(tmp_path))
    first, second, last = told(NOW, finished(0, 2), finished(1), stop="Stopped.")
    assert first[:2] == (2, (0, 2)) and second[:2] == (3, (1,))
    drawn = first[2]
    assert drawn.tile == (8, 8) and (tmp_path / drawn.file["subfolder"] / drawn.file["filename"]).is_file()
    assert last == (3, (), NO_PICTURE, "Stopped.")


def test_a_model_without_colours_still_counts_its_cells():
    bare = replace(FACTS, space=replace(SPACE, rgb_factors=()))
    assert told(NOW, finished(0, facts=bare)) == [(1, (), NO_PICTURE, False)]


def test_without_a_viewer_or_a_browser_nothing_is_announced():
    alone = Running(prompt_id="p", node_id="sweep", graph={"sweep": {}}, workflow_id=None, client_id="c")
    unheard = Running(prompt_id="p", node_id="sweep", graph=WATCHED, workflow_id=None, client_id=None)
    assert [told(now, finished(0)) for now in (None, alone, unheard)] == [[], [], []]
