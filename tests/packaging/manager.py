"""ComfyUI-Manager on a running server, asked over HTTP as the frontend's own pages ask it; nothing of it is replaced.

Only the registry's address is another one, and the network is shut: a pack of a few lines sees to it as ComfyUI starts.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from denoiscope.devtools.driving.real_server import RealServer, the_host
from denoiscope.devtools.driving.server import Host

from .fresh import fresh_comfyui
from .registry import PACK, REPOSITORY, Registry

PYTHON = os.environ.get("COMFYUI_MANAGER_PYTHON")
READY = "All startup tasks have been completed"
SETTINGS = "[default]\nuse_uv = False\n"  # uv sees only its own environment, and would complete it from the network
POINTER = """
import os
from comfyui_manager.common import cnr_utils

cnr_utils.base_url = {url!r}
proxies = dict.fromkeys(["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"], {url!r})
os.environ |= proxies | dict.fromkeys(["no_proxy", "NO_PROXY"], "127.0.0.1,localhost")
"""
PATIENCE = 120.0
"""Seconds that a task may take."""


def prepare_manager(base: Path, registry: Registry) -> None:
    books = base / "user" / "__manager"
    books.mkdir(parents=True)
    (books / "config.ini").write_text(SETTINGS, encoding="utf-8")
    pointer = base / "custom_nodes" / "local-registry"
    pointer.mkdir(parents=True)
    (pointer / "__init__.py").write_text("NODE_CLASS_MAPPINGS = {}\n", encoding="utf-8")
    (pointer / "prestartup_script.py").write_text(POINTER.format(url=registry.url), encoding="utf-8")


@contextmanager
def comfyui_with_manager(base: Path) -> Iterator[RealServer]:
    host = Host(the_host().comfyui, Path(PYTHON))
    with fresh_comfyui(host, base, "--enable-manager") as server:
        wait_for("Manager's start", lambda: READY in server.log_text())
        yield server


def install(server: RealServer, version: str) -> None:
    chosen = {"version": version, "selected_version": version, "mode": "cache", "channel": "dev"}
    manage(server, "install", id=PACK, repository=REPOSITORY, **chosen)


def update(server: RealServer, version: str) -> None:
    manage(server, "update", node_name=PACK, node_ver=version)


def disable(server: RealServer) -> None:
    manage(server, "disable", node_name=PACK)


def enable(server: RealServer) -> None:
    manage(server, "enable", cnr_id=PACK)


def uninstall(server: RealServer) -> None:
    manage(server, "uninstall", node_name=PACK)


def manage(server: RealServer, kind: str, **params: object) -> None:
    """One task, to its end; a test fails with Manager's own words when the task does."""
    task = {"ui_id": uuid.uuid4().hex, "client_id": "denoiscope", "kind": kind, "params": params}
    server.client.post("/v2/manager/queue/task", task)
    server.client.post("/v2/manager/queue/start", {})
    asked = f"/v2/manager/queue/history?ui_id={task['ui_id']}"
    done = wait_for(kind, lambda: server.client.get_json(asked)["history"])
    assert done["status"]["status_str"] == "success", done


def wait_for(what: str, look):
    deadline = time.monotonic() + PATIENCE
    while not (seen := look()):
        assert time.monotonic() < deadline, f"{what} has not come to its end"
        time.sleep(0.1)
    return seen
