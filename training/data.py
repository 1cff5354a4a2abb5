"""The training set: scenes drawn once, with masks of what is where; their captions already cut into tokens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from ..pocket.captions import write_caption
from ..pocket.painting import SIZE
from ..pocket.scenes import SKY, Scene, choose_scene, draw, draw_with_masks
from ..pocket.text import PROMPT_LENGTH, tokenize
from ..pocket.variants import VARIANTS
from .word_maps import SLOTS

T = TypeVar("T")
CAPTIONS_PER_SCENE = 8
MASK = 16
PER_VARIANT, VARIANT_SEED = 1500, 20_000_000
PAIRS, PAIR_SEED = 1500, 30_000_000


@dataclass(frozen=True)
class Dataset:
    """pictures: [scene, row, column, rgb] bytes on disk; masks: [scene, slot, row, column] bytes, 255 where a cell is
    all covered; variants: [picture, row, column, rgb] bytes, each variant's in one piece; tokens: [scene, caption,
    place]. The last scenes are held back for tests.
    """

    pictures: np.ndarray
    masks: np.ndarray
    variants: np.ndarray
    scenes: tuple[Scene, ...]
    tokens: Tensor
    held_back: int

    @property
    def for_training(self) -> int:
        return len(self.scenes) - self.held_back

    def images(self, index) -> Tensor:
        """[scene, rgb, row, column] in -1..1."""
        return as_tensor(self.pictures[index])

    def maps(self, index) -> Tensor:
        """[scene, slot, row, column] in 0..1."""
        return torch.from_numpy(np.array(self.masks[index])).float() / 255


@dataclass(frozen=True)
class WithPairs:
    """The training scenes and, after them, the pairs that the model never saw: whoever judges must know both.

    pairs: [picture, row, column, rgb] bytes of `pair_scenes`.
    """

    data: Dataset
    pairs: np.ndarray

    @cached_property
    def scenes(self) -> tuple[Scene, ...]:
        return (*self.data.scenes[: self.data.for_training], *pair_scenes(len(self.pairs)))

    @property
    def for_training(self) -> int:
        return self.data.for_training + len(self.pairs)

    def images(self, index: np.ndarray) -> Tensor:
        """[scene, rgb, row, column] in -1..1; index: ascending."""
        end = self.data.for_training
        return torch.cat([self.data.images(index[index < end]), as_tensor(self.pairs[index[index >= end] - end])])


def as_tensor(pictures: np.ndarray) -> Tensor:
    """Bytes [picture, row, column, rgb] to [picture, rgb, row, column] in -1..1."""
    return torch.from_numpy(np.array(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1


def training_seeds(first: int = 0) -> Iterator[int]:
    """Seeds of scenes that may be trained on: all but the held-out pairs."""
    return (seed for seed in count(first) if not choose_scene(seed).held_out)


def masks_of(scene: Scene, drawn: dict[str, np.ndarray]) -> np.ndarray:
    """[slot, row, column] bytes; a slot with nothing to show is 0 everywhere."""
    named = {"subject": scene.subject, "place": scene.place, **{name: name for name in SKY}}
    nothing = np.zeros((MASK, MASK))
    return np.stack([np.rint(255 * drawn.get(named[slot], nothing)).astype(np.uint8) for slot in SLOTS])


def training_scenes(first: int = 0) -> Iterator[Scene]:
    return map(choose_scene, training_seeds(first))


def draw_seed(seed: int) -> tuple[np.ndarray, np.ndarray]:
    scene = choose_scene(seed)
    picture, drawn = draw_with_masks(scene)
    return np.asarray(picture, np.uint8), masks_of(scene, drawn)


def caption_tokens(scene: Scene) -> list[list[int]]:
    random = Random(-scene.seed - 1)
    return [tokenize(write_caption(scene, random)) for _ in range(CAPTIONS_PER_SCENE)]


def prepare(folder: Path, scenes: int, workers: int) -> Iterator[int]:
    """Draw the first `scenes` training scenes into folder/pictures.npy and masks.npy; yields how many are done."""
    seeds = list(islice(training_seeds(), scenes))
    shapes = {"pictures": (scenes, SIZE, SIZE, 3), "masks": (scenes, len(SLOTS), MASK, MASK)}
    arrays = {
        name: np.lib.format.open_memmap(folder / f"{name}.part.npy", "w+", np.uint8, shape)
        for name, shape in shapes.items()
    }
    with get_context("fork" if workers > 1 else None).Pool(workers) as pool:
        for i, (picture, masks) in enumerate(pool.imap(draw_seed, seeds, chunksize=64)):
            arrays["pictures"][i], arrays["masks"][i] = picture, masks
            yield i + 1
    for name in ("masks", "pictures"):
        arrays[name].flush()
        (folder / f"{name}.part.npy").replace(folder / f"{name}.npy")


def variant_scenes(name: str, number: int = PER_VARIANT) -> list[Scene]:
    """The scenes that a variant's pictures are drawn from; none is used in training otherwise."""
    return [VARIANTS[name].choose(VARIANT_SEED + i) for i in range(number)]


def pair_scenes(number: int = PAIRS) -> list[Scene]:
    """Held-out pairs from seeds of their own: the model is not trained on them, nor measured on them."""
    return list(islice((scene for scene in map(choose_scene, count(PAIR_SEED)) if scene.held_out), number))


def prepare_pairs(folder: Path, workers: int) -> None:
    """Draw the pairs into folder/pairs.npy."""
    keep_drawn(folder, "pairs", draw_scene, pair_scenes(), workers)


def draw_scene(scene: Scene) -> np.ndarray:
    return np.asarray(draw(scene), np.uint8)


def draw_variant(which: tuple[str, Scene]) -> np.ndarray:
    name, scene = which
    return np.asarray(VARIANTS[name].draw(scene), np.uint8)


def prepare_variants(folder: Path, workers: int) -> None:
    """Draw every variant's pictures into folder/variants.npy."""
    whiches = [(name, scene) for name in VARIANTS for scene in variant_scenes(name)]
    keep_drawn(folder, "variants", draw_variant, whiches, workers)


def keep_drawn(folder: Path, name: str, draw_one: Callable[[T], np.ndarray], things: list[T], workers: int) -> None:
    """Write a whole file or none."""
    with get_context("fork" if workers > 1 else None).Pool(workers) as pool:
        pictures = np.stack(pool.map(draw_one, things, chunksize=64))
    np.save(folder / f"{name}.part.npy", pictures)
    (folder / f"{name}.part.npy").replace(folder / f"{name}.npy")


def load(folder: Path, held_back: int) -> Dataset:
    names = ("pictures", "masks", "variants")
    pictures, masks, variants = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in names)
    scenes = tuple(choose_scene(seed) for seed in islice(training_seeds(), len(pictures)))
    tokens = torch.tensor([caption_tokens(scene) for scene in scenes], dtype=torch.int16)
    assert tokens.shape == (len(pictures), CAPTIONS_PER_SCENE, PROMPT_LENGTH)
    return Dataset(pictures, masks, variants, scenes, tokens, held_back)
