"""The kinds of numbers in which the new factors of a LoRA can be kept."""

import torch

PRECISIONS = {
    "as in the file": None,
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
}
"""Eight bits are too few for them: where the file has eight, they get float16."""
