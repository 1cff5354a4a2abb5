"""The real server for tests: one for the whole session, with the pack linked in, reached over HTTP and websocket."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .client import Client, Event, Run
from .server import FORGETFUL, ONLY_THE_PACK, Host, Server, running
from .workflow import to_api

FLAGS = ("--cpu", *ONLY_THE_PACK, *FORGETFUL)


@dataclass(frozen=True)
class RealServer:
    """What tests hold: `run` gives a devtools.client.Run, raises Refused (invalid) or RunFailed (a node raised)."""

    server: Server
    client: Client

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def output(self) -> Path:
        return self.server.output

    @property
    def temp(self) -> Path:
        return self.server.temp

    def run(self, prompt: dict, *, on_event: Callable[[Event], None] | None = None, **extra_data) -> Run:
        """Run an API prompt; `on_event` sees each event as it comes, and may call `interrupt`."""
        return self.client.run(prompt, on_event=on_event, extra_data=extra_data)

    def interrupt(self) -> None:
        self.client.interrupt()

    def to_api(self, workflow: dict) -> dict:
        """A saved workflow, as the prompt that the frontend would queue."""
        return to_api(workflow, self.client.get_json("/object_info"))

    def path_of(self, file: dict) -> Path:
        """Where a file item {"filename", "subfolder", "type"} lies on disk."""
        folder = {"output": self.output, "temp": self.temp, "input": self.server.base / "input"}[file["type"]]
        return folder / file["subfolder"] / file["filename"]

    def log_text(self) -> str:
        return self.server.log_text()


def the_host() -> Host:
    """What `dev.py test` has prepared; its frontend is ComfyUI's own unless another one was asked for."""
    frontend = os.environ.get("COMFYUI_FRONTEND")
    return Host(Path(os.environ["COMFYUI_PATH"]), Path(sys.executable), Path(frontend) if frontend else None)


@contextmanager
def real_server(base: Path, flags: Sequence[str] = FLAGS) -> Iterator[RealServer]:
    host = the_host()
    with running(host, base, flags=flags) as server:
        yield RealServer(server, Client(server.url))
