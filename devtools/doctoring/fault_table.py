"""The faults of the proof: the cause (numbered as in docs/doctor.md), what the doctor should say, how it is put in."""

from __future__ import annotations

from dataclasses import dataclass

from comfy_extras.nodes_easycache import EasyCacheNode, LazyCacheNode

from . import faults as put
from .faults import Make, both, changed

Says = tuple[tuple[str, ...], ...]
POCKET = ("pocket",)
EPS, V, FLOW = ("pocket", "analytic eps"), ("analytic v",), ("analytic flow",)
BURNT = ("burnt", "noise-drift", "wide-guess")
MISREAD = ("implied-low", "implied-high", "noise-lost")
STRONG = ("wider", *MISREAD)
BLUEPRINT, AUTUMN = "blueprint, rank 8", "autumn, rank 4"


@dataclass(frozen=True)
class Fault:
    """`says`: of each tuple one rule must be found; two faults at once have two. `only` names the subjects that it can
    be put into; all where it is empty.
    """

    cause: str
    name: str
    says: Says
    make: Make
    only: tuple[str, ...] = ()


def _fault(cause: str, name: str, says: str | tuple[str, ...], make: Make, only: tuple[str, ...] = ()) -> Fault:
    return Fault(cause, name, ((says,) if isinstance(says, str) else says,), make, only)


