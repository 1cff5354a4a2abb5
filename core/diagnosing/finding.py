"""What a run shows, as it is said: what was seen, what usually causes it, what would confirm it, what to do."""

from dataclasses import dataclass, field

from .rules import Rule


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`places` are the runs that show it, counted from 0, each with its step, None for the run as a whole.

    value    the number of the first of them
    values   what `seen` was filled in with, for other languages
    follows  the id of a rule whose finding explains this one, so that its own advice would mislead
    """

    rule: Rule
    value: float
    seen: str
    usually: str
    confirm: str
    advice: str
    places: tuple[tuple[int, int | None], ...]
    values: dict[str, str] = field(default_factory=dict)
    follows: str | None = None

    @property
    def strength(self) -> str:
        return self.rule.strength

    @property
    def step(self) -> int | None:
        return self.places[0][1]

    @property
    def runs(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(run for run, _ in self.places))


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    """All findings of a deck, the strongest first; what was looked at, and what could not be looked at and why.

    `steps` is how many the longest run has; `deck` is the fingerprint of the deck.
    """

    title: str
    model: str
    deck: str
    runs: int
    steps: int
    findings: tuple[Finding, ...]
    looked: tuple[str, ...]
    not_known: dict[str, str]
