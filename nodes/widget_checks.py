"""The checks that ComfyUI leaves to a node: of values that are linked, and of all it asks for itself before a run."""

import functools
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from comfy_api.latest import io

from ..core.value_list import choice_of, one_of, shown

INSTALLED = ("sampler_name", "scheduler", "lora_name", "deck_file")
"""Inputs whose choices depend on what is installed, or lies in ComfyUI's folders."""
SENTENCE_LENGTH = 200
"""Characters of a value that an error repeats."""


def checked(execute: Callable) -> Callable:
    """Around a node's `execute`: what comes through a link has met no check of ComfyUI's, whatever its widget says.

    Raises ValueError, one sentence, for the first input that cannot be meant.
    """
    signature = inspect.signature(execute)

    def check(cls, *args, **kwargs) -> None:
        bound = signature.bind(cls, *args, **kwargs).arguments
        given = {**bound.pop("inputs", {}), **bound}
        for declared in cls.define_schema().inputs:
            if declared.id in given:
                check_input(declared, first_of(given[declared.id]) if cls.INPUT_IS_LIST else given[declared.id])

    @functools.wraps(execute)
    def check_and_execute(cls, *args, **kwargs):
        check(cls, *args, **kwargs)
        return execute(cls, *args, **kwargs)

    @functools.wraps(execute)
    async def check_and_await(cls, *args, **kwargs):
        check(cls, *args, **kwargs)
        return await execute(cls, *args, **kwargs)

    return check_and_await if inspect.iscoroutinefunction(execute) else check_and_execute


def first_of(value: Any) -> Any:
    """Of an input of a node that takes lists: what it would have had alone."""
    return (value or [None])[0] if isinstance(value, list) else value


def check_widgets(schema: io.Schema, inputs: Mapping[str, Any]) -> None:
    """Before a run, for a node that names its inputs in validate_inputs: those that are linked are None, and pass.

    Raises ValueError for the first value that its widget could not have.
    """
    for declared in schema.inputs:
        if inputs.get(declared.id) is not None:
            check_input(declared, inputs[declared.id])


def says(node: type[io.ComfyNode], check: Callable[..., object], **values: Any) -> bool | str:
    """What ComfyUI's validation wants of a node's own check: True, or the sentence. A value that is linked or left out,
    None, is not checked before the run.
    """
    if any(value is None for value in values.values()):
        return True
    try:
        check_widgets(node.define_schema(), values)
        check(*values.values())
    except ValueError as error:
        return str(error)
    return True


def check_input(declared: io.Input, value: object) -> None:
    """Raises ValueError for a value that is not what an input is declared as."""
    if isinstance(declared, io.DynamicCombo.Input):
        _check_choice(declared, value)
    elif value is None:
        if not (declared.optional or getattr(declared, "lazy", False)):
            raise ValueError(f"{declared.id}: nothing came (None): connect what gives a value, or type one")
    elif kind := next((kind for kind in WANTED if isinstance(declared, kind)), None):
        WANTED[kind](declared, value)


def _check_choice(declared, value: object) -> None:
    """A choice comes with the inputs of what was chosen, those that are linked among them."""
    chosen = value.get(declared.id) if isinstance(value, dict) else None
    options = {option.key: option for option in declared.options}
    if value is None and declared.optional:
        return
    if chosen not in options:
        raise ValueError(f"{declared.id}: choose one of {', '.join(options)}; got {_short(chosen)}")
    _check_each(options[chosen].inputs, value)


def _check_each(inputs: Iterable[io.Input], values) -> None:
    for declared in inputs:
        if values.get(declared.id) is not None:
            check_input(declared, values[declared.id])


def _check_whole_number(declared, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{declared.id} must be a whole number, got {_short(value)}")
    _check_limits(declared, value)


def _check_number(declared, value: object) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{declared.id} must be a number, got {_short(value)}")
    _check_limits(declared, value)


def _check_limits(declared, value: float) -> None:
    if not declared.min <= value <= declared.max:
        raise ValueError(f"{declared.id} must be {declared.min:,}..{declared.max:,}, got {value:,}")


def _check_text(declared, value: object) -> None:
    if not isinstance(value, str):
        raise ValueError(f"{declared.id} must be text, got {_short(value)}")


def _check_switch(declared, value: object) -> None:
    if not isinstance(value, bool):
        raise ValueError(f"{declared.id} must be true or false, got {_short(value)}")


def _check_entry(declared, value: object) -> None:
    _check_text(declared, value)
    if declared.options:
        of_these = one_of if declared.id in INSTALLED else choice_of
        of_these(str(value), declared.id, declared.options)


WANTED = {
    io.Int.Input: _check_whole_number,
    io.Float.Input: _check_number,
    io.String.Input: _check_text,
    io.Boolean.Input: _check_switch,
    io.Combo.Input: _check_entry,
}


def _short(value: object) -> str:
    """A value as a sentence shows it, with its kind where that is the news."""
    if value is None:
        return "nothing (None)"
    text = repr(value) if isinstance(value, (str, int, float, bool)) else f"a {type(value).__name__}"
    return text if len(text) <= SENTENCE_LENGTH else shown(text)
