"""Each way in which pip fails is one sentence that says what to do."""

import sys
from pathlib import Path

import pytest

from denoiscope.devtools.driving.problem import Problem
from denoiscope.devtools.pip import NotAvailable, failure, pip

LOG = Path("logs/torch.log")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("WARNING: Retrying after connection broken by 'NewConnectionError(... Failed to establish a new connection"
         "\nERROR: No matching distribution found for torch==2.13.0", "cannot be reached"),
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "hash is wrong"),
        ("ERROR: No matching distribution found for torch==2.13.0", "no package for this Python"),
        ("lots of lines\nERROR: Failed building wheel for av\n", "Failed building wheel for av"),
        ("", "it said nothing"),
    ],
)  # fmt: skip
def test_a_failure_says_what_it_means(output, words):
    assert words in str(failure(output, LOG))


def test_a_package_that_does_not_exist_here_can_be_told_from_a_dead_network():
    absent = "ERROR: No matching distribution found for torch==2.13.0"
    assert isinstance(failure(absent, LOG), NotAvailable)
    assert not isinstance(failure("getaddrinfo failed\n" + absent, LOG), NotAvailable)


def test_a_failing_pip_leaves_its_output_in_the_log(tmp_path):
    log = tmp_path / "logs" / "try.log"
    with pytest.raises(Problem, match=r"try\.log"):
        pip(Path(sys.executable), "no-such-command", [], log=log)
    assert "no-such-command" in log.read_text(encoding="utf-8")
