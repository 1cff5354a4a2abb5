"""Finds words in a prompt with the CLIP that encodes it, and marks the conditioning with where they are."""

import comfy.sd1_clip

from ..core.filled_sentence import filled
from ..core.recording.word_places import MOST_WORDS, Chunks, WordPlaces, listed_words, places_of, words_in
from .comfyui import Clip

MARK = "denoiscope_words"
"""The key under which a CONDITIONING carries its WordPlaces; ComfyUI hands it on untouched."""


def marked_prompt(clip: Clip, text: str, words: str) -> tuple[list, WordPlaces]:
    """The prompt as CLIP Text Encode gives it, and where the words stand; no words mean every word of the prompt.

    Raises ValueError, one sentence, for a word that the prompt does not hold.
    """
    found = find_words(clip, text, words)
    conditioning = clip.encode_from_tokens_scheduled(clip.tokenize(text))
    return [[vectors, {**more, MARK: found}] for vectors, more in conditioning], found


def find_words(clip: Clip, text: str, words: str) -> WordPlaces:
    """Raises ValueError for a word that the prompt does not hold, and for more words than can be watched."""
    if not text.strip():
        raise ValueError(filled("the prompt is empty: write one that holds the words to watch"))
    prompt = _tokens(clip, text)
    wanted = listed_words(words)
    places = {word: places_of(_tokens(clip, word), prompt) for word in wanted or words_in(_plain(text))}
    missing = [word for word, found in places.items() if not found]
    if wanted and missing:
        known = [word for word in words_in(_plain(text)) if places_of(_tokens(clip, word), prompt)]
        raise ValueError(_absent(missing, known))
    there = {word: found for word, found in places.items() if found}
    if not there:
        raise ValueError(f"the tokenizer knows no word of the prompt {text[:60]!r}: write one of words that it knows")
    if len(there) > MOST_WORDS:
        raise ValueError(
            filled("this prompt has {1} words, of which at most {2} can be watched: name some", len(there), MOST_WORDS)
        )
    return WordPlaces(words=tuple(there), places=tuple(there.values()), length=sum(map(len, prompt)))


def _tokens(clip, text: str) -> Chunks:
    """Where two text encoders read the prompt (SDXL), they cut it in the same places: the first one's tokens do."""
    tokens = clip.tokenize(text, return_word_ids=True)
    return next(iter(tokens.values())) if isinstance(tokens, dict) else tokens


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
