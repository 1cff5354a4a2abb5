"""How much neighbours on a walk differ, where to look closer, and which stops to keep for all to differ alike."""

import math

import torch
from torch import Tensor

from .noise_walk import Stop, Walk

CLOSEST = 1e-6
"""Parts of a leg that are not divided further: float32 noise hardly tells them apart."""


def differences(walk: Walk, latents: Tensor) -> list[float]:
    """Root mean square distance of each stop's final latent to the next one's; in a loop also of the last to the first.

    `latents` is [stop, channel, ...]; the distances have its unit.
    """
    following = torch.cat([latents[1:], latents[:1]]) if walk.loop else latents[1:]
    moves = following.double() - latents[: len(following)].double()
    return moves.flatten(1).square().mean(1).sqrt().tolist()


def moving(walk: Walk, stops: tuple[Stop, ...], apart: list[float]) -> list[float]:
    """The differences without those between equal seeds, where nothing can differ."""
    return [d for stop, d in zip(stops, apart, strict=False) if _moves(walk, stop.leg)]


def spread(walk: Walk, stops: tuple[Stop, ...], apart: list[float]) -> float:
    """The largest difference between neighbours that can differ over the smallest; 1 when all are equal."""
    sizes = moving(walk, stops, apart)
    return max(sizes) / min(sizes) if min(sizes) > 0 else math.inf


def between(stops: tuple[Stop, ...], apart: list[float], count: int) -> tuple[Stop, ...]:
    """At most `count` new stops, where the known ones differ most: the widest gaps are divided, by their width."""
    ends = [_end_of_gap(stops, i) for i in range(len(apart))]
    widths = [d if end - s.part > CLOSEST else 0.0 for s, end, d in zip(stops, ends, apart, strict=False)]
    if not (math.isfinite(sum(widths)) and sum(widths) > 0):
        return ()
    gaps = zip(stops, ends, _shares(widths, len(widths) + count), strict=False)
    return tuple(
        Stop(leg=stop.leg, part=stop.part + (end - stop.part) * k / share)
        for stop, end, share in gaps
        for k in range(1, share)
    )


def evenest(walk: Walk, stops: tuple[Stop, ...], latents: Tensor, count: int) -> list[int]:
    """Which of the stops to keep, all seeds among them, so that `count` neighbours differ as evenly as they can.

    `latents` is [stop, channel, ...]. It is the chain of least squares, found exactly: of differences with one sum,
    equal ones have the least.
    """
    nodes = list(range(len(stops))) + [0] * walk.loop
    squares = _squares_within_legs(stops, nodes, latents)
    cost = torch.full((len(nodes),), math.inf, dtype=torch.float64)
    cost[0] = 0
    came_from = []
    for _ in range(count):
        cost, step = (cost[:, None] + squares).min(0)
        came_from.append(step)
    chain = [len(nodes) - 1]
    for step in reversed(came_from):
        chain.append(int(step[chain[-1]]))
    return [nodes[i] for i in reversed(chain)][: count + (not walk.loop)]


def _moves(walk: Walk, leg: int) -> bool:
    first, second = walk.legs[leg]
    return first != second


def _end_of_gap(stops: tuple[Stop, ...], index: int) -> float:
    """The part at which the next stop stands, on the leg of this one."""
    following = stops[index + 1] if index + 1 < len(stops) else None
    return following.part if following and following.leg == stops[index].leg else 1.0


def _shares(widths: list[float], count: int) -> list[int]:
    """Into how many pieces each gap falls, at least one: the next cut always goes where the pieces are widest."""
    shares = [1] * len(widths)
    for _ in range(count - len(widths)):
        widest = max(range(len(widths)), key=lambda gap: widths[gap] / shares[gap])
        shares[widest] += 1
    return shares


def _squares_within_legs(stops: tuple[Stop, ...], nodes: list[int], latents: Tensor) -> Tensor:
    """Mean squared distance from each node to every later one up to the next seed, [node, node]; infinite beyond, and
    where a latent is not a number.
    """
    squares = torch.full((len(nodes), len(nodes)), math.inf, dtype=torch.float64)
    seeds = [i for i, node in enumerate(nodes) if stops[node].part in (0, 1)]
    for first, last in zip(seeds[:-1], seeds[1:], strict=True):
        flat = latents[nodes[first : last + 1]].flatten(1)
        apart = torch.cdist(flat, flat, compute_mode="donot_use_mm_for_euclid_dist").double()
        later = torch.ones_like(apart).triu(1) > 0
        squares[first : last + 1, first : last + 1][later] = apart.square()[later] / flat.shape[1]
    return squares.where(~squares.isnan(), math.inf)
