"""A real ComfyUI server with the pack in it: started in a base folder of its own, waited for, stopped."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .pack import FOLDER, link_pack
from .problem import Problem

LAUNCHER = Path(__file__).with_name("launcher.py")
START_LIMIT = 180.0  # seconds; a cold disk takes 60, a warm one 7
FOLDERS = ("models", "custom_nodes", "input", "output", "temp", "user/default")
SETTINGS = {  # no dialog and no panel in front of the graph
    "Comfy.TutorialCompleted": True,
    "Comfy.RightSidePanel.IsOpen": False,
    "Comfy.Minimap.Visible": False,
}
ONLY_THE_PACK = ("--disable-all-custom-nodes", "--whitelist-custom-nodes", FOLDER, "--disable-api-nodes")
FORGETFUL = ("--database-url", "sqlite:///:memory:")


@dataclass(frozen=True)
class Host:
    """A ComfyUI source tree and the interpreter that has its requirements."""

    comfyui: Path
    python: Path
    frontend: Path | None = None  # served instead of ComfyUI's own
    manager: Path | None = None  # an interpreter that has ComfyUI-Manager as well


@dataclass(frozen=True)
class Server:
    url: str
    base: Path
    process: subprocess.Popen
    log: Path | None  # None where the log goes to the terminal

    @property
    def output(self) -> Path:
        return self.base / "output"

    @property
    def temp(self) -> Path:
        return self.base / "temp"

    def log_text(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log else ""


@contextmanager
def running(
    host: Host,
    base: Path,
    *,
    port: int | None = None,
    listen: str = "127.0.0.1",
    flags: Sequence[str] = (),
    log_to_terminal: bool = False,
    pack: bool = True,
) -> Iterator[Server]:
    """A server that answers, until the block ends. `base` holds its models, output, temp and user folders."""
    prepare_base(base)
    if pack:
        link_pack(base)
    chosen = free_port() if port is None else demand_port(port, listen)
    log = None if log_to_terminal else base / "server.log"
    process = launch(host, base, ["--port", str(chosen), "--listen", listen, *flags], log)
    server = Server(f"http://127.0.0.1:{chosen}", base, process, log)
    try:
        wait_until_it_answers(server)
        yield server
    finally:
        stop(process)


def prepare_base(base: Path) -> None:
    for folder in FOLDERS:
        (base / folder).mkdir(parents=True, exist_ok=True)
    settings = base / "user" / "default" / "comfy.settings.json"
    if not settings.exists():
        settings.write_text(json.dumps(SETTINGS), encoding="utf-8")


def launch(host: Host, base: Path, flags: Sequence[str], log: Path | None) -> subprocess.Popen:
    command = [str(host.python), str(LAUNCHER), str(host.comfyui), "--base-directory", str(base), *flags]
    if host.frontend:
        command += ["--front-end-root", str(host.frontend)]
    environment = os.environ | {"PYTHONUNBUFFERED": "1"}
    if log is None:
        return subprocess.Popen(command, env=environment, stdin=subprocess.PIPE)
    with log.open("wb") as stream:
        streams = {"stdin": subprocess.PIPE, "stdout": stream, "stderr": subprocess.STDOUT}
        return subprocess.Popen(command, env=environment, **streams, **own_group())


def own_group() -> dict:
    """Ctrl-C goes to the tool, which then stops the server in good order."""
    if os.name == "nt":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def wait_until_it_answers(server: Server) -> None:
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            raise Problem(f"ComfyUI stopped while starting, {last_words(server)}")
        if answers(server.url):
            return
        time.sleep(0.1)
    raise Problem(f"ComfyUI did not answer within {START_LIMIT:.0f} s, {last_words(server)}")


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url + "/system_stats", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def last_words(server: Server, count: int = 15) -> str:
    if server.log is None:
        return "see its messages above."
    tail = "\n  ".join(server.log_text().splitlines()[-count:])
    return f"its log {server.log} ends with:\n  {tail}"


def stop(process: subprocess.Popen, patience: float = 10.0) -> None:
    """Closing the server's standard input ends it, on every platform."""
    process.stdin.close()
    try:
        process.wait(patience)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def demand_port(port: int, listen: str = "127.0.0.1") -> int:
    with socket.socket() as probe:
        if os.name != "nt":  # there the option would let two servers share a port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((listen.split(",")[0], port))
        except OSError as error:
            raise Problem(
                f"Port {port} cannot be used ({error.strerror}): stop what uses it, give another --port, "
                "or leave --port out and a free one is chosen."
            ) from error
    return port
