"""Runs a prompt on a ComfyUI server over HTTP and websocket, as its own frontend does."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from .websocket import WebSocket


class Refused(Exception):
    """The server found the prompt invalid; `node_errors` says why, node by node."""

    def __init__(self, answer: dict):
        self.answer = answer
        self.node_errors = answer.get("node_errors", {})
        super().__init__(json.dumps(answer))


class RunFailed(Exception):
    """A node raised; the text is the node's own message."""

    def __init__(self, event: dict, run: Run):
        self.event = event
        self.run = run
        super().__init__(f"{event['node_type']}: {event['exception_message'].strip()}")


@dataclass(frozen=True)
class Event:
    type: str
    data: dict
    at: float  # seconds since the prompt was queued


@dataclass(frozen=True)
class Run:
    """What one prompt gave: `outputs` is {node id: ui dict} as in the server's history, cached nodes included."""

    prompt_id: str
    outputs: dict[str, dict]
    seconds: float
    interrupted: bool
    events: list[Event] = field(repr=False)
    previews: list[bytes] = field(repr=False)  # binary messages, as they came

    def data_of(self, event_type: str) -> list[dict]:
        return [event.data for event in self.events if event.type == event_type]


class Client:
    def __init__(self, url: str, *, timeout: float = 300.0):
        self.url = url
        self.timeout = timeout  # longest silence, not longest run
        self.client_id = uuid.uuid4().hex

    def get(self, path: str) -> bytes:
        with urllib.request.urlopen(self.url + path, timeout=self.timeout) as answer:
            return answer.read()

    def get_json(self, path: str):
        return json.loads(self.get(path))

    def post(self, path: str, body: dict) -> dict:
        data = json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=self.timeout) as answer:
            return json.loads(answer.read() or b"{}")

    def view(self, file: dict) -> bytes:
        """The bytes of a file item {"filename", "subfolder", "type"} out of a node's outputs."""
        query = {key: file[key] for key in ("filename", "subfolder", "type")}
        return self.get("/view?" + urllib.parse.urlencode(query))

    def interrupt(self) -> None:
        self.post("/interrupt", {})

    def run(
        self, prompt: dict, *, on_event: Callable[[Event], None] | None = None, extra_data: dict | None = None
    ) -> Run:
        """Queue an API-format prompt and listen to its end. Raises Refused or RunFailed; an interrupt is a result."""
        with self._listen() as websocket:
            queued = time.perf_counter()
            prompt_id = self.queue(prompt, extra_data or {})
            events, previews = [], []
            for message in websocket.messages():
                if isinstance(message, bytes):
                    previews.append(message)
                    continue
                event = read_event(message, time.perf_counter() - queued)
                if event.data.get("prompt_id", prompt_id) != prompt_id:
                    continue
                events.append(event)
                if on_event:
                    on_event(event)
                if event.type in ENDINGS and not is_block(event):
                    break
            else:
                raise ConnectionError("the server closed the websocket in the middle of a run")
        return self._finish(prompt_id, events, previews)

    def queue(self, prompt: dict, extra_data: dict) -> str:
        try:
            body = {"prompt": prompt, "client_id": self.client_id, "extra_data": extra_data}
            return self.post("/prompt", body)["prompt_id"]
        except urllib.error.HTTPError as error:
            if error.code != 400:
                raise
            raise Refused(json.loads(error.read())) from error

    def _listen(self) -> WebSocket:
        address = urllib.parse.urlsplit(self.url)
        path = f"/ws?clientId={self.client_id}"
        return WebSocket(address.hostname, address.port, path, timeout=self.timeout)

    def _finish(self, prompt_id: str, events: list[Event], previews: list[bytes]) -> Run:
        last = events[-1]
        failed = last if last.type == "execution_error" else next(filter(is_block, events), None)
        history = self._history(prompt_id)
        run = Run(prompt_id, history["outputs"], last.at, last.type == "execution_interrupted", events, previews)
        if failed is not None:
            raise RunFailed(failed.data, run)
        return run

    def _history(self, prompt_id: str, patience: float = 10.0) -> dict:
        """The server writes a run's history just after it tells the end."""
        deadline = time.perf_counter() + patience
        while time.perf_counter() < deadline:
            if history := self.get_json(f"/history/{prompt_id}"):
                return history[prompt_id]
            time.sleep(0.02)
        raise TimeoutError(f"the server has no history of prompt {prompt_id}")


def is_block(event: Event) -> bool:
    """Whether a node was stopped because what it takes is not there: the rest of the graph runs on."""
    return event.type == "execution_error" and event.data.get("exception_type") == "ExecutionBlocked"


ENDINGS = {"execution_success", "execution_error", "execution_interrupted"}


def read_event(message: str, at: float) -> Event:
    content = json.loads(message)
    data = content.get("data")
    return Event(content["type"], data if isinstance(data, dict) else {"value": data}, at)
