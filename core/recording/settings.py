"""How a run was made."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a run was made, as far as it is known; None where it is not.

    From step `switch_at` on the model was asked with another prompt, `prompt_after`; None where it was not.
    """

    seed: int | None = None
    sampler: str | None = None
    scheduler: str | None = None
    guidance: float | None = None
    prompt: str | None = None
    negative: str | None = None
    prompt_after: str | None = None
    switch_at: int | None = None
