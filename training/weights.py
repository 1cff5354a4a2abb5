"""Write the trained parts as one file of half-precision numbers, and a card that says where they come from."""

import hashlib
import json
from collections import Counter
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from ..pocket.autoencoder import DOWNSCALE
from ..pocket.denoiser import SCHEDULE, SIGMA_DATA, UNET
from ..pocket.text import known_words

FOLDER = Path(__file__).parent.parent / "pocket" / "weights"
Parts = dict[str, dict[str, Tensor]]


def fit_preview(latents: Tensor, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Factors [channel, 3] and bias [3] from a latent of the denoiser's scale to colours in -1..1, by least squares."""
    numbers = (latents.float() * SIGMA_DATA).movedim(1, -1).flatten(0, 2)
    colours = F.avg_pool2d(pictures, DOWNSCALE).movedim(1, -1).flatten(0, 2)
    ones = torch.ones(len(numbers), 1)
    solution = torch.linalg.lstsq(torch.cat([numbers, ones], dim=1), colours).solution
    return solution[:-1], solution[-1]


def save(file: Path, parts: Parts) -> None:
    """parts: name of the part -> its tensors; stored as `part.name` in float16."""
    flat = {
        f"{part}.{name}": tensor.half().cpu().contiguous()
        for part, tensors in parts.items()
        for name, tensor in tensors.items()
    }
    save_file(flat, file)


def fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def fingerprint_of(model: nn.Module) -> str:
    digest = hashlib.sha256()
    for tensor in model.state_dict().values():
        digest.update(tensor.cpu().numpy().tobytes())
    return digest.hexdigest()


def numbers_of_parts(file: Path) -> dict[str, int]:
    numbers: Counter[str] = Counter()
    for key, tensor in load_file(file).items():
        numbers[key.partition(".")[0]] += tensor.numel()
    return dict(numbers)


def write_card(file: Path, **facts) -> None:
    """A JSON file beside the weights: what they are, how they were made, what was measured."""
    card = {
        "model": "Denoiscope pocket model, second edition",
        "file": file.name,
        "bytes": file.stat().st_size,
        "sha256": fingerprint(file),
        "numbers": numbers_of_parts(file),
        "licence": "MIT",
        "prediction": "eps",
        "schedule": SCHEDULE,
        "sigma_data": SIGMA_DATA,
        "unet": UNET,
        "words": known_words(),
        **facts,
    }
    file.with_suffix(".json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
