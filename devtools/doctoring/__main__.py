"""Samples healthy runs and faults, keeps what the doctor says of each, and writes docs/doctor.md."""

from __future__ import annotations

import argparse
import logging
import sys
import warnings
from pathlib import Path

from .page import write_page
from .rows import fault_rows, healthy_rows, read_rows, write_rows

HALVES = ("read", "judged")
KINDS = {"healthy": healthy_rows, "fault": fault_rows}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=Path, required=True, help="where the lines of each run are kept")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--half", choices=HALVES, help="this half of the data alone")
    parser.add_argument("--kind", choices=tuple(KINDS), help="healthy runs or faults alone")
    parser.add_argument("--page", type=Path, help="write the page from the lines that are there, and sample nothing")
    options = parser.parse_args(arguments)
    if options.page:
        write_page(read_rows(options.rows), options.page)
        return 0
    quiet()
    for half in [options.half] if options.half else HALVES:
        for kind in [options.kind] if options.kind else KINDS:
            write_rows(KINDS[kind](half, full=options.full), options.rows)
    return 0


def quiet() -> None:
    """One thread, no gradients, and nothing of ComfyUI's samplers, which warn of themselves."""
    import torch

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    warnings.simplefilter("ignore")
    logging.disable(logging.ERROR)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
