"""The proof of the doctor: models checked by another road, faults that are really put in, a page that counts."""

import pytest
import torch

pytest.importorskip("comfy", reason="needs ComfyUI: COMFYUI_PATH is not set")

from denoiscope.core.diagnosing.rules import RULES
from denoiscope.devtools.doctoring.fault_table import FAULTS
from denoiscope.devtools.doctoring.healthy import UNFIT, two_stages
from denoiscope.devtools.doctoring.page import fault_table, healthy_table, is_found, verdict, write_page
from denoiscope.devtools.doctoring.rows import FAULTY, HEALTHY, Row, read_rows, row_of, write_rows
from denoiscope.devtools.doctoring.sampling import Case, Setting, sampled
from denoiscope.devtools.doctoring.subjects import analytic
from denoiscope.devtools.doctoring.wiener import SPREAD, amplitudes, best_guess

# ComfyUI's samplers warn of themselves: dpm_fast of its tensors, Brownian noise at its ends.
pytestmark = [
    pytest.mark.filterwarnings("ignore:To copy construct from a tensor:UserWarning"),
    pytest.mark.filterwarnings("ignore:Should have t[ab]:UserWarning"),
]
SIDE = 4


def covariance() -> torch.Tensor:
    """Of the pictures' numbers, [cell, cell]: what their Fourier amplitudes stand for, worked out cell by cell."""
    ways = torch.fft.fft2(torch.eye(SIDE**2).view(-1, SIDE, SIDE), norm="ortho").flatten(1)
    return (ways.conj().T @ torch.diag(amplitudes(SIDE, SIDE).flatten().square().to(ways.dtype)) @ ways).real


def test_pictures_have_the_spread_that_latents_have():
    assert float(covariance().diagonal().mean().sqrt()) == pytest.approx(SPREAD, rel=1e-5)


@pytest.mark.parametrize(("kind", "sigma"), [("eps", 3.0), ("eps", 0.3), ("flow", 0.7)])
def test_the_best_guess_is_the_conditional_mean_of_a_gaussian(kind, sigma):
    """Bishop 2006, eq. 2.116, with matrices, where the model divides frequency by frequency."""
    generator = torch.Generator().manual_seed(1)
    x, mean = (torch.randn(1, 1, SIDE, SIDE, generator=generator) for _ in range(2))
    signal, energy = (1 - sigma if kind == "flow" else 1.0), covariance()
    gain = signal * energy @ torch.linalg.inv(signal**2 * energy + sigma**2 * torch.eye(SIDE**2))
    wanted = mean + (gain @ (x - signal * mean).flatten()).view_as(x)
    guess = best_guess(x, torch.tensor(sigma).view(1, 1, 1, 1), mean, kind)
    torch.testing.assert_close(guess, wanted, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("kind", ["eps", "v", "flow"])
def test_a_plain_run_of_an_analytic_model_has_no_finding(kind):
    subject = analytic(kind, "read")
    assert Case(sampled(subject, Setting(1))[0]).diagnosis().findings == ()


def test_two_stages_that_meet_have_no_finding():
    for _, case in two_stages(analytic("eps", "read"), Setting(1)):
        assert case.diagnosis().findings == ()


CHEAP = [fault for fault in FAULTS if not fault.only and "," not in fault.cause]


@pytest.mark.parametrize("fault", CHEAP, ids=lambda fault: fault.name)
def test_a_fault_that_is_put_into_an_analytic_model_is_found(fault):
    row = row_of(FAULTY, "read", fault.name, "analytic eps", fault.make(analytic("eps", "read"), Setting(1), "read"))
    assert is_found(fault, row)


@pytest.mark.parametrize("sampler", ["heun", "dpmpp_sde"])
def test_answers_handed_on_in_calls_that_no_state_keeps_are_found(sampler):
    fault = next(fault for fault in FAULTS if fault.name == "every other guess handed on")
    case = fault.make(analytic("eps", "read"), Setting(1, sampler), "read")
    assert "repeated" in [finding.rule.id for finding in case.diagnosis().findings]


def test_every_rule_that_a_fault_must_show_is_in_the_table_of_rules():
    rules = {rule.id for rule in RULES}
    for fault in FAULTS:
        assert {rule for says in fault.says for rule in says} <= rules, fault.name
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


def row(kind, group, numbers, half="judged", subject="pocket"):
    return Row(kind=kind, half=half, group=group, subject=subject, found=(), strengths=(), numbers=numbers)


ROWS = [
    *[row(HEALTHY, "plain", {"last sigma": 0.0})] * 3,
    row(HEALTHY, "plain", {"noise on the way": 2.0}),
    row(HEALTHY, UNFIT, {"noise on the way": 2.0}),
    row(HEALTHY, "plain", {"last sigma": 0.0}, half="read"),
    row(FAULTY, "stopped before the end", {"last sigma": 0.5}),
    row(FAULTY, "stopped before the end", {"last sigma": 0.0}),
]


def test_the_page_counts_what_was_found_missed_and_said_falsely(tmp_path):
    healthy = [
        judged_row
        for judged_row in ROWS
        if judged_row.kind == HEALTHY and judged_row.half == "judged" and judged_row.group != UNFIT
    ]
    assert list(healthy_table(healthy))[-1] == "| **all** | 4 | 0 | 1 | 0 | noise-drift 1 |"
    faulty = [judged_row for judged_row in ROWS if judged_row.kind == FAULTY]
    assert list(fault_table(faulty))[-1] == "| 6 | stopped before the end | noise-left | 1/2 | **50%** |"
    assert "false in 0 of 4 healthy runs, *measured* in 1 (25.00%)" in verdict(healthy, faulty)
    write_page(ROWS, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "1 runs were such pairs; of 1 something was said, of 1 *measured*" in page


def test_rows_come_back_from_their_file(tmp_path):
    write_rows(iter(ROWS), tmp_path / "rows.jsonl")
    write_rows(iter(ROWS[:1]), tmp_path / "rows.jsonl")
    assert read_rows(tmp_path / "rows.jsonl") == [*ROWS, ROWS[0]]
