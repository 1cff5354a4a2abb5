"""What a model is called: what ComfyUI recognised in its checkpoint says more than the class that runs it."""

import comfy.supported_models

from .comfyui import Model


def name_of(model_patcher: Model) -> str:
    """SD15, ZImage, WAN21_I2V, where the classes are BaseModel, Lumina2, WAN21; the class of a model that ComfyUI does
    not know.
    """
    config = type(getattr(model_patcher.model, "model_config", None))
    recognised = config.__module__ == comfy.supported_models.__name__
    return (config if recognised else type(model_patcher.model)).__name__
