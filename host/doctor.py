"""What ComfyUI knows of a run beside its deck: the graph around its sampler, its MODEL, and what a VAE makes of it."""

from collections.abc import Callable

import torch
from torch import Tensor

from ..core.diagnosing.evidence import Decoded
from ..core.diagnosing.not_finite import bad
from ..core.diagnosing.static_facts import GraphFacts, ModelState, Stage
from ..core.recording.deck import Deck
from ..core.recording.trajectory import Trajectory
from .comfyui import Model, Vae
from .decoding import raw_decoder
from .embedded_guidance import reads_guidance
from .model_facts import parameterization_of
from .model_sizes import side_of
from .running import Running

DECK_MAKERS = {"DenoiscopeCollect": "latent"}
"""Nodes that make a deck of another node's run, and the input that leads to it."""
SAMPLERS = ("KSampler", "KSamplerAdvanced", "SamplerCustom", "SamplerCustomAdvanced", "DenoiscopeKSampler")
LORA_LOADERS = {
    "LoraLoader": "strength_model",
    "LoraLoaderModelOnly": "strength_model",
    "DenoiscopePocketLora": "strength",
}
"""Nodes that lay a LoRA file over a MODEL, and their input for its strength."""

MODEL_FILES = ("ckpt_name", "unet_name", "model_name")
"""Inputs in which loaders of models name their file."""


def graph_facts(now: Running | None) -> GraphFacts | None:
    """What the graph says of the sampler whose deck the running node was handed; None where that is not told."""
    if now is None:
        return None
    sampler = _sampler_behind(now.graph, now.graph.get(now.node_id, {}).get("inputs", {}).get("deck"))
    if sampler is None:
        return None
    node = now.graph[sampler]
    behind = _behind(now.graph, _model_link(now.graph, node))
    return GraphFacts(
        stage=_stage(node),
        before=_stage(now.graph.get(_end(node["inputs"].get("latent_image")), {})),
        after=next((_stage(later) for later in now.graph.values() if _continues(later, sampler)), None),
        loras=tuple(name for name, _ in _loras(behind)),
        strengths=tuple(strength for _, strength in _loras(behind)),
        model_file=_model_file(behind),
        encoders=_encoders(now, sampler),
    )


def model_state(model: Model | None, vae: Vae | None) -> ModelState | None:
    """What a MODEL and a VAE say of themselves; None without a MODEL."""
    if model is None:
        return None
    own, now = _own_sampling(model), model.get_model_object("model_sampling")
    return ModelState(
        name=type(model.model).__name__,
        patched=len(model.patches),
        reads_guidance=reads_guidance(model),
        vae_channels=None if vae is None else vae.latent_channels,
        loaded_as=parameterization_of(own),
        read_as=parameterization_of(now),
        sigmas=_largest_sigma(now) / _largest_sigma(own),
        side=side_of(model),
    )


def _own_sampling(model: Model):
    """As it was loaded: while a MODEL is in memory, what nodes have put in its place stands there."""
    return model.object_patches_backup.get("model_sampling", model.model.model_sampling)


def _largest_sigma(sampling) -> float:
    """1 for a sampling that has none above 0, or does not say."""
    return float(getattr(sampling, "sigma_max", 1.0)) or 1.0


def decoding_of(deck: Deck, vae: Vae | None) -> Callable[[Trajectory], Decoded] | None:
    """Decodes the last state of a run, and encodes its picture again; None without a VAE, and for one that cannot."""
    decoder = raw_decoder(deck, vae) if vae is not None and vae.latent_channels == deck.space.channels else None
    if decoder is None:
        return None

    def decode(run: Trajectory) -> Decoded:
        final = run.x[-1:]
        if not bool(torch.isfinite(final).all()):
            return Decoded(bad=0.0)
        picture = decoder.decode(final)
        return Decoded(bad=bad(picture), return_=_return(deck, vae, final, picture))

    return decode


