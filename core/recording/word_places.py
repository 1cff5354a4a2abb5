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


def apart(prompt: Chunks, others: Sequence[Chunks]) -> tuple[int, ...]:
    """The places where a prompt differs from the same prompt with another word in one place: that word's tokens, also
    of a tokenizer that joins a word with the space before it, or puts a template round the prompt. Of several other
    words: where it differs from any, as a word may end like one of them.
    """
    there = content(prompt)
    spans = [_differing(there, content(other)) for other in others]
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    return tuple(place for place, _ in there[first:last])


def _differing(there: list[tuple[int, object]], other: list[tuple[int, object]]) -> tuple[int, int]:
    """From where to where, as numbers in `there`."""
    shortest = min(len(there), len(other))
    start = next((i for i in range(shortest) if not _equal(there[i][1], other[i][1])), shortest)
    left = shortest - start
    same = next((i for i in range(left) if not _equal(there[-1 - i][1], other[-1 - i][1])), left)
    return start, len(there) - same


def _equal(a: object, b: object) -> bool:
    """Tokens of one place of two prompts; vectors of textual inversions are taken for the same."""
    return a == b if isinstance(a, int) and isinstance(b, int) else type(a) is type(b)


def occurrences(word: str, text: str) -> list[tuple[int, int]]:
    """From where to where a word or phrase stands in a text, whatever its case; not inside of another word of Latin
    letters.
    """
    pattern = rf"(?<![A-Za-z0-9]){re.escape(word)}(?![A-Za-z0-9])"
    return [found.span() for found in re.finditer(pattern, text, re.IGNORECASE)]


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
