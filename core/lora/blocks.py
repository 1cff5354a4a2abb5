"""Which block of its network a LoRA's layer belongs to, in reading order, and neighbouring blocks put together."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

from .lora import TEXT, TEXT_ENCODERS

BLOCKS = {
    "noise_refiner": "noise refiner",
    "context_refiner": "context refiner",
    "ref_image_refiner": "image refiner",
    "siglip_refiner": "siglip refiner",
    "individual_token_refiner_blocks": "token refiner",
    "lyric_encoder_encoders": "lyric",
    "transformer_1d_blocks": "connector",
    "refiner_blocks": "refiner",
    "layerwise_blocks": "layerwise",
    "input_blocks": "input",
    "down_blocks": "down",
    "text_transformer_blocks": "text",
    "visual_transformer_blocks": "visual",
    "double_blocks": "double",
    "double_stream_blocks": "double",
    "double_layers": "double",
    "joint_blocks": "joint",
    "transformer_blocks": "block",
    "middle_block": "middle",
    "mid_block": "middle",
    "output_blocks": "output",
    "up_blocks": "up",
    "single_transformer_blocks": "single",
    "single_blocks": "single",
    "single_stream_blocks": "single",
    "single_stream_layers": "single",
    "single_layers": "single",
    "nerf_blocks": "nerf",
    "vace_blocks": "vace",
    "fuser_blocks": "fuser",
    "injector": "injector",
    "blocks": "block",
    "layers": "layer",
}
"""What trainers and networks call a block, in the order in which a network is walked. A network with two stacks counts
each from 0: both need a name. Where a dot or an underscore parts two words, here an underscore stands.
"""

WITHOUT_NUMBER = ("middle",)
_ANY = "|".join(name.replace("_", "[._]") for name in sorted(BLOCKS, key=len, reverse=True))
BLOCK = re.compile(rf"(?:^|[._])({_ANY})(?:[._](?:block)?(\d+))?(?=[._]|$)")
WHICH_ENCODER = re.compile(r"^(?:lora_(?:prior_)?te(\d*)_|text_encoder_?(\d*)\.|text_encoders\.(\w+))")
OTHER = "other"
ORDER = (*dict.fromkeys(BLOCKS.values()), OTHER, TEXT)


@dataclass(frozen=True, order=True)
class Block:
    """A block by its kind and its number, or by the numbers from `number` to `last`; "" where it has none."""

    kind: str
    number: int = -1
    last: int = -1
    name: str = ""

    @property
    def title(self) -> str:
        if self.number < 0:
            return " ".join(word for word in (self.kind, self.name) if word)
        return f"{self.kind} {self.number}" + (f" to {self.last}" if self.last > self.number else "")

    @property
    def place(self) -> tuple[int, int, str]:
        """A key that sorts blocks in the order in which a network is walked."""
        return ORDER.index(self.kind), self.number, self.name


def block_of(layer: str) -> Block:
    """Reads the outermost block from a layer's name, in any trainer's style."""
    if layer.startswith(TEXT_ENCODERS):
        which = WHICH_ENCODER.match(layer)
        return Block(TEXT, name=next(filter(None, which.groups()), "") if which else "")
    found = BLOCK.search(layer)
    if found is None:
        return Block(OTHER)
    kind = BLOCKS[found[1].replace(".", "_")]
    number = -1 if kind in WITHOUT_NUMBER or found[2] is None else int(found[2])
    return Block(kind, number, number)


def place_of(layer: str) -> tuple:
    """A key that sorts layers in the order in which a network is walked, with 2 before 10."""
    parts = re.split(r"(\d+)", layer)
    return block_of(layer).place, tuple((1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts)


def together(blocks: Iterable[Block], most: int) -> dict[Block, Block]:
    """Each block with the one that it is drawn as: itself where there are at most `most`, else neighbours of one kind
    in groups; the kind that has the most groups is grouped more coarsely first.
    """
    ordered = sorted(set(blocks), key=lambda block: block.place)
    kinds = {kind: [block for block in ordered if block.kind == kind] for kind in ORDER}
    sizes = dict.fromkeys(kinds, 1)
    while sum((groups := {kind: ceil(len(own) / sizes[kind]) for kind, own in kinds.items()}).values()) > most:
        widest = max(groups, key=groups.__getitem__)
        if groups[widest] <= 1:
            break
        sizes[widest] += 1
    return {block: group for kind, own in kinds.items() for block, group in _in_groups(own, sizes[kind])}


def _in_groups(own: list[Block], size: int) -> Iterator[tuple[Block, Block]]:
    for start in range(0, len(own), size):
        first, *others = group = own[start : start + size]
        whole = Block(first.kind, first.number, group[-1].last, "" if others else first.name)
        yield from ((block, whole) for block in group)
