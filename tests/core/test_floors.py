"""The house has floors: each folder imports only what the table below says, and nothing points back up."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CORE = {
    "core": set(),
    "core/drawing": {"core"},
    "core/recording": {"core"},
    "core/showing": {"core", "core/drawing", "core/recording"},
    "core/comparing": {"core", "core/drawing", "core/recording"},
    "core/measuring": {"core", "core/drawing", "core/recording", "core/showing", "core/comparing"},
    "core/lora": {"core", "core/drawing", "core/recording", "core/comparing"},
    "core/diagnosing": {"core", "core/drawing", "core/recording", "core/comparing"},
}
CORE["core/telling"] = set(CORE)
PACK = {*CORE, "core/telling", "pocket", "host", "nodes"}
DRIVING = {*PACK, "devtools/driving"}

MAY_IMPORT = {
    **CORE,
    "": {"nodes", "devtools"},
    "pocket": set(),
    "host": {*CORE, "pocket"},
    "nodes": PACK - {"nodes"},
    "training": {*CORE, "pocket", "host"},
    "devtools/driving": PACK,
    "devtools/coursework": {"devtools/driving"},
    "devtools/livepage": {*DRIVING, "devtools/coursework"},
    "devtools": {*DRIVING, "devtools/coursework", "devtools/livepage"},
    "devtools/measurements": {*DRIVING, "devtools", "devtools/livepage"},
    "devtools/spreading": {*DRIVING, "devtools"},
    "devtools/doctoring": {*DRIVING, "devtools"},
}
"""Every folder of the pack and its tools: what it may import beside itself. `core` stands for the files in it."""

COMFYUI = {
    "comfy", "comfy_api", "comfy_execution", "comfy_extras", "execution", "folder_paths", "latent_preview",
    "node_helpers", "nodes", "server",
}  # fmt: skip
MAY_IMPORT_COMFYUI = {"host": COMFYUI, "nodes": {"comfy_api"}, "training": {"comfy"}}
MAY_IMPORT_COMFYUI |= dict.fromkeys(
    ("devtools", "devtools/doctoring", "devtools/driving", "devtools/livepage", "devtools/measurements"), COMFYUI
)
"""What each folder may take of ComfyUI. `nodes` has the interface that every node is written against."""


def files(folder: str) -> list[Path]:
    return sorted((ROOT / folder).glob("*.py"))


def imported(source: str, package: tuple[str, ...]) -> Iterator[str]:
    """Dotted names of all that `source` imports, in functions too; relative imports are resolved from `package`, and
    the pack's own begin with a dot.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (f".{a.name[11:]}" if a.name.startswith("denoiscope.") else a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = tuple((node.module or "").split(".")) if node.module else ()
            if node.level:
                whole = package[: len(package) - node.level + 1] + module
            elif module[0] == "denoiscope":
                whole = module[1:]
            else:
                yield node.module or ""
                continue
            yield from ("." + ".".join((*whole, alias.name)) for alias in node.names)


def folder_of(name: str) -> str:
    """The folder of the pack in which a dotted name stands, written as a path."""
    parts = name.lstrip(".").split(".")
    inside = [n for n in range(len(parts) + 1) if (ROOT / Path(*parts[:n])).is_dir()]
    return "/".join(parts[: max(inside)])


def upward(folder: str, source: str) -> list[str]:
    """What `source`, a file of `folder`, imports and may not."""
    package = tuple(folder.split("/")) if folder else ()
    wrong = []
    for name in imported(source, package):
        if name.startswith("."):
            if folder_of(name) not in {folder, *MAY_IMPORT[folder]}:
                wrong.append(name)
        elif name.split(".")[0] in COMFYUI - MAY_IMPORT_COMFYUI.get(folder, set()):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_a_folder_imports_only_what_stands_below_it(folder):
    wrong = {path.name: upward(folder, path.read_text(encoding="utf-8")) for path in files(folder)}
    assert {name: names for name, names in wrong.items() if names} == {}


def test_every_folder_with_code_stands_in_the_table():
    rooms = {path.parent.relative_to(ROOT).as_posix() for path in ROOT.glob("*/**/*.py")} - {""}
    rooms = {room for room in rooms if room.split("/")[0] not in {"tests", "docs", "denoiscope-demo", "node_modules"}}
    assert {room for room in rooms if not room.startswith(".") and "/_" not in room} <= set(MAY_IMPORT)


def test_no_two_folders_know_each_other():
    seen: set[str] = set()
    left = dict(MAY_IMPORT)
    while left:
        ground = [folder for folder, below in left.items() if below <= seen]
        assert ground, f"these stand in a circle: {sorted(left)}"
        seen.update(ground)
        for folder in ground:
            del left[folder]


BROKEN = {
    "core imports a subfolder": ("core", "from .recording.deck import Deck"),
    "core reaches host by a relative import": ("core/recording", "from denoiscope.host.sampling import samplers"),
    "core imports ComfyUI": ("core", "import comfy.samplers"),
    "drawing knows a deck": ("core/drawing", "from ..recording.deck import Deck"),
    "recording shows": ("core/recording", "def f():\n    from ..showing.views import VIEWS"),
    "showing tells": ("core/showing", "from ..telling import deck"),
    "lora tells": ("core/lora", "from ..telling.rank_sweep import rank_payload"),
    "pocket reaches host": ("pocket", "from ..host.pocket import read_weights"),
    "host reaches a node": ("host", "from ..nodes.record import Record"),
    "a node takes ComfyUI's insides": ("nodes", "import comfy.utils"),
    "host reaches the training": ("host", "from ..training.data import scenes"),
    "tools reach the tests": ("devtools", "from ..tests.core.decks import deck"),
    "tests' drivers reach a tool": ("devtools/driving", "from ..pictures import studio"),
    "the entry point reaches the science": ("", "from .core.recording.deck import Deck"),
    "an absolute import of the pack": ("core/drawing", "from denoiscope.core.recording.deck import Deck"),
}


@pytest.mark.parametrize(("folder", "source"), BROKEN.values(), ids=BROKEN)
def test_a_broken_border_is_seen(folder, source):
    assert upward(folder, source)
