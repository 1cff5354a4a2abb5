"""The door to a model's attention: which models can be read, and how a recorder reads one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from comfy.ldm.modules.attention import BasicTransformerBlock, SpatialVideoTransformer
from comfy.ldm.modules.diffusionmodules.openaimodel import UNetModel
from torch.nn import Module

from ..core.filled_sentence import filled
from .attention_families import Family, family_of
from .attention_reading import AttentionReader, AttentionReading
from .attention_transformers import APPLY_MODEL, TransformerReader
from .comfyui import Guider, Model
from .model_name import name_of
from .newer_comfyui import has_its_own_attention

READER = "denoiscope_attention"
OVERRIDE = "optimized_attention_override"
POSITIVE = "positive"
"""What guiders call the conditioning with the prompt."""


def with_attention(model: Model) -> Model:
    """A clone of a MODEL whose attention to words a recorder can read; until one does, it costs nothing to speak of.

    Raises ValueError for a model whose words cannot be found in its attention.
    """
    network = model.get_model_object("diffusion_model")
    family = family_of(network)
    blocks = [] if family else readable_blocks(model)
    if any(map(has_its_own_attention, network.modules())):
        raise ValueError(
            "the attention layers of this model compute in a way of their own (int8), and reading them would change "
            "the picture: load the model in another number format to see where it looks"
        )
    patched = model.clone()
    options = patched.model_options["transformer_options"]
    reader = _transformer(patched, family) if family else _u_net(patched, blocks)
    options[OVERRIDE] = reader.attend
    options[READER] = reader
    return patched


def _transformer(patched: Model, family: Family) -> TransformerReader:
    reader = TransformerReader(_other(patched), patched, family)
    patched.add_wrapper_with_key(APPLY_MODEL, READER, reader.apply_model)
    return reader


def _u_net(patched: Model, blocks: Sequence[BasicTransformerBlock]) -> AttentionReader:
    reader = AttentionReader(_other(patched))
    patched.set_model_attn2_patch(partial(reader.before, "attn2"))
    if any(block.disable_self_attn for block in blocks):
        patched.set_model_attn1_patch(partial(reader.before, "attn1"))
    return reader


def _other(patched: Model):
    """Another node's override, which goes inside."""
    return patched.model_options["transformer_options"].get(OVERRIDE)


def readable_blocks(model: Model) -> list[BasicTransformerBlock]:
    """Of ComfyUI's U-Nets for pictures alone: there the words enter through attention layers of their own."""
    network = model.get_model_object("diffusion_model")
    layers: list[Module] = list(network.modules()) if isinstance(network, UNetModel) else []
    video = any(isinstance(layer, SpatialVideoTransformer) for layer in layers)
    blocks = [layer for layer in layers if isinstance(layer, BasicTransformerBlock) and layer.attn2 is not None]
    if video or not blocks:
        raise ValueError(
            filled(
                "the attention of {1} cannot be read word by word: docs/own_model.md lists the models whose words this"
                " node finds, and says why it does not find those of others",
                name_of(model),
            )
        )
    return blocks


@contextmanager
def reading(model_options: dict, guider: Guider, items: Sequence[int]) -> Iterator["AttentionReading | None"]:
    """What the model's reader sees in the block: one model call for these items; None without a reader."""
    reader = model_options.get("transformer_options", {}).get(READER)
    if reader is None:
        yield None
        return
    conds = getattr(guider, "conds", None)
    positive = conds.get(POSITIVE) or () if isinstance(conds, dict) else ()
    before, reader.now = reader.now, reader.reading(positive, items)
    try:
        yield reader.now
    finally:
        reader.now = before
