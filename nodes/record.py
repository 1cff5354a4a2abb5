"""Recording a run: around any sampler with Record and Collect, or in one node."""

import math

from comfy_api.latest import io

from ..core.item_list import choose_items, parse_items
from ..core.recording import Recording as RecordingHandle
from ..host.live import Live
from ..host.recorder import record
from ..host.sampling import sample, samplers, schedulers
from .sockets import CATEGORY, DeckSocket, Recording

OF_THIS_LATENT, LAST, INTERRUPTED = "of this latent", "last run", "last interrupted"
MEBIBYTE = 2**20


def _keep_guidance() -> io.Input:
    return io.Boolean.Input(
        "keep_guidance",
        default=True,
        tooltip=(
            "Also keep the two predictions behind guidance, with and without the prompt. Doubles the memory of a "
            "recording."
        ),
    )


def _memory() -> io.Input:
    return io.Int.Input(
        "memory_mb",
        default=1024,
        min=1,
        max=1_048_576,
        advanced=True,
        tooltip=(
            "Memory the kept runs may take, in MB. Older runs give way first; a run that does not fit alone is cut,"
            " and says so."
        ),
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
                _keep_guidance(),
                _memory(),
                _items(),
            ],
            outputs=[
                io.Model.Output(display_name="model", tooltip="Use this model in any sampler: its runs are recorded."),
                Recording.Output(
                    display_name="recording", tooltip="Where the runs are kept: connect it to Collect Deck."
                ),
            ],
        )

    @classmethod
    def validate_inputs(cls, items: str) -> bool | str:
        return _sentence_of(parse_items, items)

    @classmethod
    def execute(cls, model, keep_guidance: bool, memory_mb: int, items: str) -> io.NodeOutput:
        recording = RecordingHandle(
            budget_bytes=memory_mb * MEBIBYTE,
            keep_guidance=keep_guidance,
            choose=lambda size: choose_items(items, size),
        )
        return io.NodeOutput(record(model, recording, watch=Live().watch), recording)


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
                Recording.Input("recording", tooltip="From Record Denoising."),
                io.Latent.Input(
                    "latent",
                    lazy=True,
                    tooltip=(
                        "The sampler's LATENT output. It tells which run is meant, and makes this node wait for the"
                        " sampler."
                    ),
                ),
                io.Combo.Input(
                    "run",
                    options=[OF_THIS_LATENT, LAST, INTERRUPTED],
                    default=OF_THIS_LATENT,
                    tooltip=(
                        'Which run: the one that made this latent; "last run" for samplers that sample in tiles or '
                        'change the latent at the end; "last interrupted" for one that you stopped, not sampled again.'
                    ),
                ),
                io.String.Input("label", default="", tooltip="A title for the deck. Empty: none."),
            ],
            outputs=[DeckSocket.Output(display_name="deck", tooltip="The run: every state, every guess.")],
        )

    @classmethod
    def fingerprint_inputs(cls, run: str, **others):
        return math.nan if run == INTERRUPTED else run  # what was interrupted since shows in no input

    @classmethod
    def check_lazy_status(cls, recording, run: str, label: str, latent=None) -> list[str]:
        return ["latent"] if run != INTERRUPTED and latent is None else []

    @classmethod
    def execute(cls, recording: RecordingHandle, run: str, label: str, latent=None) -> io.NodeOutput:
        if run == INTERRUPTED:
            found = recording.interrupted_run()
        else:
            found = recording.last_run() if run == LAST else recording.run_of(latent["samples"])
        return io.NodeOutput(found.deck(title=label))


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
            search_aliases=["ksampler", "sampler", "trajectory", "record sampling", "denoise steps"],
            inputs=[
                io.Model.Input("model", tooltip="The model that denoises."),
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=0xFFFFFFFFFFFFFFFF,
                    control_after_generate=True,
                    tooltip="Which noise to start from.",
                ),
                io.Int.Input("steps", default=20, min=1, max=10000, tooltip="N steps give N + 1 states."),
                io.Float.Input(
                    "cfg",
                    default=4.0,
                    min=0.0,
                    max=100.0,
                    step=0.1,
                    round=0.01,
                    tooltip=(
                        "Guidance: how far to go from the guess without the prompt to the guess with it, and beyond."
                    ),
                ),
                io.Combo.Input("sampler_name", options=samplers(), default="euler", tooltip="How a step is taken."),
                io.Combo.Input(
                    "scheduler", options=schedulers(), default="karras", tooltip="Where on the noise scale steps lie."
                ),
                io.Conditioning.Input("positive", tooltip="The prompt."),
                io.Conditioning.Input(
                    "negative", tooltip="What the other prediction is told: empty, or what to avoid."
                ),
                io.Latent.Input("latent_image", tooltip="The latent to start from: empty, or a picture's."),
                io.Float.Input(
                    "denoise",
                    default=1.0,
                    min=0.0,
                    max=1.0,
                    step=0.01,
                    tooltip="Below 1 only the last part of the schedule is walked, from a noised latent_image.",
                ),
                _keep_guidance(),
                _memory(),
                _items(),
            ],
            outputs=[
                io.Latent.Output(display_name="latent", tooltip="The finished latent, as the stock KSampler gives it."),
                DeckSocket.Output(display_name="deck", tooltip="The run: every state, every guess."),
            ],
        )

    @classmethod
    def validate_inputs(cls, items: str) -> bool | str:
        return _sentence_of(parse_items, items)

    @classmethod
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
        recorded, recording = DenoiscopeRecord.execute(model, keep_guidance, memory_mb, items).result
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
        return io.NodeOutput(latent, recording.run_of(latent["samples"]).deck())


def _sentence_of(check, value: str) -> bool | str:
    """ComfyUI's validation wants True, or the sentence."""
    try:
        check(value)
    except ValueError as error:
        return str(error)
    return True
