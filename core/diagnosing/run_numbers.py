"""What is measured of one run, step by step: noise, guesses and guidance against what the sampler was told."""

from dataclasses import dataclass

from torch import Tensor

from ..comparing.triangle import pairs
from ..recording.trajectory import Trajectory
from .grain import grain, size, spread
from .not_finite import bad
from .reuse import reuse

Numbers = tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class RunNumbers:
    """A number for each guess, None where it is not known; ratios, so that they mean the same for every model.

    picture      sigma against the picture at each state: sigma / (signal * sigma_data), 1 where both are as strong
    noise        grain of x, that of the last guess taken off, against that of the noise of sigma; 1 is right
    implied      grain of the noise that the model's own guess leaves, against sigma; 1 is noise as it was added
    pull         size of cond - uncond against that of x - uncond
    guided       spread of the guided guess against that of cond
    change       size of the move from the guess before, against the guess
    reuse        the least relative change since the step before among the forms in which caches keep an answer
    """

    picture: Numbers
    noise: Numbers
    implied: Numbers
    pull: Numbers
    guided: Numbers
    change: Numbers
    reuse: Numbers


def read_run(run: Trajectory, parameterization: str, sigma_data: float) -> RunNumbers:
    """Guesses that are not finite have no numbers. A run with its states in order, sigma falling."""
    signals, asked = signals_of(run, parameterization), pairs(run)
    finite = [not bad(run.x[i]) and not bad(run.x0[i]) for i in range(run.guesses)]
    last = next((run.x0[i] for i in reversed(range(run.guesses)) if finite[i]), None)
    steps = [i if finite[i] and float(run.sigmas[i]) > 0 else None for i in range(run.guesses)]

    def each(number) -> Numbers:
        return tuple(None if i is None else number(i) for i in steps)

    return RunNumbers(
        picture=tuple(_ratio(float(run.sigmas[i]), signals[i] * sigma_data) for i in range(run.guesses)),
        noise=each(lambda i: _noise(run, i, signals[i], last)),
        implied=each(lambda i: _implied(run, i, signals[i])),
        pull=each(lambda i: _pull(run.x[i], asked[i])),
        guided=each(lambda i: _guided(run.x0[i], asked[i])),
        change=each(lambda i: _change(run, i) if i and finite[i - 1] else None),
        reuse=each(lambda i: reuse(run, i, parameterization, sigma_data) if i and finite[i - 1] else None),
    )


def signals_of(run: Trajectory, parameterization: str) -> list[float]:
    """What a picture is multiplied by in x at each state: 1 - sigma of a flow model, else 1."""
    return [1 - sigma if parameterization == "flow" else 1.0 for sigma in run.sigmas.tolist()]


def implied_noise(run: Trajectory, i: int, signal: float) -> Tensor:
    """(x - signal * guess) / sigma, of the model's own guess with the prompt where that was kept.

    Karras et al. 2022, eq. 2 for a signal of 1; Lipman et al. 2023, section 4.1, example II, for 1 - sigma.
    """
    return (run.x[i].float() - signal * own_guess(run, i).float()) / float(run.sigmas[i])


def own_guess(run: Trajectory, i: int) -> Tensor:
    """The model's guess with the prompt, before guidance; the guided guess where the other was not kept."""
    return run.cond[i] if run.cond is not None and run.asked[i][0] else run.x0[i]


def _noise(run: Trajectory, i: int, signal: float, last: Tensor | None) -> float | None:
    """Noise and picture are independent: their energies add."""
    here, picture = grain(run.x[i]), None if last is None else grain(last)
    if here is None or picture is None:
        return None
    return max(here**2 - (signal * picture) ** 2, 0.0) ** 0.5 / float(run.sigmas[i])


def _implied(run: Trajectory, i: int, signal: float) -> float | None:
    return grain(implied_noise(run, i, signal))


def _pull(x: Tensor, pair: tuple[Tensor, Tensor] | None) -> float | None:
    if pair is None:
        return None
    cond, uncond = pair
    return _ratio(size(cond - uncond), size(x - uncond))


def _guided(guess: Tensor, pair: tuple[Tensor, Tensor] | None) -> float | None:
    return None if pair is None else _ratio(spread(guess), spread(pair[0]))


def _change(run: Trajectory, i: int) -> float | None:
    return _ratio(size(run.x0[i] - run.x0[i - 1]), size(run.x0[i]))


def _ratio(above: float, below: float) -> float | None:
    return above / below if below > 0 else None