# fmt: off
FAULTS: tuple[Fault, ...] = (
    _fault("1",  "NaN in the model from the fourth call on",    ("bad-model", "bad-between"), put.spoiled((0, 1))),
    _fault("1",  "NaN with the prompt alone",                   ("bad-prompt", "bad-between"), put.spoiled((0,))),
    _fault("1",  "NaN with the negative prompt alone",          ("bad-negative", "bad-between"), put.spoiled((1,))),
    _fault("1",  "guidance divides by 0",                       "bad-guidance",      put.bad_guidance),
    _fault("1",  "noise that is infinite",                      "bad-start",         put.bad_noise),
    _fault("2",  "the VAE gives NaN",                           "bad-decode",        put.bad_vae, POCKET),
    _fault("4",  "cfg 30",                                      BURNT,               put.cfg(30.0)),
    _fault("4",  "few-step LoRA, cfg 8",                        BURNT,
           put.few_step_lora(cfg=8.0), POCKET),
    _fault("4",  "CFG++ sampler with cfg 6",                    (*BURNT, *MISREAD, "cfg-pp"),
           changed(sampler="euler_cfg_pp", cfg=6.0)),
    _fault("5",  "few-step LoRA, 3 steps of another scheduler", "still-moving",
           put.few_step_lora(steps=3, scheduler="exponential"), POCKET),
    _fault("5",  "few-step LoRA, 20 steps, the graph known",    "few-step-steps",
           put.few_step_lora(steps=20, told=True), POCKET),
    _fault("6",  "stopped before the end",                      "noise-left",        changed(end=8, leave=True)),
    _fault("6",  "last step from a loud sigma",                 "long-last-step",    put.last_step_too_long),
    _fault("6",  "dpm_fast with linear_quadratic",              "off-guess",
           changed(sampler="dpm_fast", scheduler="linear_quadratic")),
    _fault("7",  "second sampler begins 3 steps late",          "stage-loud",        put.stages(13)),
    _fault("7",  "second sampler begins 3 steps early",         "stage-quiet",       put.stages(7)),
    _fault("7",  "noise left in, and added again",              "start-loud",        put.stages(10, add=True)),
    _fault("7",  "noise neither left in nor added",             "stage-quiet",       put.stages(10, leave=False)),
    _fault("7",  "the first of these, the graph known",         "steps-missing",     put.stages(13, told=True)),
    _fault("7",  "the second, the graph known",                 "steps-twice",       put.stages(7, told=True)),
    _fault("7",  "the third, the graph known",                  "noise-twice",
           put.stages(10, add=True, told=True)),
    _fault("7",  "the fourth, the graph known",                 "noise-nowhere",
           put.stages(10, leave=False, told=True)),
    _fault("7",  "twice the noise at the start",                "start-loud",        put.twice_the_noise),
    _fault("7",  "no noise at the start",                       "flat-start",        put.no_noise),
    _fault("7",  "two noises mixed along the line",             "start-quiet",       put.mixed_noise),
    _fault("8",  "eps read as v",                               MISREAD,             put.read_as("v_prediction"), EPS),
    _fault("8",  "v read as eps",                               MISREAD,             put.read_as("eps"), V),
    _fault("8",  "velocity read as eps",                        MISREAD,             put.read_as("eps"), FLOW),
    _fault("8",  "eps read as x0",                              (*MISREAD, "noise-drift"), put.read_as("x0"), EPS),
    _fault("8",  "zero terminal SNR where there is none",       MISREAD,
           put.read_as("eps", zsnr=True), POCKET),
    _fault("8",  "eps read as v, the model known",              "read-otherwise",
           put.read_as("v_prediction", told=True), EPS),
    _fault("8",  "v read as eps, the model known",              "read-otherwise",    put.read_as("eps", told=True), V),
    _fault("8",  "velocity read as eps, the model known",       "read-otherwise",
           put.read_as("eps", told=True), FLOW),
    _fault("8",  "eps read as x0, the model known",             "read-otherwise",    put.read_as("x0", told=True), EPS),
    _fault("8",  "zero terminal SNR, the model known",          "other-sigmas",
           put.read_as("eps", zsnr=True, told=True), POCKET),
    _fault("9",  "a VAE of another space",                      "vae-loss",          put.other_vae, POCKET),
    _fault("10", "a LoRA of another model, by the graph",       "lora-nothing",      put.lora_of_another_model, POCKET),
    _fault("10", "the same, beside a reference",                "same-as-reference", put.lora_of_another_model, POCKET),
    _fault("11", "LoRA at strength 6, beside a reference",      STRONG,
           put.lora(6.0, BLUEPRINT, beside=True), POCKET),
    _fault("11", "LoRA at strength 6, alone",                   (*MISREAD, *BURNT),
           put.lora(6.0, BLUEPRINT, beside=False), POCKET),
    _fault("11", "LoRA at strength 3, beside a reference",      STRONG,
           put.lora(3.0, AUTUMN, beside=True), POCKET),
    _fault("11", "LoRA at strength 3, the graph known",         "lora-strong",
           put.lora(3.0, AUTUMN, beside=False, told=True), POCKET),
    _fault("12", "both prompts the same",                       "no-pull",           put.same_prompts),
    _fault("12", "a negative prompt at cfg 1",                  "unused-negative",   put.unused_negative),
    _fault("13", "four times the area",                         ("wide-guess", "flat-guess"), put.larger(), POCKET),
    _fault("13", "four times the area, the model known",        "other-size",        put.larger(told=True), POCKET),
    _fault("14", "denoise 0.5 on an empty latent",              "empty-source",      changed(denoise=0.5)),
    _fault("15", "EasyCache at a high threshold",               "reused",            put.cached(EasyCacheNode), POCKET),
    _fault("15", "LazyCache at a high threshold",               "reused",            put.cached(LazyCacheNode)),
    _fault("15", "every other guess handed on",                 "repeated",          put.skipping),
    Fault("4, 14", "cfg 30, denoise 0.5 on an empty latent",    (BURNT, ("empty-source",)),
           both({"denoise": 0.5}, put.cfg(30.0))),
    Fault("6, 12", "stopped early, both prompts the same",      (("noise-left",), ("no-pull",)),
          both({"end": 8, "leave": True}, put.same_prompts)),
    Fault("7, 15", "twice the noise, every other guess again",  (("start-loud",), ("repeated",)),
           put.twice_and_skipping),
    Fault("8, 14", "eps read as v, denoise 0.5 on an empty latent", (MISREAD, ("empty-source",)),
          both({"denoise": 0.5}, put.read_as("v_prediction")), EPS),
    Fault("8, 14", "the same two, the model known",             (("read-otherwise",), ("empty-source",)),
          both({"denoise": 0.5}, put.read_as("v_prediction", told=True)), EPS),
)
# fmt: on
