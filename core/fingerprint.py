"""A short name for a tensor's exact content, so that a reader can see that two runs began with the same noise."""

import hashlib

import torch
from torch import Tensor


def fingerprint(tensor: Tensor) -> str:
    """Eight hex digits, equal exactly when dtype and numbers are (SHA-256, shortened)."""
    content = tensor.detach().contiguous().cpu().view(torch.uint8).numpy().tobytes()
    return hashlib.sha256(content).hexdigest()[:8]
