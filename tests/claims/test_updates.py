"""Claims 17, 18 and 21: what a low rank keeps of an update, and a LoRA that takes longer strides."""

from dataclasses import replace

import numpy as np
import torch

from denoiscope.core.lora.file import load_lora
from denoiscope.core.lora.low_rank import energy_curve
from denoiscope.core.lora.low_rank_lab import lab_of
from denoiscope.core.lora.rank_sweep import Dose
from denoiscope.core.lora.spectrum import energy_by_rank
from denoiscope.host.lora import applied, decomposed, spectrum_of
from denoiscope.host.rank_sweep import with_dose
from denoiscope.pocket.captions import full_caption
from denoiscope.pocket.denoiser import schedule_sigmas
from denoiscope.pocket.loras import EVERY_WEIGHT, FOUR_STEPS, file_of, word_of
from denoiscope.pocket.variants import VARIANTS
from denoiscope.training.data import as_tensor
from denoiscope.training.few_steps import STEPS_EACH, STRIDES, TEACHER
from denoiscope.training.sampling import encode
from denoiscope.training.taught import STRIDING, TIMESTEPS, guess, unseen

from .lab import PICTURES, PLAIN, apart, finals, rms, share
from .page import below, row

RANKS = (1, 2, 3, 4, 8, 16)
SEEDS = range(8)
FINE_TUNE_RANKS = (0, 1, 4, 16, 32, None)
LORA, LORA_RANKS = "blueprint, rank 8", (0, 1, 2, 4, None)
SOME = 4


def test_claim_17_a_bolt_survives_at_rank_3_and_noise_does_not(page):
    bolt, noises = lab_of("bolt"), [lab_of("noise", seed=seed) for seed in SEEDS]
    for lab in (bolt, *noises):
        for rank in RANKS:
            off = float((lab.update - lab.product(rank)).norm() / lab.update.norm())
            below(abs(off**2 - (1 - lab.kept(rank))), 1e-12)
    assert (bolt.entries, bolt.spent(3)) == (256, 96)
    kept = {rank: (100 * bolt.kept(rank), [100 * lab.kept(rank) for lab in noises]) for rank in RANKS}
    rows = (row(f"{rank}", f"{bolt.spent(rank)}", *kept[rank], within=0.1, digits=1) for rank in RANKS)
    page.tells("bolt", ("rank", "numbers for 256", "energy of the bolt, %", "energy of noise, %, 8 seeds"), *rows)


def energy_of_noise(shapes, rank):
    """The share that independent draws in matrices of these shapes keep at a rank."""
    squares = torch.zeros(max(map(min, shapes)), dtype=torch.float64)
    for seed, shape in enumerate(shapes):
        values = torch.linalg.svdvals(torch.randn(shape, generator=torch.Generator().manual_seed(seed)))
        squares[: len(values)] += values.double().square()
    return float(energy_curve(squares.sqrt())[min(rank, len(squares))])


class Taught:
    """What a LoRA does at each rank: to the guess of pictures of its kind that it never learned from, and to pictures
    made with its word.
    """

    def __init__(self, lab, name):
        self.lab, self.word = lab, word_of(name)
        self.lora = decomposed(load_lora(file_of(name)))
        scenes, variant = unseen(self.word, PICTURES), VARIANTS[self.word]
        self.prompts = [variant.tell(full_caption(scene)) for scene in scenes]
        drawn = np.stack([np.asarray(variant.draw(scene)) for scene in scenes])
        self.latents = encode(lab.parts, as_tensor(drawn))

    def model(self, rank):
        """The pocket model with the LoRA cut to a rank, 0 for none of it, None for all."""
        return with_dose(self.lab.model, self.lora, Dose(rank=rank), 1.0)

    def misses(self, rank):
        """How far the guess of each picture is off: the mean over the noise levels."""
        parts = self.model(rank), self.lab.clip, self.lab.vae
        sigmas = schedule_sigmas()
        found = [apart(guess(parts, self.prompts, self.latents, float(sigmas[t])), self.latents) for t in TIMESTEPS]
        return torch.tensor(found).mean(0).tolist()

    def pictures(self, rank):
        """Some finished latents."""
        noise = self.lab.noise[:SOME]
        return finals(self.lab.sample(PLAIN, model=self.model(rank), prompts=self.prompts[:SOME], noise=noise))

    def kilobytes(self, rank):
        whole = self.lora.lora.bytes
        return (0 if rank == 0 else whole if rank is None else self.lora.bytes(rank)) / 1000

    def energy(self, rank):
        return 0.0 if rank == 0 else 1.0 if rank is None else self.lora.energy(rank)


