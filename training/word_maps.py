"""Where each word looks, and the loss that has it look at its thing: the scenes know where they drew what.

Cross-attention gives every place of the picture a share in every word (Vaswani et al. 2017). Read the other way, a word
has a map over the picture; in Stable Diffusion these maps fall on what the word names (Hertz et al. 2022), because two
billion pictures taught them to. A model as small as this one is told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..pocket.captions import PLACE_PHRASES, SKY_PHRASES, SYNONYMS, last_words
from ..pocket.scenes import ATTRIBUTES
from ..pocket.text import VOCABULARY

SLOTS = ("subject", "place", "sun", "moon", "stars", "clouds", "birds")
"""What a scene's masks show, in order; a colour is its subject's."""
NO_SLOT = -1


def words_of_slots() -> dict[str, set[str]]:
    """The words that point at each slot."""
    phrases = {
        "subject": (*ATTRIBUTES["subject"], *ATTRIBUTES["colour"], *(w for same in SYNONYMS.values() for w in same)),
        "place": tuple(phrase for options in PLACE_PHRASES.values() for phrase in options),
        **SKY_PHRASES,
    }
    return {slot: {word for phrase in phrases[slot] for word in last_words(phrase).split()} for slot in SLOTS}


def slots_of_words() -> Tensor:
    """For each token of the vocabulary the slot that it names, or NO_SLOT."""
    slot_of = {word: SLOTS.index(slot) for slot, words in words_of_slots().items() for word in words}
    return torch.tensor([slot_of.get(word, NO_SLOT) for word in VOCABULARY])


@dataclass
class Listener:
    """Queries and keys of every cross-attention, as they pass: [picture, place or word, head x channel]."""

    heads: list[int] = field(default_factory=list)
    queries: list[Tensor] = field(default_factory=list)
    keys: list[Tensor] = field(default_factory=list)

    def maps(self) -> Iterator[Tensor]:
        """One for each layer, the mean of its heads: [picture, row x column, word], the words of a place sum to 1."""
        for heads, queries, keys in zip(self.heads, self.queries, self.keys, strict=True):
            q, k = (t.unflatten(-1, (heads, -1)).transpose(1, 2) for t in (queries, keys))
            scores = q @ k.transpose(-1, -2) / q.shape[-1] ** 0.5
            yield scores.float().softmax(-1).mean(1)


@contextmanager
def listening(unet: nn.Module) -> Iterator[Listener]:
    """Inside, one forward pass of ComfyUI's U-Net leaves its queries and keys with the listener."""
    listener, hooks = Listener(), []
    for name, layer in unet.named_modules():
        if name.endswith("attn2"):
            listener.heads.append(layer.heads)
            for part, heard in ((layer.to_q, listener.queries), (layer.to_k, listener.keys)):
                hooks.append(part.register_forward_hook(lambda _, __, out, heard=heard: heard.append(out)))
    try:
        yield listener
    finally:
        for hook in hooks:
            hook.remove()


def share_inside(attention: Tensor, masks: Tensor, slots: Tensor) -> tuple[Tensor, Tensor]:
    """How much of each word's map falls on its thing: [picture, word] in 0..1, and where there is such a thing.

    attention: [picture, row x column, word] of a square picture; masks: [picture, slot, row, column] in 0..1;
    slots: [picture, word], NO_SLOT for words that name nothing one can point at.
    """
    side = int(attention.shape[1] ** 0.5)
    small = F.adaptive_avg_pool2d(masks, side).flatten(2)
    wanted = small.gather(1, slots.clamp(min=0)[..., None].expand(-1, -1, small.shape[-1]))
    maps = attention.transpose(1, 2)
    inside = (maps * wanted).sum(-1) / (maps.sum(-1) + 1e-6)
    return inside, (slots != NO_SLOT) & (wanted.amax(-1) > 0)


def looking_loss(listener: Listener, masks: Tensor, slots: Tensor) -> Tensor:
    """Mean over layers and pointing words of -log(share of the word's map that falls on its thing)."""
    losses = []
    for attention in listener.maps():
        inside, pointing = share_inside(attention, masks, slots)
        losses.append((-(inside + 1e-4).log() * pointing).sum() / pointing.sum().clamp(min=1))
    return torch.stack(losses).mean()
