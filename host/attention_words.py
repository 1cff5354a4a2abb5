"""Finds words in a prompt with the CLIP that encodes it, and marks the conditioning with where they are."""

import comfy.sd1_clip

from ..core.filled_sentence import filled
from ..core.recording.word_places import (
    MOST_WORDS,
    Chunks,
    WordPlaces,
    apart,
    listed_words,
    occurrences,
    places_of,
    words_in,
)
from .comfyui import Clip

MARK = "denoiscope_words"
"""The key under which a CONDITIONING carries its WordPlaces; ComfyUI hands it on untouched."""


CLIPS = ("l", "g", "h", "")
"""Tokenizers that read a word alike wherever it stands, by ComfyUI's keys; the pocket model's has none."""
OTHERS = ("dog", "7")
"""Words that are put in the place of another, to see which tokens are its own."""


def marked_prompt(clip: Clip, text: str, words: str) -> tuple[list, WordPlaces]:
    """The prompt as CLIP Text Encode gives it, and where the words stand; no words mean every word of the prompt.

    Raises ValueError, one sentence, for a word that the prompt does not hold.
    """
    _check_prompt(text)
    conditioning = clip.encode_from_tokens_scheduled(clip.tokenize(text))
    found = find_words(clip, text, words, length=conditioning[0][0].shape[1])
    return [[vectors, {**more, MARK: found}] for vectors, more in conditioning], found


def find_words(clip: Clip, text: str, words: str, *, length: int | None = None) -> WordPlaces:
    """Where words stand along the encoded prompt, which has `length` places; as many as tokens, where not said.

    Raises ValueError for a word that the prompt does not hold, and for more words than can be watched.
    """
    _check_prompt(text)
    prompt = Prompt(clip, text, length)
    wanted = listed_words(words)
    places = {word: prompt.places_of(word) for word in wanted or words_in(_plain(text))}
    missing = [word for word, found in places.items() if not found]
    if wanted and missing:
        raise ValueError(_absent(missing, [word for word in words_in(_plain(text)) if prompt.places_of(word)]))
    there = {word: found for word, found in places.items() if found}
    if not there:
        raise ValueError(f"the tokenizer knows no word of the prompt {text[:60]!r}: write one of words that it knows")
    if len(there) > MOST_WORDS:
        raise ValueError(
            filled("this prompt has {1} words, of which at most {2} can be watched: name some", len(there), MOST_WORDS)
        )
    return WordPlaces(words=tuple(there), places=tuple(there.values()), length=prompt.length)


def _check_prompt(text: str) -> None:
    if not text.strip():
        raise ValueError(filled("the prompt is empty: write one that holds the words to watch"))


class Prompt:
    """The tokens of a prompt, as far as they stand in what the model is asked with: by the key of their tokenizer, the
    place of the first one there. A template's beginning may be cut off, and two encoders may stand one after the other.
    """

    def __init__(self, clip: Clip, text: str, length: int | None):
        self.clip, self.text = clip, text
        self.tokens = _tokens(clip, text)
        sizes = {key: sum(map(len, chunks)) for key, chunks in self.tokens.items()}
        self.starts = starts_along(sizes, length)
        if len(self.starts) == 1 and length is not None:
            (key,) = self.starts
            self.starts = {key: -self._template(key) if sizes[key] > length else 0}
        self.length = length or max(sizes[key] + start for key, start in self.starts.items())

    def places_of(self, word: str) -> tuple[int, ...]:
        found = {place + start for key, start in self.starts.items() for place in self._places_in(key, word)}
        return tuple(sorted(place for place in found if 0 <= place < self.length))

    def _places_in(self, key: str, word: str) -> set[int]:
        alone = set(places_of(_tokens(self.clip, word)[key], self.tokens[key]))
        if key in CLIPS:
            return alone
        spans = occurrences(word, self.text)
        others = ([f"{self.text[:first]}{other}{self.text[last:]}" for other in OTHERS] for first, last in spans)
        changed = ([_tokens(self.clip, text)[key] for text in texts] for texts in others)
        return alone.union(*(apart(self.tokens[key], texts) for texts in changed))

    def _template(self, key: str) -> int:
        """How many tokens a template puts before a prompt."""
        one, *others = (_tokens(self.clip, other)[key] for other in OTHERS)
        return min(apart(one, others), default=0)


def starts_along(sizes: dict[str, int], length: int | None) -> dict[str, int]:
    """Which tokenizers' tokens stand in an encoded prompt of `length` places, and from where on. SD3 puts those of its
    CLIPs first and T5's behind, and has one kind alone where the other was not loaded; Flux and Anima have T5's alone,
    HunyuanVideo Llama's; of SDXL's two the first tells for both.
    """
    clips = max((size for key, size in sizes.items() if key in CLIPS), default=0)
    if "t5xxl" in sizes and "g" in sizes:
        first = next(key for key in sizes if key in CLIPS)
        if length == clips:
            return {first: 0}
        return {"t5xxl": 0} if length == sizes["t5xxl"] else {first: 0, "t5xxl": clips}
    known = (key for key in ("t5xxl", "llama") if key in sizes)
    return {next(known, next(iter(sizes))): 0}


def _tokens(clip: Clip, text: str) -> dict[str, Chunks]:
    """By the key of their tokenizer; the pocket model has one without a key."""
    tokens = clip.tokenize(text, return_word_ids=True)
    return tokens if isinstance(tokens, dict) else {"": tokens}


def _plain(text: str) -> str:
    """The prompt without its weights."""
    parts = comfy.sd1_clip.token_weights(comfy.sd1_clip.escape_important(text), 1.0)
    return " ".join(comfy.sd1_clip.unescape_important(part) for part, _ in parts)


def _absent(missing: list[str], known: list[str]) -> str:
    names = ", ".join(repr(word) for word in missing)
    known_words = ", ".join(known) or "none"
    if len(missing) == 1:
        return filled("{1} is not among the words of this prompt that its tokenizer knows: {2}", names, known_words)
    return filled("{1} are not among the words of this prompt that its tokenizer knows: {2}", names, known_words)
