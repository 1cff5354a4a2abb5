"""A registry on this machine: it answers what ComfyUI-Manager asks the Comfy Registry about one pack.

It is also the proxy of whoever asks for anything else, and lets nothing through: nothing comes from the network.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

PACK = "denoiscope"
REPOSITORY = "https://github.com/denoiscope/ComfyUI-Denoiscope"


@dataclass
class Registry:
    """What is published: {version: archive}, the newest last."""

    url: str
    archives: dict[str, bytes] = field(default_factory=dict)

    @property
    def latest(self) -> str:
        return list(self.archives)[-1]

    def answer(self, address: str) -> bytes | None:
        asked = urlsplit(address)
        version = parse_qs(asked.query).get("version", [self.latest])[0]
        if asked.path == "/nodes":
            return as_json({"nodes": [self.entry()], "total": 1, "page": 1, "limit": 30, "totalPages": 1})
        if asked.path == f"/nodes/{PACK}/install":
            return as_json(self.version(version))
        return self.archives.get(asked.path.removeprefix("/archives/"))

    def entry(self) -> dict:
        publisher = {"id": PACK, "name": "Denoiscope"}
        about = {"id": PACK, "name": "Denoiscope", "description": "", "repository": REPOSITORY}
        return {**about, "publisher": publisher, "latest_version": self.version(self.latest)}

    def version(self, version: str) -> dict:
        facts = {"id": f"{PACK}@{version}", "version": version, "downloadUrl": f"{self.url}/archives/{version}"}
        return {**facts, "status": "NodeVersionStatusActive", "dependencies": [], "deprecated": False, "changelog": ""}


def as_json(content: dict) -> bytes:
    return json.dumps(content).encode()


@contextmanager
def local_registry() -> Iterator[Registry]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    registry = Registry(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = handler_for(registry)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def handler_for(registry: Registry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            content = registry.answer(self.path)
            with suppress(ConnectionError):  # Manager's downloader looks at the head first, and hangs up
                self.send_response(404 if content is None else 200)
                self.send_header("Content-Length", str(len(content or b"")))
                self.end_headers()
                self.wfile.write(content or b"")

        def log_message(self, format, *args):
            pass

    return Handler
