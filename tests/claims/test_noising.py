"""Claims 1 and 2: how a picture is destroyed, and what a model is taught to say of it."""

import comfy.model_sampling
import torch

from denoiscope.core.comparing.forward import FIRST_BETA, LAST_BETA, LEVELS, alpha_bars
from denoiscope.core.parameterization import alpha_bar, direction, noise_of_guess, v_from_x0, v_of_guess
from denoiscope.host.mirror import Asking, hold_mirror
from denoiscope.host.noising import noise_picture
from denoiscope.pocket.denoiser import SIGMA_DATA
from denoiscope.training.examined import drawn
from denoiscope.training.sampling import NOISE_SEED, encode

from ..formulas import x0_from_direction, x0_from_v
from .lab import UNGUIDED, apart, rms
from .page import below, row

STATES = 20
SHOWN = (1, 2, 5, 10, 15, 20)
"""Twenty states are taken along the chain of a thousand levels; these are shown."""
STEPPING_SEED = 7
MIRROR = {"steps": 8, "scheduler": "normal"}
PLAIN_SCHEDULE = {"steps": STATES, "scheduler": "normal"}


def drawn_latents(lab):
    """The scenes as the program draws them, as LATENT samples."""
    return encode(lab.parts, drawn(lab.scenes))


def noised(latent_, index, schedule, model=None):
    """The pack's forward noising of one picture."""
    told = {"image": None, "vae": None, "latent": {"samples": latent_[None]}, "schedule": "variance preserving"}
    return noise_picture(**told, model=model, seed=NOISE_SEED + index, **schedule)


def jumped_to(forward):
    """The picture and the states shown, by the closed form, at variance 1: [state, ...]."""
    deck = forward.deck()
    return torch.stack([deck.trajectories[0].at_unit_variance(i, deck.parameterization, 1.0) for i in (0, *SHOWN)])


def walked_to(pictures, levels):
    """x_t = √(1 − β) x + √β ε, a thousand times with a new ε each: [picture, state, ...] at the given levels."""
    generator = torch.Generator().manual_seed(STEPPING_SEED)
    x, states = pictures, []
    for level, beta in enumerate(torch.linspace(FIRST_BETA, LAST_BETA, LEVELS).tolist(), start=1):
        x = (1 - beta) ** 0.5 * x + beta**0.5 * torch.randn(x.shape, generator=generator)
        if level in levels:
            states.append(x)
    return torch.stack(states, 1)


def left_and_added(states, pictures):
    """How much of its picture a state holds, and the variance of the rest; each [picture]."""
    left = (states * pictures).flatten(1).sum(1) / pictures.square().flatten(1).sum(1)
    rest = states - left.view(-1, 1, 1, 1) * pictures
    return left, rest.flatten(1).square().mean(1)


