"""The checks that ComfyUI leaves to a node which asks for all of its inputs: limits of numbers, entries of lists."""

from comfy_api.latest import io

from ..core.value_list import one_of


def check_widgets(schema: io.Schema, inputs: dict) -> None:
    """Raises ValueError for the first value outside its limits or its list. Linked inputs are None, and pass."""
    for declared in schema.inputs:
        value = inputs.get(declared.id)
        if value is None:
            continue
        if isinstance(declared, io.Combo.Input):
            one_of(value, declared.id, declared.options)
        elif isinstance(declared, (io.Int.Input, io.Float.Input)) and not declared.min <= value <= declared.max:
            raise ValueError(f"{declared.id} must be {declared.min:,}..{declared.max:,}, got {value:,}")
