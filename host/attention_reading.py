"""Reads the cross-attention of ComfyUI's U-Nets while a recorder watches them, without changing what they compute."""

import logging
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ..core.filled_sentence import filled
from ..core.places import in_words
from ..core.recording.attention import KEPT, LayerGroup, SeenAttention, word_shares
from ..core.recording.word_places import WordPlaces
from .attention_words import MARK

OTHER_PROMPT = filled(
    "Attention is missing where the model was not asked with the prompt of Attention of a Word: connect its"
    " conditioning to the sampler's positive input."
)
AREA = filled("Attention of a prompt that is confined to an area is not read: its layers see a part of the picture.")
REPLACED = filled("Attention could not be read: another node replaces the model's cross-attention.")


class AttentionReader:
    """The two hooks on a MODEL, and the reading that they are in.

    ComfyUI calls the first right before an attention of a block, with what it attends to, the second round every
    attention function: only a call that follows the first is one between picture and words. In blocks without
    self-attention both attentions are.
    """

    def __init__(self, other: Callable | None):
        self.other = other
        self.now: AttentionReading | None = None

    def reading(self, conds: Sequence[dict], items: Sequence[int]) -> "AttentionReading":
        """Of one model call for these items, asked with these conditionings."""
        return AttentionReading(conds, items)

    def before(
        self, name: str, hidden: Tensor | None, context: Tensor, value: Tensor, options: dict
    ) -> tuple[Tensor | None, Tensor, Tensor]:
        """A patch of attn1 or attn2, which hands on what it was given."""
        if self.now is not None and context is not hidden:
            self.now.expect(name, options)
        return hidden, context, value

    def attend(self, function: Callable, *args, **kwargs) -> Tensor:
        """An attention override, with another node's inside."""
        if self.now is not None:
            self.now.look(args, kwargs)
        return function(*args, **kwargs) if self.other is None else self.other(function, *args, **kwargs)


class AttentionReading:
    """One model call: sums the words' shares over the layers of each resolution, where they are computed.

    Only the part of the batch that was asked with a marked conditioning is read, the first such where there are
    several, and each layer once: guidance nodes ask the model again.
    """

    def __init__(self, conds: Sequence[dict], items: Sequence[int]):
        marked = [cond for cond in conds if MARK in cond]
        self.marked = {cond.get("uuid"): cond for cond in marked if cond.get("area") is None}
        self.confined = len(self.marked) < len(marked)
        self.items = list(items)
        self.chosen: object = None
        self.expected: tuple[tuple, int, int, tuple[int, ...]] | None = None
        self.layers: set = set()
        self.sums: dict[tuple[int, ...], tuple[Tensor, int]] = {}
        self.error = ""

    def expect(self, name: str, options: dict) -> None:
        """The next attention of this block is between picture and words."""
        uuids = self.choose(options)
        layer = (options.get("block"), options.get("block_index"), name)
        if self.chosen in uuids and layer not in self.layers and not self.error:
            size = tuple(options.get("activations_shape", ()))[-2:]
            self.expected = layer, uuids.index(self.chosen), len(uuids), size

    def choose(self, options: dict) -> list:
        """The conditionings that this part of the model is asked with; the first marked one that ever comes is read."""
        uuids = options.get("uuids") or []
        self.chosen = self.chosen or next((uuid for uuid in uuids if uuid in self.marked), None)
        return uuids

    def look(self, args: tuple, kwargs: dict) -> None:
        """q, k, v [row, place or token, channel] and the heads, as CrossAttention gives them."""
        options = kwargs.get("transformer_options") or {}
        expected, self.expected = self.expected, None
        if expected is None or expected[0][:2] != (options.get("block"), options.get("block_index")):
            return
        self.guard(lambda: self._add(expected, *args[:2], heads=args[3]))

    def guard(self, read: Callable[[], None]) -> None:
        """What goes wrong in reading ends the reading, and never reaches the sampler."""
        try:
            read()
        except Exception as error:
            logging.exception("Denoiscope stopped reading attention; sampling goes on")
            self.error = filled("Attention could not be read: {1}", in_words(error))

    def _add(self, expected: tuple, query: Tensor, key: Tensor, *, heads: int) -> None:
        layer, part, parts, size = expected
        batch = query.shape[0] // parts
        rows = [part * batch + item for item in self.items]
        shares = word_shares(query[rows], key[rows], self._tokens(key.shape[1]), heads=heads)
        maps = shares.unflatten(-1, size)
        self.count(size, maps)
        self.layers.add(layer)

    def count(self, size: tuple[int, ...], maps: Tensor) -> None:
        """One more layer of this size."""
        total, count = self.sums.get(size, (torch.zeros_like(maps), 0))
        self.sums[size] = total + maps, count + 1

    def _tokens(self, keys: int) -> list[list[int]]:
        """ComfyUI repeats a shorter prompt that shares a batch with a longer one; the word then stands in each."""
        cond = self.marked[self.chosen]
        places: WordPlaces = cond[MARK]
        length = cond["cross_attn"].shape[1]
        repeats = keys // length if keys % length == 0 else 1
        return [[place + length * i for i in range(repeats) for place in word] for word in places.places]

    def seen(self) -> SeenAttention | None:
        """Means over the layers, on the CPU; None where nothing was read."""
        if self.error or not self.sums:
            return None
        groups = {
            size: LayerGroup(maps=(total / count).to(KEPT).to(torch.device("cpu")), layers=count)
            for size, (total, count) in self.sums.items()
        }
        return SeenAttention(words=self.marked[self.chosen][MARK].words, groups=groups)

    def note(self) -> str:
        """Why attention is missing, one sentence; empty where it is not."""
        if self.error or self.sums:
            return self.error
        if self.confined:
            return AREA
        return REPLACED if self.chosen else OTHER_PROMPT
