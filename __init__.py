"""Denoiscope, a microscope for denoising: ComfyUI's way in. Importing it does nothing."""

WEB_DIRECTORY = "./js"


async def comfy_entrypoint():
    """Give ComfyUI the pack's nodes, imported only when ComfyUI asks for them."""
    from .nodes import DenoiscopeExtension

    return DenoiscopeExtension()
