"""LoRAs whose spectrum is known, and files of them."""

import torch
from safetensors.torch import save_file

from denoiscope.core.lora.lora import up_down_layer

SEED = 5


def known(values, rows=24, columns=40, seed=SEED):
    """up [rows, r] and down [r, columns] in float64 whose product has exactly these singular values: neither factor has
    orthogonal columns, so that only the product tells.
    """
    generator = torch.Generator().manual_seed(seed)
    r = len(values)
    left, right, mixed = (
        torch.linalg.qr(torch.randn(size, r, generator=generator, dtype=torch.float64)).Q for size in (rows, columns, r)
    )
    mixing = mixed * torch.linspace(0.5, 3, r, dtype=torch.float64)
    up = left * torch.tensor(values, dtype=torch.float64) @ mixing
    return up, torch.linalg.solve(mixing, right.T)


def layer(values=(4.0, 3.0, 2.0, 1.0), name="diffusion_model.a", *, alpha=None, **shape):
    up, down = known(values, **shape)
    return up_down_layer(name, up.float(), down.float(), alpha=alpha)


def nearest(svd, rank):
    """[rows, columns], the nearest matrix of that rank."""
    up, down = svd.factors(rank)
    return up @ down


def random(*shape, seed=SEED, kind=torch.float32):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).to(kind)


def written(path, tensors, **metadata):
    """A file with these tensors; its path."""
    save_file({key: tensor.contiguous() for key, tensor in tensors.items()}, path, metadata=metadata or None)
    return path


def plain(name, up, down, *, rank=4, out=12, columns=10, kind=torch.float32):
    """up and down under the endings given, as they lie in a file."""
    return {
        f"{name}{up}": random(out, rank, seed=1, kind=kind),
        f"{name}{down}": random(rank, columns, seed=2, kind=kind),
    }


FORMATS = {
    "LoHa": {
        "hada_w1_a": (12, 3),
        "hada_w1_b": (3, 10),
        "hada_w2_a": (12, 3),
        "hada_w2_b": (3, 10),
    },
    "LoHa, wide": {
        "hada_w1_a": (12, 8),
        "hada_w1_b": (8, 10),
        "hada_w2_a": (12, 8),
        "hada_w2_b": (8, 10),
    },
    "LoHa, Tucker": {
        "hada_w1_a": (4, 12),
        "hada_w1_b": (5, 10),
        "hada_w2_a": (4, 12),
        "hada_w2_b": (5, 10),
        "hada_t1": (4, 5, 3, 3),
        "hada_t2": (4, 5, 3, 3),
    },
    "LoKr": {"lokr_w1": (3, 2), "lokr_w2_a": (4, 2), "lokr_w2_b": (2, 5)},
    "LoKr, both sides by factors": {"lokr_w1_a": (3, 1), "lokr_w1_b": (1, 2), "lokr_w2_a": (4, 2), "lokr_w2_b": (2, 5)},
    "LoKr, whole": {"lokr_w1": (3, 2), "lokr_w2": (4, 5)},
    "LoKr of a convolution": {"lokr_w1": (3, 2), "lokr_w2": (4, 5, 3, 3)},
    "LoKr, Tucker": {"lokr_w1": (3, 2), "lokr_w2_a": (2, 4), "lokr_w2_b": (3, 5), "lokr_t2": (2, 3, 3, 3)},
    "LoRA with a middle (Tucker)": {
        "lora_up.weight": (12, 4, 1, 1),
        "lora_down.weight": (4, 10, 1, 1),
        "lora_mid.weight": (4, 4, 3, 3),
    },
    "LoRA of a convolution": {"lora_up.weight": (12, 4, 1, 1), "lora_down.weight": (4, 10, 3, 3)},
    "full difference": {"diff": (12, 10)},
    "full difference of a convolution": {"diff": (12, 10, 3, 3)},
}
"""Endings and shapes of formats that are a fixed ΔW, all for a weight of 12 × 10, some with a kernel of 3 × 3."""

REFUSED = {
    "DoRA": {"lora_up.weight": (12, 4), "lora_down.weight": (4, 10), "dora_scale": (12, 1)},
    "GLoRA": {"a1.weight": (10, 4), "a2.weight": (4, 10), "b1.weight": (12, 4), "b2.weight": (4, 10)},
    "OFT": {"oft_blocks": (3, 4, 4), "rescale": (12, 1)},
    "BOFT": {"oft_blocks": (2, 3, 4, 4)},
    "replaced weights": {"set_weight": (12, 10)},
}


def in_format(name, shapes, *, alpha=None, seed=SEED):
    tensors = {f"{name}.{ending}": random(*shape, seed=seed + i) for i, (ending, shape) in enumerate(shapes.items())}
    return tensors | ({f"{name}.alpha": torch.tensor(float(alpha))} if alpha is not None else {})
