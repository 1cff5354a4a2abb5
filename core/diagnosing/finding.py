"""What a run shows, as it is said: what was seen, what usually causes it, what would confirm it, what to do."""

from dataclasses import dataclass

from .rules import Rule


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`runs` are the trajectories that show it, counted from 0; value and step are those of the first."""

    rule: Rule
    value: float
    step: int | None
    seen: str
    usually: str
    confirm: str
    advice: str
    runs: tuple[int, ...] = (0,)

    @property
    def strength(self) -> str:
        return self.rule.strength


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """All findings of a deck, the strongest first; what was looked at, and what could not be looked at and why.

    `steps` is how many the longest run has.
    """

    title: str
    model: str
    runs: int
    steps: int
    findings: tuple[Finding, ...]
    looked: tuple[str, ...]
    not_known: dict[str, str]
