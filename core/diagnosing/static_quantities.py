"""Quantities that the graph and the model give, without a run."""

from .evidence import Evidence
from .reading import NotKnown, Reading, Readings
from .static_facts import GraphFacts, Stage

NO_GRAPH = NotKnown("the graph is not known (a deck of a file, or another sampler)")
NO_MODEL = NotKnown("no MODEL is connected")
FEW_STEP_WORDS = (
    *("lightning", "turbo", "lcm", "hyper", "schnell", "dmd", "causvid", "lightx2v"),
    *("few step", "four step", "4step", "8step"),
)
"""What files of models and LoRAs that were distilled to few steps have in their names."""
CFG_PP = "_cfg_pp"
"""What samplers have in their names that take guidance on a scale of their own."""


def steps_missing(evidence: Evidence) -> Readings:
    """Steps between the end of the sampler before and the start of this one; negative where they overlap."""
    return _meeting(evidence.graph, lambda before, stage: float(stage.start - before.last))


def noise_twice(evidence: Evidence) -> Readings:
    """1 where the sampler before leaves its noise in and this one adds noise again."""
    return _meeting(evidence.graph, lambda before, stage: float(before.leaves_noise and stage.adds_noise))


def noise_nowhere(evidence: Evidence) -> Readings:
    """1 where the sampler before takes all noise out and this one adds none, yet begins in the middle."""
    return _meeting(
        evidence.graph,
        lambda before, stage: float(not before.leaves_noise and not stage.adds_noise and 0 < stage.start < stage.steps),
    )


def loras_without_effect(evidence: Evidence) -> Readings:
    """1 where the model passes through LoRA loaders and no weight is patched."""
    if evidence.graph is None:
        return NO_GRAPH
    if evidence.model is None:
        return NO_MODEL
    loras = evidence.graph.loras
    nothing = bool(loras) and evidence.model.patched == 0
    return [Reading(value=float(nothing), words={"loras": ", ".join(loras)})]


def two_guidances(evidence: Evidence) -> Readings:
    """The cfg of a run of a model that takes guidance as an input of its own; 1 where cfg is off."""
    if evidence.model is None:
        return NO_MODEL
    return [Reading(value=_cfg(evidence) if evidence.model.reads_guidance else 1.0, words={})]


def guidance_on_few_steps(evidence: Evidence) -> Readings:
    """The cfg of a run whose model or LoRAs are called what few-step files are called; 1 where there is none."""
    return _on_few_steps(evidence, _cfg(evidence), otherwise=1.0)


def steps_of_few(evidence: Evidence) -> Readings:
    """The steps of such a run; 0 where there is none."""
    return _on_few_steps(evidence, float(evidence.run.steps), otherwise=0.0)


def _on_few_steps(evidence: Evidence, value: float, *, otherwise: float) -> Readings:
    if evidence.graph is None:
        return NO_GRAPH
    files = (evidence.graph.model_file, *evidence.graph.loras)
    few = [name for name in files if any(word in name.lower() for word in FEW_STEP_WORDS)]
    return [Reading(value=value if few else otherwise, words={"files": ", ".join(few)})]


def cfg_of_cfg_pp(evidence: Evidence) -> Readings:
    """The cfg of a sampler whose guidance has a scale of its own, from 0 to about 1; 1 for any other sampler."""
    sampler = evidence.run.settings.sampler or ""
    return [Reading(value=_cfg(evidence) if CFG_PP in sampler else 1.0, words={"sampler": sampler})]


def strongest_lora(evidence: Evidence) -> Readings:
    if evidence.graph is None:
        return NO_GRAPH
    named = zip(evidence.graph.loras, evidence.graph.strengths, strict=False)
    typed = [(abs(strength), name) for name, strength in named if strength is not None]
    return [Reading(value=strength, words={"lora": name}) for strength, name in [max(typed)]] if typed else []


def read_otherwise(evidence: Evidence) -> Readings:
    """1 where nodes have the model's answer read in another way than it was loaded."""
    if evidence.model is None:
        return NO_MODEL
    own, now = evidence.model.loaded_as, evidence.model.read_as
    return [Reading(value=float(own != now), words={"own": own, "now": now})]


def sigmas_beside_its_own(evidence: Evidence) -> Readings:
    return NO_MODEL if evidence.model is None else [Reading(value=evidence.model.sigmas)]


def area_beside_its_own(evidence: Evidence) -> Readings:
    """How many times the picture's area goes into that which the model was made for, or the other way round."""
    if evidence.model is None:
        return NO_MODEL
    if (side := evidence.model.side) is None:
        return NotKnown("the size that this model was made for is not known")
    height, width = evidence.deck.pixels
    ratio = height * width / side**2
    words = {"width": str(width), "height": str(height), "side": str(side), "ratio": f"{ratio:.3g}"}
    return [Reading(value=max(ratio, 1 / ratio), words=words)]


def encoders_of_prompts(evidence: Evidence) -> Readings:
    if evidence.graph is None:
        return NO_GRAPH
    encoders = evidence.graph.encoders
    if not encoders:
        return NotKnown("the prompts do not come straight from a text encoder")
    return [Reading(value=float(len(encoders)), words={"encoders": "; ".join(encoders)})]


def channels_of_the_vae(evidence: Evidence) -> Readings:
    """How many channels the VAE reads more or less than the latent has."""
    if evidence.model is None or evidence.model.vae_channels is None:
        return NotKnown("no VAE is connected")
    mine, its = evidence.deck.latent_shape[0], evidence.model.vae_channels
    return [Reading(value=float(abs(mine - its)), words={"latent": str(mine), "vae": str(its)})]


def _cfg(evidence: Evidence) -> float:
    asked = any(uncond for _, uncond in evidence.run.asked)
    return (evidence.run.settings.guidance or 1.0) if asked else 1.0


def _meeting(graph: GraphFacts | None, number) -> Readings:
    if graph is None:
        return NO_GRAPH
    before, stage = graph.before, graph.stage
    if before is None or stage is None:
        return []
    return [Reading(value=number(before, stage), step=0, words=_words(before, stage))]


def _words(before: Stage, stage: Stage) -> dict[str, str]:
    return {"before": str(before.last), "start": str(stage.start), "total": str(stage.steps)}


QUANTITIES = {
    "steps left out between two samplers": steps_missing,
    "noise left in and added again": noise_twice,
    "noise neither left in nor added": noise_nowhere,
    "LoRAs that changed no weight": loras_without_effect,
    "cfg beside guidance of its own": two_guidances,
    "cfg on a model made for few steps": guidance_on_few_steps,
    "steps of a model made for few": steps_of_few,
    "cfg on a CFG++ sampler": cfg_of_cfg_pp,
    "strength of the strongest LoRA": strongest_lora,
    "answer read otherwise than it was loaded": read_otherwise,
    "largest sigma beside the model's own": sigmas_beside_its_own,
    "area beside the model's own": area_beside_its_own,
    "text encoders of the two prompts": encoders_of_prompts,
    "channels that the VAE does not share": channels_of_the_vae,
}
