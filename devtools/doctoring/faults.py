"""How each fault is put into a run: with the real node where there is one, else as the broken part would do it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace

import comfy.sample
import torch
from comfy_extras.nodes_model_advanced import ModelSamplingDiscrete

from ...core.diagnosing.static_facts import GraphFacts, ModelState, Stage
from ...host.doctor import decoding_of, model_state
from ...pocket.loras import FOUR_STEPS
from .sampling import Case, Setting, altered, sampled
from .subjects import Subject, with_lora

Make = Callable[[Subject, Setting, str], Case]
"""A subject, a setting and the half of the data that prompts are taken from."""
BROKEN_STEP = 3
STAGE_STEPS, FIRST_ENDS = 20, 10


def spoiled(which: tuple[int, ...]):
    """From a step on the model answers NaN to the prompt (0), without it (1), or both."""

    def make(subject: Subject, setting: Setting, half: str) -> Case:
        calls = []

        def wrapper(apply, args):
            answer = apply(args["input"], args["timestep"], **args["c"])
            calls.append(1)
            if len(calls) > BROKEN_STEP:
                for row, kind in enumerate(args["cond_or_uncond"]):
                    if kind in which:
                        answer[row, ..., :2, :2] = float("nan")
            return answer

        model = subject.model.clone()
        model.set_model_unet_function_wrapper(wrapper)
        return Case(sampled(altered(subject, model), setting)[0])

    return make


def bad_guidance(subject: Subject, setting: Setting, half: str) -> Case:
    model = subject.model.clone()
    model.set_model_sampler_cfg_function(lambda args: args["cond"] / (args["cond"] - args["cond"]))
    return Case(sampled(altered(subject, model), setting)[0])


def bad_noise(subject: Subject, setting: Setting, half: str) -> Case:
    noise = comfy.sample.prepare_noise(subject.empty(), setting.seed)
    noise[..., 0, 0] = float("inf")
    return Case(sampled(subject, setting, noise=noise)[0])


def bad_vae(subject: Subject, setting: Setting, half: str) -> Case:
    vae, deck = copy.copy(subject.vae), sampled(subject, setting)[0]
    vae.decode = lambda latent: subject.vae.decode(latent) * float("nan")
    return Case(deck, decode=decoding_of(deck, _alone(vae)))


def other_vae(subject: Subject, setting: Setting, half: str) -> Case:
    """A VAE whose latents have their channels in another order: another space of as many channels."""
    deck = sampled(subject, setting)[0]
    return Case(deck, decode=decoding_of(deck, _alone(subject.vae, turn=1)))


def _alone(vae, turn: int = 0):
    """A VAE of the same shape, whose last line is its own."""

    class Other:
        latent_channels, latent_dim = vae.latent_channels, vae.latent_dim
        process_output = staticmethod(lambda image: image)

        def decode(self, latent):
            return vae.decode(latent.roll(turn, 1))

        def encode(self, pixels):
            return subject_encode(pixels)

    subject_encode = vae.encode
    return Other()


def cfg(value: float) -> Make:
    return lambda subject, setting, half: Case(sampled(subject, replace(setting, cfg=value))[0])


def few_step_lora(*, told: bool = False, **changes) -> Make:
    def make(subject: Subject, setting: Setting, half: str) -> Case:
        few = replace(setting, **{"steps": 4, **changes})
        graph = GraphFacts(loras=(FOUR_STEPS,)) if told else None
        return Case(sampled(with_lora(subject, FOUR_STEPS, half), few)[0], graph=graph)

    return make


def changed(**changes) -> Make:
    return lambda subject, setting, half: Case(sampled(subject, replace(setting, **changes))[0])


def last_step_too_long(subject: Subject, setting: Setting, half: str) -> Case:
    """From a sigma as loud as the picture straight to 0."""
    sigmas = torch.tensor([14.6, 9.0, 6.0, 4.0, 3.0, 2.0, 0.0]) if "flow" not in subject.name else FLOW_SIGMAS
    return Case(sampled(subject, setting, sigmas=sigmas)[0])


FLOW_SIGMAS = torch.tensor([1.0, 0.95, 0.9, 0.85, 0.8, 0.7, 0.0])


def stages(second_starts: int, *, leave: bool = True, add: bool = False, told: bool = False) -> Make:
    """A first sampler to step 10 of 20, a second that does not go on from there. `told`: the graph is known."""

    def make(subject: Subject, setting: Setting, half: str) -> Case:
        first = replace(setting, steps=STAGE_STEPS, end=FIRST_ENDS, leave=leave)
        _, between = sampled(subject, first)
        second = replace(setting, steps=STAGE_STEPS, start=second_starts, add_noise=add, seed=setting.seed + add)
        deck, _ = sampled(subject, second, latent=between)
        before = Stage(steps=STAGE_STEPS, start=0, end=FIRST_ENDS, adds_noise=True, leaves_noise=leave)
        stage = Stage(steps=STAGE_STEPS, start=second_starts, end=STAGE_STEPS, adds_noise=add, leaves_noise=False)
        return Case(deck, graph=GraphFacts(stage=stage, before=before) if told else None)

    return make


def twice_the_noise(subject: Subject, setting: Setting, half: str) -> Case:
    """A latent that is noise already, and noise on top."""
    return Case(sampled(subject, setting, noise=two_noises(subject, setting))[0])


def two_noises(subject: Subject, setting: Setting) -> torch.Tensor:
    one, other = (comfy.sample.prepare_noise(subject.empty(), setting.seed + index) for index in (0, 1))
    return one + other


def no_noise(subject: Subject, setting: Setting, half: str) -> Case:
    return Case(sampled(subject, replace(setting, add_noise=False))[0])


def mixed_noise(subject: Subject, setting: Setting, half: str) -> Case:
    """Mixed along the line: half of each, which has lost spread."""
    return Case(sampled(subject, setting, noise=two_noises(subject, setting) / 2)[0])


def read_as(sampling: str, zsnr: bool = False, *, told: bool = False) -> Make:
    """The node ModelSamplingDiscrete, set to what the model was not trained for. `told`: the MODEL is known."""

    def make(subject: Subject, setting: Setting, half: str) -> Case:
        model = ModelSamplingDiscrete().patch(subject.model, sampling, zsnr)[0]
        mine, its = (one.get_model_object("model_sampling") for one in (model, subject.model))
        mine.sigma_data = getattr(its, "sigma_data", mine.sigma_data)
        state = model_state(model, None) if told else None
        return Case(sampled(altered(subject, model), setting)[0], model=state)

    return make


def lora(strength: float, name: str, *, beside: bool, told: bool = False) -> Make:
    def make(subject: Subject, setting: Setting, half: str) -> Case:
        strong = with_lora(subject, name, half, strength)
        plain = sampled(replace(subject, prompts=strong.prompts), setting)[0] if beside else None
        graph = GraphFacts(loras=(name,), strengths=(strength,)) if told else None
        return Case(sampled(strong, setting)[0], reference=plain, graph=graph)

    return make


def lora_of_another_model(subject: Subject, setting: Setting, half: str) -> Case:
    """No key matched: the MODEL that goes on is as it came."""
    deck = sampled(subject, setting)[0]
    model = ModelState(name=subject.name, patched=len(subject.model.patches), reads_guidance=False)
    graph = GraphFacts(loras=("other.safetensors",))
    return Case(deck, reference=sampled(subject, setting)[0], graph=graph, model=model)


def same_prompts(subject: Subject, setting: Setting, half: str) -> Case:
    return Case(sampled(subject, setting, positive=subject.negative)[0])


def unused_negative(subject: Subject, setting: Setting, half: str) -> Case:
    """The text that a server's graph would have told is written into the deck."""
    deck = sampled(subject, replace(setting, cfg=1.0))[0]
    (run,) = deck.trajectories
    written = replace(run, settings=replace(run.settings, negative="blurry"))
    return Case(replace(deck, trajectories=(written,)))


