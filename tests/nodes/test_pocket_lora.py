"""The pocket model's own LoRAs on the real server: each brings what it was taught, and the stock loader reads it."""

import math
import shutil

import pytest
import torch
from PIL import Image, ImageStat
from safetensors.torch import load_file

from denoiscope.core.lora.file import load_lora
from denoiscope.devtools.driving.workflow import node
from denoiscope.pocket.loras import BLUEPRINT_RANKS, EVERY_WEIGHT, FOUR_STEPS, NAMES, file_of, word_of


def picture_graph(text, lora=None, *, steps=12, cfg=4.0, scheduler="karras", seed=5):
    """A KSampler on the pocket model, with one of its LoRAs if named; the latent is saved."""
    inputs = {"width": 128, "height": 128, "batch_size": 1}
    graph = {"pocket": node("DenoiscopePocketModel"), "empty": node("EmptyLatentImage", **inputs)}
    graph["yes"], graph["no"] = (node("CLIPTextEncode", clip=["pocket", 1], text=words) for words in (text, ""))
    if lora:
        graph["lora"] = node("DenoiscopePocketLora", model=["pocket", 0], lora_name=lora, strength=1.0)
    how = {"seed": seed, "steps": steps, "cfg": cfg, "sampler_name": "euler", "scheduler": scheduler, "denoise": 1.0}
    ends = {"positive": ["yes", 0], "negative": ["no", 0], "latent_image": ["empty", 0]}
    graph["sample"] = node("KSampler", model=["lora" if lora else "pocket", 0], **ends, **how)
    graph["save"] = node("SaveLatent", samples=["sample", 0], filename_prefix="pocket_lora")
    graph["decode"] = node("VAEDecode", samples=["sample", 0], vae=["pocket", 2])
    graph["image"] = node("PreviewImage", images=["decode", 0])
    return graph


def latent_of(server, graph) -> torch.Tensor:
    reference = server.run(graph).outputs["save"]["latents"][0]
    return load_file(server.path_of(reference))["latent_tensor"]


def colour_of(server, graph) -> list[float]:
    """The mean of each channel of the picture, 0..255."""
    with Image.open(server.path_of(server.run(graph).outputs["image"]["images"][0])) as picture:
        return ImageStat.Stat(picture.convert("RGB")).mean


def distance(a: torch.Tensor, b: torch.Tensor) -> float:
    return (a - b).square().mean().sqrt().item()


@pytest.mark.parametrize("name", NAMES)
def test_every_lora_is_a_small_file_of_updates_for_the_same_layers(name):
    lora, other = (load_lora(file_of(one)) for one in (name, NAMES[0]))
    assert {layer.name for layer in lora.layers} == {layer.name for layer in other.layers} and not lora.foreign
    assert file_of(name).stat().st_size < (7_000_000 if name == EVERY_WEIGHT else 3_000_000)


def test_the_fine_tune_has_the_rank_of_its_matrices():
    assert all(
        layer.rank == min(layer.shape[0], math.prod(layer.shape[1:]))
        for layer in load_lora(file_of(EVERY_WEIGHT)).layers
    )


@pytest.mark.parametrize("rank", BLUEPRINT_RANKS)
def test_a_taught_rank_is_the_rank_of_every_layer(rank):
    assert {layer.rank for layer in load_lora(file_of(f"blueprint, rank {rank}")).layers} == {rank}


def test_a_blueprint_is_blue_and_the_base_model_knows_no_blueprints(server):
    name = "blueprint, rank 8"
    text = f"a {word_of(name)}, a house on a hill at dusk"
    taught, untaught = (colour_of(server, picture_graph(text, lora)) for lora in (name, None))
    assert taught[2] - taught[0] > 60 > untaught[2] - untaught[0]


def test_four_long_steps_come_nearer_to_twenty_than_the_bare_model_does(server):
    text = "an oil painting of a red house on a hill at noon"
    twenty = latent_of(server, picture_graph(text, steps=20, scheduler="sgm_uniform"))
    strides = {"steps": 4, "cfg": 1.0, "scheduler": "sgm_uniform"}
    with_lora, without = (latent_of(server, picture_graph(text, lora, **strides)) for lora in (FOUR_STEPS, None))
    assert distance(with_lora, twenty) < 0.7 * distance(without, twenty)


@pytest.mark.smoke
def test_the_stock_loader_gives_the_same_latent(server):
    name, text = "balloon, rank 8", "a red house on a hill at noon, with a balloon"
    folder = server.output / "loras"
    folder.mkdir(exist_ok=True)
    shutil.copy(file_of(name), folder / "copied.safetensors")
    graph = picture_graph(text, name)
    ours = latent_of(server, graph)
    graph["lora"] = node("LoraLoaderModelOnly", model=["pocket", 0], lora_name="copied.safetensors", strength_model=1.0)
    assert torch.equal(latent_of(server, graph), ours)
