"""Pictures of cells while a sweep or a walk goes on: one small strip for the cells that have just finished."""

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from ..core.comparing.cells import Cell, Finished
from ..core.recording.deck import Axis
from ..core.showing.sheets import encode
from ..core.telling.contract import EVENTS
from ..core.telling.live import NO_PICTURE, LivePicture, cells_payload
from .running import Running
from .temp_folder import live_folder


class LiveCells:
    """Tells the viewers downstream of what has finished; nothing where no viewer or no browser waits.

    Strips are drawn on a thread of its own. What goes wrong there is logged, and never reaches the sampler.
    """

    def __init__(self, now: Running | None, cells: Sequence[Cell], *, kind: str, axes: tuple[Axis, ...]):
        self.now = now if now and now.client_id and now.viewers() else None
        self.cells, self.kind, self.axes = cells, kind, axes
        self.folder = live_folder()
        self.finished = 0
        self.pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="denoiscope-cells")

    def show(self, finished: Finished) -> None:
        """Draw these cells and announce them; returns at once."""
        if self.now:
            self.pool.submit(self._show, finished)

    def stop(self, sentence: str) -> None:
        """No more cells will come; what has become of the finished ones."""
        if self.now:
            self.pool.submit(self._announce, (), NO_PICTURE, sentence)

    def end(self) -> None:
        """Wait until everything has been announced, so that nothing arrives after the result."""
        self.pool.shutdown(wait=True)

    def _show(self, finished: Finished) -> None:
        self.finished += len(finished.indices)
        try:
            if not finished.facts.space.rgb_factors:
                self._announce((), NO_PICTURE, False)
                return
            strip = torch.cat([_picture(t.x0[-1:], finished) for t in finished.trajectories], dim=1)
            height, width = strip.shape[0], strip.shape[1] // len(finished.indices)
            file = self.folder.write(f"cells_{self.finished:05}.jpg", encode(strip, jpeg=True))
            picture = LivePicture(file=file, tile=(width, height))
            self._announce(finished.indices, picture, False)
        except (OSError, RuntimeError, ValueError):
            logging.exception("Denoiscope could not draw live cells; the finished deck is not touched by this")

    def _announce(self, indices: Sequence[int], picture: LivePicture, stopped: str | bool) -> None:
        from server import PromptServer

        if self.now is None:
            return
        message = cells_payload(
            self.now.audience(),
            picture,
            run=self.folder.name,
            kind=self.kind,
            axes=self.axes,
            cells=self.cells,
            finished=self.finished,
            indices=indices,
            stopped=stopped,
        )
        PromptServer.instance.send_sync(EVENTS.cells, message, self.now.client_id)


def _picture(guess: Tensor, finished: Finished) -> Tensor:
    """One cell in approximate colours, [height, width, 3]; the first frame of a video. `guess` is [1, channel, ...]."""
    flat = guess if guess.ndim == 4 else guess[:, :, 0]
    return finished.facts.space.approximate_rgb(flat.nan_to_num())[0]
