"""Broken on purpose: the doctor finds in every case what is hidden there, and nothing beside it."""

import pytest

from denoiscope.devtools.coursework.broken import CASES, DOCTOR, sound
from denoiscope.devtools.coursework.drawn_graph import drawn


def found(server, graph) -> set[str]:
    """The rules of all findings that no other finding explains, with the doctor no longer muted."""
    workflow = drawn({**graph, DOCTOR: graph[DOCTOR].awake()}, {})
    (diagnosis,) = server.run(server.to_api(workflow)).outputs[str(DOCTOR)]["denoiscope_diagnosis"]
    return {finding["id"] for finding in diagnosis["findings"] if finding["follows"] is None}


EACH = [pytest.param(number, marks=pytest.mark.long if number % 3 else ()) for number in range(len(CASES))]


@pytest.mark.parametrize("number", EACH)
def test_the_doctor_names_what_is_hidden_and_nothing_else(server, number):
    case = CASES[number]
    assert found(server, case.graph) == case.hidden


def test_nothing_is_found_where_nothing_is_hidden(server):
    assert found(server, sound()) == set()


def test_a_dozen_cases_three_of_them_with_two_faults():
    assert sorted(len(case.hidden) for case in CASES) == [1] * 9 + [2] * 3
    assert all(len(case.faults) == len(case.hidden) for case in CASES)
