"""What the nodes say in each language: locales/LANGUAGE/nodeDefs.json, in the keys ComfyUI's frontend looks up.

English is written from the schemas. Of every other language the file is put into the order of the schemas, and each
word whose English is new or has changed stands in English until somebody translates it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from .progress import say

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES = ("ja", "zh")
"""As ComfyUI's frontend calls them, English apart; zh is Simplified Chinese."""

Place = tuple[str, ...]
"""Where a word stands, such as ("DenoiscopeSweep", "inputs", "seed", "tooltip")."""


def words_file(language: str) -> Path:
    return LOCALES / language / "nodeDefs.json"


def read_words(language: str) -> dict:
    path = words_file(language)
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def english_words() -> dict[Place, str]:
    """All that the schemas say, in their order."""
    from denoiscope.nodes import NODES

    return {place: text for node in NODES for place, text in words_of(node.define_schema())}


def words_of(schema) -> Iterator[tuple[Place, str]]:
    yield (schema.node_id, "display_name"), schema.display_name
    yield (schema.node_id, "description"), schema.description
    for key, socket in inputs_of(schema.inputs):
        yield (schema.node_id, "inputs", key, "name"), socket.display_name or socket.id
        yield (schema.node_id, "inputs", key, "tooltip"), socket.tooltip
    for index, output in enumerate(schema.outputs):
        name = output.display_name or output.get_io_type()
        if name != output.get_io_type():  # else the frontend says the type, in words of its own
            yield (schema.node_id, "outputs", str(index), "name"), name
        yield (schema.node_id, "outputs", str(index), "tooltip"), output.tooltip


def inputs_of(inputs, before: str = "") -> Iterator[tuple[str, object]]:
    """Each input with its key, those that a choice brings along included: `axis.seeds` has the key axis_seeds."""
    for entry in inputs:
        yield before + entry.id, entry
        brought = [each for option in getattr(entry, "options", ()) or () for each in getattr(option, "inputs", ())]
        yield from inputs_of(brought, f"{before}{entry.id}_")


def sockets() -> set[Place]:
    """Where inputs without a widget stand."""
    from comfy_api.latest import io

    from denoiscope.nodes import NODES

    schemas = [node.define_schema() for node in NODES]
    widgets = (io.WidgetInput, io.DynamicCombo.Input)
    return {
        (schema.node_id, "inputs", key)
        for schema in schemas
        for key, entry in inputs_of(schema.inputs)
        if not isinstance(entry, widgets)
    }


def with_socket_names(words: dict[Place, str], sockets: set[Place]) -> dict[Place, str]:
    """Nodes 2.0 looks for a socket's tooltip under the name on the screen (InputSlot.vue, frontend 1.47): it stands
    there, too.
    """
    shown = {(*at[:2], words[(*at, "name")], "tooltip"): words[(*at, "tooltip")] for at in sorted(sockets)}
    return words | {place: text for place, text in shown.items() if place not in words}


def brought_up_to_date(
    translated: dict[Place, str], *, before: dict[Place, str], now: dict[Place, str]
) -> dict[Place, str]:
    """`before` is the English that was translated, `now` the one that holds. The same English elsewhere will do."""
    known = {before[place]: text for place, text in translated.items() if place in before}
    kept = {place: text for place, text in translated.items() if before.get(place) == now.get(place)}
    return {place: kept.get(place) or known.get(text) or text for place, text in now.items()}


def flat(words: dict | str, place: Place = ()) -> dict[Place, str]:
    if isinstance(words, str):
        return {place: words}
    return {inner: text for key, value in words.items() for inner, text in flat(value, (*place, key)).items()}


def nested(words: dict[Place, str]) -> dict:
    whole: dict = {}
    for place, text in words.items():
        inner = whole
        for key in place[:-1]:
            inner = inner.setdefault(key, {})
        inner[place[-1]] = text
    return whole


def write_words(language: str, words: dict[Place, str]) -> None:
    path = words_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(nested(words), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def untranslated(words: dict[Place, str], english: dict[Place, str]) -> list[str]:
    """Sentences that still stand in English; a name may be the same in both."""
    return [".".join(place) for place, text in english.items() if words.get(place) == text and place[-1] != "name"]


def main() -> None:
    before, now = flat(read_words("en")), english_words()
    for language in LANGUAGES:
        words = brought_up_to_date(flat(read_words(language)), before=before, now=now)
        write_words(language, with_socket_names(words, sockets()))
        say("\n".join([f"{words_file(language).relative_to(LOCALES.parent)}:", *untranslated(words, now), "written."]))
    write_words("en", now)


if __name__ == "__main__":
    main()
