"""Saved workflows for the frontend: the pocket model, a recorded sampler, a viewer."""

import uuid

VIEWER = "6"
PICTURE = 128
DECODE = "x0 only"
"""Each view that the VAE decodes costs a second or more on a busy machine; one is enough to see that it does."""


GRID = ("steps", "2, 4, 8, 16", "sampler", "euler, dpmpp_2m, heun, euler_ancestral")


def swept(*, axes: tuple[str, ...] = GRID, steps: int = 8, seed: int = 11, size: int = 420, one_by_one=False) -> dict:
    """A sweep over one axis or two (a name and its values each) and a viewer, `size` wide."""
    inner = list(axes) if len(axes) == 4 else [*axes, "none"]
    widgets = [seed, "fixed", steps, 4.0, "euler", "karras", 1.0, *inner, False, int(one_by_one), 1024]
    return _of_cells("DenoiscopeSweep", widgets, (("DENOISCOPE_DECK", [8]), ("LATENT", [])), deck=0, size=size)


def walked(*, seeds: str = "1, 2", between: int = 3, steps: int = 8, size: int = 420) -> dict:
    """A walk from seed to seed and a viewer."""
    widgets = [
        seeds,
        between,
        False,
        steps,
        4.0,
        "euler",
        "karras",
        "spherical",
        "even",
        "equal angles",
        False,
        0,
        1024,
    ]
    return _of_cells("DenoiscopeSeedWalk", widgets, (("IMAGE", []), ("DENOISCOPE_DECK", [8])), deck=1, size=size)


def loaded(deck_file: str) -> dict:
    """A deck file and a viewer."""
    flow = sampled()
    loader = _node(5, "DenoiscopeLoadDeck", (340, 0), [deck_file], (), (("DENOISCOPE_DECK", [8]),))
    viewer = _node(6, "DenoiscopeViewer", (700, 0), [PICTURE, DECODE, "off"], (("deck", "DENOISCOPE_DECK", 8),))
    return flow | {"nodes": [loader, viewer], "links": [[8, 5, 0, 6, 0, "DENOISCOPE_DECK"]]}


def _of_cells(kind: str, widgets: list, outputs: tuple, *, deck: int, size: int) -> dict:
    """The workflow of `sampled` with another node in place of the sampler."""
    flow = sampled()
    sampler, viewer = (next(node for node in flow["nodes"] if node["id"] == id) for id in (5, 6))
    sampler |= {"type": kind, "widgets_values": widgets, "size": [320, 520]}
    sampler["outputs"] = [{"name": type_, "type": type_, "links": links} for type_, links in outputs]
    viewer["size"] = [size, 740]
    link = next(wire for wire in flow["links"] if wire[0] == 8)
    link[2] = deck
    return flow


def sampled(
    *,
    steps: int = 6,
    batch: int = 1,
    seed: int = 7,
    id: str | None = None,
    predict: str = "off",
    prompts: tuple[str, str] = ("a lighthouse", ""),
) -> dict:
    """Two prompts, a recorded KSampler and a viewer; every call is a workflow of its own unless `id` names it."""
    sampling = [seed, "fixed", steps, 4.0, "euler", "karras", 1.0, True, 1024, ""]
    nodes = [
        _node(1, "DenoiscopePocketModel", (0, 0), outputs=(("MODEL", [1]), ("CLIP", [2, 3]), ("VAE", [4]))),
        _node(2, "CLIPTextEncode", (0, 200), [prompts[0]], (("clip", "CLIP", 2),), (("CONDITIONING", [5]),)),
        _node(3, "CLIPTextEncode", (0, 400), [prompts[1]], (("clip", "CLIP", 3),), (("CONDITIONING", [6]),)),
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
            [PICTURE, DECODE, predict],
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


def sampled_by_stock_nodes(*, steps: int) -> dict:
    """The workflow of `sampled` with the stock KSampler, VAE Decode and Preview Image."""
    flow = sampled(steps=steps)
    sampler = next(node for node in flow["nodes"] if node["id"] == 5)
    sampler |= {"type": "KSampler", "widgets_values": [7, "fixed", steps, 4.0, "euler", "karras", 1.0]}
    sampler["outputs"] = [{"name": "LATENT", "type": "LATENT", "links": [8]}]
    decode = _node(6, "VAEDecode", (700, 0), (), (("samples", "LATENT", 8), ("vae", "VAE", 4)), (("IMAGE", [9]),))
    preview = _node(7, "PreviewImage", (1000, 0), (), (("images", "IMAGE", 9),))
    kept = [link for link in flow["links"] if link[0] not in (4, 8)]
    links = [*kept, [4, 1, 2, 6, 1, "VAE"], [8, 5, 0, 6, 0, "LATENT"], [9, 6, 0, 7, 0, "IMAGE"]]
    return flow | {"nodes": [*(n for n in flow["nodes"] if n["id"] != 6), decode, preview], "links": links}


def in_app_mode(*, steps: int) -> dict:
    """The workflow of `sampled` as an app, whose outputs are the viewer, a sheet of the deck and a film of it."""
    flow = sampled(steps=steps)
    deck, vae = ("deck", "DENOISCOPE_DECK"), ("vae", "VAE")
    made = [
        _node(7, "DenoiscopeContactSheet", (1200, 0), ["x0", 4, 64], ((*deck, 9), (*vae, 10)), (("IMAGE", [11]),)),
        _node(8, "PreviewImage", (1500, 0), (), (("images", "IMAGE", 11),)),
        _node(9, "DenoiscopeFrames", (1200, 400), ["x0"], ((*deck, 12), (*vae, 13)), (("IMAGE", [14]),)),
        _node(10, "SaveAnimatedWEBP", (1500, 400), ["film", 6.0, True, 90, "default"], (("images", "IMAGE", 14),)),
    ]
    links = [
        *([id, 5, 1, node, 0, "DENOISCOPE_DECK"] for id, node in ((9, 7), (12, 9))),
        *([id, 1, 2, node, 1, "VAE"] for id, node in ((10, 7), (13, 9))),
        *([id, node, 0, node + 1, 0, "IMAGE"] for id, node in ((11, 7), (14, 9))),
    ]
    app = {"linearMode": True, "linearData": {"inputs": [["2", "text"]], "outputs": [VIEWER, "8", "10"]}}
    whole = {"nodes": [*flow["nodes"], *made], "links": [*flow["links"], *links], "extra": app}
    return flow | whole | {"last_node_id": 10, "last_link_id": 14}


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
