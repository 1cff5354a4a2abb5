"""The archive itself, as comfy-cli makes it from a clean clone: checked by its validator, complete, and small."""

import ast
import re
import zipfile
from pathlib import Path

import pytest

from .packing import comfy, needs_a_clone, needs_comfy_cli, version_of

SIZE_LIMIT = 40 * 2**20
NEVER = re.compile(
    r"(^|/)(tests?|devtools|training|docs/.*\.py|\.git.*|\.ci|node_modules|__pycache__)(/|$)|\.(pt|ckpt|pkl)$"
)
"""Names of what no user runs, and of files that can run code when they are opened."""
AT_THE_TOP = {
    "CHANGELOG.md", "LICENSE", "README.md", "SECURITY.md", "__init__.py", "core", "example_workflows", "host", "js",
    "locales", "nodes", "pocket", "pyproject.toml", "subgraphs",
}  # fmt: skip
KINDS = {"", ".css", ".html", ".jpg", ".js", ".json", ".md", ".mjs", ".py", ".safetensors", ".svg", ".toml", ".ts"}
SCANNED = re.compile(r"\b(eval|exec|system|popen)\(|\bpickle\b|\bshell=True|\btorch\.load\b|__import__|import_module")
"""What scanners of the registry look for, as plain text."""
LABELS = {
    "PathParsing": r"os\.path\.(join|dirname|abspath)|\bPath\(|\bglob\(",
    "Stateful": r"(?m)^[A-Z_]+(: .+)? = [\[{]|@(lru_)?cache\b|\b_instance\b",
    "WritesToDisk": r"\.save\(|\.write\(|open\([^)]*[\"'][wax]",
    "CreatesLargeOutputs": r"OUTPUT_NODE = True|is_output_node=True",
    "HasCustomEndpoints": r"\.routes\b|add_routes|@routes",
    "NetworkAccess": r"(?m)^\s*(import|from) (requests|urllib|http|socket|aiohttp|httpx)\b",
    "RuntimeModelDownload": r"from_pretrained|hf_hub_download|snapshot_download|download_url|load_state_dict_from_url",
    "RuntimePipInstall": r"\bpip\b.{0,20}\binstall\b|\bensurepip\b",
    "RequiresWebcam/Display/Clipboard/GPU": r"\b(cv2|tkinter|pyperclip|VideoCapture)\b|\.cuda\(|device=.cuda",
}
"""Comfy Cloud's labels that switch a node off, each with what a search of Python text can take for it."""

pytestmark = [needs_a_clone, needs_comfy_cli]


@pytest.fixture(scope="module")
def archive(archive_file):
    with zipfile.ZipFile(archive_file) as opened:
        yield opened


def test_the_validator_of_comfy_has_nothing_to_say(clone):
    said = comfy(clone, "validate")
    assert "All validation checks passed" in said
    assert not re.search("warning|[A-Z][0-9]{3}|error", said, re.IGNORECASE), said


def test_the_archive_is_small_and_holds_nothing_that_a_user_never_runs(clone, archive):
    assert (clone / "node.zip").stat().st_size < SIZE_LIMIT
    assert [name for name in archive.namelist() if NEVER.search(name)] == []
    assert {name.split("/")[0] for name in archive.namelist()} == AT_THE_TOP
    assert {Path(name).suffix for name in archive.namelist()} == KINDS


def test_nothing_is_installed_or_run_when_the_archive_is(archive):
    assert not {"requirements.txt", "install.py", "uninstall.py", "prestartup_script.py"} & set(archive.namelist())
    assert b"\ndependencies = []" in archive.read("pyproject.toml")


def test_the_archive_holds_its_papers_and_every_module_that_its_code_imports(archive):
    names = set(archive.namelist())
    assert {"__init__.py", "pyproject.toml", "LICENSE", "README.md", "SECURITY.md", "CHANGELOG.md"} <= names
    python = [name for name in names if name.endswith(".py")]
    for name in python:
        for node in ast.walk(ast.parse(archive.read(name))):
            if isinstance(node, ast.ImportFrom) and node.level:
                home = Path(name).parts[: -node.level]
                module = "/".join([*home, *(node.module.split(".") if node.module else ())])
                assert {f"{module}.py", f"{module}/__init__.py"} & names or not node.module, (name, node.module)


def test_no_text_in_the_archive_alarms_a_scanner(archive):
    for name in archive.namelist():
        if name.endswith((".py", ".js")):
            assert not SCANNED.search(archive.read(name).decode("utf-8")), name


def test_every_label_of_comfy_cloud_that_a_search_of_the_text_would_give_is_explained_in_the_cloud_page(clone, archive):
    python = "\n".join(archive.read(name).decode("utf-8") for name in archive.namelist() if name.endswith(".py"))
    found = {label for label, pattern in LABELS.items() if re.search(pattern, python)}
    page = (clone / "docs" / "cloud.md").read_text(encoding="utf-8")
    explained = set(re.findall(r"^\* `(\w+)`:", page, re.MULTILINE))
    assert found == explained


def test_one_version_is_named_everywhere(clone):
    assert f"## [{version_of(clone)}]" in (clone / "CHANGELOG.md").read_text(encoding="utf-8")
