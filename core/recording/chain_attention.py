"""Attention over a way that several samplers made."""

from collections.abc import Sequence
from dataclasses import replace

import torch

from .attention import KEPT, AttentionMaps, LayerGroup, enlarged


def chained_attention(parts: Sequence[tuple[AttentionMaps | None, int]]) -> AttentionMaps | None:
    """Maps and the number of guesses of each part, as one; None where no part has any. Words are those of the first
    that has some: parts with others, or with none, are gaps. Where layers differ in size, the mean of all
    stands for them.
    """
    like = next((maps for maps, _ in parts if maps is not None), None)
    if like is None:
        return None
    read = [(maps if maps is not None and maps.words == like.words else None, guesses) for maps, guesses in parts]
    there = [maps for maps, _ in read if maps is not None]
    sizes = [[group.size for group in maps.groups] for maps in there]
    if any(one != sizes[0] for one in sizes):
        size = max(maps.groups[0].size for maps in there)
        read = [(None if maps is None else _as_one(maps, size), guesses) for maps, guesses in read]
        like = next(maps for maps, _ in read if maps is not None)
    groups = enumerate(like.groups)
    return replace(like, groups=tuple(replace(group, maps=_over(read, group, i)) for i, group in groups))


def _as_one(maps: AttentionMaps, size: tuple[int, int]) -> AttentionMaps:
    whole = maps.whole()
    return replace(maps, groups=(replace(whole, maps=enlarged(whole.maps, size).to(KEPT)),))


def _over(read: Sequence[tuple[AttentionMaps | None, int]], like: LayerGroup, group: int) -> torch.Tensor:
    gap = torch.full(like.maps.shape[1:], torch.nan, dtype=like.maps.dtype)
    return torch.cat(
        [gap.expand(guesses, *gap.shape) if maps is None else maps.groups[group].maps for maps, guesses in read]
    )
