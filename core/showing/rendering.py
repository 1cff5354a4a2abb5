"""Turns a deck's views into pictures: decoded in batches where there is a decoder, coloured maps of numbers where
not.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import torch
from einops import rearrange
from torch import Tensor
from torch.nn.functional import interpolate, pad

from ..drawing.colour import AROUND_ZERO, FROM_ZERO, colour
from ..recording.deck import Deck
from .views import View, absence, latent_of, latents_of, missing

NO_COLOURS = "There are no colour factors to approximate pictures of this kind of latent with: connect a VAE."
SPREADS_SHOWN = 3.0
"""Channel maps reach from -3 to +3 times the spread of a finished latent."""
BATCH = 8
"""Pictures decoded at a time: states, or the frames of one at least."""
Spot = tuple[int, int]
"""A state of a deck: which trajectory, and which of its states."""


@dataclass(frozen=True, kw_only=True)
class Decoder:
    """From latents in the model's space to pictures.

    decode  [batch, channel, (frame,) height, width] to [batch, frame, height, width, 3] in 0..1
    source  "vae", "approximate" for colour factors, "exact" for pixels; the viewer says which
    why     why pictures are approximate although there is a VAE for them
    """

    decode: Callable[[Tensor], Tensor]
    source: str
    why: str | None = None


@dataclass(frozen=True, kw_only=True)
class Legend:
    """What the colours of a map mean."""

    low: float
    high: float
    label: str
    colours: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One view of a deck, ready to be laid out. `pictures` gives one [frame, height, width, 3] in 0..1 a state, None
    where there is none.
    """

    view: View
    source: str
    why: str | None
    legend: Legend | None
    absent: str | None
    missing: str
    present: tuple[tuple[bool, ...], ...]
    pictures: Callable[[], Iterator[Tensor | None]]


def approximate_decoder(deck: Deck) -> Decoder:
    """Colour factors alone: quick, soft, and marked as such; exact where the latent is the picture itself."""

    def decode(latents: Tensor) -> Tensor:
        frames = latents if latents.ndim == 5 else latents.unsqueeze(2)
        flat = deck.space.approximate_rgb(rearrange(frames, "b c f h w -> (b f) c h w"))
        return rearrange(flat, "(b f) h w c -> b f h w c", f=frames.shape[2])

    return Decoder(decode=decode, source="exact" if deck.space.is_pixels else "approximate")


def render(deck: Deck, view: View, decoder: Decoder) -> Rendered:
    """Prepare a view; nothing is decoded before `pictures` is walked through. What has one axis has no pictures: its
    numbers are shown, a row for each channel.
    """
    if deck.space.axes == 1 and view.kind == "picture":
        view = replace(view, kind="channels")
    present = tuple(
        tuple(latent_of(deck, t, view, state) is not None for state in range(t.states)) for t in deck.trajectories
    )
    absent = None if any(map(any, present)) else absence(deck, view)
    if absent is None and view.kind == "picture" and decoder.source == "approximate" and not deck.space.rgb_factors:
        absent = decoder.why or NO_COLOURS
    legend = None if absent else _legend(deck, view)
    return Rendered(
        view=view,
        source="exact" if view.kind != "picture" else decoder.source,
        why=decoder.why if view.kind == "picture" else None,
        legend=legend,
        absent=absent,
        missing=missing(view),
        present=present,
        pictures=lambda: (
            pictures_at(deck, view, decoder, places_of(deck)) if view.kind == "picture" else _maps(deck, view, legend)
        ),
    )


def states_at_a_time(latent: Tensor) -> int:
    """How many latents like this one, [channel, (frame,) height, width], are decoded together: of videos one."""
    return max(1, BATCH // (latent.shape[1] if latent.ndim == 4 else 1))


def places_of(deck: Deck) -> list[Spot]:
    """Every state of a deck, in the order of its pictures."""
    return [(index, state) for index, run in enumerate(deck.trajectories) for state in range(run.states)]


def pictures_at(deck: Deck, view: View, decoder: Decoder, places: Sequence[Spot]) -> Iterator[Tensor | None]:
    """The decoded pictures of some states, a few at a time."""
    many = states_at_a_time(deck.trajectories[0].x[0])
    for start in range(0, len(places), many):
        some = places[start : start + many]
        latents = [latent_of(deck, deck.trajectories[index], view, state) for index, state in some]
        yield from _decode_present(latents, decoder)


def _decode_present(latents: list[Tensor | None], decoder: Decoder) -> Iterator[Tensor | None]:
    present = [latent for latent in latents if latent is not None]
    alike = groupby(present, key=lambda latent: latent.shape)
    pictures = (picture for _, same in alike for picture in decoder.decode(torch.stack(list(same))))
    for latent in latents:
        yield None if latent is None else next(pictures)


def _maps(deck: Deck, view: View, legend: Legend | None) -> Iterator[Tensor | None]:
    draw = _channel_mosaic if view.kind == "channels" else _magnitude
    for latent in latents_of(deck, view):
        if latent is None or legend is None:
            yield None
            continue
        frames = latent if latent.ndim == 4 else latent.unsqueeze(1)
        yield colour(draw(rearrange(frames, "c f h w -> f c h w")), legend.low, legend.high, legend.colours)


def _channel_mosaic(latent: Tensor) -> Tensor:
    """[frame, channel, height, width] as one grid of channels, with a row and a column of NaN between them."""
    channels = latent.shape[1]
    if latent.shape[2] == 1:
        return rearrange(latent.float(), "f c 1 w -> f c w")
    columns = next(n for n in range(int(channels**0.5 + 0.999), channels + 1) if channels % n == 0)
    spaced = pad(latent.float(), (0, 1, 0, 1), value=torch.nan)
    return rearrange(spaced, "f (r c) h w -> f (r h) (c w)", c=columns)[:, :-1, :-1]


def _magnitude(difference: Tensor) -> Tensor:
    """Root mean square over channels: [frame, height, width]."""
    return difference.float().square().mean(1).sqrt()


def _legend(deck: Deck, view: View) -> Legend | None:
    if view.kind == "channels":
        reach = SPREADS_SHOWN * deck.sigma_data
        return Legend(low=-reach, high=reach, label="value of a channel", colours=AROUND_ZERO)
    if view.kind == "difference":
        sizes = (float(_magnitude(d.flatten(1)[None]).max()) for d in latents_of(deck, view) if d is not None)
        return Legend(
            low=0.0,
            high=max(filter(math.isfinite, sizes), default=0.0) or 1.0,
            label="size of the difference, one range for the whole deck",
            colours=FROM_ZERO,
        )
    return None


def fit(picture: Tensor, height: int, width: int, *, smooth: bool) -> Tensor:
    """A picture [frame, h, w, 3] at another size; maps keep their cells crisp."""
    if tuple(picture.shape[1:3]) == (height, width):
        return picture
    planes = rearrange(picture.float(), "f h w c -> f c h w")
    if not smooth:
        sized = interpolate(planes, (height, width), mode="nearest-exact")
    else:
        sized = interpolate(planes, (height, width), mode="bilinear", antialias=True, align_corners=False)
    return rearrange(sized.clamp(0, 1), "f c h w -> f h w c")
