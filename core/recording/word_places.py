"""Where words stand among the tokens of a prompt."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MOST_WORDS = 16
NOT_A_WORD = 0
"""The word number that tokenizers give to start, end and padding."""
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")

Chunks = Sequence[Sequence[tuple]]
"""What a tokenizer of ComfyUI gives: chunks of (token, weight, word number), encoded one by one and put end to end."""


@dataclass(frozen=True, kw_only=True)
class WordPlaces:
    """Words and, for each, the places of its tokens along the encoded prompt, which has `length` places in all."""

    words: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]
    length: int

    def report(self) -> str:
        """A line a word."""
        return "\n".join(
            f"{word}: {_counted(len(places))} at {', '.join(map(str, places))} of {self.length}"
            for word, places in zip(self.words, self.places, strict=True)
        )


def listed_words(text: str) -> tuple[str, ...]:
    """Words or phrases between commas or line ends, each once. Raises ValueError for too many."""
    words = tuple(dict.fromkeys(part.strip() for part in re.split(r"[,\n]", text) if part.strip()))
    if len(words) > MOST_WORDS:
        raise ValueError(f"at most {MOST_WORDS} words can be watched at once, got {len(words)}: name fewer")
    return words


def words_in(text: str) -> tuple[str, ...]:
    """The words of a prompt without its weights and signs, each once, lower case."""
    return tuple(dict.fromkeys(word.lower() for word in WORD.findall(text)))


def content(chunks: Chunks) -> list[tuple[int, object]]:
    """(place, token) of everything that is neither start nor end nor padding, in order."""
    places: list[tuple[int, object]] = []
    start = 0
    for chunk in chunks:
        places += [(start + i, token) for i, (token, _, word) in enumerate(chunk) if word != NOT_A_WORD]
        start += len(chunk)
    return places


def places_of(word: Chunks, prompt: Chunks) -> tuple[int, ...]:
    """The places of every occurrence of a word's tokens in a row; a word may go on in the next chunk."""
    wanted = [token for _, token in content(word)]
    there = content(prompt)
    return tuple(place for start in _starts(wanted, there) for place, _ in there[start : start + len(wanted)])


def _starts(wanted: list, there: list[tuple[int, object]]) -> Iterator[int]:
    start = 0
    while wanted and start + len(wanted) <= len(there):
        if all(_same(a, b) for a, (_, b) in zip(wanted, there[start:], strict=False)):
            yield start
            start += len(wanted)
        else:
            start += 1


def _same(a: object, b: object) -> bool:
    """Textual inversions stand as vectors among the token numbers; no word is one."""
    return isinstance(a, int) and isinstance(b, int) and a == b


def _counted(count: int) -> str:
    return "1 token" if count == 1 else f"{count} tokens"
