"""What is fuzzed: three readers, each handed what a stranger could hand it, each allowed one error."""

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch

from denoiscope.core.lora.file import LoraFileError, load_lora, save_lora
from denoiscope.core.measuring.chart import measures_chart
from denoiscope.core.measuring.measures import Wanted, measure
from denoiscope.core.measuring.subjects import SUBJECTS
from denoiscope.core.measuring.table import measures_csv, measures_text
from denoiscope.core.recording.deck import Deck
from denoiscope.core.recording.deck_file import FORMAT_VERSION, DeckFileError, load_deck, save_deck
from denoiscope.core.recording.item_list import choose_items
from denoiscope.core.showing.rendering import approximate_decoder
from denoiscope.core.telling.chart import chart_payload
from denoiscope.core.telling.deck import show
from denoiscope.core.telling.measures import measures_payload
from denoiscope.core.value_list import parse_names, parse_numbers, parse_whole_numbers, parse_whole_numbers_or
from denoiscope.devtools.driving.equal_decks import equal

SENTENCE_LIMIT = 1_000
"""Characters of an error that a person still reads."""
NUMBERS_LIMIT = 2**16
"""Bytes of numbers that are made up for a header; a header that claims more gets what the input has."""
SHOWN = 8
"""Longest side of a picture, in pixels."""
NAMES = ("euler", "euler_ancestral", "heun", "dpmpp_2m")
WORDS = ("off", "normal")


@dataclass(frozen=True)
class Reader:
    """`read` takes the input; any error but those `allowed` is a bug of ours."""

    read: Callable[[bytes], None]
    allowed: type[Exception]
    shaped: bool
    """Whether its inputs are a JSON object, NUL and numbers, so that mutations can keep to that."""

    def __call__(self, data: bytes) -> None:
        try:
            self.read(data)
        except self.allowed as error:
            check_sentence(str(error))


def check_sentence(text: str) -> None:
    """Raises AssertionError for what no node could show: nothing, several lines, or a page."""
    assert text and len(text) <= SENTENCE_LIMIT and "\n" not in text, f"this is no sentence: {text[:2000]!r}"


def read_deck(data: bytes) -> None:
    """A deck that can be read can be written, comes back the same, and can be shown and measured."""
    with tempfile.TemporaryDirectory(prefix="denoiscope-fuzz-") as folder:
        path = written(Path(folder) / "a.safetensors", data)
        deck = load_deck(path)
        save_deck(deck, path)
        assert equal(load_deck(path), deck), "the deck came back changed"
    shown = show(deck, lambda view: approximate_decoder(deck), lambda view, sheet: None, longest=SHOWN)
    json.dumps(shown, allow_nan=False)
    use(deck)


def use(deck: Deck) -> None:
    """What the nodes that measure decks do with it; they may refuse it in a sentence."""
    try:
        found = measure(deck, Wanted(), None)
    except ValueError as error:
        check_sentence(str(error))
        return
    json.dumps(measures_payload(found), allow_nan=False)
    assert measures_text(found) and measures_csv(found)
    for subject in SUBJECTS:
        try:
            chart = measures_chart(found, subject)
        except ValueError as error:
            assert "no number to draw" in str(error), error
        else:
            json.dumps(chart_payload(chart), allow_nan=False)


def read_lora(data: bytes) -> None:
    """A LoRA that can be read says what it is, can be written, and comes back with the same tensors."""
    with tempfile.TemporaryDirectory(prefix="denoiscope-fuzz-") as folder:
        path = written(Path(folder) / "a.safetensors", data)
        lora = load_lora(path)
        for layer in lora.layers:
            assert layer.rank >= 1 and layer.bytes >= 1 and all(side >= 1 for side in layer.shape), layer.shape
            assert isinstance(layer.scale, float)
        save_lora(lora, path)
        check_same(load_lora(path).tensors, lora.tensors)


def read_values(data: bytes) -> None:
    """Every way in which a list is read; what can be read has a length and can be said again."""
    text = data.decode("utf-8", errors="replace")
    for parse in PARSERS:
        try:
            values = parse(text)
        except ValueError as error:
            check_sentence(str(error))
        else:
            assert len(values) >= 1


PARSERS = (
    lambda text: parse_numbers(text, "values"),
    lambda text: parse_whole_numbers(text, "values", repeats=True),
    lambda text: parse_whole_numbers_or(text, "values", WORDS),
    lambda text: parse_names(text, "values", NAMES),
    lambda text: choose_items(text, 5000),
)
READERS = {
    "deck": Reader(read_deck, DeckFileError, shaped=True),
    "lora": Reader(read_lora, LoraFileError, shaped=True),
    "values": Reader(read_values, ValueError, shaped=False),
}


def written(path: Path, data: bytes) -> Path:
    """The file that an input stands for: itself, or with a NUL in it, a header and numbers of the length it claims."""
    text, marker, numbers = data.partition(b"\0")
    path.write_bytes(whole_file(text, numbers) if marker and text.startswith(b"{") else data)
    return path


def whole_file(text: bytes, numbers: bytes) -> bytes:
    length = claimed(text)
    header, words = packed(text, length)
    kept = numbers.ljust(length, b"\x3c")[: max(length, 0) or None]
    return len(header).to_bytes(8, "little") + header + kept + words


def packed(text: bytes, length: int) -> tuple[bytes, bytes]:
    """The header with its description as a file has it, and what stands behind `length` bytes of numbers: the
    description since deck format 4, of earlier ones nothing. Anything else stays as it stands.
    """
    try:
        header = json.loads(text)
        described = header["__metadata__"]["denoiscope"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return text, b""
    if isinstance(described, dict) and described.get("version") == FORMAT_VERSION and "description" not in header:
        words = json.dumps(described).encode()
        place = [length, length + len(words)]
        header["description"] = {"dtype": "U8", "shape": [len(words)], "data_offsets": place}
        header["__metadata__"]["denoiscope"] = json.dumps({"version": FORMAT_VERSION})
        return json.dumps(header).encode(), words
    if not isinstance(described, str):
        header["__metadata__"]["denoiscope"] = json.dumps(described)
    return json.dumps(header).encode(), b""


def claimed(text: bytes) -> int:
    """Bytes of numbers that a header claims; 0 where that is too much to make up, or cannot be said."""
    try:
        entries = [entry for name, entry in json.loads(text).items() if name != "__metadata__"]
        most = max((entry["data_offsets"][1] for entry in entries), default=0)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        return 0
    return most if type(most) is int and 0 <= most <= NUMBERS_LIMIT else 0


def check_same(a: Mapping[str, torch.Tensor], b: Mapping[str, torch.Tensor]) -> None:
    assert a.keys() == b.keys(), "the file came back with other tensors"
    for key, tensor in a.items():
        assert tensor.dtype == b[key].dtype and tensor.shape == b[key].shape, key
        assert bytes_of(tensor) == bytes_of(b[key]), key


def bytes_of(tensor: torch.Tensor) -> bytes:
    return tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes()
