"""Healthy runs: every sampler and scheduler, image to image, inpainting, two stages, LoRAs, guiders, batches, video."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import comfy.samplers
import torch
from comfy_extras.nodes_model_advanced import RescaleCFG

from ...core.diagnosing.grain import grain, spread
from ...core.diagnosing.static_facts import GraphFacts, Stage
from ...host.doctor import decoding_of
from ...pocket.loras import FOUR_STEPS
from .sampling import Case, Setting, altered, sampled
from .subjects import Subject, analytic, finished, pocket, with_lora

SEEDS = {"read": 1000, "judged": 3000}
CFG_PP, CFG_OF_PP = "_cfg_pp", 1.0
"""Samplers that take guidance on a scale of their own, from 0 to about 1 (Chung et al. 2024, section 3)."""
KINDS = ("eps", "v", "flow")
STEPS = 12
RIGHT = 1.5
"""A finished latent whose spread or grain is farther from a long run's than by this factor is no healthy run's."""
LONG = 100

Named = Iterator[tuple[str, Case]]


def healthy(half: str, *, full: bool) -> Named:
    """Each run with the group it is counted in. `full`: more samplers of the pocket model."""
    for kind in KINDS:
        yield from analytic_grid(analytic(kind, half), half)
    yield from kinds_of_use(analytic("flow", half), half)
    yield from kinds_of_use(analytic("eps", half), half)
    yield from video(half)
    subject = pocket(half)
    yield from pocket_grid(subject, half, full=full)
    yield from pocket_uses(subject, half)


def cfg_for(sampler: str, subject: Subject) -> float:
    return CFG_OF_PP if CFG_PP in sampler else subject.cfg


def analytic_grid(subject: Subject, half: str) -> Named:
    """All samplers by all schedulers. A pair whose result is far from a long run's is counted as what it is."""
    right = {cfg: _ends_of(_long(subject, half, cfg)) for cfg in (subject.cfg, CFG_OF_PP)}
    pairs = [(s, h) for s in comfy.samplers.SAMPLER_NAMES for h in comfy.samplers.SCHEDULER_NAMES]
    for index, (sampler, scheduler) in enumerate(pairs):
        cfg = cfg_for(sampler, subject)
        setting = Setting(SEEDS[half] + index, sampler, scheduler, STEPS, cfg, prompt=index)
        case = Case(sampled(subject, setting)[0])
        fits = _near(_ends_of(case.deck), right[cfg]) and not _stops_early(subject, setting)
        yield (f"{subject.name}: all samplers and schedulers" if fits else UNFIT), case


def _long(subject: Subject, half: str, cfg: float):
    return sampled(subject, Setting(SEEDS[half], steps=LONG, cfg=cfg))[0]


def _stops_early(subject: Subject, setting: Setting) -> bool:
    """These two take the last sigma above 0 for their end, and leave as much noise as it stands for."""
    sampling = subject.model.get_model_object("model_sampling")
    last = float(comfy.samplers.calculate_sigmas(sampling, setting.scheduler, setting.steps)[-2])
    return setting.sampler in ("dpm_fast", "dpm_adaptive") and last > LEFT


LEFT = 0.15
"""A sigma that an eye sees in a picture whose spread is 1."""
UNFIT = "sampler and scheduler that do not fit"
"""Not healthy, and not put in on purpose either: the pair's own result is wrong."""


def _ends_of(deck) -> tuple[float, float]:
    final = deck.trajectories[0].x[-1]
    return spread(final), grain(final)


def _near(mine: tuple[float, float], right: tuple[float, float]) -> bool:
    return all(r / RIGHT < m < r * RIGHT for m, r in zip(mine, right, strict=True))


