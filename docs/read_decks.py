"""Lists the decks in a folder as CSV, one line a run: `python read_decks.py FOLDER > decks.csv`

Needs Python alone. Of a file only its header and its description are read, and nothing in them is ever run.
"""

import csv
import json
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

SETTINGS = ("seed", "sampler", "scheduler", "guidance", "prompt", "negative")
COLUMNS = ("file", "title", "model", "kind", "label", "noise", *SETTINGS, "steps", "model calls", "complete")
HEADER_LIMIT = 16 * 2**20  # bytes; a deck of 1,000 runs needs under 2 MB
DESCRIPTION_LIMIT = 64 * 2**20
TEXTS = ("prompt", "negative")


def main(arguments: list[str]) -> int:
    folder = Path(arguments[0] if arguments else ".")
    table = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    table.writeheader()
    for path in sorted(folder.rglob("*.safetensors")):
        try:
            table.writerows(runs(path, path.relative_to(folder).as_posix()))
        except (ValueError, KeyError, TypeError, AttributeError, struct.error) as error:
            sys.stderr.write(f"{path}: no deck that can be read ({type(error).__name__}: {error})\n")
    return 0


def runs(path: Path, name: str) -> Iterator[dict[str, object]]:
    """A line for each run of the deck. Raises ValueError and its like for whatever is no deck."""
    header, deck = read(path)
    texts = deck.get("texts")  # before deck format 4 each run holds its own
    for index, run in enumerate(deck["trajectories"]):
        settings = run["settings"]
        if texts is not None:
            settings |= {key: texts[settings[key]] for key in TEXTS if settings.get(key) is not None}
        yield {
            "file": name,
            "title": harmless(deck["title"]),
            "model": harmless(deck["model"]),
            "kind": deck.get("kind", "run"),
            "label": harmless(run["label"]),
            "noise": run.get("noise", ""),
            **{key: harmless(settings.get(key)) for key in SETTINGS},
            "steps": header[f"{index}.x"]["shape"][0] - 1,
            "model calls": sum(run["model_calls"]),
            "complete": run["complete"],
        }


def read(path: Path) -> tuple[dict, dict]:
    """The header, and the description: a part of that before deck format 4, since then bytes among the numbers."""
    with path.open("rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        if length > HEADER_LIMIT:
            raise ValueError(f"a header of {length:,} bytes")
        header = json.loads(file.read(length))
        if "description" not in header:
            return header, json.loads(header["__metadata__"]["denoiscope"])
        begin, end = header["description"]["data_offsets"]
        if not 0 <= begin <= end <= begin + DESCRIPTION_LIMIT:
            raise ValueError(f"a description of {end - begin:,} bytes")
        file.seek(8 + length + begin)
        return header, json.loads(file.read(end - begin))


def harmless(value: object) -> object:
    """A spreadsheet takes text that begins like this for a formula, and would run it."""
    return f"'{value}" if isinstance(value, str) and value.startswith(("=", "+", "-", "@")) else value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
