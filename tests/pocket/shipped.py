"""The weights that ship in the pack, as the tests use them: no ComfyUI needed."""

import json
from pathlib import Path

from safetensors.torch import load_file

from denoiscope.pocket.autoencoder import Autoencoder

FILE = Path(__file__).parents[2] / "pocket" / "weights" / "pocket.safetensors"
CARD = json.loads(FILE.with_suffix(".json").read_text(encoding="utf-8"))


def autoencoder() -> Autoencoder:
    """The shipped autoencoder in float32."""
    prefix = "autoencoder."
    model = Autoencoder().requires_grad_(False)
    tensors = load_file(FILE)
    model.load_state_dict({k.removeprefix(prefix): t.float() for k, t in tensors.items() if k.startswith(prefix)})
    return model
