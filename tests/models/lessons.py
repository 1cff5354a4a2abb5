"""The lessons' graphs with another model: one node replaced, and everything made small."""

import json
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "example_workflows"
POCKET = "DenoiscopePocketModel"
NAMES = [path.stem for path in sorted(FOLDER.glob("*.json")) if POCKET in path.read_text(encoding="utf-8")]
"""Lessons with a model."""
POCKET_LORA = "DenoiscopePocketLora"
WITH_LORA = [name for name in NAMES if POCKET_LORA in (FOLDER / f"{name}.json").read_text(encoding="utf-8")]
"""Lessons with a LoRA of the pocket model."""
SMALL = {
    "steps": 2,
    "state": 1,
    "step_counts": "1, 2",
    "guidance_values": "1, 4",
    "sampler_names": "euler, heun",
    "switch_steps": "0, 1",
    "strengths": "0.5, 1",
    "seeds": "1, 2",
    "frames_between": 1,
    "ranks": "1, full",
    "batch_size": 2,
    "width": 64,
    "height": 64,
    "picture_size": 64,
}
"""What a test can do with instead of what a person wants to see, by the input's last name; numbers are the most."""


def lesson(name: str) -> dict:
    """The workflow as it is saved."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def with_model(prompt: dict, loader: dict) -> dict:
    """An API prompt whose pocket model is replaced by this node, which has the same three outputs."""
    return {key: loader if node["class_type"] == POCKET else node for key, node in prompt.items()}


def with_lora(prompt: dict, file: str) -> dict:
    """An API prompt whose Pocket LoRAs are replaced by the stock loader and, for their weights, Load LoRA Weights."""
    ours = {key for key, node in prompt.items() if node["class_type"] == POCKET_LORA}
    weights = {f"{key}_weights": {"class_type": "DenoiscopeLoadLora", "inputs": {"lora_name": file}} for key in ours}
    changed = {key: _loading(node, file) if key in ours else _relinked(node, ours) for key, node in prompt.items()}
    return changed | weights


def _loading(node: dict, file: str) -> dict:
    model, strength = node["inputs"]["model"], node["inputs"]["strength"]
    return {
        "class_type": "LoraLoaderModelOnly",
        "inputs": {"model": model, "lora_name": file, "strength_model": strength},
    }


def _relinked(node: dict, ours: set[str]) -> dict:
    """The second output, weights, comes from another node now; the third, the word, is typed."""

    def relinked(value):
        if not isinstance(value, list) or value[0] not in ours or value[1] == 0:
            return value
        return [f"{value[0]}_weights", 0] if value[1] == 1 else "a style"

    return {**node, "inputs": {name: relinked(value) for name, value in node["inputs"].items()}}


def made_small(prompt: dict) -> dict:
    """Few steps, few cells, small pictures. What is linked stays."""
    return {key: {**node, "inputs": _small(node["inputs"])} for key, node in prompt.items()}


def _small(inputs: dict) -> dict:
    return {name: _smaller(name.rpartition(".")[2], value) for name, value in inputs.items()}


def _smaller(name: str, value):
    if isinstance(value, list) or name not in SMALL:
        return value
    return min(value, SMALL[name]) if isinstance(value, int) else SMALL[name]
