"""What the low-rank lab says: a sentence for each rank, and notes on the update."""

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
    over = f" under noise of {lab.amount:g} times its strength" if noisy else ""
    return f"{NAMES[lab.pattern]}, {rows} × {columns}{over}"


def sentence(lab: Lab, rank: int) -> str:
    """What a rank keeps, and for how many numbers."""
    if rank == 0:
        return f"Rank 0 has no numbers, and gives no update. The update itself has {lab.entries:,} numbers."
    spent, kept = lab.spent(rank), f"Rank {rank} keeps {percent(lab.kept(rank))} of the energy"
    if spent > lab.entries:
        return f"{kept} with {spent:,} numbers: more than the {lab.entries:,} of the update itself."
    if spent == lab.entries:
        return f"{kept} with {spent:,} numbers: as many as the update itself has."
    return f"{kept} with {spent:,} of {lab.entries:,} numbers{_beside(lab, rank)}."


def _beside(lab: Lab, rank: int) -> str:
    """What else would keep as much: a lower rank where that holds all there is, a higher one for noise."""
    enough, noise = rank_for_energy(lab.svd.values, 1 - WHOLE), lab.noise_needs(rank)
    if enough < rank:
        return f"; rank {enough} does so with {lab.spent(enough):,}"
    return f"; noise would need rank {noise} for that" if lab.pattern != NOISE and noise > rank else ""


def percent(share: float) -> str:
    """A share in percent with one decimal; 100 only for exactly all."""
    if share >= 1 - WHOLE:
        return "100 %"
    return "more than 99.9 %" if share >= NEARLY else f"{100 * share:.1f} %"


def notes(lab: Lab) -> tuple[str, ...]:
    """What a reader must know of this update, a sentence or two each."""
    said = (_of_image(lab), _of_pattern(lab), _of_noise_over_it(lab), _of_directions(lab))
    return tuple(note for note in said if note)


def _of_image(lab: Lab) -> str:
    if lab.pictures and lab.pattern != PICTURE:
        return "The image that is connected is not used: for that, choose picture as the pattern."
    return f"This is the first of {lab.pictures} pictures." if lab.pictures > 1 else ""


def _of_pattern(lab: Lab) -> str:
    if lab.pattern == NOISE:
        rank = rank_for_energy(lab.svd.values, MUCH)
        return (
            f"No structure, no saving: {100 * MUCH:.0f} % of the energy of this noise takes rank {rank}, and that is"
            f" {lab.spent(rank):,} numbers for {lab.entries:,}."
        )
    if lab.pattern == "diagonal" and not lab.amount:
        return "Simple to the eye, and of full rank: no row is like another, and all singular values are equal."
    return ""


def _of_noise_over_it(lab: Lab) -> str:
    """Truncation throws noise away as well: the nearest rank to the clean pattern is often a low one."""
    if not lab.amount or lab.pattern == NOISE:
        return ""
    best = min(range(lab.full_rank + 1), key=lab.off)
    if best == lab.full_rank:
        return "Under the noise lies a pattern, and no lower rank comes nearer to it than the noisy update itself."
    return (
        f"Under the noise lies a pattern, and rank {best} comes nearest to it: {percent(lab.off(best))} away (root mean"
        f" square), where the noisy update is {percent(lab.off(lab.full_rank))} away."
    )


def _of_directions(lab: Lab) -> str:
    return (
        f"Effective rank {effective_rank(lab.svd.values):.1f} of {lab.full_rank}: the singular values are spread as"
        " widely as so many equal ones."
    )
