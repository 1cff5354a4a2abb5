"""A server of its own, with a node pack beside Denoiscope that has the miniature models, and LoRAs for these."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from denoiscope.devtools.driving.pack import FOLDER, link_folder
from denoiscope.devtools.driving.real_server import real_server
from denoiscope.devtools.driving.server import FORGETFUL

MINIATURES = Path(__file__).with_name("miniatures")
ONLY_THESE = ("--disable-all-custom-nodes", "--disable-api-nodes", "--whitelist-custom-nodes", FOLDER, MINIATURES.name)
RANK = 4
LAYERS = {
    "SDXL": ("attn2.to_q.weight", "attn2.to_k.weight"),
    "SD3": ("attn.qkv.weight", "attn.proj.weight"),
    "Flux": ("attn.qkv.weight", "linear1.weight"),
    "Wan": ("self_attn.q.weight", "cross_attn.k.weight"),
}
"""Layers that trainers teach, by the ends of their names."""


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    base = tmp_path_factory.mktemp("comfyui-with-miniatures")
    link_folder(MINIATURES, base / "custom_nodes" / MINIATURES.name)
    with real_server(base, ("--cpu", *ONLY_THESE, *FORGETFUL)) as running:
        yield running


@pytest.fixture(scope="session")
def lora(server):
    """Writes a LoRA of random factors for a family where the stock loader looks, and gives its name."""
    folder = server.output / "loras"
    folder.mkdir(exist_ok=True)

    def write(family: str) -> str:
        save_file(random_lora(family), folder / f"{family}.safetensors")
        return f"{family}.safetensors"

    return write


def random_lora(family: str) -> dict[str, torch.Tensor]:
    """Named as kohya's trainer names its layers, which ComfyUI reads for every model."""
    from denoiscope.tests.models.miniatures.networks import NETWORKS

    weights = NETWORKS[family]().model.diffusion_model.state_dict()
    generator = torch.Generator().manual_seed(1)
    tensors = {}
    for key in (key for key in weights if key.endswith(LAYERS[family])):
        rows, columns = weights[key].shape
        name = "lora_unet_" + key.removesuffix(".weight").replace(".", "_")
        tensors[f"{name}.lora_up.weight"] = torch.randn(rows, RANK, generator=generator) / 4
        tensors[f"{name}.lora_down.weight"] = torch.randn(RANK, columns, generator=generator) / 4
        tensors[f"{name}.alpha"] = torch.tensor(float(RANK))
    return tensors