def _return(deck: Deck, vae, final: Tensor, picture: Tensor) -> float | None:
    """Of a single picture; a video's way back costs as much as many pictures."""
    if final.ndim != 4 or not bool(torch.isfinite(picture).all()):
        return None
    again = deck.space.to_model(vae.encode(picture[0].clamp(0, 1)).float().cpu())
    if again.shape != final.shape:
        return None
    return float((again - final.float()).std() / final.float().std())


def _sampler_behind(graph: dict, link) -> str | None:
    """The node whose run a DECK link holds."""
    node = _end(link)
    maker = graph.get(node, {})
    if maker.get("class_type") in DECK_MAKERS:
        node = _end(maker["inputs"].get(DECK_MAKERS[maker["class_type"]]))
    return node if graph.get(node, {}).get("class_type") in SAMPLERS else None


def _stage(node: dict) -> Stage | None:
    """None for a sampler whose steps are linked, or that has none: those of sigmas are not known before they run."""
    inputs = node.get("inputs", {})
    if node.get("class_type") in ("KSampler", "DenoiscopeKSampler") and isinstance(inputs.get("steps"), int):
        return Stage(steps=inputs["steps"], start=0, end=inputs["steps"], adds_noise=True, leaves_noise=False)
    numbers = [inputs.get(name) for name in ("steps", "start_at_step", "end_at_step")]
    if node.get("class_type") != "KSamplerAdvanced" or not all(isinstance(number, int) for number in numbers):
        return None
    steps, start, end = numbers
    leaves = inputs.get("return_with_leftover_noise") == "enable" and end < steps
    adds = inputs.get("add_noise") == "enable"
    return Stage(steps=steps, start=start, end=end, adds_noise=adds, leaves_noise=leaves)


def _continues(node: dict, sampler: str) -> bool:
    """Whether a node is a sampler that takes this one's latent as it is."""
    return node.get("class_type") in SAMPLERS and _end(node["inputs"].get("latent_image")) == sampler


def _model_link(graph: dict, sampler: dict):
    guider = graph.get(_end(sampler["inputs"].get("guider")), {})
    return (guider or sampler).get("inputs", {}).get("model")


def _behind(graph: dict, link) -> list[dict]:
    """The nodes on the way of a MODEL back to its loader, the loader first."""
    found: list[dict] = []
    seen: set[str] = set()
    while (node := _end(link)) in graph and node not in seen:
        seen.add(node)
        found.insert(0, graph[node])
        link = graph[node]["inputs"].get("model")
    return found


def _loras(behind: list[dict]) -> list[tuple[str, float | None]]:
    """LoRA files and their strengths, first come first, without those of strength 0."""
    loaders = [node for node in behind if node["class_type"] in LORA_LOADERS]
    used = [(node["inputs"].get("lora_name"), _strength(node)) for node in loaders]
    return [(name, strength) for name, strength in used if isinstance(name, str) and strength != 0]


def _strength(loader: dict) -> float | None:
    """None for one that is linked."""
    strength = loader["inputs"].get(LORA_LOADERS[loader["class_type"]])
    return float(strength) if isinstance(strength, (int, float)) else None


def _model_file(behind: list[dict]) -> str:
    inputs = behind[0]["inputs"] if behind else {}
    return next((inputs[name] for name in MODEL_FILES if isinstance(inputs.get(name), str)), "")


def _encoders(now: Running, sampler: str) -> tuple[str, ...]:
    """By the files that their loaders name; by the class and number of a loader that names none."""
    loaders = [now.words.encoder(sampler, name) for name in ("positive", "negative")]
    return tuple(dict.fromkeys(_loader_name(now.graph, loader) for loader in loaders if loader is not None))


def _loader_name(graph: dict, loader: str) -> str:
    texts = [value for value in graph[loader]["inputs"].values() if isinstance(value, str)]
    return " ".join((graph[loader]["class_type"], *texts)) if texts else f"{graph[loader]['class_type']} {loader}"


def _end(link) -> str:
    """The node at the other end of a link; empty for a value that was typed."""
    return str(link[0]) if isinstance(link, list) and len(link) == 2 else ""
