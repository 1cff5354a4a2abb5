"""Claims 5, 13 and 19: what a prompt decides and when, what a negative one does, and where a word looks."""

import torch

from denoiscope.core.comparing.cells import Cell
from denoiscope.core.measuring.frequency import LAYOUT_UP_TO, SHAPES_UP_TO, Band
from denoiscope.core.recording.recording import Recording
from denoiscope.host.attention import with_attention
from denoiscope.host.attention_words import marked_prompt
from denoiscope.host.prompt_switch import sample_switching
from denoiscope.host.recorder import record
from denoiscope.host.sampling import sample
from denoiscope.training.editing import opening
from denoiscope.training.sampling import NOISE_SEED

from .lab import BUDGET, PLAIN, apart, correlation, finals, latents, rms
from .page import below, row

SWITCHES = (1, 2, 4, 6, 9, 13)
PARTS = (
    Band(name="colour of the whole", low=-1, high=0),
    Band(name="layout", low=0, high=LAYOUT_UP_TO),
    Band(name="texture", low=SHAPES_UP_TO, high=float("inf")),
)
ENDS = ("the first", "the second")
NEGATIVE = "night"
STEPS_SHOWN = (0, 2, 5, 10, 19)


def switched(lab, step):
    """Every picture begun with its own prompt and ended with the next one's; LATENT samples."""
    cell = Cell(
        label=f"switch at {step}",
        place=(),
        seed=0,
        steps=PLAIN.steps,
        cfg=PLAIN.guidance,
        sampler_name=PLAIN.sampler,
        scheduler=PLAIN.scheduler,
        switch_at=step,
    )
    return sample_switching(
        lab.model,
        lab.noise,
        cell,
        positive=lab.conditioning(lab.prompts),
        negative=lab.conditioning([""]),
        after=lab.conditioning(lab.other_prompts),
        latent=torch.zeros_like(lab.noise),
        disable_pbar=True,
    )


def test_claim_5_an_early_switch_changes_the_scene_and_a_late_one_hardly_anything(lab, page):
    first, second = (latents(deck) for deck in (lab.deck(PLAIN), lab.deck_of_other_prompts))
    rows, likeness = [], {}
    for step in SWITCHES:
        made = switched(lab, step)
        pairs = [(correlation(made, own, band)) for band in PARTS for own in (first, second)]
        rows.append(row(f"{step}", *pairs, within=0.03))
        likeness[step] = torch.tensor(pairs).mean(1).view(len(PARTS), 2)
    page.tells("switch", ("switch at step", *(f"{band.name}: to {own}" for band in PARTS for own in ENDS)), *rows)
    early, late = likeness[SWITCHES[0]], likeness[SWITCHES[-1]]
    assert (early[:, 1] > 0.9).all() and (late[:, 0] > 0.9).all()
    to_first = torch.stack([likeness[step][:, 0] for step in SWITCHES])
    assert (to_first.diff(dim=0) > -0.02).all(), "the later the switch, the more of the first picture stays"
    colour, layout, _ = likeness[6]
    assert colour[0] > colour[1] and layout[0] > layout[1]
    assert late[1, 0] < late[2, 0] + 0.05, "no finer band gives way before the others"


def test_claim_13_a_negative_prompt_moves_the_unconditional_guess_and_nothing_else(lab, page):
    plain, other = lab.deck(PLAIN), lab.sample(PLAIN, negative=NEGATIVE)
    pairs = list(zip(plain.trajectories, other.trajectories, strict=True))
    assert all(torch.equal(a.cond[0], b.cond[0]) for a, b in pairs)
    moved = torch.stack([b.uncond[0] - a.uncond[0] for a, b in pairs])
    guided = torch.stack([b.x0[0] - a.x0[0] for a, b in pairs])
    formula = (guided - (1 - PLAIN.guidance) * moved).abs().max() / guided.abs().max()
    before, after = (lab.pictures(deck).mean((1, 2, 3)).tolist() for deck in (plain, other))
    assert sum(rms(moved)) > 0 and sum(after) > sum(before), "away from the night is brighter"
    page.tells(
        "negative",
        (f'"{NEGATIVE}" in place of the empty prompt', "measured"),
        row("conditional guess of the first step moved by", "0, to the bit"),
        row("unconditional guess of the first step moved by", rms(moved), within=0.02),
        row("guided guess, beside (1 − cfg) times that: largest error", below(float(formula), 1e-5)),
        row("finished latent moved by, share of its size", apart(finals(other), finals(plain)), within=0.02),
        row("brightness of the picture before", before, within=0.01, digits=3),
        row("brightness of the picture after", after, within=0.01, digits=3),
    )


def looking_for(lab, index, words):
    """Where one picture's run looks for each word: [step, word, row, column] at the finest layers."""
    positive, _ = marked_prompt(lab.clip, lab.prompts[index], ", ".join(words))
    recording = Recording(budget_bytes=BUDGET, keep_guidance=False)
    latent = sample(
        record(with_attention(lab.model), recording),
        seed=NOISE_SEED + index,
        steps=PLAIN.steps,
        cfg=PLAIN.guidance,
        sampler_name=PLAIN.sampler,
        scheduler=PLAIN.scheduler,
        positive=positive,
        negative=lab.conditioning([""]),
        latent={"samples": torch.zeros_like(lab.noise[:1])},
        denoise=1.0,
    )["samples"]
    (trajectory,) = recording.run_of(latent).deck().trajectories
    return trajectory.attention.groups[0].maps.float()


def test_claim_19_a_word_looks_where_its_thing_stands_at_every_step(lab, page):
    kinds = {"subject": [], "colour": []}
    peaks = []
    for i, scene in enumerate(lab.scenes):
        maps = looking_for(lab, i, (scene.subject, scene.colour))
        there = opening(scene)[0, 0]
        for word, found in enumerate(kinds.values()):
            found.append((maps[:, word] * there).sum((-2, -1)) / maps[:, word].sum((-2, -1)))
        peaks.append(maps[:, 0].amax((-2, -1)))
    shares = {kind: torch.stack(found) for kind, found in kinds.items()}
    page.tells(
        "looking",
        ("", *(f"step {step}" for step in STEPS_SHOWN)),
        *(
            row(f"{kind}: share of its map in the half where the prompt puts it", *columns(inside), within=0.03)
            for kind, inside in shares.items()
        ),
        row("subject: its share of the attention where that is largest", *columns(torch.stack(peaks)), within=0.03),
    )
    assert (shares["subject"].mean(0) > 0.65).all() and (shares["colour"].mean(0) > 0.85).all(), "half would be chance"


def columns(numbers):
    return [numbers[:, step].tolist() for step in STEPS_SHOWN]
