"""Words to vectors: a tokenizer that knows a few dozen words and an encoder that keeps every word to itself.

No word is mixed with its neighbours, so what the picture takes from a place in the prompt, it takes from that word.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .captions import every_word
from .near import NEAR

PROMPT_LENGTH = 32
CONTEXT_WIDTH = 128
PAD, START, END = 0, 1, 2
FREE_WORDS = ("autumn", "balloon", "blueprint", "dragon", "mosaic", "rainbow", "snowman", "watercolour")
"""Words that no training picture was described with: what they mean is left to a LoRA."""
VOCABULARY: tuple[str, ...] = ("<pad>", "<start>", "<end>", ",", *every_word(), *FREE_WORDS)
TOKEN_OF = {word: token for token, word in enumerate(VOCABULARY)}
WORD = re.compile(r"[^\W_]+|,")
LITTLE_WORDS = frozenset(("a", "an", "and", "at", "in", "of", "on", "the", "with"))
"""Words that name nothing by themselves."""


@dataclass(frozen=True, kw_only=True)
class Heard:
    """What the model makes of words: those it does not know, the near ones with the word they are read as, and those
    that only a LoRA gives a meaning. Each once, in the order in which they came.
    """

    unknown: tuple[str, ...]
    near: tuple[tuple[str, str], ...]
    free: tuple[str, ...]


def known_words() -> list[str]:
    return every_word()


def split_words(text: str) -> list[str]:
    """Words and commas, lower case; everything else only separates.

    >>> split_words("A red house, at DUSK!")
    ['a', 'red', 'house', ',', 'at', 'dusk']
    """
    return WORD.findall(text.lower())


def frame(tokens: list, start, end, pad) -> list:
    """Fit a prompt into its fixed length: start, at most 30 words, end, padding."""
    tokens = [start, *tokens[: PROMPT_LENGTH - 2], end]
    return tokens + [pad] * (PROMPT_LENGTH - len(tokens))


def read_words(words: Sequence[str]) -> list[str | None]:
    """For each word or comma what the model reads in its place; None where it is left out.

    A word that it does not know is left out. Where the words between two commas then name nothing any more, all of them
    are, and one of the commas with them: a list of tags is as if the unknown ones had never been in it.

    >>> read_words(["8k", ",", "an", "ugly", "photo", ",", "two", "lighthouses"])
    [None, None, None, None, None, None, None, 'lighthouse']
    """
    known = [near if (near := NEAR.get(word, word)) in TOKEN_OF else None for word in words]
    kept = [(start, end) for start, end in parts_between_commas(words) if not names_nothing(known[start:end])]
    read: list[str | None] = [None] * len(words)
    for number, (start, end) in enumerate(kept):
        begin = start - 1 if number else start
        read[begin:end] = known[begin:end]
    return read


def names_nothing(part: Sequence[str | None]) -> bool:
    """Whether unknown words were left out of it and little ones are all that remains."""
    return None in part and LITTLE_WORDS.issuperset(word for word in part if word)


def parts_between_commas(words: Sequence[str]) -> list[tuple[int, int]]:
    """Begin and end of each; a list without words is one empty part."""
    commas = [place for place, word in enumerate(words) if word == ","]
    return list(zip((0, *(place + 1 for place in commas)), (*commas, len(words)), strict=True))


def hear(words: Iterable[str]) -> Heard:
    """What the model makes of a prompt's words."""
    words = list(dict.fromkeys(words))
    return Heard(
        unknown=tuple(word for word in words if NEAR.get(word, word) not in TOKEN_OF),
        near=tuple((word, NEAR[word]) for word in words if word in NEAR),
        free=tuple(word for word in words if NEAR.get(word, word) in FREE_WORDS),
    )


def tokenize(text: str) -> list[int]:
    """Token numbers of the words it reads; the others are left out."""
    return frame([TOKEN_OF[word] for word in read_words(split_words(text)) if word], START, END, PAD)


class TextEncoder(nn.Module):
    """Tokens [prompt, place] to vectors [prompt, place, CONTEXT_WIDTH], each from its word and its place alone."""

    def __init__(self, width: int = CONTEXT_WIDTH):
        super().__init__()
        self.word = nn.Embedding(len(VOCABULARY), width)
        self.place = nn.Parameter(torch.randn(PROMPT_LENGTH, width) * 0.02)
        self.think = nn.Sequential(
            nn.LayerNorm(width), nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width)
        )
        self.norm = nn.LayerNorm(width)
        nn.init.normal_(self.word.weight, std=0.1)

    def forward(self, tokens: Tensor) -> Tensor:
        x = self.word(tokens) + self.place
        return self.norm(x + self.think(x))
