"""One progress bar over the steps of all cells, with ComfyUI's own preview of the batch that is being sampled."""

from collections.abc import Callable, Sequence

import comfy.utils
import latent_preview

from ..core.comparing.cells import Cell
from .comfyui import Model


class CellProgress:
    """Counts the steps of cells that are finished and moves with those of the batch under way."""

    def __init__(self, model: Model, steps: int):
        self.bar = comfy.utils.ProgressBar(steps)
        self.previewer = latent_preview.get_previewer(model.load_device, model.model.latent_format)
        self.total, self.done = steps, 0

    def callback(self, cells: Sequence[Cell]) -> Callable:
        """The callback of a sampler that takes these cells at once. ComfyUI raises an interrupt from here."""
        steps = sum(cell.steps for cell in cells)

        def report(step, x0, x, total_steps):
            preview = self.previewer.decode_latent_to_preview_image("JPEG", x0) if self.previewer else None
            share = min((step + 1) / total_steps, 1)
            self.bar.update_absolute(self.done + round(steps * share), self.total, preview)

        return report

    def finish(self, cells: Sequence[Cell]) -> None:
        """Samplers that end early, or never report, are done too."""
        self.done += sum(cell.steps for cell in cells)
        self.bar.update_absolute(self.done, self.total)
