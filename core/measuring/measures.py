"""Everything measured of a deck: when its runs settle, what guidance adds, what colours do, what it cost."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..comparing.parting import PICTURE_SIZE, VISIBLE_DISTANCE, Parting, parting_in
from ..comparing.schedules import decibels
from ..filled_sentence import filled
from ..finite import finite
from ..parameterization import snr
from ..recording.alignment import standing
from ..recording.deck import Deck
from ..recording.trajectory import Trajectory
from ..showing.sheets import tile_for
from ..tensors import rms_between
from .commit import COMMIT_DISTANCE, check_threshold, commit_map, commit_step, patch_for
from .frequency import BANDS, Band
from .guidance import cosine, pull_by_part, split_by_part
from .pictures import RawDecoder, Seen, look
from .settling import WHOLE, Settling, guesses_of, settling

Numbers = tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to measure, and how.

    threshold      share of the final's spread within which a guess has settled
    patch          latent cells a side of a region of the commit map; 0: as few as leave at most 32 regions a side
    compared_with  the run from which the others part, counted from 0
    """

    bands: tuple[Band, ...] = BANDS
    threshold: float = COMMIT_DISTANCE
    patch: int = 0
    compared_with: int = 0

    @property
    def parts(self) -> tuple[str, ...]:
        """The bands, then the whole."""
        return (*(band.name for band in self.bands), WHOLE)


@dataclass(frozen=True, kw_only=True, eq=False)
class RunMeasures:
    """One trajectory in numbers. Each list has one entry for each state, None if nothing was measured there.

    snr_db      the picture's variance against the noise's, decibels
    calls       model calls from this state to the next
    seconds     time from this state to the next, as it was recorded; in decks from before that was, the run's own,
                shared evenly over its model calls
    left        time from this state to the end
    latent      distances of the guesses to the reference, in the latents' unit; a row a guess
    pixels      the same of their pictures, black to white being 1
    psnr        of each guess's picture against the last one's, decibels; None where the two are equal
    ssim        structural similarity of the same two pictures
    converged   the step from which on these pictures stay within VISIBLE_DISTANCE: no eye sees them change
    commit      for each part the step after which it stayed within the threshold
    commit_map  [row, column], the same for each region
    pull        size of cond - uncond, a number for each part
    along       of the pull, what goes along the guess with the prompt, a number for each part
    across      and what goes across it
    cosine      of the directions with and without the prompt
    saturation  of the guess's picture, 0..1
    clipped     share of the decoder's numbers beyond black and white
    parting     from the run that it is compared with, None for that one itself
    """

    label: str
    sigmas: Numbers
    snr_db: Numbers
    calls: Numbers
    seconds: Numbers
    left: Numbers
    latent: Settling | None
    pixels: Settling | None
    psnr: Numbers
    ssim: Numbers
    converged: int | None
    commit: dict[str, int | None]
    commit_map: Tensor | None
    pull: tuple[tuple[float, ...] | None, ...]
    along: tuple[tuple[float, ...] | None, ...]
    across: tuple[tuple[float, ...] | None, ...]
    cosine: Numbers
    saturation: Numbers
    clipped: Numbers
    parting: Parting | None
    notes: tuple[str, ...]

    @property
    def steps(self) -> int:
        return len(self.sigmas) - 1


@dataclass(frozen=True, kw_only=True, eq=False)
class Measures:
    """A deck in numbers; `notes` say what is missing and why, a sentence each."""

    title: str
    model: str
    kind: str
    wanted: Wanted
    runs: tuple[RunMeasures, ...]
    notes: tuple[str, ...]

    @property
    def last(self) -> int:
        """Steps of the longest run."""
        return max(run.steps for run in self.runs)


