"""Claims 23 to 25: a model told a wrong noise level, a run handed to another model, a canvas larger than it learned."""

import comfy.sample
import comfy.samplers
import torch
from torch.nn.functional import avg_pool2d

from denoiscope.core.lora.file import load_lora
from denoiscope.core.lora.rank_sweep import Dose
from denoiscope.host.lora import decomposed
from denoiscope.host.rank_sweep import with_dose
from denoiscope.pocket.loras import file_of, word_of
from denoiscope.pocket.variants import VARIANTS
from denoiscope.training.examined import drawn
from denoiscope.training.sampling import encode, seed_noise

from .lab import PLAIN, apart
from .page import row

TRUE_SIGMAS = (1.0, 3.0, 6.0)
TIMES = (0.25, 0.5, 1, 2, 4)
"""What the model is told, in parts of the true σ."""
LORA = "blueprint, rank 8"
HAND_OVERS = (1, 3, 4, 6, 10)
PLACE = 8
"""Pixels along each side over which outlines are summed up."""
CANVASES = (128, 160, 192)
LIGHTHOUSE = "a flat illustration of a red lighthouse on a cliff at noon"
LIGHTHOUSE_SEEDS = range(1000, 1016)
RED, NOT_RED = 0.6, 0.35
HIGH, WIDE = 8, 5
"""Red pixels in a column, and columns side by side, from which on something red is a lighthouse."""


def sampled(model, sigmas, positive, negative, noise, latent, guidance):
    """ComfyUI's euler along these sigmas; LATENT samples in and out."""
    euler = comfy.samplers.ksampler("euler")
    told = {"disable_pbar": True, "seed": 0}
    return comfy.sample.sample_custom(model, noise, guidance, euler, sigmas, positive, negative, latent, **told)


def test_claim_23_a_guess_is_best_where_the_model_is_told_the_noise_that_is_there(lab, page):
    model, positive = lab.model, lab.conditioning(lab.prompts)
    pictures = model.model.process_latent_in(encode(lab.parts, drawn(lab.scenes)))
    rows = []
    for sigma in TRUE_SIGMAS:
        noisy = model.model.process_latent_out(pictures + sigma * lab.noise)
        silent = torch.zeros_like(noisy)
        errors = []
        for times in TIMES:
            told = torch.tensor([sigma * times, 0.0])
            guess = sampled(model, told, positive, positive, silent, noisy, 1.0)
            errors.append(apart(model.model.process_latent_in(guess), pictures))
        means = torch.tensor(errors).mean(1)
        assert int(means.argmin()) == TIMES.index(1)
        rows.append(row(f"{sigma:g}", *errors, within=0.03))
    page.tells("told times", ("true σ", *(f"told {times:g} times as much" for times in TIMES)), *rows)


def outlines(pictures):
    """How much outline there is in each 8 x 8 pixels, [picture, place]."""
    grey = pictures.mean(-1)
    down, right = grey.diff(dim=1)[:, :, :-1], grey.diff(dim=2)[:, :-1]
    return avg_pool2d((down.square() + right.square()).sqrt()[:, None], PLACE).flatten(1)


def alike(one, other):
    """Correlation of outlines, picture by picture."""
    one, other = (each - each.mean(1, keepdim=True) for each in map(outlines, (one, other)))
    return torch.cosine_similarity(one, other).tolist()


def blueness(pictures):
    return (pictures[..., 2] - pictures[..., 0]).mean((1, 2))


def test_claim_24_the_first_model_lays_out_what_the_second_renders(lab, page):
    prompts = [prompt.rsplit(", ", 1)[0] for prompt in lab.prompts]  # without the side, so that the layout is free
    second = with_dose(lab.model, decomposed(load_lora(file_of(LORA))), Dose(rank=None), 1.0)
    first_says, second_says, nothing = (
        lab.conditioning(told) for told in (prompts, list(map(VARIANTS[word_of(LORA)].tell, prompts)), [""])
    )
    sampling = lab.model.get_model_object("model_sampling")
    sigmas = comfy.samplers.calculate_sigmas(sampling, PLAIN.scheduler, PLAIN.steps)
    silent = torch.zeros_like(lab.noise)

    def run(model, says, along, noise, latent):
        return sampled(model, along, says, nothing, noise, latent, PLAIN.guidance)

    def pictures(latents):
        return lab.vae.decode(latents).flatten(0, -4)

    alone = pictures(run(lab.model, first_says, sigmas, lab.noise, silent))
    other = pictures(run(second, second_says, sigmas, lab.noise, silent))
    rows = [row("never (the second alone)", alike(other, alone), [1.0] * len(other), [1.0] * len(other), within=0.05)]
    for step in HAND_OVERS:
        begun = run(lab.model, first_says, sigmas[: step + 1], lab.noise, silent)
        made = pictures(run(second, second_says, sigmas[step:], silent, begun))
        blue = (blueness(made) / blueness(other)).tolist()
        rows.append(row(f"{step}", alike(made, alone), alike(made, other), blue, within=0.05))
    by_step = torch.tensor([[sum(cell) / len(cell) for cell in each.cells] for each in rows[1:]])
    assert (by_step[:, 0].diff() > 0).all() and (by_step[:, 2].diff() < 0.02).all()
    head = ("outlines: to the first alone", "outlines: to the second alone", "blue, beside the second alone")
    page.tells("hand-over", ("handed over at step", *head), *rows)


def lighthouses(picture):
    """How many upright red things stand side by side in [height, width, 3]."""
    red, green, blue = picture.unbind(-1)
    columns = (((red > RED) & (green < NOT_RED) & (blue < NOT_RED)).sum(0) >= HIGH).int().tolist()
    widths = [len(run) for run in "".join(map(str, columns)).split("0")]
    return sum(width >= WIDE for width in widths)


def test_claim_25_a_canvas_larger_than_it_learned_repeats_the_subject(lab, page):
    positive, nothing = lab.conditioning([LIGHTHOUSE]), lab.conditioning([""])
    sampling = lab.model.get_model_object("model_sampling")
    sigmas = comfy.samplers.calculate_sigmas(sampling, PLAIN.scheduler, PLAIN.steps)
    rows, several = [], []
    for size in CANVASES:
        places = size // 8
        noise = seed_noise(LIGHTHOUSE_SEEDS, places, places)
        made = sampled(lab.model, sigmas, positive, nothing, noise, torch.zeros_like(noise), PLAIN.guidance)
        counts = [lighthouses(picture) for picture in lab.vae.decode(made).flatten(0, -4)]
        several.append(sum(count > 1 for count in counts))
        rows.append(row(f"{size} × {size}", *(float(sum(map(test, counts))) for test in TESTS), within=2, digits=0))
    assert several == sorted(several) and several[0] == 0 < several[-1]
    page.tells("canvas", ("canvas", "one lighthouse", "two or more"), *rows)


TESTS = (lambda count: count == 1, lambda count: count > 1)
