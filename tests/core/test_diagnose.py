"""Every rule on a run that is made for it, and healthy runs without a finding."""

import json
import math
from dataclasses import replace

import pytest
import torch

from denoiscope.core.diagnosing.diagnose import diagnose
from denoiscope.core.diagnosing.evidence import Decoded
from denoiscope.core.diagnosing.marked import marked
from denoiscope.core.diagnosing.quantities import QUANTITIES
from denoiscope.core.diagnosing.report import NOTHING, report
from denoiscope.core.diagnosing.rules import FOLLOWS, RULES, STRENGTHS
from denoiscope.core.diagnosing.static_facts import GraphFacts, ModelState, Stage
from denoiscope.core.diagnosing.words import WORDS
from denoiscope.core.recording.origin import Origin
from denoiscope.core.telling.diagnosis import diagnosis_payload

from .decks import forward
from .runs import LARGEST, deck_of, noise, picture, run

NAN = float("nan")
MODEL = ModelState(name="TestModel", patched=3, reads_guidance=False, vae_channels=4)
FIRST = Stage(steps=20, start=0, end=10, adds_noise=True, leaves_noise=True)
SECOND = Stage(steps=20, start=10, end=20, adds_noise=False, leaves_noise=False)


def found(subject, **given):
    return {finding.rule.id for finding in diagnose(deck_of(subject), **given).findings}


def broken(name, step=2):
    """A run with one value of one quantity that is not finite."""
    subject = run()
    values = getattr(subject, name).clone()
    values[step, 0, 0, 0] = NAN
    return replace(subject, **{name: values})


def both_broken():
    return replace(broken("cond"), uncond=broken("uncond").uncond)


def repeated():
    subject = run()
    x0, cond = subject.x0.clone(), subject.cond.clone()
    x0[3], cond[3] = x0[2], cond[2]
    return replace(subject, x0=x0, cond=cond)


def cached():
    subject = run()
    x0 = subject.x0.clone()
    x0[3] = subject.x[3] - (subject.x[2] - subject.x0[2])
    return replace(subject, x0=x0)


def drifting(share=2):
    subject = run()
    x = subject.x.clone()
    x[2] = picture() + share * float(subject.sigmas[2]) * noise(9)
    return replace(subject, x=x)


def implying(share):
    """Guesses that leave so much of the noise: the picture and the rest of the noise."""
    subject = run()
    left = torch.stack([(1 - share) * float(s) * noise(7) for s in subject.sigmas[:-1]])
    return replace(subject, x0=subject.x0 + left, cond=subject.cond + left)


def stage(before, after):
    return {"graph": GraphFacts(stage=after, before=before)}


def with_last(values):
    subject = run()
    x0 = subject.x0.clone()
    x0[-1] = values
    return replace(subject, x0=x0, cond=x0)


