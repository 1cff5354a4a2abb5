"""Decks to disk and back."""

import math

from comfy_api.latest import io

from ..host.files import DECK_SUFFIX, deck_names, deck_path, output_place
from .sockets import CATEGORY, DeckSocket, FileChoice
from .widget_checks import checked, says


class DenoiscopeSaveDeck(io.ComfyNode):
    """DECK to a file in ComfyUI's output folder."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeSaveDeck",
            display_name="Save Deck",
            category=CATEGORY,
            description=(
                "Keeps a deck as a safetensors file: every number of the run, to be opened again without sampling."
            ),
            search_aliases=["export deck", "save trajectory", "store run"],
            is_output_node=True,
            inputs=[
                DeckSocket.Input("deck", tooltip="The deck to keep."),
                io.String.Input(
                    "filename_prefix",
                    default="denoiscope/deck",
                    tooltip="A name below ComfyUI's output folder; a number is added.",
                ),
            ],
        )

    @classmethod
    @checked
    def execute(cls, deck, filename_prefix: str) -> io.NodeOutput:
        from ..core.recording.deck_file import write_deck

        height, width = deck.pixels
        place = output_place(filename_prefix, DECK_SUFFIX, width=width, height=height)
        return saved(place.save(lambda draft: write_deck(deck, draft)))


class DenoiscopeLoadDeck(io.ComfyNode):
    """A deck file to DECK."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeLoadDeck",
            display_name="Load Deck",
            category=CATEGORY,
            description=(
                "Opens a saved deck: the same numbers as on the day it was recorded, on a machine that may not have"
                " the model."
            ),
            search_aliases=["open deck", "import deck", "load trajectory"],
            inputs=[
                FileChoice(
                    "deck_file",
                    deck_names,
                    tooltip="Deck files in ComfyUI's input and output folders. Press R for new ones.",
                ),
            ],
            outputs=[DeckSocket.Output(display_name="deck", tooltip="The deck, as it was saved.")],
        )

    @classmethod
    def validate_inputs(cls, deck_file: str | None = None) -> bool | str:
        return says(cls, deck_path, deck_file=deck_file)

    @classmethod
    def fingerprint_inputs(cls, deck_file: str | None = None):
        if deck_file is None:
            return math.nan  # linked: which file it is shows when it runs
        stat = deck_path(deck_file).stat()
        return f"{deck_file}:{stat.st_mtime_ns}:{stat.st_size}"

    @classmethod
    @checked
    def execute(cls, deck_file: str) -> io.NodeOutput:
        from ..core.recording.deck_file import load_deck

        return io.NodeOutput(load_deck(deck_path(deck_file)))


def saved(reference: dict[str, str]) -> io.NodeOutput:
    """What a node that wrote a file reports: where it lies, for programs and for people."""
    from ..core.telling.contract import RESULTS

    place = "/".join(part for part in (reference["subfolder"], reference["filename"]) if part)
    return io.NodeOutput(ui={RESULTS.files: [reference], "text": [f"saved to output/{place}"]})
