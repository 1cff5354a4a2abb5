"""A ComfyUI in a new base folder that holds nothing of ours, and what a pack installed there must do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from denoiscope.devtools.driving.client import Client
from denoiscope.devtools.driving.real_server import RealServer
from denoiscope.devtools.driving.server import FORGETFUL, Host, running

FLAGS = ("--cpu", "--disable-api-nodes", *FORGETFUL)
FIRST_LESSON = "01 First look"


@contextmanager
def fresh_comfyui(host: Host, base: Path, *flags: str) -> Iterator[RealServer]:
    with running(host, base, flags=(*FLAGS, *flags), pack=False) as server:
        yield RealServer(server, Client(server.url))


def run_first_lesson(server: RealServer, folder: str) -> Path:
    """As someone opens it in the template browser and presses Run: the page that it leaves in the output folder."""
    address = f"/api/workflow_templates/{quote(folder)}/{quote(FIRST_LESSON)}.json"
    workflow = json.loads(server.client.get(address))
    outputs = server.run(server.to_api(workflow), extra_pnginfo={"workflow": workflow}).outputs
    (deck,) = shown(outputs, "denoiscope_deck")
    assert deck["kind"] == "run" and all(trajectory["complete"] for trajectory in deck["trajectories"])
    assert all(view["absent"] is None for view in deck["views"])
    (page,) = shown(outputs, "denoiscope_files")
    assert server.path_of(page).stat().st_size > 100_000
    return server.path_of(page)


def shown(outputs: dict[str, dict], key: str) -> list[dict]:
    return [payload for output in outputs.values() for payload in output.get(key, [])]


def serves_all_of(server: RealServer, pack: Path) -> None:
    """Lessons, scripts, help pages and words of the pack in `pack` reach the browser as they lie there."""
    templates = server.client.get_json("/workflow_templates")[pack.name]
    assert sorted(templates) == sorted(path.stem for path in (pack / "example_workflows").glob("*.json"))
    for path in (pack / "js").rglob("*.*"):
        address = f"/extensions/{pack.name}/{path.relative_to(pack / 'js').as_posix()}"
        assert server.client.get(quote(address)) == path.read_bytes(), address
    languages = {path.name for path in (pack / "locales").iterdir()}
    assert {code for code, words in server.client.get_json("/i18n").items() if names_us(words)} == languages


def knows_nothing_of_us(server: RealServer) -> None:
    for asked in ("/object_info", "/workflow_templates", "/extensions", "/i18n"):
        assert not names_us(server.client.get_json(asked)), asked


def names_us(content: object) -> bool:
    return "denoiscope" in json.dumps(content).lower()


def files_in(base: Path) -> dict[str, bytes]:
    """Every file with its content, but for the logs of ComfyUI and of Manager, and Manager's own books."""
    files = {path.relative_to(base).as_posix(): path for path in base.rglob("*") if path.is_file()}
    return {
        name: path.read_bytes()
        for name, path in files.items()
        if not name.endswith(".log") and not name.startswith("user/__manager/")
    }