SIGMA_LEFT = torch.tensor([12.0, 6.0, 3.0, 1.5, 0.8, 0.3, 0.1], dtype=torch.float64)
LOUD_TO_THE_END = torch.tensor([12.0, 8.0, 5.0, 3.0, 2.0, 1.5, 0.0], dtype=torch.float64)
CASES = {
    "bad-start": lambda: (broken("x", 0), {}),
    "bad-sampler": lambda: (broken("x", 3), {}),
    "bad-between": lambda: (replace(broken("x", 3), model_calls=(2,) * 6), {}),
    "bad-model": lambda: (both_broken(), {}),
    "bad-prompt": lambda: (broken("cond"), {}),
    "bad-negative": lambda: (broken("uncond"), {}),
    "bad-guidance": lambda: (broken("x0"), {}),
    "bad-decode": lambda: (run(), {"decode": lambda subject: Decoded(bad=0.5)}),
    "flat-start": lambda: (run(x=torch.cat([torch.zeros(1, 4, 32, 32), run().x[1:]])), {}),
    "empty-source": lambda: (
        replace(run(), sigmas=run().sigmas / 6, origin=Origin(largest_sigma=14.6)),
        {},
    ),
    "noise-left": lambda: (run(sigmas=SIGMA_LEFT), {}),
    "no-pull": lambda: (run(uncond=run().cond), {}),
    "unused-negative": lambda: (
        run(asked=((True, False),) * 6, settings=replace(run().settings, negative="blurry")),
        {},
    ),
    "repeated": lambda: (repeated(), {}),
    "same-as-reference": lambda: (run(), {"reference": deck_of(run())}),
    "lora-nothing": lambda: (run(), {"graph": GraphFacts(loras=("a",)), "model": replace(MODEL, patched=0)}),
    "other-channels": lambda: (run(), {"model": replace(MODEL, vae_channels=16)}),
    "steps-missing": lambda: (run(), stage(FIRST, replace(SECOND, start=13))),
    "steps-twice": lambda: (run(), stage(FIRST, replace(SECOND, start=7))),
    "noise-twice": lambda: (run(), stage(FIRST, replace(SECOND, adds_noise=True))),
    "noise-nowhere": lambda: (run(), stage(replace(FIRST, leaves_noise=False), SECOND)),
    "start-loud": lambda: (run(added=math.sqrt(2)), {}),
    "start-quiet": lambda: (run(added=0.5), {}),
    "stage-loud": lambda: (run(added=1.6, noise=""), {}),
    "stage-quiet": lambda: (run(added=0.5, noise=""), {}),
    "noise-drift": lambda: (drifting(), {}),
    "noise-lost": lambda: (drifting(0.4), {}),
    "implied-low": lambda: (implying(0.5), {}),
    "implied-high": lambda: (implying(1.5), {}),
    "burnt": lambda: (run(x0=3 * run().cond), {}),
    "off-guess": lambda: (with_last(picture(2)), {}),
    "long-last-step": lambda: (run(sigmas=LOUD_TO_THE_END), {}),
    "reused": lambda: (cached(), {}),
    "vae-loss": lambda: (run(), {"decode": lambda subject: Decoded(bad=0.0, return_=1.4)}),
    "wider": lambda: (run(x0=2 * run().x0), {"reference": deck_of(run())}),
    "wide-guess": lambda: (with_last(4 * picture()), {}),
    "flat-guess": lambda: (with_last(0.1 * picture()), {}),
    "far-channel": lambda: (with_last(picture() + 5), {}),
    "still-moving": lambda: (with_last(-picture()), {}),
    "two-guidances": lambda: (run(), {"model": replace(MODEL, reads_guidance=True)}),
    "few-step-cfg": lambda: (run(), {"graph": GraphFacts(loras=("SDXL-Lightning_4step.safetensors",))}),
    "few-step-steps": lambda: (
        run().thin([i // 3 for i in range(19)]),
        {"graph": GraphFacts(model_file="xl_turbo.ckpt")},
    ),
    "cfg-pp": lambda: (run(settings=replace(run().settings, sampler="euler_cfg_pp")), {}),
    "lora-strong": lambda: (run(), {"graph": GraphFacts(loras=("a",), strengths=(-3.0,))}),
    "read-otherwise": lambda: (run(), {"model": replace(MODEL, loaded_as="eps", read_as="v")}),
    "other-sigmas": lambda: (run(), {"model": replace(MODEL, sigmas=300.0)}),
    "other-size": lambda: (run(), {"model": replace(MODEL, side=512)}),
    "two-encoders": lambda: (run(), {"graph": GraphFacts(encoders=("CLIPLoader a", "CLIPLoader b"))}),
}


def test_there_is_a_case_for_every_rule_and_words_for_it():
    assert {rule.id for rule in RULES} == {*CASES} == {*WORDS}
    assert len({rule.id for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", CASES)
def test_a_rule_finds_the_run_that_is_made_for_it(rule):
    subject, given = CASES[rule]()
    assert rule in found(subject, **given)


@pytest.mark.parametrize("kind", ["eps", "v", "flow"])
def test_a_healthy_run_has_no_finding(kind):
    origin = Origin(largest_sigma=LARGEST[kind])
    plain = replace(run(kind), origin=origin) if kind == "flow" else run(kind)
    graph = GraphFacts(stage=SECOND, before=FIRST, loras=("style.safetensors",))
    diagnosis = diagnose(
        deck_of(plain, kind=kind), graph=graph, model=MODEL, decode=lambda subject: Decoded(bad=0.0, return_=0.1)
    )
    assert diagnosis.findings == ()
    assert NOTHING in report(diagnosis)


def test_the_first_stage_of_two_is_not_blamed_for_the_noise_that_it_leaves():
    subject = run(sigmas=SIGMA_LEFT)
    assert "noise-left" in found(subject, graph=GraphFacts(stage=FIRST))
    assert "noise-left" not in found(subject, graph=GraphFacts(stage=FIRST, after=SECOND))


def test_a_run_that_was_stopped_is_not_blamed_for_it():
    assert found(run(sigmas=SIGMA_LEFT, complete=False)) == set()


def test_an_answer_that_is_handed_on_between_two_states_is_found():
    """As under heun: the state keeps the call that was made anew."""
    assert found(replace(run(), repeated=(2,))) == {"repeated"}


def test_every_quantity_serves_a_rule_and_every_rule_a_quantity():
    assert {rule.quantity for rule in RULES} == {*QUANTITIES}


def test_every_rule_compares_with_one_limit_and_names_its_source():
    for rule in RULES:
        assert math.isinf(rule.over) is not math.isinf(rule.under), rule.id
        assert rule.source and rule.strength in STRENGTHS


@pytest.mark.parametrize("rule", CASES)
def test_sentences_are_filled_in_and_ready_for_json(rule):
    subject, given = CASES[rule]()
    diagnosis = diagnose(deck_of(subject, subject), **given)
    finding = next(finding for finding in diagnosis.findings if finding.rule.id == rule)
    assert finding.runs == (0, 1)
    said = (finding.seen, finding.usually, finding.confirm, finding.advice)
    assert all(sentence.endswith(".") and not {*"{}"} & {*sentence} and "None" not in sentence for sentence in said)
    payload = json.loads(json.dumps(diagnosis_payload(diagnosis), allow_nan=False))
    assert rule in [subject["id"] for subject in payload["findings"]]
    assert finding.seen in report(diagnosis)


def test_the_strongest_come_first():
    strengths = [f.strength for f in diagnose(deck_of(run(x0=3 * run().cond, uncond=run().cond))).findings]
    assert strengths == sorted(strengths, key=STRENGTHS.index) and len(set(strengths)) > 1


def test_a_finding_that_another_one_explains_comes_after_it_and_gives_no_advice_of_its_own():
    begun = replace(with_last(4 * picture()), sigmas=run().sigmas / 6, origin=Origin(largest_sigma=14.6))
    diagnosis = diagnose(deck_of(begun))
    follows = {finding.rule.id: finding.follows for finding in diagnosis.findings}
    assert (follows["empty-source"], follows["wide-guess"]) == (None, "empty-source")
    wide = next(finding for finding in diagnosis.findings if finding.rule.id == "wide-guess")
    assert wide.advice not in report(diagnosis)
    assert f"mend first what this follows from: {diagnosis.findings[0].seen}" in report(diagnosis)


def test_a_cause_in_one_run_does_not_explain_what_another_run_shows():
    begun = replace(run(), sigmas=run().sigmas / 6, origin=Origin(largest_sigma=14.6))
    both = diagnose(deck_of(begun, with_last(4 * picture()))).findings
    assert {f.rule.id: f.follows for f in both if f.rule.id in ("empty-source", "wide-guess")} == {
        "empty-source": None,
        "wide-guess": None,
    }


def test_consequences_and_causes_are_rules():
    ids = {rule.id for rule in RULES}
    assert {*FOLLOWS} <= ids and {cause for causes in FOLLOWS.values() for cause in causes} <= ids


def test_the_deck_that_goes_on_carries_the_findings_at_their_steps():
    deck = deck_of(run(), broken("cond"))
    whole, second = marked(deck, diagnose(deck)), 1
    assert [run.marks for run in whole.trajectories][0] == ()
    (mark,) = whole.trajectories[second].marks
    assert (mark.rule, mark.strength, mark.step, mark.view) == ("bad-prompt", "certain", 2, "cond")
    assert whole.fingerprint == deck.fingerprint != deck.only(0).fingerprint
    assert whole.only(second).trajectories[0].marks == (mark,)
    thinned = whole.trajectories[second].thin([0, 2, 4])
    assert [one.step for one in thinned.marks] == [1]
    assert whole.trajectories[second].thin([0, 4]).marks == ()


def test_what_could_not_be_looked_at_is_said_with_its_reason():
    diagnosis = diagnose(deck_of(run()))
    assert diagnosis.not_known["decoded values that are not finite"] == "no VAE is connected"
    assert "Not looked at, because no VAE is connected:" in report(diagnosis)
    assert not {*diagnosis.looked} & {*diagnosis.not_known}


def test_nan_everywhere_and_one_step_still_give_a_diagnosis():
    nothing = run(x=torch.full_like(run().x, NAN), x0=torch.full_like(run().x0, NAN))
    assert found(nothing) == {"bad-start"}
    subject = run()
    assert found(replace(subject, x=subject.x[:2], x0=subject.x0[:1], cond=None, uncond=None, asked=((False, False),),
                         sigmas=subject.sigmas[[0, -1]], model_calls=(1,))) >= {"long-last-step"}  # fmt: skip


def test_what_is_no_run_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="holds a picture that was noised, not a run"):
        diagnose(forward())
    with pytest.raises(ValueError, match="before the model made a guess"):
        empty = run()
        diagnose(deck_of(replace(empty, x=empty.x[:1], x0=empty.x0[:0], cond=None, uncond=None, asked=(),
                                 sigmas=empty.sigmas[:1], model_calls=(), complete=False)))  # fmt: skip
    with pytest.raises(ValueError, match="the reference is of another parameterization"):
        diagnose(deck_of(run()), reference=deck_of(run("flow"), kind="flow"))
