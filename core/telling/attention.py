"""What the viewer hears of attention: small grey pictures of every word's shares, and what their white stands for."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..drawing.colour import FROM_ZERO
from ..recording.attention import AttentionMaps
from ..recording.deck import Deck
from ..showing.sheets import Sheet, Tile, in_sheets, put_away
from ..showing.views import View

VIEW = View(
    id="attention", title="attention", caption="a word's share of the attention at each place", kind="attention"
)
ALL_LAYERS = "all layers"


@dataclass(frozen=True, kw_only=True, eq=False)
class Shown:
    """One choice of layers for the whole deck: for each trajectory [guess, word, (frame,) row, column], or None."""

    name: str
    layers: int
    maps: tuple[Tensor | None, ...]

    @property
    def size(self) -> tuple[int, int]:
        rows, columns = next(m for m in self.maps if m is not None).shape[-2:]
        return rows, columns

    @property
    def frames(self) -> int:
        maps = next(m for m in self.maps if m is not None)
        return maps.shape[2] if maps.ndim == 5 else 1

    def highest(self) -> Tensor:
        """[word] the largest share of each word over the whole deck."""
        peaks = [m.float().nan_to_num().transpose(0, 1).flatten(1).amax(1) for m in self.maps if m is not None]
        return torch.stack(peaks).amax(0)


def attention_payload(deck: Deck, place: Callable[[View, Sheet], object]) -> dict | None:
    """None for a deck without attention. Pictures are grey, each word's largest share of the deck is white, and `own`
    says what that is; slot after slot, word by word, every state of every trajectory, every frame of a state.
    """
    maps = _alike(deck)
    words = next((held.words for held in maps if held is not None), None)
    if words is None:
        return None
    return {
        "words": list(words),
        "read": next(held.read for held in maps if held is not None),
        "colours": list(FROM_ZERO),
        "present": [[_has(held, s) for s in range(t.states)] for held, t in zip(maps, deck.trajectories, strict=True)],
        "groups": [_group(shown, deck, place, index) for index, shown in enumerate(_choices(maps))],
    }


def _alike(deck: Deck) -> list[AttentionMaps | None]:
    """The maps of trajectories that have the words and layers of the first one that has any."""
    maps = [t.attention if t.attention is not None and t.attention.guesses else None for t in deck.trajectories]
    like = next((_shape(held) for held in maps if held is not None), None)
    return [held if held is not None and _shape(held) == like else None for held in maps]


def _shape(maps: AttentionMaps) -> tuple:
    return maps.words, maps.frames, tuple(group.size for group in maps.groups)


def _has(maps: AttentionMaps | None, state: int) -> bool:
    return maps is not None and maps.has(state)


def _choices(maps: Sequence[AttentionMaps | None]) -> Iterator[Shown]:
    """All layers together, then each resolution on its own where there are several."""
    first = next(held for held in maps if held is not None)
    whole = tuple(None if held is None else held.whole().maps for held in maps)
    yield Shown(name=ALL_LAYERS, layers=sum(group.layers for group in first.groups), maps=whole)
    for index, group in enumerate(first.groups if len(first.groups) > 1 else ()):
        rows, columns = group.size
        own = tuple(None if held is None else held.groups[index].maps for held in maps)
        yield Shown(name=f"{columns} × {rows}", layers=group.layers, maps=own)


def _group(shown: Shown, deck: Deck, place: Callable[[View, Sheet], object], index: int) -> dict:
    rows, columns = shown.size
    highest = shown.highest()
    view = replace(VIEW, id=f"{VIEW.id}-{index}")
    sheets = in_sheets(_tiles(shown, deck, highest), Tile(width=columns, height=rows), smooth=False)
    return {
        "name": shown.name,
        "layers": shown.layers,
        "columns": columns,
        "rows": rows,
        "frames": shown.frames,
        "own": [float(f"{peak:.4g}") for peak in highest.tolist()],
        "sheets": put_away(sheets, view, place),
    }


def _tiles(shown: Shown, deck: Deck, highest: Tensor) -> Iterator[Tensor]:
    blank = torch.zeros(*shown.size, 3)
    for word, peak in enumerate(highest.tolist()):
        for maps, trajectory in zip(shown.maps, deck.trajectories, strict=True):
            for state in range(trajectory.states):
                if maps is not None and state < len(maps) and peak > 0:
                    yield from map(_grey, (maps[state, word] / peak).view(-1, *shown.size))
                else:
                    yield from [blank] * shown.frames


def _grey(shares: Tensor) -> Tensor:
    return shares.float().nan_to_num().clamp(0, 1).unsqueeze(-1).expand(-1, -1, 3)
