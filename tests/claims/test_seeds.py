"""Claims 8 and 9: what a seed decides, and what lies between two."""

import torch

from denoiscope.core.comparing.noise_walk import Stop, Walk
from denoiscope.core.measuring.frequency import BANDS
from denoiscope.core.measuring.settling import rms_by_part
from denoiscope.training.sampling import NOISE_SEED

from .lab import OTHER_SEEDS, PICTURES, PLAIN, UNGUIDED, finals, rms, share
from .page import row

STOPS = {"spherical": (0.25, 0.5, 0.75), "linear": (0.5,)}
TEXTURE = [band.name for band in BANDS].index("texture")


def test_claim_8_the_same_seed_is_the_same_picture_and_another_seed_another_scene(lab, page):
    once, again = lab.deck(UNGUIDED), lab.sample(UNGUIDED)
    pairs = zip(once.trajectories, again.trajectories, strict=True)
    assert all(torch.equal(getattr(a, name), getattr(b, name)) for a, b in pairs for name in ("x", "x0"))
    prints = [[t.noise_fingerprint() for t in deck.trajectories] for deck in (once, again, lab.deck_of_other_seeds)]
    assert prints[0] == prints[1] and len({*prints[0], *prints[2]}) == 2 * PICTURES
    mine = finals(lab.deck(PLAIN))
    spread = mine.flatten(1).std(1).tolist()
    page.tells(
        "seeds",
        ("the same settings, and", "distance of the two finished latents, in spreads"),
        row("the same seed, again", "0, to the bit"),
        row("another seed", share(rms(finals(lab.deck_of_other_seeds) - mine), spread), within=0.05),
        row("the same seed, another prompt", share(rms(finals(lab.deck_of_other_prompts) - mine), spread), within=0.05),
    )


def mixed(lab, mixing, part):
    """The noise of each picture's walk to its other seed, and how much too short it is."""
    noise, short = [], []
    for i in range(PICTURES):
        walk = Walk(seeds=(NOISE_SEED + i, OTHER_SEEDS + i), mixing=mixing)
        ends = dict(zip(walk.seeds, (lab.noise[i : i + 1], lab.other_noise[i : i + 1]), strict=True))
        noise.append(walk.noise(Stop(leg=0, part=part), ends))
        short.append(walk.shortening(Stop(leg=0, part=part), ends))
    return torch.cat(noise), short


def texture(latents):
    return [float(rms_by_part(latent, BANDS)[TEXTURE]) for latent in latents]


def about(latents, ends):
    """Spread and texture of each, in parts of the mean of its two ends'."""
    spreads, textures = ([of(end) for end in ends] for of in (lambda x: x.flatten(1).std(1).tolist(), texture))
    middle = [[(a + b) / 2 for a, b in zip(*two, strict=True)] for two in (spreads, textures)]
    return share(latents.flatten(1).std(1).tolist(), middle[0]), share(texture(latents), middle[1])


def test_claim_9_between_two_seeds_lie_scenes_and_no_crossfade(lab, page):
    ends = finals(lab.deck(PLAIN)), finals(lab.deck_of_other_seeds)
    apart = rms(ends[1] - ends[0])
    rows, found = [], {}
    for mixing, parts in STOPS.items():
        for part in parts:
            noise, short = mixed(lab, mixing, part)
            made = found[mixing, part] = finals(lab.sample(PLAIN, noise=noise))
            spread, detail = about(made, ends)
            fade = share(rms(made - (1 - part) * ends[0] - part * ends[1]), apart)
            assert min(sum(spread), sum(detail)) > 0.95 * PICTURES, "a whole picture, also of linear mixing"
            assert sum(fade) > 0.2 * PICTURES, "and no crossfade"
            rows.append(row(f"{mixing}, {part:.0%} of the way", short, spread, detail, fade, within=0.05))
    crossfade = (ends[0] + ends[1]) / 2
    faded = about(crossfade, ends)
    assert max(map(sum, faded)) < 0.94 * PICTURES
    rows.append(row("crossfade of the two pictures", "–", *faded, "0", within=0.05))
    walk = [ends[0], *(found["spherical", part] for part in STOPS["spherical"]), ends[1]]
    strides = torch.tensor([share(rms(b - a), apart) for a, b in zip(walk, walk[1:], strict=False)])
    page.tells(
        "walks",
        ("", "length of the noise", "spread of the latent", "texture", "distance from the crossfade"),
        *rows,
    )
    page.tells(
        "strides",
        ("one quarter of the way moves the picture by", "share of the ends' distance"),
        row("mean of the four strides", strides.mean(0).tolist(), within=0.03),
        row("longest stride", strides.amax(0).tolist(), within=0.05),
        row("shortest stride", strides.amin(0).tolist(), within=0.05),
    )
