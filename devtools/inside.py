"""Makes the checkout importable as `denoiscope` and ComfyUI as `comfy`, in an interpreter that has torch.

Run as `python inside.py MODULE [arguments]` it then runs that module of the pack as a program.
"""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def register_pack() -> None:
    """Whatever the checkout's folder is called: only the name `denoiscope` is ours to choose."""
    spec = importlib.util.spec_from_file_location(
        "denoiscope", ROOT / "__init__.py", submodule_search_locations=[str(ROOT)]
    )
    pack = importlib.util.module_from_spec(spec)
    sys.modules["denoiscope"] = pack
    spec.loader.exec_module(pack)


def prepare_comfyui(root: str) -> None:
    """What ComfyUI's main.py does before anything imports `comfy`; computing stays on the CPU."""
    from denoiscope.devtools.driving.launcher import mend_torchvision

    mend_torchvision()
    sys.path.insert(0, root)
    from comfy.cli_args import args

    args.cpu = True


if __name__ == "__main__":
    del sys.path[0]  # this folder: its server.py and others must not stand in for ComfyUI's
    register_pack()
    prepare_comfyui(os.environ["COMFYUI_PATH"])
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
