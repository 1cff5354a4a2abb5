"""What is complete, what was killed, and what merely failed."""

import pytest

from denoiscope.devtools.driving.problem import Problem
from denoiscope.devtools.stamps import Stamps, fingerprint


@pytest.fixture
def stamps(tmp_path):
    return Stamps(tmp_path / "stamps")


def test_a_step_is_complete_for_the_content_it_was_made_with(stamps):
    assert not stamps.complete("torch", "a")
    with stamps.making("torch", "a"):
        assert not stamps.complete("torch", "a")
    assert stamps.complete("torch", "a")
    assert not stamps.complete("torch", "b")


def test_a_killed_step_is_known_and_not_complete(stamps):
    with pytest.raises(KeyboardInterrupt), stamps.making("torch", "a"):
        raise KeyboardInterrupt
    assert stamps.killed()
    assert not stamps.complete("torch", "a")


def test_a_step_that_failed_in_good_order_is_only_incomplete(stamps):
    with pytest.raises(Problem), stamps.making("torch", "a"):
        raise Problem("no network")
    assert not stamps.killed()
    assert not stamps.complete("torch", "a")


def test_making_a_step_again_forgets_the_old_stamp_first(stamps):
    with stamps.making("torch", "a"):
        pass
    with pytest.raises(Problem), stamps.making("torch", "b"):
        raise Problem("no network")
    assert not stamps.complete("torch", "a")


def test_fingerprints_tell_lists_apart_that_join_alike():
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
