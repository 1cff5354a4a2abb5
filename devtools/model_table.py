"""What is done with each kind of latent and model that ComfyUI builds: a table in docs, read from ComfyUI's classes.

No network is built and no model is run: the table says what the pack takes by the format of the latents and the class
of the network. What was run is said beside it.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from textwrap import dedent
from typing import Any

from .progress import say

PAGE = Path(__file__).resolve().parent.parent / "docs" / "own_model.md"
BEGIN, END = "<!-- python dev.py models -->", "<!-- end of the table -->"
U_NET = "comfy.ldm.modules.diffusionmodules.openaimodel.UNetModel"
YES, NO = "yes", "-"
NO_WORDS = ("SVD_img2vid", "SV3D_u", "SV3D_p", "Stable_Zero123")
"""U-Nets that are asked with a picture, and some of which mix frames and places."""


@dataclass(frozen=True)
class Row:
    """One format and model class."""

    latent_format: str
    axes: str
    model: str
    recorded: str
    approximated: str
    decoded: str
    live: str
    attention: str
    sweep: str
    walk: str
    difference: str

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(getattr(self, field.name) for field in fields(self))


def rows() -> list[Row]:
    """In the order of their names; ComfyUI's models of one format and class are one row."""
    import comfy.supported_models

    models = (model for model in comfy.supported_models.models if makes_latents(model))
    kinds = {(latent_format(model), kind) for model in models for kind in model_classes(model)}
    return sorted((row(*kind) for kind in kinds), key=lambda made: (made.latent_format.lower(), made.model.lower()))


def row(latents: type, model: type) -> Row:
    from denoiscope.host.model_facts import latent_space_of

    try:
        space = latent_space_of(latents())
    except ValueError:
        space = None
    nested = packs_several(model)
    recorded = space is not None and not nested
    colours = recorded and bool(space.rgb_factors)
    pictures = recorded and latents.latent_dimensions > 1 and "Audio" not in latents.__name__
    told = {True: YES, False: NO}
    return Row(
        latent_format=latents.__name__,
        axes=str(latents.latent_dimensions),
        model=model.__name__,
        recorded=told[recorded] if recorded else "no: several tensors" if nested else "no: more than scale and shift",
        approximated=told[colours],
        decoded=told[pictures],
        live=told[colours],
        attention=attention_of(model) if recorded else NO,
        sweep=told[recorded],
        walk=told[pictures],
        difference=told[recorded],
    )


def packs_several(model: type) -> bool:
    """Whether its latents are several tensors, which ComfyUI hands round as one."""
    import comfy.model_base

    return model is not comfy.model_base.BaseModel and "latent_shapes" in inspect.getsource(model)


def makes_latents(model: type) -> bool:
    """Models that look at pictures, and make none, have the format that is no one's own."""
    import comfy.latent_formats

    return latent_format(model) is not comfy.latent_formats.LatentFormat


def latent_format(model: type) -> type:
    found = model.latent_format
    return found if isinstance(found, type) else type(found)


def model_classes(model: type) -> Iterator[type]:
    """Those that its get_model may make."""
    import comfy.model_base

    names = re.findall(r"model_base\.(\w+)\(", inspect.getsource(model.get_model))
    yield from (getattr(comfy.model_base, name) for name in dict.fromkeys(names))


def attention_of(model: type) -> str:
    """How Attention of a Word reads its network: "joint", "cross", or not at all."""
    from denoiscope.host.attention_families import FAMILIES

    network = network_of(model)
    names = {f"{kind.__module__}.{kind.__name__}" for kind in network.__mro__}
    if U_NET in names:
        return NO if model.__name__ in NO_WORDS else "cross"
    family = next((family for family in FAMILIES if f"comfy.ldm.{family.network}" in names), None)
    return NO if family is None else "joint" if family.joint else "cross"


def network_of(model: type) -> type:
    """The class of network that a class of comfy.model_base builds, as its __init__ names it."""
    import comfy.model_base

    for kind in model.__mro__:
        if (named := _named(kind)) is not None:
            return eval_name(named, vars(comfy.model_base))
    return eval_name(U_NET.rpartition(".")[2], vars(comfy.model_base))


def _named(kind: type) -> str | None:
    if "__init__" not in vars(kind):
        return None
    tree = ast.parse(dedent(inspect.getsource(kind.__init__))).body[0]
    pairs = zip(reversed(tree.args.args), reversed(tree.args.defaults), strict=False)
    found = [default for argument, default in pairs if argument.arg == "unet_model"]
    found += [word.value for word in ast.walk(tree) if isinstance(word, ast.keyword) and word.arg == "unet_model"]
    paths = [ast.unparse(each) for each in found if ast.unparse(each) != "unet_model"]
    return paths[0] if paths else None


def eval_name(path: str, names: dict[str, Any]) -> Any:
    """An object by its dotted path, looked up name by name."""
    first, *rest = path.split(".")
    found = names[first]
    for name in rest:
        found = getattr(found, name)
    return found


def table(made: list[Row]) -> str:
    head = tuple(field.name.replace("_", " ").replace("latent format", "format") for field in fields(Row))
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ("---",) * len(head), *(each.cells for each in made))]
    return "\n".join(lines)


def placed(page: str, written: str) -> str:
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{written}\n\n{END}{after}"


def main() -> None:
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(placed(page, table(rows())), encoding="utf-8")
    say(f"{PAGE.name} has the table of {len(rows())} kinds of model.")


if __name__ == "__main__":
    main()