def kinds_of_use(subject: Subject, half: str) -> Named:
    """Image to image, inpainting, two stages, few and many steps, guidance from 1 to 7."""
    for index in range(6):
        seed = SEEDS[half] + 500 + index
        source = finished(subject, seed)
        for denoise in (0.3, 0.5, 0.75):
            setting = Setting(seed, denoise=denoise, prompt=index)
            yield f"{subject.name}: image to image", Case(sampled(subject, setting, latent=source)[0])
        mask = torch.zeros(1, *subject.shape[-2:])
        mask[:, : subject.shape[-2] // 2] = 1
        setting = Setting(seed, prompt=index)
        yield f"{subject.name}: inpainting", Case(sampled(subject, setting, latent=source, noise_mask=mask)[0])
        for steps in (6, 8, 30):
            yield f"{subject.name}: 6 to 30 steps", Case(sampled(subject, replace(setting, steps=steps))[0])
        for cfg in (1.0, 2.0, 7.0):
            yield f"{subject.name}: cfg 1 to 7", Case(sampled(subject, replace(setting, cfg=cfg))[0])
        yield from two_stages(subject, Setting(seed, prompt=index, sampler=STAGED[index % len(STAGED)]))


STAGED = ("euler", "dpmpp_2m", "euler_ancestral", "heun", "dpmpp_2m_sde", "uni_pc")


def deck_of(subject: Subject, styled: Subject, setting: Setting):
    """The same start and words without the LoRA."""
    return sampled(replace(subject, prompts=styled.prompts), setting)[0]


def two_stages(subject: Subject, setting: Setting) -> Named:
    """One sampler to the middle, another from there on, as KSamplerAdvanced does it."""
    cut = setting.steps // 2
    first = Stage(steps=setting.steps, start=0, end=cut, adds_noise=True, leaves_noise=True)
    second = Stage(steps=setting.steps, start=cut, end=setting.steps, adds_noise=False, leaves_noise=False)
    deck, between = sampled(subject, replace(setting, end=cut, leave=True))
    yield f"{subject.name}: two stages", Case(deck, graph=GraphFacts(stage=first, after=second))
    deck, _ = sampled(subject, replace(setting, start=cut, add_noise=False), latent=between)
    yield f"{subject.name}: two stages", Case(deck, graph=GraphFacts(stage=second, before=first))


def video(half: str) -> Named:
    for kind in KINDS:
        subject = analytic(kind, half, video=True)
        for index, sampler in enumerate(("euler", "dpmpp_2m", "uni_pc", "euler_ancestral")):
            setting = Setting(SEEDS[half] + 700 + index, sampler, prompt=index)
            yield "analytic video", Case(sampled(subject, setting)[0])


def pocket_grid(subject: Subject, half: str, *, full: bool) -> Named:
    """All samplers, and all schedulers; `full`: each with each."""
    names, schedules = comfy.samplers.SAMPLER_NAMES, comfy.samplers.SCHEDULER_NAMES
    pairs = [(s, h) for s in names for h in schedules] if full else [(s, "karras") for s in names]
    pairs += [] if full else [(s, h) for s in ("euler", "dpmpp_2m", "euler_ancestral") for h in schedules]
    for index, (sampler, scheduler) in enumerate(pairs):
        setting = Setting(SEEDS[half] + index, sampler, scheduler, STEPS, cfg_for(sampler, subject), prompt=index)
        yield "pocket: samplers and schedulers", Case(sampled(subject, setting)[0])


def pocket_uses(subject: Subject, half: str) -> Named:
    for index in range(6):
        setting = Setting(SEEDS[half] + 300 + index, prompt=index)
        deck, latent = sampled(subject, setting)
        yield "pocket: decoded by its VAE", Case(deck, decode=decoding_of(deck, subject.vae))
        for denoise in (0.4, 0.7):
            again = replace(setting, denoise=denoise)
            yield "pocket: image to image", Case(sampled(subject, again, latent=latent)[0])
        for cfg in (1.0, 2.0, 7.0):
            yield "pocket: cfg 1 to 7", Case(sampled(subject, replace(setting, cfg=cfg))[0])
        yield from two_stages(subject, replace(setting, sampler=STAGED[index]))
        rescaled = altered(subject, RescaleCFG().patch(subject.model, 0.7)[0])
        yield "pocket: RescaleCFG", Case(sampled(rescaled, setting)[0])
        for name in ("autumn, rank 4", "balloon, rank 8", "blueprint, rank 4"):
            styled = with_lora(subject, name, half)
            yield (
                "pocket: LoRAs at strength 1",
                Case(sampled(styled, setting)[0], reference=deck_of(subject, styled, setting)),
            )
        few = with_lora(subject, FOUR_STEPS, half)
        yield "pocket: four-step LoRA", Case(sampled(few, replace(setting, steps=4))[0])
