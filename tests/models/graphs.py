"""API prompts of a run with a miniature of a family, each as its own people would build it."""

from denoiscope.devtools.driving.workflow import node

TEXT = "a red lighthouse on a cliff at dusk"
PIXELS = 64
EMPTY = {
    "SDXL": ("EmptyLatentImage", {"width": PIXELS, "height": PIXELS, "batch_size": 1}),
    "SD3": ("EmptySD3LatentImage", {"width": PIXELS, "height": PIXELS, "batch_size": 1}),
    "Flux": ("EmptySD3LatentImage", {"width": PIXELS, "height": PIXELS, "batch_size": 1}),
    "Wan": ("EmptyHunyuanLatentVideo", {"width": PIXELS, "height": PIXELS, "length": 9, "batch_size": 1}),
}
"""The node for an empty latent, and 9 frames of video."""
CFG = {"SDXL": 6.0, "SD3": 4.5, "Flux": 1.0, "Wan": 5.0}


def loaded(family: str) -> dict:
    """Model, prompts and an empty latent; Flux with its guidance beside the prompt."""
    kind, size = EMPTY[family]
    graph = {
        "model": node("MiniatureModel", family=family),
        "positive": node("CLIPTextEncode", clip=["model", 1], text=TEXT),
        "negative": node("CLIPTextEncode", clip=["model", 1], text=""),
        "empty": node(kind, **size),
    }
    if family == "Flux":
        graph["text"] = graph["positive"]
        graph["positive"] = node("FluxGuidance", conditioning=["text", 0], guidance=3.5)
    return graph


def settings(family: str, **changes) -> dict:
    """What samplers are told, of three steps."""
    return {
        "model": ["model", 0],
        "seed": 5,
        "steps": 3,
        "cfg": CFG[family],
        "sampler_name": "euler",
        "scheduler": "simple",
        "positive": ["positive", 0],
        "negative": ["negative", 0],
        "latent_image": ["empty", 0],
        "denoise": 1.0,
        **changes,
    }


def viewer(deck: list, **more) -> dict:
    """Without a VAE unless one is given."""
    return node("DenoiscopeViewer", deck=deck, picture_size=64, decode="everything", **more)


def kept(deck: list) -> dict:
    return node("DenoiscopeSaveDeck", deck=deck, filename_prefix="tests/models")