def measure(
    deck: Deck, wanted: Wanted, decoder: RawDecoder | None, on_picture: Callable[[], None] = lambda: None
) -> Measures:
    """`decoder` None: nothing is said of pictures. Raises ValueError for wishes that cannot be met, and for a deck
    that holds no number to measure.
    """
    check_threshold(wanted.threshold)
    deck.trajectory(wanted.compared_with)
    if all(reference_of(deck, trajectory) is None for trajectory in deck.trajectories):
        raise ValueError(_nothing(deck))

    def seen(index: int) -> Seen | None:
        return _seen(deck, deck.trajectories[index], wanted, decoder, on_picture)

    against = seen(wanted.compared_with)
    runs = (
        _run(deck, index, wanted, against if index == wanted.compared_with else seen(index), against)
        for index in range(len(deck.trajectories))
    )
    return Measures(
        title=deck.title,
        model=deck.model,
        kind=deck.kind,
        wanted=wanted,
        runs=tuple(runs),
        notes=tuple(_notes(deck, decoder)),
    )


def reference_of(deck: Deck, trajectory: Trajectory) -> Tensor | None:
    """What the guesses are measured against: the last of a run, the picture itself where that was noised; None where
    there is no guess, or where it is no number.
    """
    if trajectory.guesses == 0:
        return None
    reference = trajectory.x[0] if deck.kind == "forward" else measured_guesses(deck, trajectory)[-1]
    return reference if bool(torch.isfinite(reference).all()) else None


def measured_guesses(deck: Deck, trajectory: Trajectory) -> list[Tensor]:
    """[channel, ...] each: guess i belongs to state i."""
    return list(trajectory.x0) if deck.kind == "forward" else guesses_of(trajectory)


def pictures_to_measure(deck: Deck) -> int:
    """How often `measure` calls `on_picture` at most."""
    return sum(len(measured_guesses(deck, t)) for t in deck.trajectories if t.guesses)


def _seen(deck: Deck, trajectory: Trajectory, wanted: Wanted, decoder: RawDecoder | None, on_picture) -> Seen | None:
    reference = reference_of(deck, trajectory)
    if decoder is None or reference is None:
        return None
    tile = tile_for(deck, PICTURE_SIZE) if len(deck.trajectories) > 1 else None
    return look(measured_guesses(deck, trajectory), reference, decoder, tile, wanted.bands, on_picture)


def _run(deck: Deck, index: int, wanted: Wanted, seen: Seen | None, against: Seen | None) -> RunMeasures:
    t = deck.trajectories[index]
    reference = reference_of(deck, t)
    latent = None if reference is None else settling(measured_guesses(deck, t), reference, wanted.bands)
    settles = None if deck.kind == "forward" or t.rises else latent
    along, across = split_by_part(t, wanted.bands)
    seconds = _seconds(t)
    rest = [None] * (t.states - t.guesses)
    return RunMeasures(
        label=t.label,
        sigmas=padded(t.sigmas.tolist(), t.states),
        snr_db=padded(decibels(snr(t.sigmas, deck.parameterization, deck.sigma_data)).tolist(), t.states),
        calls=padded(t.model_calls, t.states),
        seconds=padded(seconds, t.states),
        left=padded(_left(seconds), t.states),
        latent=latent,
        pixels=None if seen is None else seen.settling,
        psnr=padded((seen and seen.psnr) or (), t.states),
        ssim=padded((seen and seen.ssim) or (), t.states),
        converged=_converged(seen) if settles else None,
        commit={part: commit_step(settles.of(part), wanted.threshold) for part in settles.parts} if settles else {},
        commit_map=_map(guesses_of(t), settles, wanted) if settles else None,
        pull=(*pull_by_part(t, wanted.bands), *rest),
        along=(*along, *rest),
        across=(*across, *rest),
        cosine=padded(cosine(t), t.states),
        saturation=padded((seen and seen.saturation) or (), t.states),
        clipped=padded((seen and seen.clipped) or (), t.states),
        parting=None
        if index == wanted.compared_with
        else _parting(deck, (wanted.compared_with, index), (against, seen)),
        notes=tuple(_notes_of(deck, t)),
    )


def _map(guesses: list[Tensor], latent: Settling, wanted: Wanted) -> Tensor | None:
    patch = wanted.patch or patch_for(*guesses[0].shape[-2:])
    return commit_map(guesses, guesses[-1], spread=latent.whole_spread, threshold=wanted.threshold, patch=patch)


