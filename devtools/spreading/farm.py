"""Hands shards to ComfyUI servers, through Dask: one worker stands for each server.

Dask was chosen over Ray and over a job API: it is plain Python, waits on the network in threads of this one process,
moves the work of a worker that is gone to the others, and needs nothing on the servers. Ray starts processes and a
store of its own for the same; ComfyUI's job API tells of one server's queue and knows no second.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dask
import distributed

from ...core.recording.deck_file import DeckFileError, load_deck
from ..driving.client import Client, Refused, RunFailed
from ..driving.problem import Problem
from .shards import Shard

SUFFIX = ".safetensors"
QUIET_SETTINGS = {
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": False,
    "distributed.scheduler.work-stealing": True,
    "distributed.scheduler.no-workers-timeout": "5s",
    "distributed.admin.large-graph-warning-threshold": "1GB",
}
"""Decks lie in files, not in Dask; and when the last server is gone, waiting for another would never end."""


@dataclass(frozen=True)
class Returned:
    """A shard that has come back. `server` is None for one that lay there from an earlier start."""

    shard: Shard
    server: str | None
    seconds: float


@dataclass(frozen=True)
class Lost:
    """A shard that did not come back, and why."""

    shard: Shard
    why: str


def gather(shards: Sequence[Shard], servers: Sequence[str], folder: Path) -> Iterator[Returned | Lost]:
    """Each shard as it ends, those of an earlier start first. Every deck lies in `folder` before it is told of.

    A server that stops answering is asked no more, and its shard goes to another one. What a server refuses, or fails
    at, is lost; it is tried once more first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    waiting = []
    for shard in shards:
        if whole(kept(shard, folder)):
            yield Returned(shard, None, 0.0)
        else:
            waiting.append(shard)
    if not waiting:
        return
    with one_worker_for_each(servers) as client:
        futures = client.map(run, waiting, folder=folder, pure=False, retries=1)
        by_key = {future.key: shard for future, shard in zip(futures, waiting, strict=True)}
        for future in distributed.as_completed(futures):
            error = future.exception()
            yield Lost(by_key[future.key], in_words(error)) if error else future.result()


def kept(shard: Shard, folder: Path) -> Path:
    return folder / f"{shard.name}{SUFFIX}"


def whole(file: Path) -> bool:
    """Whether a deck lies there that can be read; half of one is as good as none."""
    try:
        return file.exists() and bool(load_deck(file).trajectories)
    except DeckFileError:
        return False


@contextmanager
def one_worker_for_each(servers: Sequence[str]) -> Iterator[distributed.Client]:
    """Workers in threads of this process, each named by its server."""
    with tempfile.TemporaryDirectory() as scratch, dask.config.set(QUIET_SETTINGS | {"temporary-directory": scratch}):
        inside = {"protocol": "inproc://", "dashboard": False}  # no port is opened
        scheduler = {"cls": distributed.Scheduler, "options": inside | {"dashboard_address": None}}
        options = inside | {"nthreads": 1, "memory_limit": 0}
        workers = {url: {"cls": distributed.Worker, "options": options | {"name": url}} for url in servers}
        with (
            distributed.SpecCluster(workers=workers, scheduler=scheduler, silence_logs=50) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client


def run(shard: Shard, folder: Path) -> Returned:
    """On a worker: the shard on the worker's server, its deck into the folder."""
    worker = distributed.get_worker()
    client, began = Client(worker.name), time.monotonic()
    try:
        (reference,) = client.run(shard.prompt).outputs["saved"]["denoiscope_files"]
        deck = client.view(reference)
    except OSError:
        leave(worker)
        raise distributed.Reschedule from None
    put(deck, kept(shard, folder))
    return Returned(shard, worker.name, time.monotonic() - began)


def leave(worker: distributed.Worker) -> None:
    """The server is gone, so its worker takes no more shards."""
    with distributed.worker_client(separate_thread=False) as client:
        client.retire_workers(names=[worker.name])


def put(content: bytes, file: Path) -> None:
    """A whole deck or nothing. Raises DeckFileError for content that is not a deck."""
    unfinished = file.with_suffix(".part" + SUFFIX)
    unfinished.write_bytes(content)
    load_deck(unfinished)
    unfinished.replace(file)


def in_words(error: BaseException) -> str:
    if isinstance(error, Refused):
        return f"the server refused it: {error}"
    if isinstance(error, RunFailed):
        return str(error)
    if isinstance(error, distributed.scheduler.NoWorkerError | distributed.scheduler.NoValidWorkerError):
        return "no server answers any more"
    return f"{type(error).__name__}: {error}"


def demand(servers: Sequence[str], ask: Callable[[str], dict]) -> None:
    """Raises Problem for a server that does not answer or lacks the pack. ask: what one offers of the Sweep node."""
    for url in servers:
        try:
            offered = ask(url)
        except OSError as error:
            raise Problem(f"{url} does not answer ({error}): start ComfyUI there, or leave it out.") from error
        if not offered:
            raise Problem(f"The ComfyUI at {url} does not have Denoiscope: install it there, or leave it out.")
