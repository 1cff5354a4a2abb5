"""The LoRAs that come with the pocket model: what each was taught, and by which word."""

from pathlib import Path

FOLDER = Path(__file__).parent / "weights" / "loras"
BLUEPRINT_RANKS = (8, 4, 2, 1)
EVERY_WEIGHT = "blueprint, every weight"
"""The same style as a fine-tune of every matrix, of no low rank by construction."""
TAUGHT: dict[str, tuple[str, int | None]] = {
    **{f"blueprint, rank {rank}": ("blueprint", rank) for rank in BLUEPRINT_RANKS},
    EVERY_WEIGHT: ("blueprint", None),
    "autumn, rank 4": ("autumn", 4),
    "balloon, rank 8": ("balloon", 8),
}
"""Name to the word that calls it up and its rank. One style was taught at several ranks and at none."""
FOUR_STEPS = "four steps"
"""This one answers to no word: with it 4 steps at guidance 1 take the road of 20 guided ones."""
NAMES = (*TAUGHT, FOUR_STEPS)


def file_name(name: str) -> str:
    return f"{name.replace(',', '')}.safetensors"


def file_of(name: str) -> Path:
    """Raises ValueError if there is no such LoRA, or if its file is gone."""
    if name not in NAMES:
        raise ValueError(f"the pocket model has LoRAs for {'; '.join(NAMES)}: there is none called {name!r}")
    file = FOLDER / file_name(name)
    if not file.exists():
        raise ValueError(f"the LoRA {name!r} is missing ({file.name}): install Denoiscope again to get it back")
    return file


def word_of(name: str) -> str:
    """What to write in the prompt; empty for one that needs no word."""
    return TAUGHT[name][0] if name in TAUGHT else ""
