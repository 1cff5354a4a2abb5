"""Reads the attention between words and places in ComfyUI's transformers, whatever their blocks are called."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import comfy.model_base
import comfy.patcher_extension
import torch
from torch import Tensor

from ..core.filled_sentence import filled
from ..core.recording.attention import KEPT, LayerGroup, SeenAttention, word_shares
from .attention_families import Family
from .attention_reading import AttentionReader, AttentionReading
from .attention_words import MARK
from .comfyui import Model

APPLY_MODEL = comfy.patcher_extension.WrappersMP.APPLY_MODEL
OTHER_SHAPE = filled(
    "Attention could not be read: the layers of this model hold more than the words and the places of a picture, such"
    " as a second text, or another node replaces them."
)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One call of the network: which part of its batch is read, the places of its latent, and where the keys are."""

    part: int
    parts: int
    grid: tuple[int, ...]
    words: int
    first: int
    places_from: int
    places: int


class TransformerReader(AttentionReader):
    """The attention override, and a wrapper that learns the shapes of what the network is given."""

    def __init__(self, other: Callable | None, model: Model, family: Family):
        super().__init__(other)
        self.family = family
        self.network = model.get_model_object("diffusion_model")
        self.words_last = isinstance(model.model, comfy.model_base.Flux2)
        self.own_length = isinstance(model.model, comfy.model_base.Anima)

    def reading(self, conds: Sequence[dict], items: Sequence[int]) -> "TransformerReading":
        return TransformerReading(conds, items, self)

    def apply_model(
        self,
        executor: Callable,
        x: Tensor,
        t: Tensor,
        c_concat: Tensor | None = None,
        c_crossattn: Tensor | None = None,
        control: Any = None,
        *args,
        **kwargs,
    ) -> Tensor:
        """A wrapper round the model, which hands on what it was given."""
        options = args[0] if args else kwargs.get("transformer_options") or {}
        if isinstance(self.now, TransformerReading) and c_crossattn is not None:
            self.now.enter(options, tuple(x.shape), c_crossattn.shape[1])
        try:
            return executor(x, t, c_concat, c_crossattn, control, *args, **kwargs)
        finally:
            if isinstance(self.now, TransformerReading):
                self.now.leave()


class TransformerReading(AttentionReading):
    """One model call: the mean over the blocks that the family reads, of the first network call with the prompt."""

    def __init__(self, conds: Sequence[dict], items: Sequence[int], reader: TransformerReader):
        super().__init__(conds, items)
        self.reader = reader
        self.asked: Asked | None = None
        self.block = 0

    def enter(self, options: dict, latent: tuple[int, ...], words: int) -> None:
        uuids = self.choose(options)
        if self.chosen not in uuids or self.sums or self.error or len(latent) not in (4, 5):
            return
        family, network = self.reader.family, self.reader.network
        grid = family.grid(network, latent)
        first, places_from, places = family.keys(network, words, grid)
        self.block = 0
        self.asked = Asked(
            part=uuids.index(self.chosen),
            parts=len(uuids),
            grid=grid,
            words=words,
            first=first,
            places_from=places_from,
            places=places,
        )

    def leave(self) -> None:
        self.asked = None

    def look(self, args: tuple, kwargs: dict) -> None:
        asked = self.asked
        if asked is None or not self._between_words_and_places(asked, *lengths(args)):
            return
        block, self.block = self.block, self.block + 1
        second = self.reader.family.joint or asked.words != asked.places
        number = block if second else block // 2
        if number in self.reader.family.read(self.reader.network) and (second or block % 2):
            self.guard(lambda: self._add_block(asked, args, kwargs))

    def _between_words_and_places(self, asked: Asked, queries: int, keys: int) -> bool:
        """Where there are as many words as places, the first attention of a block looks alike: that of places alone."""
        if self.reader.family.joint:
            return queries == keys >= asked.places_from + asked.places
        return queries == asked.places and keys == asked.words

    def _add_block(self, asked: Asked, args: tuple, kwargs: dict) -> None:
        query, key, heads = args[0], args[1], args[3] if len(args) > 3 else kwargs["heads"]
        batch = query.shape[0] // asked.parts
        rows = [asked.part * batch + item for item in self.items]
        places = slice(asked.places_from, asked.places_from + asked.places) if self.reader.family.joint else slice(None)
        q, k = (flat(part[rows], heads) for part in (query, key))
        mask = added(args[4] if len(args) > 4 else kwargs.get("mask"), rows, places)
        scale = kwargs.get("scale")
        shares = word_shares(q[:, places], k, self.keys_of_words(asked), heads=heads, mask=mask, scale=scale)
        self.count(asked.grid, shares.unflatten(-1, asked.grid))

    def keys_of_words(self, asked: Asked) -> list[list[int]]:
        """Where each word stands among the keys. ComfyUI repeats a shorter prompt that shares a batch with a longer
        one; Flux.2 pads prompts on their left.
        """
        cond = self.marked[self.chosen]
        length = cond["cross_attn"].shape[1]
        lead = asked.words - length if self.reader.words_last else 0
        repeats = 1 if lead or self.reader.own_length or asked.words % length else asked.words // length
        first = asked.first * self.reader.family.joint + lead
        places = cond[MARK].places
        return [[first + place + length * i for i in range(repeats) for place in word] for word in places]

    def seen(self) -> SeenAttention | None:
        if self.error or not self.sums:
            return None
        means = {size: (total / count).to(KEPT).to(torch.device("cpu")) for size, (total, count) in self.sums.items()}
        groups = {size: LayerGroup(maps=maps, layers=self.sums[size][1]) for size, maps in means.items()}
        sentence = self.reader.family.sentence(self.reader.network)
        return SeenAttention(words=self.marked[self.chosen][MARK].words, groups=groups, read=sentence)

    def note(self) -> str:
        found = super().note()
        return OTHER_SHAPE if self.chosen and not self.sums and not self.error else found


def lengths(args: tuple) -> tuple[int, int]:
    """Of queries and keys: [row, head, place, channel] where ComfyUI skips the reshape, else [row, place, channel]."""
    return args[0].shape[-2], args[1].shape[-2]


def flat(part: Tensor, heads: int) -> Tensor:
    """[row, place, (head channel)]; keys that several heads share are repeated."""
    if part.ndim == 3:
        return part
    shared = heads // part.shape[1]
    return part.repeat_interleave(shared, 1).transpose(1, 2).flatten(2)


def added(mask: Tensor | None, rows: Sequence[int], places: slice) -> Tensor | None:
    """A mask as it is added to the products, [row or 1, head or 1, place or 1, key]; ComfyUI's may lack rows and heads,
    and may say with True where to look.
    """
    if mask is None:
        return None
    mask = mask[None] if mask.ndim == 2 else mask
    mask = mask[:, None] if mask.ndim == 3 else mask
    mask = mask[list(rows)] if mask.shape[0] > 1 else mask
    mask = mask[:, :, places] if mask.shape[2] > 1 else mask
    return (
        torch.zeros_like(mask, dtype=torch.float32).masked_fill(~mask, -torch.inf) if mask.dtype == torch.bool else mask
    )
