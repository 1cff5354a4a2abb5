"""Pictures while the sampler runs: a small approximation of each state, written to temp and told to the browser."""

import logging
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import Tensor

from ..core.parameterization import unit_variance_scale
from ..core.recording.sampling import Sampling
from ..core.showing.sheets import encode
from ..core.telling.contract import EVENTS
from ..core.telling.live import LivePicture, step_payload
from .recorder import Observer
from .running import Running
from .temp_folder import TempFolder, live_folder

ITEMS_SHOWN = 8
VIEWS_SHOWN = ("x", "x0")
WAITING_AT_MOST = 4
"""Frames in the making; further ones are left out, the finished deck has them all."""


def live_observer(now: Running | None) -> Observer | None:
    """An observer for the run that begins; None when no viewer or no browser waits for it."""
    if now is None or now.client_id is None or not now.viewers():
        return None
    return LiveRun(now, live_folder())


class LiveRun:
    """Draws on a thread of its own, so that the sampler's thread only hands over what the recording copied anyway."""

    def __init__(self, now: Running, folder: TempFolder):
        self.now, self.folder = now, folder
        self.audience = now.audience()
        self.pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="denoiscope-live")
        self.waiting = 0

    def __call__(self, sampling: Sampling, state: int) -> None:
        if sampling.model.space.rgb_factors and self.waiting < WAITING_AT_MOST:
            self.waiting += 1
            self.pool.submit(self._draw, sampling, state)

    def _draw(self, sampling: Sampling, state: int) -> None:
        try:
            call = sampling.steps.states[state]
            sigma = torch.tensor(call.sigma)
            scale = unit_variance_scale(sigma, sampling.model.parameterization, sampling.model.sigma_data)
            picture = torch.cat([_row(sampling, call.x * scale), _row(sampling, call.x0)])
            file = self.folder.write(f"{state:05}.jpg", encode(picture, jpeg=True))
            height, width = picture.shape[0] // len(VIEWS_SHOWN), picture.shape[1] // min(len(call.x), ITEMS_SHOWN)
            self._announce(sampling, state, call.sigma, LivePicture(file=file, tile=(width, height)))
        except (OSError, RuntimeError, ValueError):
            logging.exception("Denoiscope could not draw a live picture; the finished deck is not touched by this")
        finally:
            self.waiting -= 1

    def _announce(self, sampling: Sampling, state: int, sigma: float, picture: LivePicture) -> None:
        from server import PromptServer

        message = step_payload(
            self.audience,
            picture,
            run=self.folder.name,
            step=state,
            steps=len(sampling.steps.schedule) - 1,
            sigma=sigma,
            items=sampling.items[:ITEMS_SHOWN],
            views=VIEWS_SHOWN,
        )
        PromptServer.instance.send_sync(EVENTS.step, message, self.now.client_id)


def _row(sampling: Sampling, latents: Tensor) -> Tensor:
    """The first items side by side, [height, items * width, 3]; the first frame of a video."""
    shown = latents[:ITEMS_SHOWN]
    pictures = sampling.model.space.approximate_rgb(shown if shown.ndim == 4 else shown[:, :, 0])
    return torch.cat(list(pictures.nan_to_num()), dim=1)
