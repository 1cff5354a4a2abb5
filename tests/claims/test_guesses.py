"""Claims 3 and 4: the guess commits early and the state late; layout is settled before detail."""

import torch

from denoiscope.core.measuring.commit import COMMIT_DISTANCE
from denoiscope.core.measuring.frequency import BANDS
from denoiscope.core.measuring.measures import Wanted
from denoiscope.core.measuring.settling import WHOLE, guesses_of, settling
from denoiscope.host.measuring import measured

from .lab import PLAIN, UNGUIDED
from .page import row

RUNS = {"guidance 1": UNGUIDED, "guidance 4": PLAIN}
STEPS_SHOWN = (0, 1, 2, 3, 5, 10, 15)
QUARTER = 5


def nearness(deck, part):
    """R² of every guess, and of every state at the spread of a finished latent: both [picture, state]."""
    guesses, states = [], []
    for t in deck.trajectories:
        shown = [t.at_unit_variance(i, deck.parameterization, deck.sigma_data) for i in range(t.states)]
        for found, kept_state in ((guesses, guesses_of(t)), (states, torch.stack(shown))):
            settled = settling(kept_state, t.x[-1])
            found.append(settled.r_squared[:, settled.parts.index(part)])
    return torch.stack(guesses), torch.stack(states)


def sizes(deck):
    """Spread of every guess as a share of the final one's, [picture, guess]."""
    return torch.stack([t.x0.flatten(1).std(1) / t.x[-1].std() for t in deck.trajectories])


def at_steps(numbers):
    return [numbers[:, step].tolist() for step in STEPS_SHOWN]


def test_claim_3_the_guess_commits_early_while_the_state_is_snow(lab, page):
    rows = []
    for name, how in RUNS.items():
        deck = lab.deck(how)
        guess, state = nearness(deck, "layout")
        size = sizes(deck)
        rows += [
            row(f"{name}: x0 guess, layout", *at_steps(guess), within=0.05),
            row(f"{name}: x_t, layout", *at_steps(state), within=0.05),
            row(f"{name}: spread of the guess", *at_steps(size), within=0.05),
        ]
        assert guess[:, QUARTER].mean() > 0.9 > 0.6 > state[:, QUARTER].mean()
        assert (size[:, 0].mean() < 0.95) if how is UNGUIDED else (size[:, 0].mean() > 1.2)
    page.tells("early", ("", *(f"step {step}" for step in STEPS_SHOWN)), *rows)


def test_claim_4_layout_is_settled_before_shapes_and_shapes_before_texture(lab, page):
    parts = (*(band.name for band in BANDS), WHOLE)
    rows = []
    for name, how in RUNS.items():
        runs = measured(lab.deck(how), None, Wanted(threshold=COMMIT_DISTANCE)).runs
        steps = {part: [run.commit[part] for run in runs] for part in parts}
        first, last = ([float(end(run.commit_map)) for run in runs] for end in (torch.amin, torch.amax))
        rows.append(row(name, *steps.values(), first, last, within=0.3, digits=1))
        layout, shapes, texture = (sum(steps[band.name]) for band in BANDS)
        assert layout < shapes < texture
    page.tells("commit", ("settled at step", *parts, "first region", "last region"), *rows)
