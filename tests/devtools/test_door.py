"""The command line: what is understood, what is handed on, and how failures are told."""

import argparse
import socket
import subprocess
import sys

import pytest

from denoiscope.devtools import door, serve
from denoiscope.devtools.driving.pack import ROOT
from denoiscope.devtools.driving.problem import Problem
from denoiscope.devtools.driving.server import demand_port, free_port


def test_flags_after_the_dashes_go_to_comfyui():
    options, flags = door.read(["serve", "--port", "8200", "--", "--preview-method", "auto", "--port", "1"])
    assert options.port == 8200
    assert flags == ["--preview-method", "auto", "--port", "1"]


def test_what_test_does_not_know_goes_to_pytest():
    options, rest = door.read(["test", "--cache", "there", "tests/core", "-k", "deck", "--co"])
    assert options.cache == "there"
    assert rest == ["tests/core", "-k", "deck", "--co"]


def test_a_mistyped_option_is_refused(capsys):
    with pytest.raises(SystemExit):
        door.read(["serve", "--prot", "8200"])
    assert "--prot" in capsys.readouterr().err


def test_a_problem_ends_the_command_with_its_sentence_alone(monkeypatch, capsys):
    def fail(*_):
        raise Problem("The disk is full: make room.")

    monkeypatch.setattr(door, "read", lambda _: (argparse.Namespace(command=fail), []))
    assert door.run(["serve"]) == 1
    assert capsys.readouterr().err.strip() == "The disk is full: make room."


def test_a_port_that_is_taken_is_one_sentence_and_a_free_one_is_found():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        with pytest.raises(Problem, match=f"Port {taken} cannot be used.*--port"):
            demand_port(taken)
        assert demand_port(free_port()) != taken


def test_listen_without_an_address_means_every_address():
    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    assert parser.parse_args(["--listen"]).listen == "0.0.0.0"
    assert parser.parse_args([]).listen == "127.0.0.1"


@pytest.mark.parametrize("command", ["demo", "serve", "test", "bench"])
def test_every_command_explains_itself(command):
    asked = [sys.executable, str(ROOT / "dev.py"), command, "--help"]
    answer = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert "--cache" in answer
    assert "--comfyui" in answer
