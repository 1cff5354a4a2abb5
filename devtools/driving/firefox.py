"""Firefox without a window, driven by its own Marionette protocol: length, colon, JSON, over a socket."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAMES = ("firefox", "firefox-esr")
PATIENCE = 60.0
"""Seconds for Firefox to start, and for each of its answers."""
PREFERENCES = {
    "marionette.port": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
}
"""Any free port; and every request to the network goes where nobody answers."""


def find_firefox() -> str | None:
    return os.environ.get("FIREFOX") or next(filter(None, map(shutil.which, NAMES)), None)


class Firefox:
    def __init__(self, port: int):
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self._stream = self._socket.makefile("rb")
        self._count = 0
        self._hear()
        self._ask("WebDriver:NewSession", {})

    def open(self, url: str) -> None:
        self._ask("WebDriver:Navigate", {"url": url})

    def run(self, script: str) -> object:
        """What a function with this body returns in the page."""
        return self._ask("WebDriver:ExecuteScript", {"script": script, "args": []})["value"]

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def _ask(self, name: str, asked: dict) -> dict:
        self._count += 1
        message = json.dumps([0, self._count, name, asked])
        self._socket.sendall(f"{len(message.encode())}:{message}".encode())
        _, _, error, result = self._hear()
        if error:
            raise RuntimeError(f"Firefox answered {name} with {error.get('message', error)}")
        return result

    def _hear(self):
        digits = b""
        while (letter := self._stream.read(1)) != b":":
            if not letter:
                raise ConnectionError("Firefox closed the connection")
            digits += letter
        return json.loads(self._stream.read(int(digits)))


@contextmanager
def firefox(program: str) -> Iterator[Firefox]:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items())
        (Path(folder) / "user.js").write_text("\n".join(lines), encoding="utf-8")
        whole = [program, "--marionette", "--headless", "--no-remote", "--profile", folder]
        process = subprocess.Popen(whole, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            driven = Firefox(port_in(Path(folder), process))
            yield driven
            driven.close()
        finally:
            process.terminate()
            process.wait(PATIENCE)


def port_in(folder: Path, process: subprocess.Popen) -> int:
    """Firefox writes the port that it took into its profile."""
    file = folder / "MarionetteActivePort"
    end = time.monotonic() + PATIENCE
    while not (file.exists() and file.read_text().strip()):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError("Firefox did not start")
        time.sleep(0.1)
    return int(file.read_text())