def rank_in_words(rank):
    return "all of it" if rank is None else "none of it" if rank == 0 else f"rank {rank}"


def test_claim_17_a_fine_tune_cut_to_a_few_ranks_still_knows_what_it_learned(lab, page):
    taught = Taught(lab, EVERY_WEIGHT)
    layers = spectrum_of(taught.lora.lora).layers
    shapes = [(layer.shape[0], torch.Size(layer.shape[1:]).numel()) for layer in layers]
    assert abs(taught.energy(4) - energy_by_rank(layers, (4,))[0]) < 1e-6
    missed = {rank: taught.misses(rank) for rank in FINE_TUNE_RANKS}
    rows = [
        row(
            rank_in_words(rank),
            f"{100 * taught.energy(rank):.0f}",
            f"{100.0 if rank is None else 100 * energy_of_noise(shapes, rank):.0f}",
            missed[rank],
            within=0.01,
            digits=3,
        )
        for rank in FINE_TUNE_RANKS
    ]
    page.tells("fine-tune", ("of the fine-tune", "its energy, %", "energy of noise, %", "its guess misses by"), *rows)


def test_claim_18_the_rank_of_a_lora_is_a_dial(lab, page):
    taught = Taught(lab, LORA)
    whole, rows, means = taught.pictures(None), [], []
    for rank in LORA_RANKS:
        off = apart(whole if rank is None else taught.pictures(rank), whole)
        means.append(sum(off))
        rows.append(
            row(
                rank_in_words(rank),
                f"{taught.kilobytes(rank):.0f}",
                f"{100 * taught.energy(rank):.0f}",
                taught.misses(rank),
                off,
                within=0.02,
                digits=3,
            )
        )
    page.tells(
        "dial", ("of the LoRA", "kB", "energy, %", "its guess misses by", "distance from the whole's picture"), *rows
    )
    assert means == sorted(means, reverse=True)


def test_claim_21_four_long_strides_take_the_road_of_twenty_steps(lab, page):
    student = applied(load_lora(file_of(FOUR_STEPS)), lab.model, None, 1.0, 0.0)[0]
    road = lab.sample(TEACHER)
    ways = {
        "4 steps, guidance 1, with the LoRA": lab.sample(STRIDING, model=student),
        "4 steps, guidance 1, without": lab.sample(STRIDING),
        "4 steps, guidance 4, without": lab.sample(replace(STRIDING, guidance=TEACHER.guidance)),
    }
    size, rows, ends = rms(finals(road)), [], {}
    for name, deck in ways.items():
        off = [
            share(rms(states(deck, stride) - states(road, stride * STEPS_EACH)), size)
            for stride in range(1, STRIDES + 1)
        ]
        ends[name] = sum(off[-1])
        rows.append(row(name, *off, within=0.03))
    page.tells("strides of four", ("distance from the 20 steps after", *map(_stride, range(1, STRIDES + 1))), *rows)
    assert min(ends, key=ends.get) == next(iter(ways))


def states(deck, state):
    """[picture, ...]"""
    return torch.stack([t.x[state] for t in deck.trajectories])


def _stride(number):
    return f"stride {number}"
