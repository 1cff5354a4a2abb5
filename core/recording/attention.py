"""Where attention looks for a word: its share of the attention at each place of the picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
from einops import rearrange
from torch import Tensor
from torch.nn.functional import interpolate

from ..tensors import bytes_of

KEPT = torch.float16
"""Shares are kept to three digits."""


AT_ONCE = 2**25
"""Numbers of a softmax that are held at the same time, 128 MB: a video has too many places to hold all."""


def word_shares(
    query: Tensor,
    key: Tensor,
    tokens: Sequence[Sequence[int]],
    *,
    heads: int,
    mask: Tensor | None = None,
    scale: float | None = None,
) -> Tensor:
    """softmax(q kᵀ / √d) over all keys, start, end and padding of the prompt included (Vaswani et al. 2017, eq. 1),
    summed over the tokens of each word and averaged over the heads (after Tang et al. 2023, "What the DAAM"). Where
    words and places share one attention, the keys are those of both.

    query   [item, place, (head channel)]
    key     [item, token, (head channel)]
    tokens  where each word stands among the keys; what lies beyond them counts nothing
    mask    added to the products, [item or 1, head or 1, place or 1, token]
    scale   in place of 1 / √d
    Returns [item, word, place] in 0..1, float32.
    """
    known = [[token for token in word if token < key.shape[1]] for word in tokens]
    masks = [None] * len(query) if mask is None else mask.expand(len(query), *mask.shape[1:])
    both = zip(query, key, masks, strict=True)
    return torch.stack([_shares_of_one(q, k, known, heads, m, scale) for q, k, m in both])


def _shares_of_one(
    query: Tensor, key: Tensor, tokens: Sequence[Sequence[int]], heads: int, mask: Tensor | None, scale: float | None
) -> Tensor:
    q, k = (rearrange(part.float(), "n (h d) -> h n d", h=heads) for part in (query, key))
    scale = q.shape[-1] ** -0.5 if scale is None else scale
    rows = max(1, AT_ONCE // (heads * k.shape[1]))
    shares = []
    for first in range(0, q.shape[1], rows):
        products = q[:, first : first + rows] @ k.mT * scale
        if mask is not None:
            products = products + (mask[:, first : first + rows] if mask.shape[1] > 1 else mask)
        weights = products.softmax(-1).mean(0)
        shares.append(torch.stack([weights[:, word].sum(-1) for word in tokens]))
    return torch.cat(shares, -1)


@dataclass(frozen=True, kw_only=True, eq=False)
class LayerGroup:
    """All layers of one resolution, averaged: [..., word, (frame,) row, column], and how many they are."""

    maps: Tensor
    layers: int

    @property
    def size(self) -> tuple[int, int]:
        """Rows, columns."""
        return self.maps.shape[-2], self.maps.shape[-1]


@dataclass(frozen=True, kw_only=True, eq=False)
class AttentionMaps:
    """Where the layers looked for each word at each guess of one item.

    words   as they were asked for
    groups  finest first; each one's maps are [guess, word, (frame,) row, column], KEPT, on the CPU: shares in 0..1, of
            which all that is attended to together gets 1 at each place. No numbers where the model was not asked with
            these words.
    read    which layers were read, and what shares the attention, in a sentence; empty for all layers of a U-Net
    """

    words: tuple[str, ...]
    groups: tuple[LayerGroup, ...]
    read: str = ""

    def __post_init__(self):
        shapes = [tuple(group.maps.shape) for group in self.groups]
        if not self.words or not shapes:
            raise ValueError("attention maps need at least one word and one group of layers")
        if any(len(s) not in (4, 5) or s[:2] != (self.guesses, len(self.words)) for s in shapes):
            raise ValueError(
                f"attention maps must be [guess, {len(self.words)} words, (frame,) row, column], got {shapes}"
            )
        if any(0 in s[1:] for s in shapes) or any(not 1 <= group.layers < 2**31 for group in self.groups):
            raise ValueError(f"attention maps need a place and a layer in every group, got {shapes}")

    @property
    def frames(self) -> int:
        maps = self.groups[0].maps
        return maps.shape[2] if maps.ndim == 5 else 1

    @property
    def guesses(self) -> int:
        return self.groups[0].maps.shape[0]

    @property
    def bytes(self) -> int:
        return bytes_of(group.maps for group in self.groups)

    def thin(self, guesses: Sequence[int]) -> "AttentionMaps":
        """Only the given guesses, in order."""
        return replace(self, groups=tuple(replace(g, maps=g.maps[list(guesses)]) for g in self.groups))

    def with_a_gap(self) -> "AttentionMaps":
        """With one more guess, which has no numbers."""
        gaps = ((g, torch.full_like(g.maps[:1], torch.nan)) for g in self.groups)
        return replace(self, groups=tuple(replace(g, maps=torch.cat([g.maps, gap])) for g, gap in gaps))

    def has(self, guess: int) -> bool:
        """Whether every group has numbers for this guess."""
        return guess < self.guesses and all(bool(g.maps[guess].isfinite().all()) for g in self.groups)

    def whole(self) -> LayerGroup:
        """The mean of all layers at the finest resolution: each group, enlarged linearly, counts by its layers."""
        layers = sum(group.layers for group in self.groups)
        same_size = [enlarged(group.maps, self.groups[0].size) * (group.layers / layers) for group in self.groups]
        return LayerGroup(maps=torch.stack(same_size).sum(0), layers=layers)


@dataclass(frozen=True, kw_only=True, eq=False)
class SeenAttention:
    """What one model call gave for a batch: by (frames, rows, columns) or without frames, maps of that size
    [item, word, ...]; `read` as in AttentionMaps.
    """

    words: tuple[str, ...]
    groups: dict[tuple[int, ...], LayerGroup]
    read: str = ""

    @property
    def bytes(self) -> int:
        return bytes_of(group.maps for group in self.groups.values())


def attention_of_items(calls: Sequence[SeenAttention | None], items: int) -> tuple[AttentionMaps | None, ...]:
    """One record an item, from the calls that are a run's guesses; None for all where no call was read.

    Words are those of the first call that was read; calls with others count as not read.
    """
    first = next((call for call in calls if call is not None), None)
    if first is None:
        return (None,) * items
    words = first.words
    read = [call if call is not None and call.words == words else None for call in calls]
    sizes = sorted({size for call in read if call is not None for size in call.groups}, reverse=True)
    groups = [_over_calls(read, size, (items, len(words), *size)) for size in sizes]
    return tuple(
        AttentionMaps(
            words=words, groups=tuple(replace(g, maps=g.maps[:, item].contiguous()) for g in groups), read=first.read
        )
        for item in range(items)
    )


def _over_calls(calls: Sequence[SeenAttention | None], size: tuple[int, ...], shape: tuple[int, ...]) -> LayerGroup:
    """The maps of one resolution for all calls, [guess, item, word, ...]; NaN for a call without them."""
    found = [None if call is None else call.groups.get(size) for call in calls]
    nothing = torch.full(shape, torch.nan, dtype=KEPT)
    maps = torch.stack([nothing if group is None else group.maps for group in found])
    return LayerGroup(maps=maps, layers=max(group.layers for group in found if group is not None))


def enlarged(maps: Tensor, size: tuple[int, int]) -> Tensor:
    """[guess, word, (frame,) row, column] at another size of the picture."""
    planes = maps.float().flatten(0, -4) if maps.ndim > 4 else maps.float()
    return interpolate(planes, size, mode="bilinear", align_corners=False).view(*maps.shape[:-2], *size)
