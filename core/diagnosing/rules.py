"""The table of rules: which number of which quantity is a finding, how strong a word it allows, and who says so.

certain    equal to the bit, zero, not finite, sigma above 0: true whatever the model
measured   beyond what healthy runs show: docs/doctor.md, read from other seeds and prompts than it is judged on
suspected  a hint that other causes explain as well
"""

from dataclasses import dataclass
from math import inf
from typing import Literal, get_args

from . import not_finite

Strength = Literal["certain", "measured", "suspected"]
STRENGTHS: tuple[str, ...] = get_args(Strength)
ARITHMETIC = "arithmetic: true of every run"
MEASURED = "docs/doctor.md, healthy runs"
MAKERS = "sizes and steps that its makers name"
ENCODER = "a model reads what its own encoder writes"
CHUNG = "guidance between 0 and 1, Chung et al. 2024, section 3"
HU = "1 is the update as it was trained, Hu et al. 2022, section 4.1"
LOADED = "what ComfyUI read from the model's file"
MENG = "distilled from guided runs, Meng et al. 2023, section 3.1"


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A finding where the quantity lies above `over`, or below `under`. Words: words.py, by `id`.

    `view` is where a viewer shows it best.
    """

    id: str
    quantity: str
    strength: Strength
    over: float = inf
    under: float = -inf
    source: str = ARITHMETIC
    view: str = "x0"

    def holds(self, value: float) -> bool:
        return value > self.over or value < self.under

    @property
    def comparison(self) -> str:
        """As it is to be read: above 1.2."""
        return f"above {self.over:g}" if self.over < inf else f"below {self.under:g}"


def _rule(
    id: str, strength: Strength, quantity: str, source: str = ARITHMETIC, view: str = "x0", **limit: float
) -> Rule:
    return Rule(id=id, strength=strength, quantity=quantity, source=source, view=view, **limit)


def _bad(whose: str) -> str:
    return f"values of {whose} that are not finite"


# fmt: off
RULES: tuple[Rule, ...] = (
    _rule("bad-start",          "certain",   _bad(not_finite.START),                  over=0, view="x"),
    _rule("bad-sampler",        "certain",   _bad(not_finite.SAMPLER),                  over=0, view="x"),
    _rule("bad-between",        "certain",   _bad(not_finite.BETWEEN),                  over=0, view="x"),
    _rule("bad-model",          "certain",   _bad(not_finite.MODEL),                    over=0),
    _rule("bad-prompt",         "certain",   _bad(not_finite.PROMPT),                   over=0, view="cond"),
    _rule("bad-negative",       "certain",   _bad(not_finite.NEGATIVE),                 over=0, view="uncond"),
    _rule("bad-guidance",       "certain",   _bad(not_finite.GUIDANCE),                 over=0),
    _rule("bad-decode",         "certain",   "decoded values that are not finite",      over=0, view="x"),
    _rule("flat-start",         "certain",   "spread of the start",                     under=1e-12, view="x"),
    _rule("empty-source",       "certain",   "share of picture missing from the start", over=0.05, view="x"),
    _rule("noise-left",         "certain",   "last sigma",                              over=0, view="x"),
    _rule("no-pull",            "certain",   "strongest pull",                          under=1e-12, view="difference"),
    _rule("unused-negative",    "certain",   "negative prompt that was never asked",    over=0),
    _rule("repeated",           "certain",   "answers repeated to the bit",             over=0),
    _rule("same-as-reference",  "certain",   "first guess equal to the reference's",    over=0),
    _rule("lora-nothing",       "certain",   "LoRAs that changed no weight",            over=0),
    _rule("other-channels",     "certain",   "channels that the VAE does not share",    over=0),
    _rule("steps-missing",      "certain",   "steps left out between two samplers",     over=0, view="x"),
    _rule("steps-twice",        "certain",   "steps left out between two samplers",     under=0, view="x"),
    _rule("noise-twice",        "certain",   "noise left in and added again",           over=0, view="x"),
    _rule("noise-nowhere",      "certain",   "noise neither left in nor added",         over=0, view="x"),
    _rule("start-loud",         "measured", "noise at the start, added by this sampler", MEASURED, over=1.28, view="x"),
    _rule("start-quiet",        "measured", "noise at the start, added by this sampler", MEASURED, under=0.8, view="x"),
    _rule("stage-loud",         "measured",  "noise at the start, handed on",           MEASURED, over=1.2, view="x"),
    _rule("stage-quiet",        "measured",  "noise at the start, handed on",           MEASURED, under=0.7, view="x"),
    _rule("noise-drift",        "measured",  "noise on the way",                        MEASURED, over=1.25, view="x"),
    _rule("noise-lost",         "measured",  "least noise on the way",                  MEASURED, under=0.65, view="x"),
    _rule("implied-low",        "measured",  "noise that the guess implies",            MEASURED, under=0.75),
    _rule("implied-high",       "measured",  "noise that the guess implies",            MEASURED, over=1.2),
    _rule("burnt",              "measured",  "spread of the guided guess",              MEASURED, over=1.6),
    _rule("off-guess",          "measured",  "distance from the last guess",            MEASURED, over=0.2, view="x"),
    _rule("long-last-step",     "suspected", "noise that the last step takes out",      MEASURED, over=0.7, view="x"),
    _rule("reused",             "measured",  "answers repeated up to rounding",         MEASURED, over=0),
    _rule("vae-loss",           "measured",  "latent lost in the VAE",                  MEASURED, over=0.6, view="x"),
    _rule("wider",              "measured",  "spread of the last guess beside the reference's", MEASURED, over=1.6),
    _rule("wide-guess",         "suspected", "spread of the last guess",                MEASURED, over=1.8),
    _rule("flat-guess",         "suspected", "spread of the last guess",                MEASURED, under=0.3),
    _rule("far-channel",        "suspected", "mean of the farthest channel",            MEASURED, over=3.0),
    _rule("still-moving",       "suspected", "move of the last guess",                  MEASURED, over=0.5),
    _rule("two-guidances",      "suspected", "cfg beside guidance of its own",          MENG, over=1),
    _rule("few-step-cfg",       "suspected", "cfg on a model made for few steps",       MENG, over=2),
    _rule("few-step-steps",     "suspected", "steps of a model made for few",           MAKERS, over=16),
    _rule("cfg-pp",             "suspected", "cfg on a CFG++ sampler",                    CHUNG, over=2),
    _rule("lora-strong",        "suspected", "strength of the strongest LoRA",            HU, over=2),
    _rule("read-otherwise",     "suspected", "answer read otherwise than it was loaded",  LOADED, over=0),
    _rule("other-sigmas",       "suspected", "largest sigma beside the model's own",      LOADED, over=1.5),
    _rule("other-size",         "suspected", "area beside the model's own",             MAKERS, over=2.5),
    _rule("two-encoders",       "suspected", "text encoders of the two prompts",        ENCODER, over=1),
)
# fmt: on

_START = (
    *("empty-source", "flat-start", "steps-missing", "steps-twice", "noise-twice", "noise-nowhere"),
    *("start-loud", "start-quiet", "stage-loud", "stage-quiet"),
)
_MODEL = ("read-otherwise", "other-sigmas", "lora-strong", "cfg-pp", "few-step-cfg", "two-guidances")
_CACHE = ("reused", "repeated")
_ANY = (*_START, *_MODEL, *_CACHE)
FOLLOWS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("noise-lost", "implied-low", "implied-high", "still-moving", "flat-guess"), _ANY),
    "burnt": _ANY,
    "noise-drift": (*_ANY, "burnt"),
    **dict.fromkeys(("wide-guess", "far-channel"), (*_ANY, "burnt", "wider", "noise-drift")),
    "vae-loss": (*_ANY, "burnt", "wider", "noise-drift", "noise-lost", "off-guess"),
    "wider": _MODEL,
    "stage-loud": ("steps-missing", "noise-twice"),
    "stage-quiet": ("steps-twice", "noise-nowhere"),
    "start-loud": ("noise-twice",),
}
"""Findings that another one explains: a run that began from the wrong noise has wrong numbers all the way down,
whatever its guidance and its model are.
"""
