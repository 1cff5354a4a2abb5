"""The settings that can be an axis of a sweep: how values are typed, what they set, how a cell is called by them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from ..recording.trajectory import LARGEST_SEED
from ..value_list import parse_names, parse_numbers, parse_whole_numbers, parse_words, spell

STEPS_LIMIT = 10_000
GUIDANCE_LIMIT = 100
STRENGTH_LIMIT = 10
"""Of LoRAs and ControlNets, as in ComfyUI's own nodes for ControlNets."""
CLIP_LAYERS = 24
"""ComfyUI's own node for it goes as far back."""

SAMPLERS, SCHEDULERS = "samplers", "schedulers"
Names = Mapping[str, Sequence[str]]
"""The names installed here: of samplers, and of schedulers."""
Value = Fraction | int | str


@dataclass(frozen=True, kw_only=True)
class Setting:
    """A setting that can be an axis.

    input    id of the text in which its values are typed, `default` what stands there, `help` its tooltip
    field    the field of Cell that it sets
    label    how a cell is called by its value
    read     from the typed text and the installed names to the values
    """

    name: str
    input: str
    default: str
    help: str
    field: str
    label: str
    read: Callable[[str, Names], tuple[Value, ...]]


def _guidance(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_numbers(text, "guidance values"), "guidance values", 0, GUIDANCE_LIMIT)


def _steps(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_whole_numbers(text, "step counts"), "step counts", 1, STEPS_LIMIT)


def _names(kind: str, text: str, names: Names) -> tuple[Value, ...]:
    return parse_names(text, kind, names[kind])


def _strengths(text: str, names: Names) -> tuple[Value, ...]:
    values = parse_numbers(text, "img2img strengths")
    if bad := [value for value in values if not 0 < value <= 1]:
        raise ValueError(f"img2img strengths must be above 0 and at most 1, got {spell(bad[0])}")
    return values


def _seeds(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_whole_numbers(text, "seeds"), "seeds", 0, LARGEST_SEED)


def _switch_steps(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_whole_numbers(text, "switch steps"), "switch steps", 0, STEPS_LIMIT)


def _models(text: str, names: Names) -> tuple[Value, ...]:
    return parse_words(text, "model names")


def _lora_strengths(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_numbers(text, "LoRA strengths"), "LoRA strengths", -STRENGTH_LIMIT, STRENGTH_LIMIT)


def _prompt_words(text: str, names: Names) -> tuple[Value, ...]:
    return parse_words(text, "prompt words")


def _control_strengths(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_numbers(text, "ControlNet strengths"), "ControlNet strengths", 0, STRENGTH_LIMIT)


def _clip_skips(text: str, names: Names) -> tuple[Value, ...]:
    return _within(parse_whole_numbers(text, "clip skips"), "clip skips", 1, CLIP_LAYERS)


def _within(values: tuple, what: str, low: int, high: int) -> tuple:
    if bad := [value for value in values if not low <= value <= high]:
        raise ValueError(f"{what} must be {low}..{high}, got {spell(bad[0])}")
    return values


MODEL = "model"
LORA_STRENGTH = "LoRA strength"
PROMPT_WORDS = "prompt words"
CONTROL_STRENGTH = "ControlNet strength"
CLIP_SKIP = "clip skip"

_SETTINGS = (
    Setting(
        name="guidance",
        input="guidance_values",
        default="1, 2, 4, 7, 12, 20",
        help="Guidance (cfg) of each cell, as a list or a range: 1, 4, 7.5 or 2..12 x 5.",
        field="cfg",
        label="guidance {}",
        read=_guidance,
    ),
    Setting(
        name="steps",
        input="step_counts",
        default="2, 4, 8, 16",
        help="How many steps each cell takes: 2, 4, 8 or 4..20 x 5.",
        field="steps",
        label="{} steps",
        read=_steps,
    ),
    Setting(
        name="sampler",
        input="sampler_names",
        default="euler, dpmpp_2m, heun, euler_ancestral",
        help="Samplers by the names of the list above, with commas between them.",
        field="sampler_name",
        label="{}",
        read=partial(_names, SAMPLERS),
    ),
    Setting(
        name="scheduler",
        input="scheduler_names",
        default="normal, karras, exponential, simple",
        help="Schedulers by the names of the list above, with commas between them.",
        field="scheduler",
        label="{}",
        read=partial(_names, SCHEDULERS),
    ),
    Setting(
        name="img2img strength",
        input="strengths",
        default="0.2..1 x 5",
        help="How much of latent_image is noised away (denoise), above 0 and up to 1: 0.2..1 x 5.",
        field="denoise",
        label="strength {}",
        read=_strengths,
    ),
    Setting(
        name="seed",
        input="seeds",
        default="1..4",
        help="Seeds of the starting noise: 1..4 or 7, 42.",
        field="seed",
        label="seed {}",
        read=_seeds,
    ),
    Setting(
        name="prompt switch",
        input="switch_steps",
        default="0, 2, 4, 8, 12, 20",
        help="From this step on the model is asked with positive_after instead of positive: 0 is from the start on.",
        field="switch_at",
        label="switch at {}",
        read=_switch_steps,
    ),
    Setting(
        name=MODEL,
        input="model_names",
        default="without, with",
        help="What each model is called, in order: the first is model, the others those that are connected to models.",
        field="model",
        label="{}",
        read=_models,
    ),
    Setting(
        name=LORA_STRENGTH,
        input="lora_strengths",
        default="0, 0.5, 1",
        help="How strongly the connected lora changes the model, -10..10; 0: not at all. 0, 0.5, 1 or 0..1.5 x 4.",
        field="lora_strength",
        label="LoRA {}",
        read=_lora_strengths,
    ),
    Setting(
        name=PROMPT_WORDS,
        input="prompt_words",
        default="lighthouse, windmill, house",
        help="The first is looked for in the prompt of positive; each in turn takes its place. Connect clip.",
        field="words",
        label="{}",
        read=_prompt_words,
    ),
    Setting(
        name=CONTROL_STRENGTH,
        input="control_strengths",
        default="0, 0.5, 1",
        help="Strength of the last ControlNet in positive and negative, 0..10; 0 leaves it out: 0, 0.5, 1.",
        field="control_strength",
        label="ControlNet {}",
        read=_control_strengths,
    ),
    Setting(
        name=CLIP_SKIP,
        input="clip_skips",
        default="1, 2",
        help="At which layer of the text encoder, from the last, its words are taken: 1 is the last. Connect clip.",
        field="clip_skip",
        label="clip skip {}",
        read=_clip_skips,
    ),
)

SETTINGS: dict[str, Setting] = {setting.name: setting for setting in _SETTINGS}
NO_AXIS = "none"
PROMPT_SWITCH = "prompt switch"
EMBEDDED_GUIDANCE = replace(
    SETTINGS["guidance"],
    name="embedded guidance",
    field="embedded_guidance",
    label="embedded guidance {}",
)
"""What the guidance axis becomes for models that were trained to take guidance as an input, such as Flux."""
