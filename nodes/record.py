"""Recording a run: around any sampler with Record and Collect, or in one node."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from comfy_api.latest import io

from ..core.tensors import MEBIBYTE
from . import sampling_inputs as sampling
from .sockets import CATEGORY, DeckSocket, Recording
from .widget_checks import checked, says

if TYPE_CHECKING:
    from ..core.recording.recording import Recording as RecordingHandle
    from ..core.recording.run import Run

OF_THIS_LATENT, LAST, INTERRUPTED, NUMBERED = "of this latent", "last run", "last interrupted", "by number"
STATES, NUMBERS = "every state", "numbers only"
LED_HERE = "all that led to this latent"
NOTHING_RECORDED = (
    "no recording comes to Collect Deck: Record Denoising is bypassed, muted or not connected, so that nothing was kept"
)
NOTHING_SAMPLED = (
    "Collect Deck waits for no sampler: connect its LATENT, or, where it gives none, anything it gives to the input "
    "after"
)
MEMORY = (
    "Memory the kept runs may take, in MB. Older runs give way first; one that does not fit alone is cut and says so."
)


def _items() -> io.Input:
    return io.String.Input(
        "items",
        default="",
        advanced=True,
        tooltip='Which items of the batch to keep, such as "0, 2-4", counted from 0. Empty: all of them.',
    )


class DenoiscopeRecord(io.ComfyNode):
    """MODEL to a MODEL whose every run is kept."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeRecord",
            display_name="Record Denoising",
            category=CATEGORY,
            description="Keeps every step of whatever samples this model, without changing a bit of the result.",
            search_aliases=["record steps", "trajectory", "capture sampling", "watch sampler", "intermediate latents"],
            inputs=[
                io.Model.Input(
                    "model", tooltip="The model to watch. Patch it first (LoRA, guidance nodes), record last."
                ),
                sampling.keep_guidance_input(),
                sampling.memory_input(tooltip=MEMORY),
                _items(),
                io.Combo.Input(
                    "keep",
                    options=[STATES, NUMBERS],
                    default=STATES,
                    optional=True,
                    tooltip=(
                        f"{STATES}: to look at the runs. {NUMBERS}: a few bytes a step for every run of a long day; it"
                        " says here and in the log when a run is certainly broken, and keeps the last states of that"
                        " one."
                    ),
                ),
            ],
            outputs=[
                io.Model.Output(display_name="model", tooltip="Use this model in any sampler: its runs are recorded."),
                Recording.Output(
                    display_name="recording", tooltip="Where the runs are kept: connect it to Collect Deck."
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, items: str | None = None) -> bool | str:
        from ..core.recording.item_list import parse_items

        return says(cls, parse_items, items=items)

    @classmethod
    @checked
    def execute(cls, model, keep_guidance: bool, memory_mb: int, items: str, keep: str = STATES) -> io.NodeOutput:
        from ..core.recording.item_list import choose_items
        from ..core.recording.recording import Recording as RecordingHandle
        from ..host.live import live_observer
        from ..host.recorder import record
        from ..host.watching import watch_of

        budget, choose = memory_mb * MEBIBYTE, lambda size: choose_items(items, size)
        if keep == NUMBERS:
            recording = watch_of(budget, choose)
            return io.NodeOutput(record(model, recording), recording)
        whole = RecordingHandle(budget_bytes=budget, keep_guidance=keep_guidance, choose=choose)
        return io.NodeOutput(record(model, whole, watch=live_observer), whole)


class DenoiscopeCollect(io.ComfyNode):
    """RECORDING and the LATENT a sampler gave, to the DECK of that run."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeCollect",
            display_name="Collect Deck",
            category=CATEGORY,
            description=(
                "Finds the recorded run that made this latent and hands it on as a deck, one trajectory for each "
                "item of the batch."
            ),
            search_aliases=["collect trajectory", "recorded run", "deck"],
            inputs=[
                Recording.Input("recording", lazy=True, optional=True, tooltip="From Record Denoising."),
                io.Latent.Input(
                    "latent",
                    lazy=True,
                    optional=True,
                    tooltip=(
                        "The sampler's LATENT output. It tells which run is meant, and makes this node wait for the"
                        " sampler."
                    ),
                ),
                io.Combo.Input(
                    "run",
                    options=[OF_THIS_LATENT, LAST, INTERRUPTED, NUMBERED, LED_HERE],
                    default=OF_THIS_LATENT,
                    tooltip=(
                        'Which run: the one that made this latent; "last run" for samplers that sample in tiles or '
                        'change the latent at the end; "last interrupted" for one that you stopped, not sampled again;'
                        ' "by number" for any that the recording holds; "all that led to this latent" for every run of'
                        " this recording that was handed on to the next, as one way."
                    ),
                ),
                io.String.Input("label", default="", tooltip="A title for the deck. Empty: none."),
                io.Int.Input(
                    "number",
                    default=-1,
                    min=-100_000,
                    max=100_000,
                    optional=True,
                    advanced=True,
                    tooltip='For "by number": 0 is the oldest run that the recording holds, -1 the newest.',
                ),
                io.AnyType.Input(
                    "after",
                    lazy=True,
                    optional=True,
                    tooltip=(
                        "For samplers that give no LATENT: whatever they give, an IMAGE for example. This node then "
                        "waits for it, and takes the last run."
                    ),
                ),
            ],
            outputs=[
                DeckSocket.Output(display_name="deck", tooltip="The run: every state, every guess."),
                io.Int.Output(display_name="runs", tooltip="How many runs the recording holds."),
                io.String.Output(
                    display_name="list",
                    tooltip=f'A line for each run that the recording holds; with "{NUMBERS}" what was certain of it.',
                ),
            ],
        )

    @classmethod
    def fingerprint_inputs(cls, run: str | None = None, **others):
        return math.nan if run == INTERRUPTED else run  # what was interrupted since shows in no input

    @classmethod
    def check_lazy_status(cls, run: str, **others) -> list[str]:
        """The recording and the sampler's result are asked for together: a ComfyUI that caches nothing would run Record
        again for the second, and its first recording would stay empty.
        """
        wanted = ("recording",) if run == INTERRUPTED else ("recording", "latent", "after")
        return [name for name in wanted if name in others and others[name] is None]

    @classmethod
    @checked
    def execute(
        cls,
        run: str,
        label: str,
        recording: RecordingHandle | None = None,
        latent=None,
        number: int = -1,
        after=None,
    ) -> io.NodeOutput:
        from ..host.blocking import absent, deck_or_why

        if recording is None:
            return io.NodeOutput(absent(NOTHING_RECORDED), 0, "")
        held = len(recording.held), _listed(recording)
        if run in (OF_THIS_LATENT, LED_HERE) and latent is None and after is None:
            return io.NodeOutput(absent(NOTHING_SAMPLED), *held)

        def of_this_latent() -> Run:
            return recording.last_run() if latent is None else recording.run_of(latent["samples"])

        made: dict[str, Callable[[], Run | tuple[Run, ...]]] = {
            OF_THIS_LATENT: of_this_latent,
            LAST: recording.last_run,
            INTERRUPTED: recording.interrupted_run,
            NUMBERED: lambda: recording.run_numbered(number),
            LED_HERE: lambda: recording.way_to(of_this_latent()),
        }
        return io.NodeOutput(deck_or_why(made[run], title=label), *held)


def _listed(recording: RecordingHandle) -> str:
    from ..core.diagnosing.watch import Watch, watch_report

    return watch_report(recording) if isinstance(recording, Watch) else recording.listed()


class DenoiscopeKSampler(io.ComfyNode):
    """The stock KSampler with the DECK beside its LATENT."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeKSampler",
            display_name="KSampler with Deck",
            category=CATEGORY,
            description=(
                "The KSampler you know, which also hands out the whole way it took: every noisy state and every guess."
            ),
            search_aliases=["ksampler", "sampler", "trajectory", "record sampling", "denoise steps", "x0", "cfg"],
            inputs=[
                sampling.model_input(),
                sampling.seed_input(),
                sampling.steps_input(),
                sampling.cfg_input(),
                sampling.sampler_input(),
                sampling.scheduler_input(),
                sampling.positive_input(),
                sampling.negative_input(),
                sampling.latent_image_input(),
                sampling.denoise_input(least=0.0),
                sampling.keep_guidance_input(),
                sampling.memory_input(tooltip=MEMORY),
                _items(),
            ],
            outputs=[
                io.Latent.Output(display_name="latent", tooltip="The finished latent, as the stock KSampler gives it."),
                DeckSocket.Output(display_name="deck", tooltip="The run: every state, every guess."),
            ],
        )

    @classmethod
    def validate_inputs(cls, items: str | None = None) -> bool | str:
        from ..core.recording.item_list import parse_items

        return says(cls, parse_items, items=items)

    @classmethod
    @checked
    def execute(
        cls,
        model,
        seed,
        steps,
        cfg,
        sampler_name,
        scheduler,
        positive,
        negative,
        latent_image,
        denoise,
        keep_guidance,
        memory_mb,
        items,
    ) -> io.NodeOutput:
        from ..host.blocking import deck_or_why
        from ..host.sampling import sample
        from ..host.stopped import keeping_steps

        recorded, recording = DenoiscopeRecord.execute(model, keep_guidance, memory_mb, items).result
        with keeping_steps(recording):
            latent = sample(
                recorded,
                seed=seed,
                steps=steps,
                cfg=cfg,
                sampler_name=sampler_name,
                scheduler=scheduler,
                positive=positive,
                negative=negative,
                latent=latent_image,
                denoise=denoise,
            )
        return io.NodeOutput(latent, deck_or_why(lambda: recording.run_of(latent["samples"])))
