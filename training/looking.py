"""Do words look where they mean? Their attention on scenes held back, against the masks of who is where."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields

import torch
import torch.nn.functional as F
from torch import Tensor

from ..pocket.denoiser import SIGMA_DATA, schedule_sigmas
from ..pocket.scenes import ATTRIBUTES
from ..pocket.text import TOKEN_OF, VOCABULARY, tokenize
from .examined import Examined
from .sampling import PLACES, Pocket, captions, encode, noise_of, vectors
from .word_maps import NO_SLOT, SLOTS, listening, share_inside, slots_of_words

TIMESTEPS = (200, 500, 800)
BATCH = 50
KINDS = ("subject", "colour", *SLOTS[1:])


@dataclass(frozen=True)
class Looks:
    """Of words that name something visible: [word] each, all shares 0..1.

    inside: of the word's map within its thing. covered: of the picture by that thing, which is what chance would give.
    peak: 1 where the map is largest within the thing; beside: within or next to it; and the chance of these two.
    """

    tokens: Tensor
    inside: Tensor
    covered: Tensor
    peak: Tensor
    beside: Tensor
    chance: Tensor
    chance_beside: Tensor


def measure(it: Examined) -> dict:
    """For each kind of word over all noise levels, and for each noise level over all words; both at 16 x 16 places."""
    levels = {timestep: joined(list(look(it, timestep))) for timestep in TIMESTEPS}
    everything, kind = joined(list(levels.values())), kinds_of_words()
    return {
        "scenes": len(it.data.scenes[it.held_back(it.sizes.looking)]),
        "kinds": {name: means(everything, kind[everything.tokens] == i) for i, name in enumerate(KINDS)},
        "timesteps": {
            str(t): means(looks, torch.ones_like(looks.tokens, dtype=torch.bool)) for t, looks in levels.items()
        },
    }


def kinds_of_words() -> Tensor:
    """For each token the number of its kind, or NO_SLOT; a colour is its subject's, but counted apart."""
    kind = slots_of_words()
    kind[kind > 0] += 1
    kind[[TOKEN_OF[word] for word in ATTRIBUTES["colour"]]] = KINDS.index("colour")
    return kind


def joined(parts: list[Looks]) -> Looks:
    return Looks(*(torch.cat([getattr(part, field.name) for part in parts]) for field in fields(Looks)))


def means(looks: Looks, chosen: Tensor) -> dict[str, float]:
    """Of every share over the chosen words, and how many these are."""
    shares = {
        field.name: getattr(looks, field.name)[chosen].mean().item() for field in fields(Looks)[1:] if chosen.any()
    }
    return {"words": int(chosen.sum()), **shares}


def look(it: Examined, timestep: int) -> Iterator[Looks]:
    """A few scenes at a time, under their plainest captions."""
    index = it.held_back(it.sizes.looking)
    for start in range(index.start, index.stop, BATCH):
        part = slice(start, min(start + BATCH, index.stop))
        prompts = captions(it.data.scenes[part])
        latents = encode(it.pocket, it.data.images(part))
        maps = word_maps(it.pocket, latents, prompts, timestep, noise_of(len(prompts), start))
        yield looks_of(maps[PLACES], it.data.maps(part), torch.tensor([tokenize(prompt) for prompt in prompts]))


@torch.no_grad()
def word_maps(pocket: Pocket, latents: Tensor, prompts: list[str], timestep: int, noise: Tensor) -> dict[int, Tensor]:
    """For each size of the layers' maps their mean: [picture, row x column, word]. latents: of unit variance."""
    model, clip, _ = pocket
    sigma = schedule_sigmas()[timestep]
    scaled = (latents * SIGMA_DATA + sigma * noise) / (sigma**2 + SIGMA_DATA**2).sqrt()
    with listening(model.model.diffusion_model) as listener:
        times = torch.full((len(latents),), float(timestep))
        model.model.diffusion_model.raw(scaled, times, vectors(clip, prompts), transformer_options={})
    by_side = defaultdict(list)
    for layer in listener.maps():
        by_side[int(layer.shape[1] ** 0.5)].append(layer)
    return {side: torch.stack(layers).mean(0) for side, layers in by_side.items()}


def looks_of(attention: Tensor, masks: Tensor, tokens: Tensor) -> Looks:
    """attention: [picture, row x column, word]; masks: [picture, slot, row, column]; tokens: [picture, word]."""
    slots = slots_of_words()[tokens]
    inside, pointing = share_inside(attention, masks, slots)
    which, word = pointing.nonzero(as_tuple=True)
    mask = masks[which, slots[which, word]]
    within = (mask > 0).float()
    around = F.max_pool2d(within[:, None], 3, stride=1, padding=1)[:, 0]
    peak = attention.transpose(1, 2)[which, word].argmax(-1, keepdim=True)
    hits = (area.flatten(1).gather(1, peak)[:, 0] for area in (within, around))
    covered, chance, chance_beside = (area.mean((1, 2)) for area in (mask, within, around))
    return Looks(tokens[which, word], inside[which, word], covered, *hits, chance, chance_beside)


def words_that_point(prompt: str) -> dict[str, int]:
    """Each word of a prompt that names something one can point at, and its place in the prompt."""
    slots = slots_of_words()
    return {VOCABULARY[t]: i for i, t in enumerate(tokenize(prompt)) if slots[t] != NO_SLOT}
