"""Reads the command line, runs the command, and tells every failure in one sentence."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence

from . import bench, course, demo, doctor, fuzz, live, locales, models, pictures, serve, spread, testing, train
from .driving.problem import Problem

DESCRIPTION = (
    "One tool for people who work on Denoiscope. "
    "The first start of a command sets everything up; later ones take seconds."
)


def run(arguments: Sequence[str]) -> int:
    options, rest = read(list(arguments))
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return options.command(options, rest)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nStopped; what is set up is kept.", file=sys.stderr)
        return 130
    except (OSError, subprocess.SubprocessError) as error:
        print(f"\nThis failed: {error}. If it stays so, please report it with this line.", file=sys.stderr)
    return 1


def read(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options, and what belongs to others: pytest's arguments, or ComfyUI's flags after `--`."""
    own, marker, flags = split_at_dashes(arguments)
    options, rest = parser().parse_known_args(own)
    if rest and not options.takes_more:
        parser().error(f"unrecognised: {' '.join(rest)}" + (" (ComfyUI's own flags go after --)" if not marker else ""))
    return options, [*rest, *flags]


def split_at_dashes(arguments: list[str]) -> tuple[list[str], bool, list[str]]:
    if "--" not in arguments:
        return arguments, False, []
    place = arguments.index("--")
    return arguments[:place], True, arguments[place + 1 :]


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="dev.py", description=DESCRIPTION, allow_abbrev=False)
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for module in (demo, serve, testing, bench, fuzz, train, locales, models, course, spread, pictures, live, doctor):
        texts = {"help": module.HELP, "description": module.HELP, "epilog": module.MORE}
        command = commands.add_parser(module.NAME, **texts, allow_abbrev=False)
        add_shared(command)
        module.add_options(command)
        command.set_defaults(command=module.command, takes_more=module.TAKES_MORE)
    return top


def add_shared(command: argparse.ArgumentParser) -> None:
    shared = command.add_argument_group("where things are")
    shared.add_argument(
        "--cache",
        metavar="DIR",
        help="where the environment and ComfyUI are kept (or DENOISCOPE_CACHE; otherwise the user's cache folder)",
    )
    shared.add_argument(
        "--comfyui",
        metavar="PATH",
        default=os.environ.get("COMFYUI_PATH"),
        help="a ComfyUI that you have, or another version to download, such as 0.27.0 (or COMFYUI_PATH)",
    )
    shared.add_argument("--python", metavar="PATH", help="that ComfyUI's interpreter; nothing is installed into it")
