"""Which views a VAE decodes when time decides: the first one, and others while they take little, as measured on it."""

import time
from collections.abc import Callable
from dataclasses import replace

from torch import Tensor

from .rendering import Decoder

SECONDS_ALLOWED = 10.0
"""For all views but the first together."""
NOT_IN_TIME = "Not decoded, as that would have taken long. Set decode to “everything” to have it from the VAE."


class Allowance:
    """Hands out the exact decoder for the first view that is asked for, and for others as long as they are expected to
    end in time; then the quick one, which says why. `latents`: how many a view has; `clock` gives seconds.
    """

    def __init__(
        self,
        exact: Decoder,
        quick: Decoder,
        latents: int,
        *,
        seconds: float = SECONDS_ALLOWED,
        clock: Callable[[], float] = time.monotonic,
    ):
        self.exact = replace(exact, decode=self._timed)
        self.quick = replace(quick, why=NOT_IN_TIME)
        self.decode, self.latents, self.left, self.clock = exact.decode, latents, seconds, clock
        self.pace: float | None = None

    def next(self) -> Decoder:
        """For a view that is drawn now. Before anything was decoded nobody knows how long it takes."""
        if self.pace is None:
            return self.exact
        expected = self.pace * self.latents
        if expected > self.left:
            return self.quick
        self.left -= expected
        return self.exact

    def _timed(self, latents: Tensor) -> Tensor:
        """The quickest decode counts: the first one may load the VAE, and others wait for what else runs."""
        started = self.clock()
        pictures = self.decode(latents)
        pace = (self.clock() - started) / len(latents)
        self.pace = pace if self.pace is None else min(self.pace, pace)
        return pictures
