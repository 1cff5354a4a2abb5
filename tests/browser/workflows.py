"""Saved workflows for the frontend: the pocket model, a recorded sampler, a viewer."""

import uuid

VIEWER = "6"
PICTURE = 128
DECODE = "x0 only"
"""Each view that the VAE decodes costs a second or more on a busy machine; one is enough to see that it does."""


def sampled(*, steps: int = 6, batch: int = 1, seed: int = 7, id: str | None = None) -> dict:
    """Two prompts, a recorded KSampler and a viewer; every call is a workflow of its own unless `id` names it."""
    sampling = [seed, "fixed", steps, 4.0, "euler", "karras", 1.0, True, 1024, ""]
    nodes = [
        _node(1, "DenoiscopePocketModel", (0, 0), outputs=(("MODEL", [1]), ("CLIP", [2, 3]), ("VAE", [4]))),
        _node(2, "CLIPTextEncode", (0, 200), ["a lighthouse"], (("clip", "CLIP", 2),), (("CONDITIONING", [5]),)),
        _node(3, "CLIPTextEncode", (0, 400), [""], (("clip", "CLIP", 3),), (("CONDITIONING", [6]),)),
        _node(4, "EmptyLatentImage", (0, 600), [128, 128, batch], (), (("LATENT", [7]),)),
        _node(
            5,
            "DenoiscopeKSampler",
            (340, 0),
            sampling,
            (
                ("model", "MODEL", 1),
                ("positive", "CONDITIONING", 5),
                ("negative", "CONDITIONING", 6),
                ("latent_image", "LATENT", 7),
            ),
            (("LATENT", []), ("DENOISCOPE_DECK", [8])),
        ),
        _node(
            6,
            "DenoiscopeViewer",
            (700, 0),
            [PICTURE, DECODE],
            (("deck", "DENOISCOPE_DECK", 8), ("vae", "VAE", 4)),
        ),
    ]
    links = [
        [1, 1, 0, 5, 0, "MODEL"],
        [2, 1, 1, 2, 0, "CLIP"],
        [3, 1, 1, 3, 0, "CLIP"],
        [4, 1, 2, 6, 1, "VAE"],
        [5, 2, 0, 5, 1, "CONDITIONING"],
        [6, 3, 0, 5, 2, "CONDITIONING"],
        [7, 4, 0, 5, 3, "LATENT"],
        [8, 5, 1, 6, 0, "DENOISCOPE_DECK"],
    ]
    return {
        "id": id or str(uuid.uuid4()),
        "revision": 0,
        "last_node_id": 6,
        "last_link_id": 8,
        "nodes": nodes,
        "links": links,
        "groups": [],
        "config": {},
        "extra": {},
        "version": 0.4,
    }


def _node(id: int, kind: str, pos: tuple[int, int], widgets=(), inputs=(), outputs=()) -> dict:
    return {
        "id": id,
        "type": kind,
        "pos": list(pos),
        "size": [420, 740] if kind == "DenoiscopeViewer" else [300, 120],
        "flags": {},
        "order": id,
        "mode": 0,
        "inputs": [{"name": name, "type": type_, "link": link} for name, type_, link in inputs],
        "outputs": [{"name": type_, "type": type_, "links": links} for type_, links in outputs],
        "properties": {},
        "widgets_values": list(widgets),
    }
