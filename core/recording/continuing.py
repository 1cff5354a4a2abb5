"""A picked state as a sampler takes it up again: the LATENT to hand over and the noise levels that remain."""

import torch
from torch import Tensor

from ..filled_sentence import filled
from ..parameterization import PROCESSES
from .deck import Deck
from .trajectory import Trajectory


def latent_to_continue(deck: Deck, trajectory: Trajectory, state: int) -> Tensor:
    """x of a state as LATENT samples, [1, channel, ...]: what a sampler without added noise turns back into that x.

    Flow samplers multiply a LATENT by 1 - sigma at their start, so it is divided here. Raises ValueError for pure flow
    noise, sigma 1, which no LATENT can carry.
    """
    x, sigma = trajectory.at_own_size(trajectory.x[state], state)[None], trajectory.sigmas[state]
    factor = float(PROCESSES[deck.parameterization].picture_factor(sigma))
    if factor <= 0:
        raise ValueError(
            "a flow model's state at sigma 1 is pure noise, which a LATENT cannot carry: pick "
            f"{_nearer(deck, trajectory)}"
        )
    return deck.space.as_latent(deck.space.to_vae(x / factor))


def guess_latent(deck: Deck, trajectory: Trajectory, state: int) -> Tensor:
    """The guess at a state as LATENT samples, [1, channel, ...]; at the end of a finished run the final latent
    itself.
    """
    if state < trajectory.guesses:
        return deck.space.as_latent(deck.space.to_vae(trajectory.at_own_size(trajectory.x0[state], state)[None]))
    if trajectory.finished:
        return deck.space.as_latent(deck.space.to_vae(trajectory.at_own_size(trajectory.x[state], state)[None]))
    if deck.kind == "forward":
        raise ValueError(
            filled("there is no guess at state {1}: choose a mirror in Forward Noising to ask a model for it", state)
        )
    raise ValueError(filled("there is no guess at state {1}: the run stopped there without asking the model", state))


def _nearer(deck: Deck, trajectory: Trajectory) -> str:
    """Says where the states with less noise are."""
    return "an earlier state" if deck.kind == "forward" or trajectory.rises else "a later state"


def remaining_sigmas(trajectory: Trajectory, state: int) -> Tensor:
    """The noise levels from a state down to the end, float32; for an unfinished run, those its schedule still had.

    A forward trajectory climbs: below one of its states lie the states before it. Of a way that several samplers made
    they end where noise was added, or the latent changed.
    """
    if trajectory.sigmas[0] < trajectory.sigmas[-1]:
        return trajectory.sigmas[: state + 1].flip(0).float()
    _, last = trajectory.unbroken(state)
    ahead = trajectory.remaining if last == trajectory.steps else ()
    return torch.cat([trajectory.sigmas[state : last + 1].float(), torch.tensor(ahead, dtype=torch.float32)])


def find_state(trajectory: Trajectory, state: int) -> int:
    """A state's number, counted from the end when negative. Raises ValueError when there is no such state."""
    found = state + trajectory.states if state < 0 else state
    if not 0 <= found < trajectory.states:
        raise ValueError(filled("state must be 0..{1} (or -1 for the last), got {2}", trajectory.steps, state))
    return found
