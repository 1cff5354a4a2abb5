"""The training set: scenes drawn once into one array of bytes, their captions already cut into tokens."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch import Tensor

from ..captions import write_caption
from ..painting import SIZE
from ..scenes import Scene, choose_scene, draw
from ..text import PROMPT_LENGTH, tokenize

CAPTIONS_PER_SCENE = 8


@dataclass(frozen=True)
class Dataset:
    """pictures: [scene, row, column, rgb] bytes on disk; tokens: [scene, caption, place]; the last are for tests."""

    pictures: np.ndarray
    scenes: tuple[Scene, ...]
    tokens: Tensor
    held_back: int

    @property
    def for_training(self) -> int:
        return len(self.scenes) - self.held_back

    def images(self, index) -> Tensor:
        """[scene, rgb, row, column] in -1..1."""
        return torch.from_numpy(np.array(self.pictures[index])).permute(0, 3, 1, 2).float() / 127.5 - 1


def training_seeds(first: int = 0) -> Iterator[int]:
    """Seeds of scenes that may be trained on: all but the held-out pairs."""
    return (seed for seed in count(first) if not choose_scene(seed).held_out)


def draw_seed(seed: int) -> np.ndarray:
    return np.asarray(draw(choose_scene(seed)), np.uint8)


def caption_tokens(scene: Scene) -> list[list[int]]:
    random = Random(-scene.seed - 1)
    return [tokenize(write_caption(scene, random)) for _ in range(CAPTIONS_PER_SCENE)]


def prepare(folder: Path, scenes: int, workers: int) -> Iterator[int]:
    """Draw the first `scenes` training scenes into folder/pictures.npy; yields how many are done."""
    seeds = list(islice(training_seeds(), scenes))
    unfinished = folder / "pictures.part.npy"
    pictures = np.lib.format.open_memmap(unfinished, "w+", np.uint8, (scenes, SIZE, SIZE, 3))
    with get_context("fork" if workers > 1 else None).Pool(workers) as pool:
        for i, picture in enumerate(pool.imap(draw_seed, seeds, chunksize=64)):
            pictures[i] = picture
            yield i + 1
    pictures.flush()
    unfinished.rename(folder / "pictures.npy")


def load(folder: Path, held_back: int) -> Dataset:
    pictures = np.load(folder / "pictures.npy", mmap_mode="r")
    scenes = tuple(choose_scene(seed) for seed in islice(training_seeds(), len(pictures)))
    tokens = torch.tensor([caption_tokens(scene) for scene in scenes], dtype=torch.int16)
    assert tokens.shape == (len(pictures), CAPTIONS_PER_SCENE, PROMPT_LENGTH)
    return Dataset(pictures, scenes, tokens, held_back)