def test_claim_1_destruction_is_scheduled_and_the_closed_form_jumps_to_any_level(lab, page):
    forward = torch.stack(
        [jumped_to(noised(latent_, i, PLAIN_SCHEDULE)) for i, latent_ in enumerate(drawn_latents(lab))]
    )
    pictures, jumped = forward[:, 0], forward[:, 1:]
    levels = [LEVELS * state // STATES for state in SHOWN]
    walked = walked_to(pictures, levels)
    chain, own = alpha_bars(), alpha_bar(lab.model.get_model_object("model_sampling").sigmas, SIGMA_DATA)
    rows = []
    for i, level in enumerate(levels):
        (left, added), (left_walking, added_walking) = (
            left_and_added(states[:, i], pictures) for states in (jumped, walked)
        )
        abar = chain[level - 1].float()
        for slope, variance in ((left, added), (left_walking, added_walking)):
            torch.testing.assert_close(slope.mean(), abar.sqrt(), atol=0.02, rtol=0)
            torch.testing.assert_close(variance.mean(), 1 - abar, atol=0.03, rtol=0)
        measured = (latent_.tolist() for latent_ in (left, left_walking, added, added_walking))
        rows.append(row(f"{level:,}", float(abar), float(own[level - 1]), *measured, within=0.02))
    lost = -chain[:: LEVELS // 10].diff()
    assert lost[0] < lost.max() / 2 and lost[-1] < lost.max() / 10, "slowly, then fast, then slowly"
    head = ("picture, jumped", "picture, walked", "noise, jumped", "noise, walked")
    page.tells("destruction", ("level of 1,000", "ᾱ", "ᾱ of the pocket model", *head), *rows)


def in_comfyuis_words(kind):
    """ComfyUI's own reading of what a model answers."""
    return type("Sampling", (kind,), {"sigma_data": SIGMA_DATA})()


def test_claim_2_noise_x0_and_v_are_one_prediction_in_three_words(lab, page):
    trajectories = lab.deck(UNGUIDED).trajectories
    eps, v = (in_comfyuis_words(kind) for kind in (comfy.model_sampling.EPS, comfy.model_sampling.V_PREDICTION))
    worst = dict.fromkeys(("x0 → ε → x0", "x0 → v → x0", "x0 → ε, read by ComfyUI", "x0 → v, read by ComfyUI"), 0.0)
    for t in trajectories:
        sigma = t.sigmas[:-1].view(-1, 1, 1, 1)
        x, x0 = t.x[:-1].double(), t.x0.double()
        noise, velocity = direction(x, x0, sigma), v_from_x0(x, x0, sigma, SIGMA_DATA)
        again = (
            x0_from_direction(x, noise, sigma),
            x0_from_v(x, velocity, sigma, SIGMA_DATA),
            eps.calculate_denoised(sigma.flatten(), noise, x),
            v.calculate_denoised(sigma.flatten(), velocity, x),
        )
        for name, latent_ in zip(worst, again, strict=True):
            worst[name] = max(worst[name], float((latent_ - x0).abs().max() / x0.abs().max()))
    page.tells("words", ("there and back", "largest error"), *(row(n, below(e, 1e-12)) for n, e in worst.items()))


def test_claim_2_the_mirror_errs_the_more_the_more_noise_there_is(lab, page):
    told, untold = [], []
    for i, latent_ in enumerate(drawn_latents(lab)):
        forward = noised(latent_, i, MIRROR, lab.model)
        (size,) = rms(forward.x[:1])
        for prompt, errors in ((lab.prompts[i], told), ("", untold)):
            asking = Asking(model=lab.model, positive=lab.conditioning([prompt]), negative=None, cfg=1.0)
            (mirrored,) = hold_mirror(forward, asking).trajectories
            errors.append([error / size for error in mirrored.error_of_guesses()[1:]])
    rows = [
        row(f"{float(sigma):.2f}", list(with_words), list(without), within=0.02)
        for sigma, with_words, without in zip(
            forward.sigmas[1:], zip(*told, strict=True), zip(*untold, strict=True), strict=True
        )
    ]
    mean = torch.tensor(told).mean(0)
    assert (mean.diff() > 0).all(), "the error grows with the noise"
    assert mean[-1] < torch.tensor(untold).mean(0)[-1], "what words say need not be guessed"
    page.tells("mirror", ("σ", "error, told everything", "error, told nothing"), *rows)


def said(forward, guesses):
    """A guess of each level but the first as x0, as noise and as v: [level, channel, row, column] each."""
    facts = forward.facts
    told = forward.x[1:].double(), guesses[1:].double(), forward.sigmas[1:].view(-1, 1, 1, 1)
    in_words = (convert(*told, facts.parameterization, facts.sigma_data) for convert in (noise_of_guess, v_of_guess))
    return (told[1], *in_words)


def test_claim_2_one_error_has_another_size_in_each_of_the_three_words(lab, page):
    errors = []
    for i, one in enumerate(drawn_latents(lab)):
        forward = noised(one, i, MIRROR, lab.model)
        asking = Asking(model=lab.model, positive=lab.conditioning([lab.prompts[i]]), negative=None, cfg=1.0)
        guessed = said(forward, hold_mirror(forward, asking).trajectories[0].x0)
        truth = said(forward, forward.x[:1].expand_as(forward.x))
        errors.append([apart(guess, true) for guess, true in zip(guessed, truth, strict=True)])
    by_word = torch.tensor(errors).permute(1, 2, 0)
    as_picture, as_noise, _ = by_word.mean(-1)
    assert (as_picture.diff() > 0).all() and (as_noise.diff() < 0).all(), "the more noise, the easier it is to name"
    rows = [
        row(f"{float(sigma):.2f}", *at.tolist(), within=0.03)
        for sigma, at in zip(forward.sigmas[1:], by_word.permute(1, 0, 2), strict=True)
    ]
    page.tells("three words", ("σ", "error of the picture x0", "error of the noise ε", "error of v"), *rows)
