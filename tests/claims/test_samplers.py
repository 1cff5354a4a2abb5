"""Claims 10, 11 and 12: what steps buy, which samplers come to one picture, and where schedulers put their steps."""

from dataclasses import replace

from denoiscope.core.comparing.schedules import requests_of, steps_in_the_clear
from denoiscope.host.schedules import reading_of, schedules_of

from .lab import PLAIN, apart, finals
from .page import row

SOME = 4
"""So many of the pictures are used: the long runs of this file are what takes its time."""
REFERENCE = replace(PLAIN, sampler="dpmpp_2m", steps=100)
COUNTS = {"euler": (5, 10, 20, 40), "dpmpp_2m": (5, 10, 20), "heun": (5, 10, 20), "euler_ancestral": (20, 40)}
SCHEDULERS = ("karras", "exponential", "normal", "simple")
FEW = 10
FAINT = 0.3
"""A noise level below which the picture is all but finished."""


def run(lab, **changes):
    """The first pictures, and how often the model was asked for each; sampled once."""
    how = replace(PLAIN, **changes)
    key = ("some", how)
    if key not in lab.sampled:
        lab.sampled[key] = lab.sample(how, noise=lab.noise[:SOME])
    deck = lab.sampled[key]
    return finals(deck), sum(deck.trajectories[0].model_calls)


def reference(lab):
    return run(lab, sampler=REFERENCE.sampler, steps=REFERENCE.steps)[0]


def test_claims_10_and_11_steps_help_until_they_saturate_and_ancestral_samplers_never_settle(lab, page):
    wanted = reference(lab)
    rows, found = [], {}
    for sampler, counts in COUNTS.items():
        for steps in counts:
            made, calls = run(lab, sampler=sampler, steps=steps)
            off = found[sampler, steps] = apart(made, wanted)
            rows.append(row(f"{sampler}, {steps} steps", f"{calls}", off, within=0.03, digits=3))
    means = {key: sum(off) / SOME for key, off in found.items()}
    for sampler in ("euler", "dpmpp_2m", "heun"):
        errors = [means[sampler, steps] for steps in COUNTS[sampler]]
        assert errors == sorted(errors, reverse=True), sampler
    gained = [means["euler", a] - means["euler", b] for a, b in ((5, 10), (10, 20), (20, 40))]
    assert gained[0] > gained[-1], "the first steps buy more than the last"
    assert means["euler_ancestral", 40] > 5 * means["euler", 40], "it does not come to their picture"
    page.tells("steps", ("sampler", "model calls", "distance from the long run"), *rows)


def test_claim_11_ancestral_pictures_differ_by_the_noise_of_their_steps(lab, page):
    rows = []
    for steps in COUNTS["euler_ancestral"]:
        how = replace(PLAIN, sampler="euler_ancestral", steps=steps)
        first, _ = run(lab, sampler=how.sampler, steps=steps)
        second = finals(lab.sample(how, noise=lab.noise[:SOME], step_seed=1))
        off = apart(second, first)
        assert min(off) > 0.1
        rows.append(row(f"euler_ancestral, {steps} steps", off, within=0.05))
    page.tells("ancestral", ("one starting noise, two noises on the way", "distance of the two pictures"), *rows)


def test_claim_12_schedulers_place_the_same_number_of_steps_differently(lab, page):
    schedules = schedules_of(lab.model, requests_of(SCHEDULERS, (PLAIN.steps,)), 1.0)
    reading, wanted = reading_of(lab.model), reference(lab)
    rows, late = [], {}
    for name, schedule in zip(SCHEDULERS, schedules, strict=True):
        late[name] = int((schedule.sigmas[:-1] < FAINT).sum())
        made, _ = run(lab, scheduler=name, steps=FEW)
        clear = steps_in_the_clear(schedule, reading)
        rows.append(row(name, f"{clear}", f"{late[name]}", apart(made, wanted), within=0.03, digits=3))
    assert late["karras"] > 2 * late["normal"] and late["exponential"] > 2 * late["simple"]
    head = (
        "of 20 steps, where the picture is stronger",
        f"below σ {FAINT:g}",
        f"distance of {FEW} steps from the long run",
    )
    page.tells("schedules", ("scheduler", *head), *rows)
