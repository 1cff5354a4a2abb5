"""Pixels a side of the square pictures that a model was made for, as its makers name it.

Models that were made for many sizes (Flux, Lumina, Qwen-Image, video models) are not here: any of theirs is right.
"""

from .comfyui import Model

SIDES = {
    **dict.fromkeys(("SD15", "SD15_instructpix2pix"), 512),
    **dict.fromkeys(("SDXL", "SDXLRefiner", "SSD1B", "Segmind_Vega", "KOALA_700M", "KOALA_1B"), 1024),
    **dict.fromkeys(("SD3", "AuraFlow", "HunyuanDiT", "HunyuanDiT1", "Stable_Cascade_C"), 1024),
}
"""By the class of ComfyUI's model configuration. Rombach et al. 2022 (model cards of v1.1 to v1.5); Podell et al. 2023,
section 2.2; Esser et al. 2024, section 5.3; model cards of the others.
"""


def side_of(model: Model) -> int | None:
    """None where it is not known."""
    config = getattr(model.model, "model_config", None)
    return getattr(config, "made_for", None) or SIDES.get(type(config).__name__)
