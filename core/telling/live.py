"""What the browser is told while a run goes on: the step that was drawn, the cells that have finished, views so far."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ..comparing.cells import Cell
from ..recording.deck import Axis
from .contract import EVENT_VERSION


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Whom an event is for: the viewer nodes, those of them that hide it, the workflow and the prompt under way."""

    viewers: list[str]
    predicting: list[str]
    workflow: str | None
    prompt: str


@dataclass(frozen=True, kw_only=True)
class LivePicture:
    """A file of tiles of one size, (width, height), in temp; None before there is one."""

    file: dict[str, str] | None
    tile: tuple[int, int]


NO_PICTURE = LivePicture(file=None, tile=(0, 0))


def step_payload(
    audience: Audience,
    picture: LivePicture,
    *,
    run: str,
    step: int,
    steps: int,
    sigma: float,
    items: Sequence[int],
    views: Sequence[str],
) -> dict:
    """One state of a run: a row of tiles for each view, a column for each item of the batch."""
    return {
        **_head(audience, run),
        "step": step,
        "steps": steps,
        "sigma": sigma,
        "items": len(items),
        "labels": [f"item {item}" for item in items],
        "views": list(views),
        **_picture(picture),
    }


def cells_payload(
    audience: Audience,
    picture: LivePicture,
    *,
    run: str,
    kind: str,
    axes: Sequence[Axis],
    cells: Sequence[Cell],
    finished: int,
    indices: Sequence[int],
    stopped: str | bool,
) -> dict:
    """`finished` cells of a sweep or a walk. `indices`: which ones stand in the picture, a column for each; `stopped`:
    False, or the sentence that says why no more will come.
    """
    return {
        **_head(audience, run),
        "kind": kind,
        "axes": [{"name": axis.name, "values": list(axis.values)} for axis in axes],
        "labels": [cell.label for cell in cells],
        "places": [list(cell.place) for cell in cells],
        "total": len(cells),
        "finished": finished,
        "indices": list(indices),
        "stopped": stopped,
        **_picture(picture),
    }


def views_payload(audience: Audience, deck: dict) -> dict:
    """A deck whose views are still being drawn; `deck` is its payload so far."""
    return {"version": EVENT_VERSION, **asdict(audience), "deck": deck}


def _head(audience: Audience, run: str) -> dict:
    return {"version": EVENT_VERSION, **asdict(audience), "run": run}


def _picture(picture: LivePicture) -> dict:
    width, height = picture.tile
    return {"tile": {"width": width, "height": height}, "file": picture.file}
