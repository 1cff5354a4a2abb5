"""Words to vectors: a tokenizer that knows a few dozen words and an encoder that keeps every word to itself.

No word is mixed with its neighbours, so what the picture takes from a place in the prompt, it takes from that word.
"""

import re

import torch
from torch import Tensor, nn

from .captions import every_word

PROMPT_LENGTH = 32
CONTEXT_WIDTH = 128
PAD, START, END = 0, 1, 2
FREE_WORDS = ("autumn", "balloon", "blueprint", "dragon", "mosaic", "rainbow", "snowman", "watercolour")
"""Words that no training picture was described with: what they mean is left to a LoRA."""
VOCABULARY: tuple[str, ...] = ("<pad>", "<start>", "<end>", ",", *every_word(), *FREE_WORDS)
TOKEN_OF = {word: token for token, word in enumerate(VOCABULARY)}
WORD = re.compile(r"[^\W_]+|,")


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


def tokenize(text: str) -> list[int]:
    """Token numbers of the words it knows; unknown words are left out."""
    return frame([TOKEN_OF[word] for word in split_words(text) if word in TOKEN_OF], START, END, PAD)


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
