"""API prompts that the tests of the nodes queue on the real server."""


def pocket_run(
    *, seed=1, steps=4, cfg=4.0, batch=1, sampler="euler", text="a red lighthouse on a cliff at dusk"
) -> dict:
    """The stock KSampler around a recorded pocket model, collected as node "deck"."""
    return {
        "pocket": {"class_type": "DenoiscopePocketModel", "inputs": {}},
        "record": {
            "class_type": "DenoiscopeRecord",
            "inputs": {"model": ["pocket", 0], "keep_guidance": True, "memory_mb": 256, "items": ""},
        },
        "positive": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": text}},
        "negative": {"class_type": "CLIPTextEncode", "inputs": {"clip": ["pocket", 1], "text": ""}},
        "empty": {"class_type": "EmptyLatentImage", "inputs": {"width": 128, "height": 128, "batch_size": batch}},
        "sample": {
            "class_type": "KSampler",
            "inputs": {
                "model": ["record", 0],
                "seed": seed,
                "steps": steps,
                "cfg": cfg,
                "sampler_name": sampler,
                "scheduler": "karras",
                "positive": ["positive", 0],
                "negative": ["negative", 0],
                "latent_image": ["empty", 0],
                "denoise": 1.0,
            },
        },
        "deck": {
            "class_type": "DenoiscopeCollect",
            "inputs": {"recording": ["record", 1], "latent": ["sample", 0], "run": "of this latent", "label": "A run"},
        },
    }


def viewer(**changes) -> dict:
    """The deck in the viewer, decoded by the pocket VAE."""
    inputs = {"deck": ["deck", 0], "vae": ["pocket", 2], "picture_size": 128, "decode": "everything"}
    return {"class_type": "DenoiscopeViewer", "inputs": {**inputs, **changes}}
