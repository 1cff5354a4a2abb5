"""One set-up at a time, and no set-up beside what a killed one left running."""

import os
import subprocess
import sys

import pytest

from denoiscope.devtools.lock import exclusive


def test_who_does_not_want_to_wait_is_told_that_the_folder_is_taken(tmp_path):
    with exclusive(tmp_path / "lock", waiting=None) as first:
        with exclusive(tmp_path / "lock", waiting=None) as second:
            assert (first, second) == (True, False)
    with exclusive(tmp_path / "lock", waiting=None) as third:
        assert third


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a lock with the process that took it")
def test_a_child_that_outlives_its_parent_keeps_the_lock(tmp_path, capsys):
    with exclusive(tmp_path / "lock", waiting=None):
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(0.8)"], close_fds=False)
    with exclusive(tmp_path / "lock", waiting="waiting for the other one") as held:
        assert held
    assert child.wait() == 0
    assert "waiting for the other one" in capsys.readouterr().out
