"""Starts ComfyUI's main.py inside the interpreter that has torch, mending what a CPU torch lacks.

Run as `python launcher.py COMFYUI_ROOT [ComfyUI's own flags]`. The registry's Linux wheels of torchvision are linked
against CUDA; beside a CPU torch their operators are missing, and torchvision refuses to import. Two of them declared
without a body are enough for the import; nothing in ComfyUI's start calls them.

The server ends when its standard input does, so that it never outlives a starter that was killed.
"""

from __future__ import annotations

import importlib.util
import os
import runpy
import shutil
import subprocess
import sys
import threading

NMS = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"
DEVICE_FLAGS = {"--cpu", "--directml", "--oneapi-device-selector", "--gpu-only", "--highvram", "--lowvram", "--novram"}

_declared = []  # torch forgets a library's operators when the library object is collected


def mend_torchvision() -> bool:
    """Declare torchvision's operators if its import fails for want of them; True when that was needed."""
    if not torch_is_cpu_only():
        return False
    try:
        import torchvision  # noqa: F401  (only whether it imports)
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
        declare_torchvision_operators()
        return True
    except ImportError:
        return False  # ComfyUI itself says what is missing
    return False


def declare_torchvision_operators() -> None:
    import torch

    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms" + NMS)
    library.define("qnms" + NMS)
    _declared.append(library)


def torch_is_cpu_only() -> bool:
    """Read from torch/version.py, so that torch itself is not imported before ComfyUI can configure it."""
    spec = importlib.util.find_spec("torch")
    if spec is None or not spec.origin:
        return False
    version = runpy.run_path(os.path.join(os.path.dirname(spec.origin), "version.py"))
    return not any(version.get(kind) for kind in ("cuda", "hip", "xpu"))


def no_accelerator() -> bool:
    if sys.platform == "darwin":
        return False  # Apple's GPU needs no special torch
    if torch_is_cpu_only():
        return True
    return sys.platform == "linux" and not os.path.exists("/dev/kfd") and not nvidia_answers()


def nvidia_answers() -> bool:
    tool = shutil.which("nvidia-smi")
    return tool is not None and subprocess.run([tool, "-L"], capture_output=True).returncode == 0


def end_with_input() -> None:
    """At once: what ComfyUI would tidy up, its temp folder, it also empties at its next start."""
    sys.stdin.buffer.read()
    os._exit(0)


def main(root: str, flags: list[str]) -> None:
    if not DEVICE_FLAGS & set(flags) and no_accelerator():
        flags = [*flags, "--cpu"]
    threading.Thread(target=end_with_input, daemon=True).start()
    mend_torchvision()
    os.chdir(root)
    sys.argv = [os.path.join(root, "main.py"), *flags]
    sys.path[0] = root
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1]), sys.argv[2:])
