"""Packs the pictures of a view into few large sheets that a browser loads at once and draws parts of."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import torch
from PIL import Image
from torch import Tensor

from ..recording.deck import Deck
from .rendering import Rendered, fit
from .views import View

SHEET_LIMIT = 4096
"""Longest side of a sheet in pixels: larger ones are slow to hand to a graphics card."""
JPEG_QUALITY = 88


@dataclass(frozen=True, kw_only=True)
class Tile:
    """Size of one picture in a sheet, pixels; a multiple of 8, so that JPEG blocks do not reach across."""

    width: int
    height: int

    @property
    def per_row(self) -> int:
        return SHEET_LIMIT // self.width

    @property
    def per_sheet(self) -> int:
        return self.per_row * (SHEET_LIMIT // self.height)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """`count` pictures from slot `first` on, `columns` in a row, encoded as `suffix` says (jpg for pictures, png for
    maps).
    """

    data: bytes
    suffix: str
    columns: int
    first: int
    count: int


def tile_for(deck: Deck, longest: int) -> Tile:
    """The picture size of a deck, no side above `longest` pixels."""
    height, width = deck.pixels
    shrink = min(1.0, longest / max(height, width))
    return Tile(width=_eights(width * shrink), height=_eights(height * shrink))


def pack(
    rendered: Rendered, tile: Tile, frames: int, *, on_picture: Callable[[], None] = lambda: None
) -> Iterator[Sheet]:
    """The sheets of one view: every state has `frames` slots, blank where there is no picture."""
    if rendered.absent:
        return
    smooth = rendered.view.kind == "picture"
    yield from in_sheets(_tiles(rendered, tile, frames, on_picture, smooth), tile, smooth=smooth)


def in_sheets(tiles: Iterable[Tensor], tile: Tile, *, smooth: bool) -> Iterator[Sheet]:
    """Pictures [height, width, 3] in 0..1 of a tile's size, as few sheets as hold them all; smooth ones as JPEG."""
    waiting: list[Tensor] = []
    first = 0
    for picture in tiles:
        waiting.append(_in_bytes(picture))
        if len(waiting) == tile.per_sheet:
            yield _sheet(waiting, tile, first, smooth)
            waiting, first = [], first + tile.per_sheet
    if waiting:
        yield _sheet(waiting, tile, first, smooth)


def _tiles(
    rendered: Rendered, tile: Tile, frames: int, on_picture: Callable[[], None], smooth: bool
) -> Iterator[Tensor]:
    """A picture for every frame of every state."""
    blank = torch.zeros(frames, tile.height, tile.width, 3)
    for picture in rendered.pictures():
        yield from blank if picture is None else fit(picture, tile.height, tile.width, smooth=smooth)
        on_picture()


def put_away(sheets: Iterable[Sheet], view: View, place: Callable[[View, Sheet], object]) -> list[dict]:
    """Hands each sheet to `place` and lets go of it before the next is packed; gives what a browser needs to find a
    picture. `place` gives {"filename", "subfolder", "type"} of a file that ComfyUI serves, or a data URL.
    """
    return [
        {"source": place(view, sheet), "columns": sheet.columns, "first": sheet.first, "count": sheet.count}
        for sheet in sheets
    ]


def encode(picture: Tensor, *, jpeg: bool) -> bytes:
    """[height, width, 3] in 0..1 as a JPEG, or as a PNG."""
    return _encoded(_in_bytes(picture), jpeg=jpeg)


def _in_bytes(picture: Tensor) -> Tensor:
    """A quarter of what it takes in numbers: a sheet of 4096 pixels a side is 50 MB so, and not 200."""
    return (picture * 255).round().to(torch.uint8)


def _encoded(picture: Tensor, *, jpeg: bool) -> bytes:
    image = Image.fromarray(picture.numpy())
    stream = io.BytesIO()
    if jpeg:
        image.save(stream, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    else:
        image.save(stream, "PNG")
    return stream.getvalue()


def _sheet(tiles: list[Tensor], tile: Tile, first: int, smooth: bool) -> Sheet:
    columns = min(len(tiles), tile.per_row)
    rows = -(-len(tiles) // columns)
    canvas = torch.zeros(rows * tile.height, columns * tile.width, 3, dtype=torch.uint8)
    for slot, picture in enumerate(tiles):
        top, left = slot // columns * tile.height, slot % columns * tile.width
        canvas[top : top + tile.height, left : left + tile.width] = picture
    suffix = "jpg" if smooth else "png"
    return Sheet(data=_encoded(canvas, jpeg=smooth), suffix=suffix, columns=columns, first=first, count=len(tiles))


def _eights(pixels: float) -> int:
    return max(8, round(pixels / 8) * 8)
