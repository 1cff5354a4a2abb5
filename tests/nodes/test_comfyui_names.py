"""The pack asks ComfyUI for nothing that the installed one lacks, not even in a corner that no other test enters.

A name that only newer ones have is asked for in host/older_comfyui.py, where its absence is provided for.
"""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("comfy", "comfy_api", "comfy_execution", "folder_paths", "latent_preview", "node_helpers")


def asked_for() -> set[str]:
    """Dotted names, such as comfy.sample.prepare_noise."""
    paths = [path for folder in ("host", "nodes") for path in (ROOT / folder).glob("*.py")]
    names = {name for path in paths for name in names_in(ast.parse(path.read_text(encoding="utf-8")))}
    return {name for name in names if name.split(".")[0] in MODULES}


def names_in(tree: ast.Module):
    for part in ast.walk(tree):
        if isinstance(part, ast.ImportFrom) and not part.level:
            yield from (f"{part.module}.{alias.name}" for alias in part.names)
        elif isinstance(part, ast.Attribute) and all(word.isidentifier() for word in ast.unparse(part).split(".")):
            yield ast.unparse(part)


def exists(name: str) -> bool:
    """Whether modules and attributes lead there; what a class only sets up in its instances is not looked into."""
    whole, *rest = name.split(".")
    found = importlib.import_module(whole)
    for word in rest:
        whole = f"{whole}.{word}"
        if not hasattr(found, word) and hasattr(found, "__path__"):
            try:
                importlib.import_module(whole)
            except ModuleNotFoundError:
                return False
        if not hasattr(found, word):
            return False
        found = getattr(found, word)
    return True


@pytest.mark.smoke
def test_every_name_that_the_pack_asks_of_comfyui_is_there():
    names = asked_for()
    assert {"comfy.sample.prepare_noise", "comfy_api.latest.io"} <= names
    assert sorted(name for name in names if not exists(name)) == []
