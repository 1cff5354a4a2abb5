"""Rules of the house that a machine can see."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def imported(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module.split(".")[0]


def test_the_entry_point_imports_nothing():
    assert list(imported(ROOT / "__init__.py")) == []


def test_the_pack_holds_nothing_that_a_stranger_must_fear():
    forbidden = {"pickle", "subprocess", "socket", "requests", "urllib", "ctypes", "marshal"}
    for folder in ("core", "host", "nodes"):
        for path in (ROOT / folder).glob("**/*.py"):
            assert not forbidden & set(imported(path)), path.name


CHANGES = {"append", "add", "update", "setdefault", "pop", "popitem", "clear", "extend", "insert", "remove", "discard"}


def changed_names(function):
    """Names of values that a function changes in place."""
    for node in ast.walk(function):
        targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else [getattr(node, "target", None)]
        for target in targets:
            if isinstance(target, (ast.Subscript, ast.Attribute)) and isinstance(target.value, ast.Name):
                yield target.value.id
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
            if isinstance(node.func.value, ast.Name):
                yield node.func.value.id


def own_names(function):
    """Names that a function binds itself."""
    arguments = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    stored = (node for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return arguments | {node.id for node in stored}


def test_no_function_changes_a_value_of_its_module():
    for folder in ("core", "host", "nodes", "pocket"):
        for path in (ROOT / folder).glob("**/*.py"):
            for function in ast.parse(path.read_text(encoding="utf-8")).body:
                if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                    assert not set(changed_names(function)) - own_names(function), (path.name, function.name)
                    assert not any(isinstance(node, ast.Global) for node in ast.walk(function)), path.name


def public_functions(tree):
    """Functions and methods whose names do not begin with an underscore; constructors among them."""
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from public_functions(node)
        elif isinstance(node, ast.FunctionDef) and (not node.name.startswith("_") or node.name == "__init__"):
            yield node


@pytest.mark.parametrize("folder", ["core", "host"])
def test_every_public_function_says_the_types_of_what_it_takes_and_gives(folder):
    untyped = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        for function in public_functions(ast.parse(path.read_text(encoding="utf-8"))):
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            bare = [each.arg for each in arguments if each.annotation is None and each.arg not in ("self", "cls")]
            if bare or (function.returns is None and function.name != "__init__"):
                untyped.append((path.name, function.name, *bare))
    assert untyped == []
