"""A thousand queued runs in one server, beside as many of stock nodes: do memory and time stay flat?"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from ..driving.client import Client
from ..driving.pack import FOLDER, link_folder
from ..driving.server import FORGETFUL, Host, Server, running
from ..driving.workflow import node
from ..table import Row

RUNS, SETTLED, WINDOW = 1000, 20, 100
FORGOTTEN = 300
"""Runs of which ComfyUI is told to forget each result: else its history keeps the newest 10,000, some 25 kB each."""
MEGABYTE = 1e6
COUNTING = Path(__file__).with_name("_counting")
ONLY_THESE = ("--disable-all-custom-nodes", "--disable-api-nodes", "--whitelist-custom-nodes", FOLDER, COUNTING.name)
FLAGS = ("--cpu", *ONLY_THESE, *FORGETFUL)


@dataclass(frozen=True)
class Seen:
    """After one run: resident bytes of the server, tensors alive in it, and the processor time that the run took, which
    other work on the machine does not lengthen.
    """

    resident: int
    tensors: int
    seconds: float


def measure() -> Iterator[Row]:
    for name, graph, count in (
        ("recorded and shown", recorded, RUNS),
        ("the same, results forgotten", recorded, FORGOTTEN),
        ("stock nodes", stock, FORGOTTEN),
    ):
        runs = list(many(graph, count, forgetting="forgotten" in name))
        settled, last = runs[SETTLED], runs[-1]
        growth = (last.resident - settled.resident) / MEGABYTE
        first, end = (statistics.median(run.seconds for run in part) for part in parts(runs))
        per_run = 1000 * growth / (len(runs) - SETTLED)
        yield Row(f"{name}: processor time of a run", first, "s")
        yield Row(f"{name}: resident after {SETTLED} runs", settled.resident / MEGABYTE, "MB")
        yield Row(f"{name}: resident memory that {len(runs):,} runs add", growth, "MB", None, f"{per_run:.1f} kB a run")
        yield Row(f"{name}: tensors alive that {len(runs):,} runs add", last.tensors - settled.tensors, "", 0.0)
        yield Row(f"{name}: time of the last {WINDOW} runs against the first", end / first, "x", 1.1)


def parts(runs: list[Seen]) -> tuple[list[Seen], list[Seen]]:
    return runs[SETTLED : SETTLED + WINDOW], runs[-WINDOW:]


def many(graph: Callable[[int], dict], count: int, *, forgetting: bool) -> Iterator[Seen]:
    host = Host(Path(os.environ["COMFYUI_PATH"]), Path(sys.executable))
    with tempfile.TemporaryDirectory() as folder:
        link_folder(COUNTING, Path(folder) / "custom_nodes" / COUNTING.name)
        with running(host, Path(folder), flags=FLAGS) as server:
            yield from (once(server, graph(seed), forgetting=forgetting) for seed in range(count))


def once(server: Server, graph: dict, *, forgetting: bool) -> Seen:
    client, process = Client(server.url), psutil.Process(server.process.pid)
    before = processor_seconds(process)
    run = client.run(graph)
    if forgetting:
        client.post("/history", {"clear": True})
    (tensors,) = run.outputs["count"]["tensors"]
    return Seen(process.memory_info().rss, tensors, processor_seconds(process) - before)


def processor_seconds(process: psutil.Process) -> float:
    return process.cpu_times().user + process.cpu_times().system


def sampled(seed: int, sampler: str) -> dict:
    graph = {"pocket": node("DenoiscopePocketModel")}
    graph["empty"] = node("EmptyLatentImage", width=64, height=64, batch_size=1)
    graph["yes"], graph["no"] = (node("CLIPTextEncode", clip=["pocket", 1], text=text) for text in ("a boat", ""))
    how = {"seed": seed, "steps": 4, "cfg": 4.0, "sampler_name": "euler", "scheduler": "karras", "denoise": 1.0}
    ends = {"model": ["pocket", 0], "positive": ["yes", 0], "negative": ["no", 0], "latent_image": ["empty", 0]}
    return graph | {"sample": node(sampler, **ends, **how)}


def recorded(seed: int) -> dict:
    graph = sampled(seed, "DenoiscopeKSampler")
    graph["sample"]["inputs"] |= {"keep_guidance": True, "memory_mb": 1024, "items": ""}
    shown = {"deck": ["sample", 1], "vae": ["pocket", 2]}
    graph["show"] = node("DenoiscopeViewer", **shown, picture_size=64, decode="everything")
    return graph | {"count": node("CountTensors", after=["sample", 1])}


def stock(seed: int) -> dict:
    graph = sampled(seed, "KSampler")
    graph["decode"] = node("VAEDecode", samples=["sample", 0], vae=["pocket", 2])
    graph["show"] = node("PreviewImage", images=["decode", 0])
    return graph | {"count": node("CountTensors", after=["decode", 0])}