def _parting(deck: Deck, pair: tuple[int, int], seen: tuple[Seen | None, Seen | None]) -> Parting:
    """Both stand, at each step of the longest run of the deck, as the viewer has them."""
    states = standing([t.sigmas.tolist() for t in deck.trajectories])
    one, other = seen
    if one is None or other is None:
        return Parting(kind="unknown")
    return parting_in(_apart((one, other), at) for at in zip(*(states[index] for index in pair), strict=True))


def _apart(seen: tuple[Seen, Seen], at: tuple[int, int]) -> float | None:
    one, other = (one.small[state] if state < len(one.small) else None for one, state in zip(seen, at, strict=True))
    if one is None or other is None:
        return None
    return finite(rms_between(one, other))


def _converged(seen: Seen | None) -> int | None:
    if seen is None or seen.settling is None:
        return None
    return commit_step(seen.settling.rms[:, -1].tolist(), VISIBLE_DISTANCE)


def _left(seconds: Sequence[float | None]) -> list[float | None]:
    """From each state to the end, there 0; None where a time on the way is not known."""
    left: list[float | None] = [0.0] if seconds else []
    for time in reversed(seconds):
        left.append(None if time is None or left[-1] is None else left[-1] + time)
    return left[::-1]


def _seconds(trajectory: Trajectory) -> Sequence[float | None]:
    if trajectory.step_seconds:
        return trajectory.step_seconds
    calls = sum(trajectory.model_calls)
    if trajectory.seconds is None or calls == 0:
        return []
    return [trajectory.seconds * one / calls for one in trajectory.model_calls]


def padded(values: Sequence[float | None], states: int) -> Numbers:
    """Numbers from the first state on; None for a value that is missing or not finite, and for the states after."""
    return (*map(finite, values), *[None] * (states - len(values)))


def _nothing(deck: Deck) -> str:
    if any(trajectory.guesses for trajectory in deck.trajectories):
        return filled(
            "what these runs end in is not a number (NaN or infinite), so nothing can be measured: look at the deck in"
            " the viewer for the step where it began"
        )
    if deck.kind == "forward":
        return filled("this picture was noised without a model, so there is no guess to measure: choose a mirror")
    return filled("these runs stopped before the model made a guess: there is nothing to measure")


def _notes(deck: Deck, decoder: RawDecoder | None) -> Iterator[str]:
    if deck.kind == "forward":
        yield filled("A picture that is noised is no run: distances are to the picture itself, and nothing settles.")
    if deck.frames > 1:
        yield filled(
            "Video: each frame is measured alone, then energies are averaged over the frames; the commit map is one"
            " for all frames."
        )
    yield from dict.fromkeys(t.no_guidance for t in deck.trajectories if t.no_guidance)
    if decoder is None or not decoder.exact:
        yield filled(
            "Distance in pixels, saturation and clipped share are not known without a VAE: connect the model's own."
        )
    elif not decoder.uncut:
        yield filled("This VAE cuts its pictures off in a way of its own: the clipped share is not known.")
    if all(t.seconds is None for t in deck.trajectories):
        yield filled("The time of the steps was not recorded in this deck.")


def _notes_of(deck: Deck, t: Trajectory) -> Iterator[str]:
    if reference_of(deck, t) is None:
        yield filled("{1}: its last guess is missing or not a number (NaN or infinite): no distances.", t.label)
    elif deck.kind != "forward" and t.rises:
        yield filled(
            "{1} walks from a picture to noise: nothing settles in it, and distances are to its last guess, at step"
            " {2}.",
            t.label,
            t.guesses - 1,
        )
    elif deck.kind != "forward" and not t.finished:
        yield filled(
            "{1} did not come to its end: distances are to its last guess, at step {2}.", t.label, t.guesses - 1
        )
    bad = sum(not bool(torch.isfinite(guess).all()) for guess in t.x0)
    if bad:
        yield filled(
            "{1}: {2} of {3} guesses are not numbers (NaN or infinite) and are left out.", t.label, bad, t.guesses
        )
