"""What can be looked at in a deck: for each view, the latent behind every state, or the reason why there is none."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from ..parameterization import noise_of_guess, v_of_guess
from ..recording.deck import Deck
from ..recording.trajectory import Trajectory
from ..value_list import shown


@dataclass(frozen=True, kw_only=True)
class View:
    """A view's name and words. `kind` is picture (decoded), or channels or difference (maps of numbers)."""

    id: str
    title: str
    caption: str
    kind: str = "picture"


VIEWS: dict[str, View] = {
    view.id: view
    for view in (
        View(id="x", title="x_t", caption="the noisy state, shown at the spread of a finished latent"),
        View(id="x_raw", title="x_t, raw", caption="the noisy state at the sampler's own scale"),
        View(id="x0", title="x0 guess", caption="what the model believes the finished picture is"),
        View(
            id="channels",
            title="latent channels",
            caption="the numbers of x_t, channel by channel, at the spread of a finished latent",
            kind="channels",
        ),
        View(id="uncond", title="unconditional", caption="the guess without the prompt (or with the negative one)"),
        View(id="cond", title="conditional", caption="the guess with the prompt, before guidance"),
        View(
            id="difference",
            title="difference",
            caption=(
                "how far the prompt moves the guess: conditional minus unconditional, root mean square over channels"
            ),
            kind="difference",
        ),
        View(id="regenerated", title="regenerated", caption="where the sampler arrives that starts from this state"),
        View(id="noise", title="noise ε", caption="the same guess, said as noise: what remains of x_t without x0"),
        View(
            id="velocity",
            title="velocity v",
            caption="the same guess, said as v: the noise less the picture, each by its share",
        ),
    )
}

EVERYTHING = "everything"
AS_TIME_ALLOWS = "as time allows"
DECODED: dict[str, tuple[str, ...]] = {
    EVERYTHING: ("x0", "cond", "uncond", "regenerated", "x"),
    "guesses only": ("x0", "cond", "uncond", "regenerated"),
    "x0 only": ("x0",),
    "nothing": (),
    AS_TIME_ALLOWS: ("x0", "cond", "uncond", "regenerated", "x"),
}
"""What the user can choose, and the views that the VAE then decodes; of those in time, as decode_time.py has it."""

OF_FORWARD = ("x", "x_raw", "x0", "noise", "velocity", "channels", "regenerated")
SAID_OTHERWISE = ("noise", "velocity")
"""Views of the same guess in other words. Of a run they are left to those who ask for them by name."""
ONE_STEP_GUESS = "what the model believes the picture is, asked once at this noise level"


def views_of(deck: Deck) -> list[View]:
    """The views that a deck of its kind has; any of them may still be without pictures, and says why."""
    if deck.kind != "forward":
        return [view for view in VIEWS.values() if view.id not in ("regenerated", *SAID_OTHERWISE)]
    guessed = any(trajectory.guesses for trajectory in deck.trajectories)
    has = {"regenerated": _any_regenerated(deck)} | dict.fromkeys(SAID_OTHERWISE, guessed)
    views = [VIEWS[name] for name in OF_FORWARD if has.get(name, True)]
    return [_in_words_of_forward(view, deck) for view in views]


def _in_words_of_forward(view: View, deck: Deck) -> View:
    if view.id == "x0":
        return replace(view, title="one-step guess", caption=ONE_STEP_GUESS)
    if view.id == "channels" and deck.space.is_pixels:
        return replace(view, title="colour channels", caption="the numbers of x_t, colour by colour")
    return view


def _any_regenerated(deck: Deck) -> bool:
    return any(t.regenerated is not None for t in deck.trajectories)


def find_view(name: str) -> View:
    if name not in VIEWS:
        raise ValueError(f"there is no view {shown(name)}: choose one of {', '.join(VIEWS)}")
    return VIEWS[name]


