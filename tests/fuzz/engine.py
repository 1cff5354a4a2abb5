"""Runs one reader under libFuzzer, by way of Atheris: `python devtools/inside.py denoiscope.tests.fuzz.engine READER`.

Everything after the reader's name is libFuzzer's own: folders of inputs and options such as -max_total_time.
"""

import sys

import atheris

with atheris.instrument_imports(include=["denoiscope"]):
    from denoiscope.tests.fuzz.readers import READERS

from denoiscope.tests.fuzz.mutation import mutate


def shaped(data: bytes, most: int, seed: int) -> bytes:
    """One mutation in four is libFuzzer's own."""
    other = mutate(data, seed) if seed % 4 else None
    return other if other is not None and len(other) <= most else atheris.Mutate(data, most)


def main() -> None:
    reader = READERS[sys.argv.pop(1)]
    mutator = {"custom_mutator": shaped} if reader.shaped else {}
    atheris.Setup(sys.argv, reader, **mutator)
    atheris.Fuzz()


main()
