"""Schedules side by side: how schedulers spread their steps over the noise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comfy_api.latest import io

from ..core.value_list import parse_names, parse_whole_numbers
from .sockets import CATEGORY
from .widget_checks import checked, says

if TYPE_CHECKING:
    from ..core.comparing.schedules import Request


def wanted(schedulers: str, step_counts: str) -> tuple[Request, ...]:
    """The curves asked for, none where no scheduler is named. Raises ValueError with what is wrong."""
    from ..core.comparing.schedules import requests_of
    from ..host.sampling import schedulers as installed

    names = parse_names(schedulers, "schedulers", installed()) if schedulers.strip() else ()
    return requests_of(names, parse_whole_numbers(step_counts, "step counts"))


class DenoiscopeSchedule(io.ComfyNode):
    """MODEL and names, or SIGMAS, to a chart."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeSchedule",
            display_name="Schedules",
            category=CATEGORY,
            description=(
                "Draws how schedulers spread the same number of steps over the noise: how much noise each step begins "
                "with, and how much picture."
            ),
            search_aliases=["sigmas", "scheduler chart", "noise schedule", "plot sigmas", "alpha bar", "SNR", "karras"],
            is_output_node=True,
            inputs=[
                io.Model.Input(
                    "model",
                    optional=True,
                    tooltip="The model whose noise levels the schedulers spread; it also tells how SIGMAS are read.",
                ),
                io.Sigmas.Input(
                    "sigmas",
                    optional=True,
                    tooltip="Any SIGMAS, drawn beside the schedulers, or alone where there is no model.",
                ),
                io.String.Input(
                    "schedulers",
                    default="normal, karras, exponential",
                    tooltip="Schedulers, parted by commas, by the names that KSampler has for them. May be empty.",
                ),
                io.String.Input(
                    "step_counts",
                    default="20",
                    tooltip='Step counts, as a list or a range: "10, 20, 30" or "10..30 x 3". Each scheduler gets all.',
                ),
                io.Float.Input(
                    "denoise",
                    default=1.0,
                    min=0.01,
                    max=1.0,
                    step=0.01,
                    tooltip="Below 1 only the last part of a longer schedule is walked, as in KSampler.",
                ),
            ],
            outputs=[io.Image.Output(display_name="image", tooltip="The chart as a picture.")],
        )

    @classmethod
    def validate_inputs(cls, schedulers: str | None = None, step_counts: str | None = None) -> bool | str:
        return says(cls, wanted, schedulers=schedulers, step_counts=step_counts)

    @classmethod
    @checked
    def execute(cls, schedulers: str, step_counts: str, denoise: float, model=None, sigmas=None) -> io.NodeOutput:
        from ..core.comparing.schedule_chart import compared
        from ..core.drawing.chart_image import chart_image
        from ..core.telling.chart import chart_payload
        from ..core.telling.contract import RESULTS
        from ..host.schedules import reading_of, schedules_of

        requests = wanted(schedulers, step_counts)
        made = () if model is None else schedules_of(model, requests, denoise)
        chart = compared(made, sigmas, None if model is None else reading_of(model), denoise=denoise)
        return io.NodeOutput(chart_image(chart), ui={RESULTS.chart: [chart_payload(chart)]})
