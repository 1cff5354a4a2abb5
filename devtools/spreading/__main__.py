"""Runs a sweep on several servers; started by `python dev.py spread` in the environment that has torch and Dask."""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from pathlib import Path

from ...core.recording.deck_file import load_deck, save_deck
from ...core.recording.deck_join import Part, joined
from ..driving.client import Client
from ..driving.problem import Problem
from ..driving.workflow import to_api
from ..progress import say
from ..spread import OPTIONS
from .farm import Lost, demand, gather, kept
from .shards import SWEEP, Plan, Shard, plan


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="dev.py spread")
    for name, how in OPTIONS.items():
        parser.add_argument(name, **how)
    options = parser.parse_args(arguments)
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # farm says what became of each server
    try:
        return spread(options)
    except (Problem, OSError, ValueError) as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1


def spread(options: argparse.Namespace) -> int:
    servers = [url.rstrip("/") for url in options.servers]
    demand(servers, lambda url: Client(url, timeout=30.0).get_json(f"/object_info/{SWEEP}"))
    object_info = Client(servers[0]).get_json("/object_info")
    planned = plan(prompt_in(Path(options.workflow), object_info), object_info, at_most=options.cells)
    folder = Path(options.folder or f"{options.out}.shards")
    say(f"{planned.cells:,} cells in {len(planned.shards):,} shards, for {len(servers)} servers")
    if options.write_only:
        return write(planned, folder)
    lost = follow(planned, servers, folder)
    if lost:
        for part in lost:
            say(f"  shard {part.shard.name}: {part.why}")
        raise Problem(
            f"{len(lost)} of {len(planned.shards)} shards did not come back. What did is kept in {folder}: start the "
            "same command again, with servers that answer, and only the rest is sampled."
        )
    save(planned, folder, Path(options.out))
    return 0


def prompt_in(file: Path, object_info: dict) -> dict:
    """A saved workflow or a prompt in API format."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return to_api(content, object_info) if "nodes" in content else content
    except (ValueError, KeyError, TypeError) as error:
        raise Problem(f"{file} is no workflow that can be run ({error}): save it from ComfyUI's menu.") from error


def write(planned: Plan, folder: Path) -> int:
    """The shards as prompts, for a queue of your own."""
    folder.mkdir(parents=True, exist_ok=True)
    for shard in planned.shards:
        (folder / f"{shard.name}.json").write_text(json.dumps(shard.prompt, indent=1), encoding="utf-8")
    say(f"Written to {folder}; decks that come back belong there as NAME.safetensors, for the same command to join.")
    return 0


def follow(planned: Plan, servers: list[str], folder: Path) -> list[Lost]:
    """Says how far it is, and gives what did not come back."""
    began, done, lost, by_server = time.monotonic(), 0, [], dict.fromkeys(servers, 0)
    for end in gather(planned.shards, servers, folder):
        if isinstance(end, Lost):
            lost.append(end)
            continue
        done += end.shard.cells
        if end.server is not None:
            by_server[end.server] += end.shard.cells
            say(f"  {done:,} of {planned.cells:,} cells; {end.server}: {end.shard.cells} in {end.seconds:.1f} s")
    for url, cells in by_server.items():
        say(f"{url}: {cells:,} cells")
    say(f"{time.monotonic() - began:.1f} s, {planned.cells - sum(by_server.values()):,} cells not sampled now")
    return lost


def save(planned: Plan, folder: Path, out: Path) -> None:
    deck = joined([part(shard, folder) for shard in planned.shards], planned.axes)
    save_deck(deck, out)
    size = out.stat().st_size / 1e6
    say(f"{out}: {len(deck.trajectories):,} cells, {size:.1f} MB. Put it into ComfyUI's input folder to open it.")


def part(shard: Shard, folder: Path) -> Part:
    return Part(deck=load_deck(kept(shard, folder)), corner=shard.corner)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
