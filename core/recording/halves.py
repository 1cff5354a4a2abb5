"""What a run lacks that is part of a longer way: its beginning, or its end."""

from ..filled_sentence import filled
from .trajectory import Trajectory


def halves(run: Trajectory) -> tuple[str, ...]:
    """A sentence for each side that is missing; none for a run from noise to a finished latent. A run that was stopped
    says so itself, and one whose noise levels rise has no such ends.
    """
    if run.rises or not run.complete or run.guesses >= run.states:
        return ()
    first, last = (f"{float(run.sigmas[end]):.4g}" for end in (0, -1))
    sentences = {
        filled("A later part: it adds no noise, and takes up at sigma {1} what another sampler left.", first): takes_up(
            run
        ),
        filled("An earlier part: it leaves noise of sigma {1}, for another sampler.", last): float(run.sigmas[-1]) > 0,
    }
    return tuple(sentence for sentence, true in sentences.items() if true)


def takes_up(run: Trajectory) -> bool:
    """Whether its first state is a latent as another sampler left it, to which no noise was added."""
    return not run.noise and run.source is not None
