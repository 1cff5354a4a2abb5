"""Attention maps in a deck's file: tensors of their own, and words and layers in its description."""

from torch import Tensor

from .attention import AttentionMaps, LayerGroup


def attention_tensors(maps: AttentionMaps | None, index: int) -> dict[str, Tensor]:
    """The tensors of attention maps by their names in the file; `index` is the trajectory's."""
    groups = () if maps is None else maps.groups
    return {_name(index, i): group.maps.contiguous() for i, group in enumerate(groups)}


def attention_description(maps: AttentionMaps | None) -> dict | None:
    if maps is None:
        return None
    return {"words": list(maps.words), "layers": [group.layers for group in maps.groups], "read": maps.read}


def read_attention(plain: dict | None, tensors: dict[str, Tensor], index: int) -> AttentionMaps | None:
    """Reads attention maps; None if the file holds none, as old versions do. Raises KeyError or ValueError."""
    if plain is None:
        return None
    groups = (LayerGroup(maps=tensors[_name(index, i)], layers=int(n)) for i, n in enumerate(plain["layers"]))
    read = str(plain.get("read", ""))  # not in files of before version 5
    return AttentionMaps(words=tuple(str(word) for word in plain["words"]), groups=tuple(groups), read=read)


def _name(index: int, group: int) -> str:
    return f"{index}.attention.{group}"
