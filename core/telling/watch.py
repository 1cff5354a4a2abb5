"""What a browser hears of a watched run: one certain finding, and the run it came up in."""

from ..diagnosing.finding import Finding
from ..diagnosing.watch import WatchedRun
from .contract import EVENT_VERSION


def watch_payload(run: WatchedRun, finding: Finding, *, node: str, workflow: str | None) -> dict:
    """Ready for JSON. `node` is where it is said."""
    return {
        "version": EVENT_VERSION,
        "node": node,
        "workflow": workflow,
        "run": run.number,
        "seed": None if run.settings.seed is None else str(run.settings.seed),
        "rule": finding.rule.id,
        "seen": finding.seen,
        "values": finding.values,
    }
