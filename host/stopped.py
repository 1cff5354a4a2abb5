"""What has finished of a run, a sweep or a walk is never lost: when it stops midway it becomes a deck file."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor

from ..core.comparing.cells import Cell, Finished, deck_of
from ..core.filled_sentence import filled
from ..core.places import in_words
from ..core.recording.deck import Axis, Deck
from ..core.recording.deck_file import write_deck
from ..core.recording.recording import Recording
from .files import DECK_SUFFIX, OWN_FOLDER, output_place
from .live_cells import LiveCells
from .running import running

STOPPED_PREFIX = f"{OWN_FOLDER}/stopped"


def keep_finished(
    batches: Iterable[Finished], cells: Sequence[Cell], *, kind: str, axes: tuple[Axis, ...], title: str = ""
) -> tuple[Deck, Tensor]:
    """The deck of all cells and their latents, [cell, channel, ...] in the order of `cells`.

    Viewers downstream see each cell as it comes. When sampling is interrupted or fails, the cells that had finished
    are saved as a deck file, the log and the viewers say which, and the exception goes on as it came.
    """
    live = LiveCells(running(), cells, kind=kind, axes=axes)
    finished: list[Finished] = []
    try:
        for batch in batches:
            finished.append(batch)
            live.show(batch)
    except BaseException:
        if finished:
            live.stop(rescue(_deck(finished, kind, axes, title), len(cells)))
        raise
    finally:
        live.end()
    return _deck(finished, kind, axes, title), _latents(finished)


@contextmanager
def keeping_steps(recording: Recording) -> Iterator[None]:
    """When a run stops in the block, the steps it had recorded become a deck file."""
    try:
        yield
    except BaseException:
        stopped = [run for run in recording.runs if run.interrupted and run.steps_kept]
        for run in stopped[-1:]:
            rescue(run.deck(), run.steps, done=run.steps_kept)
        raise


def _deck(finished: list[Finished], kind: str, axes: tuple[Axis, ...], title: str) -> Deck:
    trajectories = [trajectory for batch in finished for trajectory in batch.trajectories]
    return deck_of(trajectories, finished[0].facts, kind=kind, axes=axes, title=title)


def _latents(finished: list[Finished]) -> Tensor:
    order = torch.tensor([index for batch in finished for index in batch.indices])
    return torch.cat([batch.latents for batch in finished])[order.argsort()]


def rescue(deck: Deck, total: int, *, done: int | None = None) -> str:
    """Save what there is and say where, or why it could not be saved. `done`: trajectories, where not told."""
    done = len(deck.trajectories) if done is None else done
    count = _stopped(deck.kind, done, total)
    try:
        reference = output_place(STOPPED_PREFIX, DECK_SUFFIX).save(lambda draft: write_deck(deck, draft))
    except (OSError, RuntimeError, ValueError) as error:
        logging.exception("Denoiscope could not save what had finished")
        return f"{count} {filled('They could not be saved: {1}', in_words(error))}"
    where = f"{reference['type']}/{reference['subfolder']}/{reference['filename']}"
    sentence = f"{count} {filled('They are kept in {1}: Load Deck opens it.', where)}"
    logging.warning("Denoiscope: %s", sentence)
    return sentence


def _stopped(kind: str, done: int, total: int) -> str:
    """What is counted depends on the kind of deck."""
    if kind == "walk":
        return filled("Stopped after {1} of {2} stops.", done, total)
    if kind == "run":
        return filled("Stopped after {1} of {2} steps.", done, total)
    if kind == "forward":
        return filled("Stopped after {1} of {2} levels.", done, total)
    return filled("Stopped after {1} of {2} cells.", done, total)
