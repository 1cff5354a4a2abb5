"""The numbers of a run as named columns, one number a state: what the tables and the JSON have in common."""

from .measures import Measures, Numbers, RunMeasures, padded
from .settling import Settling

PULLS = ("pull", "along", "across")
"""Of the difference that guidance makes: the whole of it, and its two parts."""


def columns_of(measures: Measures, run: RunMeasures) -> dict[str, Numbers]:
    """Every column that a run of any deck can have, in order; None for a value that is missing."""
    parts = measures.wanted.parts
    columns = {"sigma": run.sigmas, "snr_db": run.snr_db, "model_calls": run.calls, "seconds": run.seconds}
    for of, found in (("latent", run.latent), ("pixel", run.pixels)):
        columns |= _distances(of, found, parts, run.steps + 1)
    for name in PULLS:
        sizes: tuple[tuple[float, ...] | None, ...] = getattr(run, name)
        for at, part in enumerate(parts):
            columns[f"{name}_{part}"] = padded([None if one is None else one[at] for one in sizes], run.steps + 1)
    columns |= {"cosine": run.cosine, "saturation": run.saturation, "clipped": run.clipped}
    return columns | {"psnr_db": run.psnr, "ssim": run.ssim, "seconds_left": run.left}


def _distances(of: str, found: Settling | None, parts: tuple[str, ...], states: int) -> dict[str, Numbers]:
    """Root mean square distance and R^2, by part."""
    columns: dict[str, Numbers] = {}
    for at, part in enumerate(parts):
        columns[f"{of}_distance_{part}"] = padded([] if found is None else found.rms[:, at].tolist(), states)
    for at, part in enumerate(parts):
        columns[f"{of}_r2_{part}"] = padded([] if found is None else found.r_squared[:, at].tolist(), states)
    return columns
