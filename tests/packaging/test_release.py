"""The workflow that publishes a version: its own commands, run here against a registry on this machine."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import yaml
from PIL import Image

from denoiscope.devtools import emblem
from denoiscope.devtools.driving.pack import ROOT
from denoiscope.devtools.environment import TOOLS

from .packing import needs_comfy_cli, version_of

WORKFLOWS = ROOT / ".github" / "workflows"
JOBS = yaml.safe_load((WORKFLOWS / "publish.yml").read_text(encoding="utf-8"))["jobs"]
USED = re.compile(r"uses: *(\S+)(.*)")
TOKEN = "a token that only the last job knows"

pytestmark = pytest.mark.skipif(not shutil.which("bash"), reason="the workflow speaks to bash")
needs_curl_and_jq = pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="it sends with these")


def commands(job: str) -> list[str]:
    """What a job runs itself."""
    return [step["run"] for step in JOBS[job]["steps"] if "run" in step]


@pytest.fixture
def look(tmp_path):
    """Runs the look at the version for a tag: (accepted, what it takes from the changelog)."""

    def run(tag: str) -> tuple[bool, str]:
        seen = os.environ | {"GITHUB_REF_NAME": tag, "RUNNER_TEMP": str(tmp_path)}
        ran = subprocess.run(["bash", "-e", "-c", commands("build")[0]], cwd=ROOT, env=seen, capture_output=True)
        changes = tmp_path / "changes.md"
        return ran.returncode == 0, changes.read_text(encoding="utf-8") if changes.exists() else ""

    return run


def test_the_tag_of_this_version_is_accepted_with_its_own_part_of_the_changelog(look):
    accepted, changes = look(f"v{version_of(ROOT)}")
    assert accepted and "### Added" in changes
    assert "\n## " not in changes and "\n[" not in changes
    assert changes.strip() in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("tag", ["v99.0.0", "v"])
def test_any_other_tag_is_refused(look, tag):
    assert not look(tag)[0]


def test_what_packs_for_the_registry_is_the_comfy_cli_that_packed_the_archive_for_the_tests():
    pinned = re.findall(r"comfy-cli==[0-9.]*", (ROOT / "devtools" / "environment.py").read_text(encoding="utf-8"))
    assert set(pinned) <= set(TOOLS) and len(pinned) == 1


@needs_comfy_cli
def test_the_request_is_what_comfy_cli_would_send_without_a_token(clone, tmp_path):
    changes = tmp_path / "changes.md"
    changes.write_text("### Added\n\n* A thing.\n", encoding="utf-8")
    made = [sys.executable, str(clone / "devtools" / "release.py"), str(changes), str(tmp_path / "release")]
    subprocess.run(made, cwd=clone, check=True, capture_output=True)
    request = json.loads((tmp_path / "release" / "request.json").read_text(encoding="utf-8"))
    assert "personal_access_token" not in request
    assert request["node_version"]["version"] == version_of(ROOT)
    assert request["node_version"]["changelog"] == "### Added\n\n* A thing."
    assert request["node"]["repository"] == "https://github.com/denoiscope/ComfyUI-Denoiscope"
    assert {request["node"][name].rpartition("/main/")[2] for name in ("icon", "banner_url")} == {
        path.relative_to(ROOT).as_posix() for path in (emblem.ICON, emblem.BANNER)
    }
    assert (tmp_path / "release" / "node.zip").stat().st_size > 1_000_000
    assert (tmp_path / "release" / "address.txt").read_text(encoding="utf-8").endswith("/denoiscope/versions")


def test_the_icon_and_the_banner_have_the_shapes_that_the_registry_asks_for_and_are_small():
    with Image.open(emblem.ICON) as icon, Image.open(emblem.BANNER) as banner:
        assert icon.width == icon.height == 400
        assert banner.width * 9 == banner.height * 21
    assert emblem.ICON.stat().st_size < 20_000 and emblem.BANNER.stat().st_size < 60_000


@pytest.fixture
def registry():
    """Keeps what it is sent, in order: (path, body)."""
    sent = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.path, body))
            answer = json.dumps({"signedUrl": f"{address}/signed"}).encode()
            self.send_response(201)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_PUT = do_POST

        def log_message(self, format, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield address, sent
    server.shutdown()
    thread.join()
    server.server_close()


def publish(folder, hashes):
    seen = os.environ | {"HASHES": hashes, "TOKEN": TOKEN, "RUNNER_TEMP": str(folder.parent), "no_proxy": "127.0.0.1"}
    return subprocess.run(["bash", "-eo", "pipefail", "-c", *commands("publish")], cwd=folder, env=seen).returncode


@needs_curl_and_jq
def test_the_last_job_sends_what_was_built_with_the_token_and_refuses_what_was_changed_since(registry, tmp_path):
    address, sent = registry
    folder = tmp_path / "release"
    folder.mkdir()
    built = {"node.zip": b"PK", "request.json": b'{"node_version": {}}', "address.txt": f"{address}/versions".encode()}
    for name, content in built.items():
        (folder / name).write_bytes(content)
    lines = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in built.items())
    hashes = base64.b64encode(lines.encode()).decode()
    assert publish(folder, hashes) == 0
    (asked, request), (put, archive) = sent
    assert asked == "/versions" and json.loads(request) == {"node_version": {}, "personal_access_token": TOKEN}
    assert put == "/signed" and archive == b"PK"
    (folder / "node.zip").write_bytes(b"PK, and more")
    assert publish(folder, hashes) != 0 and len(sent) == 2


def test_the_job_that_holds_the_token_installs_nothing_and_checks_out_nothing():
    holders = [name for name, job in JOBS.items() if "secrets." in json.dumps(job)]
    assert holders == ["publish"]
    steps = JOBS["publish"]["steps"]
    assert [step["uses"].partition("@")[0] for step in steps if "uses" in step] == ["actions/download-artifact"]
    assert not re.search(r"pip|npm|apt|python", " ".join(commands("publish")))


@pytest.mark.parametrize("workflow", sorted(WORKFLOWS.glob("*.yml")), ids=lambda path: path.name)
def test_every_action_is_pinned_by_its_commit_with_its_tag_beside_it(workflow):
    for action, comment in USED.findall(workflow.read_text(encoding="utf-8")):
        assert action.startswith("./") or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", action), action
        assert action.startswith("./") or re.fullmatch(r" # v\d+\.\d+\.\d+", comment), action
