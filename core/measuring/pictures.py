"""What the pictures of a run's guesses say of it: decoded once, measured, and forgotten."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..showing.rendering import fit, states_at_a_time
from ..showing.sheets import Tile
from .frequency import Band
from .likeness import psnr, ssim
from .pixels import clipped_share, saturation
from .settling import Settling, as_planes, settling


@dataclass(frozen=True, kw_only=True)
class RawDecoder:
    """From latents in the model's space to pictures [batch, frame, height, width, 3], 0..1 being what a screen shows.

    exact  whether the colours are worth measuring: those of a VAE, or pixels themselves
    uncut  whether numbers beyond 0..1 are still there; else they were cut off, and how many is not known
    """

    decode: Callable[[Tensor], Tensor]
    exact: bool
    uncut: bool


@dataclass(frozen=True, kw_only=True, eq=False)
class Seen:
    """One run's pictures, measured: one value for each guess, NaN if the guess is not a number.

    settling, saturation, psnr, ssim and clipped are None where the decoder is not exact, clipped where it is not uncut.
    small are the pictures themselves, [frame, height, width, 3] in 0..1 each, at a size to compare them at; none where
    nothing is compared.
    """

    settling: Settling | None
    saturation: tuple[float, ...] | None
    clipped: tuple[float, ...] | None
    psnr: tuple[float, ...] | None
    ssim: tuple[float, ...] | None
    small: Sequence[Tensor]


def look(
    guesses: Sequence[Tensor],
    reference: Tensor,
    decoder: RawDecoder,
    tile: Tile | None,
    bands: tuple[Band, ...],
    on_picture: Callable[[], None] = lambda: None,
) -> Seen:
    """Guesses [channel, ...] and the latent they are measured against, decoded a few at a time. `tile`: the size to
    compare at, None where nothing is.
    """
    final = decoder.decode(reference[None])[0].clamp(0, 1)
    rows, colours, outside, likeness, small = [], [], [], [], []
    for raw in _decoded(guesses, decoder):
        picture = raw.clamp(0, 1)
        small += [] if tile is None else [fit(picture, tile.height, tile.width, smooth=True)]
        if decoder.exact:
            rows.append(settling(as_planes(picture)[None], as_planes(final), bands))
            colours.append(float(saturation(picture).mean()))
            likeness.append((psnr(picture, final), ssim(picture, final)))
            outside.append(float(clipped_share(raw).mean()) if torch.isfinite(raw).all() else float("nan"))
        on_picture()
    return Seen(
        settling=_joined(rows) if rows else None,
        saturation=tuple(colours) if decoder.exact else None,
        clipped=tuple(outside) if decoder.exact and decoder.uncut else None,
        psnr=tuple(decibels for decibels, _ in likeness) if decoder.exact else None,
        ssim=tuple(structure for _, structure in likeness) if decoder.exact else None,
        small=small,
    )


def _decoded(guesses: Sequence[Tensor], decoder: RawDecoder) -> Iterator[Tensor]:
    many = states_at_a_time(guesses[0])
    for first in range(0, len(guesses), many):
        yield from decoder.decode(torch.stack(list(guesses[first : first + many])))


def _joined(rows: list[Settling]) -> Settling:
    return Settling(parts=rows[0].parts, rms=torch.cat([row.rms for row in rows]), spread=rows[0].spread)