def larger(*, told: bool = False) -> Make:
    def make(subject: Subject, setting: Setting, half: str) -> Case:
        *others, height, width = subject.shape
        state = model_state(subject.model, None) if told else None
        return Case(sampled(replace(subject, shape=(*others, 2 * height, 2 * width)), setting)[0], model=state)

    return make


def cached(node) -> Make:
    """A stock cache at a threshold that leaves the model out at every other step."""

    def make(subject: Subject, setting: Setting, half: str) -> Case:
        model = node.execute(subject.model, 3.0, 0.15, 0.95, False).result[0]
        return Case(sampled(altered(subject, model), replace(setting, steps=STAGE_STEPS))[0])

    return make


def skipping(subject: Subject, setting: Setting, half: str) -> Case:
    return Case(sampled(hands_on_guesses(subject), setting)[0])


def twice_and_skipping(subject: Subject, setting: Setting, half: str) -> Case:
    return Case(sampled(hands_on_guesses(subject), setting, noise=two_noises(subject, setting))[0])


def hands_on_guesses(subject: Subject) -> Subject:
    """Under a node that gives the guess of the call before at every other call."""
    kept: list[torch.Tensor] = []

    def instead(args):
        kept.append(args["denoised"] if len(kept) % 2 == 0 else kept[-1])
        return kept[-1]

    model = subject.model.clone()
    model.set_model_sampler_post_cfg_function(instead)
    return altered(subject, model)


def both(first: dict, second: Make) -> Make:
    """A fault in the setting beside a fault of another kind."""
    return lambda subject, setting, half: second(subject, replace(setting, **first), half)
