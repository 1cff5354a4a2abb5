"""Where two runs part: the cases that the viewer's JavaScript is held to as well (tests/js/parting.test.js)."""

import json
from pathlib import Path

import pytest
import torch

from denoiscope.core.comparing.parting import VISIBLE_DISTANCE, parting_in
from denoiscope.core.recording.alignment import reference_of, standing
from denoiscope.core.tensors import rms_between

CASES = json.loads((Path(__file__).parents[1] / "js" / "parting_cases.json").read_text(encoding="utf-8"))


def test_one_threshold_on_both_sides():
    assert VISIBLE_DISTANCE == CASES["threshold"]


@pytest.mark.parametrize("case", CASES["pixels"])
def test_the_distance_of_two_pictures_is_the_viewers(case):
    one, other = (torch.tensor(case[name], dtype=torch.float32) / 255 for name in ("one", "other"))
    assert rms_between(one, other) == pytest.approx(case["distance"], abs=1e-6)


@pytest.mark.parametrize("case", CASES["distances"], ids=lambda case: case["found"]["kind"])
def test_two_runs_part_where_the_viewer_says_so(case):
    found = parting_in(case["given"])
    assert {name: value for name, value in vars(found).items() if value is not None} == case["found"]


@pytest.mark.parametrize("case", CASES["standing"])
def test_runs_stand_together_as_the_viewer_has_them_stand(case):
    assert [list(states) for states in standing(case["sigmas"])] == case["at"]
    assert reference_of(case["sigmas"]) == case["read"]


def test_no_more_is_read_than_is_needed():
    read = []

    def distances():
        for distance in (0.0, 0.2, 0.0):
            read.append(distance)
            yield distance

    parting_in(distances())
    assert read == [0.0, 0.2]