def parse_views(text: str) -> list[View]:
    """A list such as "x, x0", in the order typed. Raises ValueError for an empty one, and a name that comes twice."""
    names = [name.strip() for name in text.split(",") if name.strip()]
    if not names:
        raise ValueError(f"name at least one view: {', '.join(VIEWS)}")
    chosen: dict[str, View] = {}
    for name in names:
        if name in chosen:
            raise ValueError(f"the view {name!r} is named twice, once is enough")
        chosen[name] = find_view(name)
    return list(chosen.values())


def latent_of(deck: Deck, trajectory: Trajectory, view: View, state: int) -> Tensor | None:
    """The latent behind one state in one view, [channel, (frame,) height, width] in the model's space and as large as
    its sampler held it; None if there is none.
    """
    latent = _LATENTS[view.id](deck, trajectory, state)
    if latent is None or not bool(torch.isfinite(latent).all()):
        return None
    return trajectory.at_own_size(latent, state)


def latents_of(deck: Deck, view: View) -> Iterator[Tensor | None]:
    """Every state of every trajectory, in order."""
    for trajectory in deck.trajectories:
        for state in range(trajectory.states):
            yield latent_of(deck, trajectory, view, state)


def absence(deck: Deck, view: View) -> str:
    """Why a view that has no pictures at all has none."""
    if view.id == "x0" and deck.kind == "forward":
        return "No model was asked for a guess: connect a model and a prompt, and choose a mirror."
    if view.id == "regenerated":
        return "No sampler started from these states: only forward noising with its mirror has such pictures."
    reasons = {t.no_guidance for t in deck.trajectories if t.no_guidance}
    if view.id in ("cond", "uncond", "difference") and reasons:
        return " ".join(sorted(reasons))
    return "There is no picture of this: the values are missing or are not numbers."


def missing(view: View) -> str:
    """What to say where a single state has no picture."""
    if view.id in ("cond", "uncond", "difference"):
        return "Not evaluated: the sampler did not ask the model for this here."
    if view.id == "x0":
        return "No guess here: the run stopped at this state without asking the model."
    if view.id in SAID_OTHERWISE:
        return "Without noise in the state, or without a guess, there is no noise to name."
    return "There is no picture of this state: its values are not numbers."


def _guess(deck: Deck, trajectory: Trajectory, state: int) -> Tensor | None:
    if state < trajectory.guesses:
        return trajectory.x0[state]
    return trajectory.x[state] if trajectory.finished else None


def _prediction(name: str):
    def latent(deck: Deck, trajectory: Trajectory, state: int) -> Tensor | None:
        kept = getattr(trajectory, name)
        asked = state < trajectory.guesses and trajectory.asked[state][("cond", "uncond").index(name)]
        return kept[state] if kept is not None and asked else None

    return latent


def _difference(deck: Deck, trajectory: Trajectory, state: int) -> Tensor | None:
    cond, uncond = (_prediction(name)(deck, trajectory, state) for name in ("cond", "uncond"))
    return None if cond is None or uncond is None else cond - uncond


def _unit(deck: Deck, trajectory: Trajectory, state: int) -> Tensor:
    return trajectory.at_unit_variance(state, deck.parameterization, deck.sigma_data)


def _said_as(convert):
    def latent(deck: Deck, trajectory: Trajectory, state: int) -> Tensor | None:
        sigma = trajectory.sigmas[state]
        if state >= trajectory.guesses or sigma <= 0:
            return None
        x, x0 = trajectory.x[state].double(), trajectory.x0[state].double()
        return convert(x, x0, sigma, deck.parameterization, deck.sigma_data).to(trajectory.x.dtype)

    return latent


def _regenerated(deck: Deck, trajectory: Trajectory, state: int) -> Tensor | None:
    return None if trajectory.regenerated is None else trajectory.regenerated[state]


_LATENTS = {
    "x": _unit,
    "x_raw": lambda deck, trajectory, state: trajectory.x[state],
    "x0": _guess,
    "channels": _unit,
    "uncond": _prediction("uncond"),
    "cond": _prediction("cond"),
    "difference": _difference,
    "regenerated": _regenerated,
    "noise": _said_as(noise_of_guess),
    "velocity": _said_as(v_of_guess),
}
