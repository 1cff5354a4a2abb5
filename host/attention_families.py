"""Where words and places of the picture stand in the attention of ComfyUI's transformers, one family a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, prod
from typing import Any

from ..core.filled_sentence import filled

Network = Any
"""A torch.nn.Module of ComfyUI's, whose attributes no type checker knows."""
Patch = tuple[int, int, int]
"""Frames, rows and columns of the latent that make one place."""


@dataclass(frozen=True, kw_only=True)
class Family:
    """One class of network, as `comfy.ldm` has it, and those that are made of it.

    blocks    the lists of blocks whose attention is counted, in their order
    joint     whether words and places share one attention, words first; else the places look at the words alone, in
              the second attention of each block
    before    tokens that stand before the words
    multiple  the words' room among the keys is rounded up to a multiple of this
    patch     how much of a latent one place is
    """

    network: str
    blocks: tuple[str, ...]
    joint: bool = True
    before: Callable[[Network], int] = lambda network: 0
    multiple: Callable[[Network], int] = lambda network: 1
    patch: Callable[[Network], Patch] = lambda network: patch_of(network.patch_size)

    def fits(self, network: Network) -> bool:
        names = (f"{kind.__module__}.{kind.__name__}" for kind in type(network).__mro__)
        return f"comfy.ldm.{self.network}" in names

    def depth(self, network: Network) -> int:
        return sum(len(getattr(network, name)) for name in self.blocks)

    def read(self, network: Network) -> range:
        """The middle half of the blocks: the first look nowhere, and the last at detail (docs/own_model.md)."""
        depth = self.depth(network)
        first = depth // 4
        return range(first, max(first + 1, depth - depth // 4))

    def sentence(self, network: Network) -> str:
        blocks = self.read(network)
        places = (blocks.start + 1, blocks.stop, self.depth(network))
        if self.joint:
            return filled(
                "Mean of the heads of blocks {1} to {2} of {3}, the middle half; the words and all places of the"
                " picture together have 1.",
                *places,
            )
        return filled(
            "Mean of the heads of blocks {1} to {2} of {3}, the middle half; all tokens of the prompt together have 1.",
            *places,
        )

    def grid(self, network: Network, latent: Sequence[int]) -> tuple[int, ...]:
        """Frames, rows and columns of places of a latent [item, channel, (frame,) height, width]; no frames where it
        has one.
        """
        frames, rows, columns = self.patch(network)
        many = ceil(latent[2] / frames) if len(latent) == 5 else 1
        size = ceil(latent[-2] / rows), ceil(latent[-1] / columns)
        return (many, *size) if many > 1 else size

    def keys(self, network: Network, words: int, grid: tuple[int, ...]) -> tuple[int, int, int]:
        """Where among the keys the words begin, where the places begin, and how many places there are."""
        first = self.before(network)
        room = ceil(words / self.multiple(network)) * self.multiple(network)
        return first, first + room, prod(grid)


def patch_of(size: int | Sequence[int]) -> Patch:
    """Of a number, rows and columns alike; of two or three, what each says."""
    frames, rows, columns = (1, size, size) if isinstance(size, int) else (1, *size)[-3:]
    return frames, rows, columns


DOUBLE_AND_SINGLE = ("double_blocks", "single_blocks")
FAMILIES: tuple[Family, ...] = (
    Family(network="modules.diffusionmodules.mmdit.MMDiT", blocks=("joint_blocks",)),
    Family(network="flux.model.Flux", blocks=DOUBLE_AND_SINGLE),
    Family(network="chroma.model.Chroma", blocks=DOUBLE_AND_SINGLE),
    Family(network="hunyuan_video.model.HunyuanVideo", blocks=DOUBLE_AND_SINGLE),
    Family(network="qwen_image.model.QwenImageTransformer2DModel", blocks=("transformer_blocks",)),
    Family(
        network="lumina.model.NextDiT",
        blocks=("layers",),
        multiple=lambda network: network.pad_tokens_multiple or 1,
    ),
    Family(
        network="aura.mmdit.MMDiT",
        blocks=("double_layers", "single_layers"),
        before=lambda network: network.register_tokens.shape[1],
    ),
    Family(network="wan.model.WanModel", blocks=("blocks",), joint=False),
    Family(
        network="cosmos.predict2.MiniTrainDIT",
        blocks=("blocks",),
        joint=False,
        patch=lambda network: (network.patch_temporal, network.patch_spatial, network.patch_spatial),
    ),
)


def family_of(network: Network) -> Family | None:
    return next((family for family in FAMILIES if family.fits(network)), None)
