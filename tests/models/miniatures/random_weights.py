"""Weights for a network that nobody trained: random, the same each time, and of a size that keeps signals alive."""

import torch


@torch.no_grad()
def with_random_weights(network: torch.nn.Module) -> torch.nn.Module:
    """All that a file of the network would hold drawn anew, in place: gains around 1, vectors small, matrices so that
    what they give is as large as what they take.
    """
    generator = torch.Generator().manual_seed(0)
    for name, weight in network.state_dict().items():
        around = 1.0 if name.endswith(("weight", "gamma", "scale")) and weight[0].numel() == 1 else 0.0
        drawn = torch.randn(weight.shape, generator=generator)
        weight.copy_(around + drawn / max(1, weight[0].numel() if weight.ndim > 1 else 100) ** 0.5)
    return network.requires_grad_(False)
