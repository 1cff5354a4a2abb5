"""Every input of every node, given what nobody would type: one sentence comes back, never an error of Python's own."""

import asyncio
import inspect

import pytest
from comfy_api.latest import io

from denoiscope.nodes import NODES

ODD = {
    "nothing": None,
    "a list": ["a", "b", "c"],
    "an object": {"a": 1},
    "a number": 5,
    "not a number": float("nan"),
    "endless": float("inf"),
    "below every limit": -(2**80),
    "beyond every limit": 2**80,
    "a switch": True,
    "a text": "magic",
    "an empty text": "",
    "a long text": "0..1 x 1e4, " * 2000,
    "half a character": "\ud800",
}
WIDGETS = (io.Int.Input, io.Float.Input, io.String.Input, io.Boolean.Input, io.Combo.Input, io.DynamicCombo.Input)


class Untouched:
    """Stands for what comes through a socket: a check of widgets has no business with it."""

    def __getattr__(self, name):
        raise ReachedError(name)

    def __getitem__(self, index):
        raise ReachedError(index)

    def __len__(self):
        raise ReachedError("length")


class ReachedError(Exception):
    """The checks are passed, and the node has begun its work."""


def usual(declared):
    """What the widget has when nobody touches it."""
    if isinstance(declared, io.DynamicCombo.Input):
        option = declared.options[0]
        return {declared.id: option.key, **{inner.id: usual(inner) for inner in option.inputs}}
    if isinstance(declared, io.Combo.Input):
        return declared.default or (declared.options or ["none"])[0]
    return getattr(declared, "default", None) if isinstance(declared, WIDGETS) else Untouched()


def all_usual(node):
    return {declared.id: usual(declared) for declared in node.define_schema().inputs}


def inputs_of(node):
    return [pytest.param(node, d, id=f"{node.__name__}-{d.id}") for d in node.define_schema().inputs]


INPUTS = [parameter for node in NODES for parameter in inputs_of(node)]


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
def test_a_node_looks_at_its_inputs_before_it_works_with_them(node):
    assert not node.define_schema().inputs or hasattr(node.execute, "__wrapped__"), "put @checked over its execute"


@pytest.mark.parametrize(("node", "declared"), INPUTS)
def test_what_comes_through_a_link_is_taken_or_refused_in_one_sentence(node, declared):
    sockets_apart = ODD.values() if isinstance(declared, WIDGETS) else [None]  # ComfyUI compares those types itself
    for odd in sockets_apart:
        try:
            made = node.execute(**{**all_usual(node), declared.id: odd})
            if inspect.iscoroutine(made):
                asyncio.run(made)
        except ReachedError:
            pass
        except ValueError as error:
            assert_is_a_sentence(error)


@pytest.mark.parametrize(("node", "declared"), [p for p in INPUTS if "validate_inputs" in vars(p.values[0])])
def test_before_a_run_any_value_is_taken_or_refused_in_one_sentence(node, declared):
    """Linked inputs are None there; one that is left out is not there at all."""
    wanted = inspect.signature(node.validate_inputs).parameters
    everything = any(p.kind == p.VAR_KEYWORD for p in wanted.values())
    given = {k: v for k, v in all_usual(node).items() if everything or k in wanted}
    asked = [{declared.id: value} for value in as_comfyui_reads(declared)] if declared.id in given else []
    others = {k: v for k, v in given.items() if k != declared.id}
    for odd in [*asked, {}]:
        try:
            answer = node.validate_inputs(**others, **odd)
        except ValueError as error:
            assert_is_a_sentence(error)
            continue
        assert answer is True or (isinstance(answer, str) and answer)


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.__name__)
def test_what_is_linked_is_no_reason_to_fail_when_a_node_is_asked_whether_it_must_run_again(node):
    if "fingerprint_inputs" in vars(node):
        node.fingerprint_inputs(**dict.fromkeys(all_usual(node)))


def as_comfyui_reads(declared):
    """What it makes of typed values before it asks a node (execution.py); what it cannot read it refuses itself."""
    kinds = {io.Int.Input: int, io.Float.Input: float, io.String.Input: str, io.Boolean.Input: bool}
    read = next((kind for widget, kind in kinds.items() if isinstance(declared, widget)), lambda value: value)
    for value in ODD.values():
        try:
            yield None if value is None else read(value)
        except (ValueError, TypeError, OverflowError):
            pass


def assert_is_a_sentence(error):
    said = str(error)
    assert said and "\n" not in said and len(said) < 1000, said
    assert "NoneType" not in said and "object has no attribute" not in said
