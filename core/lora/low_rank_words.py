"""What the low-rank lab says: a sentence for each rank, and notes on the update."""

from ..filled_sentence import filled
from .low_rank import effective_rank, rank_for_energy
from .low_rank_lab import NOISE, PICTURE, Lab

NAMES = {
    "bolt": "A bolt",
    "cross": "A cross",
    "gradient": "A gradient",
    "diagonal": "A diagonal line",
    NOISE: "Noise",
    PICTURE: "A picture",
}
WHOLE = 1e-9
"""A share of the energy that is this close to 1 counts as all of it: the rest is a rounding error."""
NEARLY = 0.9995
"""From this share on, one decimal would be rounded up to 100 %, which would not be true."""
MUCH = 0.9
"""The share of the energy that the note on noise asks for."""


def title(lab: Lab) -> str:
    rows, columns = lab.update.shape
    noisy = lab.amount and lab.pattern != NOISE
    size = f"{rows} × {columns}"
    if not noisy:
        return f"{NAMES[lab.pattern]}, {size}"
    return f"{NAMES[lab.pattern]}, {size} under noise of {lab.amount:g} times its strength"


def sentence(lab: Lab, rank: int) -> str:
    """What a rank keeps, and for how many numbers."""
    if rank == 0:
        return filled(
            "Rank 0 has no numbers, and gives no update. The update itself has {1} numbers.", f"{lab.entries:,}"
        )
    values = rank, percent(lab.kept(rank)), f"{lab.spent(rank):,}", f"{lab.entries:,}"
    if lab.spent(rank) > lab.entries:
        return filled(
            "Rank {1} keeps {2} of the energy with {3} numbers: more than the {4} of the update itself.", *values
        )
    if lab.spent(rank) == lab.entries:
        return filled("Rank {1} keeps {2} of the energy with {3} numbers: as many as the update itself has.", *values)
    return _beside(lab, rank, values)


def _beside(lab: Lab, rank: int, values: tuple) -> str:
    """With what else would keep as much: a lower rank where that holds all there is, a higher one for noise."""
    enough, noise = rank_for_energy(lab.svd.values, 1 - WHOLE), lab.noise_needs(rank)
    if enough < rank:
        return filled(
            "Rank {1} keeps {2} of the energy with {3} of {4} numbers; rank {5} does so with {6}.",
            *values,
            enough,
            f"{lab.spent(enough):,}",
        )
    if lab.pattern != NOISE and noise > rank:
        return filled(
            "Rank {1} keeps {2} of the energy with {3} of {4} numbers; noise would need rank {5} for that.",
            *values,
            noise,
        )
    return filled("Rank {1} keeps {2} of the energy with {3} of {4} numbers.", *values)


def percent(share: float) -> str:
    """A share in percent with one decimal; 100 only for exactly all."""
    if share >= 1 - WHOLE:
        return "100 %"
    return "> 99.9 %" if share >= NEARLY else f"{100 * share:.1f} %"


def notes(lab: Lab) -> tuple[str, ...]:
    """What a reader must know of this update, a sentence or two each."""
    said = (_of_image(lab), _of_pattern(lab), _of_noise_over_it(lab), _of_directions(lab))
    return tuple(note for note in said if note)


def _of_image(lab: Lab) -> str:
    if lab.pictures and lab.pattern != PICTURE:
        return filled("The image that is connected is not used: for that, choose picture as the pattern.")
    return filled("This is the first of {1} pictures.", lab.pictures) if lab.pictures > 1 else ""


def _of_pattern(lab: Lab) -> str:
    if lab.pattern == NOISE:
        rank = rank_for_energy(lab.svd.values, MUCH)
        return filled(
            "No structure, no saving: {1} % of the energy of this noise takes rank {2}, and that is {3} numbers for"
            " {4}.",
            f"{100 * MUCH:.0f}",
            rank,
            f"{lab.spent(rank):,}",
            f"{lab.entries:,}",
        )
    if lab.pattern == "diagonal" and not lab.amount:
        return filled("Simple to the eye, and of full rank: no row is like another, and all singular values are equal.")
    return ""


def _of_noise_over_it(lab: Lab) -> str:
    """Truncation throws noise away as well: the nearest rank to the clean pattern is often a low one."""
    if not lab.amount or lab.pattern == NOISE:
        return ""
    best = min(range(lab.full_rank + 1), key=lab.off)
    if best == lab.full_rank:
        return filled(
            "Under the noise lies a pattern, and no lower rank comes nearer to it than the noisy update itself."
        )
    return filled(
        "Under the noise lies a pattern, and rank {1} comes nearest to it: {2} away (root mean square), where the noisy"
        " update is {3} away.",
        best,
        percent(lab.off(best)),
        percent(lab.off(lab.full_rank)),
    )


def _of_directions(lab: Lab) -> str:
    return filled(
        "Effective rank {1} of {2}: the singular values are spread as widely as so many equal ones.",
        f"{effective_rank(lab.svd.values):.1f}",
        lab.full_rank,
    )
