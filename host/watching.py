"""What a watch says as soon as it is certain: in the log, and on the Record node of whoever sits before the browser."""

import logging
from collections.abc import Callable

from ..core.diagnosing.finding import Finding
from ..core.diagnosing.watch import Watch, WatchedRun
from ..core.telling.contract import EVENTS
from ..core.telling.watch import watch_payload
from .running import running

log = logging.getLogger(__name__)


def watch_of(budget_bytes: int, choose: Callable[[int], tuple[int, ...]]) -> Watch:
    """A recording of numbers for the node that runs now."""
    now = running()
    node = None if now is None else now.on_screen(now.node_id)
    return Watch(budget_bytes=budget_bytes, choose=choose, tell=lambda run, finding: tell(node, run, finding))


def tell(node: str | None, run: WatchedRun, finding: Finding) -> None:
    log.warning("Denoiscope, run %d of this recording (seed %s): %s", run.number, run.settings.seed, finding.seen)
    now = running()
    if node is None or now is None or now.client_id is None:
        return
    from server import PromptServer

    message = watch_payload(run, finding, node=node, workflow=now.workflow_id)
    PromptServer.instance.send_sync(EVENTS.watch, message, now.client_id)
