"""Texts without the places on a disk that stand in them: what is handed round names a file, never the way to it."""

import re

_PART = r"[^\\/\s\"'<>|](?:[^\\/\n\"'<>|]{0,253}[^\\/\s\"'<>|])?"
"""A folder's name. Spaces may stand in it, not at its ends: "α / r" is no path."""
_ROOT = r"(?:[A-Za-z]:[\\/]+|\\\\|file:/+|(?<![\w.:/\\<~-])/)"
PATH = re.compile(rf"(?<!\w){_ROOT}(?:{_PART}[\\/]{{1,2}}){{1,64}}(?P<name>[^\\/\s\"'<>|()]*)")
HOME = re.compile(r".*[\\/](?:home|Users)[\\/]+[^\\/]*", re.IGNORECASE)
"""A path that ends with the name of a user."""
MOST_TURNS = 8
LONGEST = 300
"""Characters of an error that are kept."""


def without_places(text: str) -> str:
    """Each path from the root of a disk becomes its last name.

    >>> without_places("No such file: '/home/ada/ComfyUI/models/a.safetensors'")
    "No such file: 'a.safetensors'"
    """
    for _ in range(MOST_TURNS):  # what is left of two paths may be one again
        before, text = text, PATH.sub(_named, text)
        if text == before:
            break
    return text


def _named(found: re.Match) -> str:
    return "the home folder" if HOME.fullmatch(found[0]) else found["name"]


def last_name(module: str) -> str:
    """What a person calls a module: ComfyUI loads a pack and a file of nodes under their path on the disk.

    >>> last_name("/home/ada.b/ComfyUI/comfy_extras/nodes_cfg"), last_name("comfy.samplers")
    ('nodes_cfg', 'samplers')
    """
    return re.split(r"[\\/]", module)[-1].rpartition(".")[2]


def in_words(error: BaseException) -> str:
    """What an error says, on one line and without places; its kind where it says nothing."""
    said = getattr(error, "strerror", None) or str(error)
    lines = without_places(said).splitlines()
    return lines[0][:LONGEST] if lines else type(error).__name__
