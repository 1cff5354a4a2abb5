"""Teaching the pocket model by low-rank updates: what changes, what is written, what a stride is asked for."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

pytest.importorskip("comfy", reason="needs ComfyUI: COMFYUI_PATH is not set")

import comfy.sd
from safetensors.torch import load_file

from denoiscope.core.lora.file import load_lora
from denoiscope.host.pocket import build_pocket_model, read_weights
from denoiscope.pocket.autoencoder import LATENT_CHANNELS
from denoiscope.pocket.captions import full_caption
from denoiscope.pocket.scenes import choose_scene, draw
from denoiscope.pocket.text import tokenize
from denoiscope.pocket.variants import VARIANTS
from denoiscope.training import denoiser, few_steps, lora
from denoiscope.training.data import CAPTIONS_PER_SCENE
from denoiscope.training.run import Training


@pytest.fixture
def adapted():
    model, weights = denoiser.new_model(seed=0).requires_grad_(False), read_weights()
    for name, part in model.items():
        part.load_state_dict(weights[name])
    lora.adapt(model["diffusion_model"], rank=2, alpha=4.0, seed=1)
    return model


def lesson():
    numbers = torch.Generator().manual_seed(0)
    tokens = torch.tensor([[tokenize("a red house, blueprint")] * CAPTIONS_PER_SCENE] * 4)
    return lora.Lesson(torch.randn(4, LATENT_CHANNELS, 16, 16, generator=numbers), tokens)


def test_only_the_low_rank_factors_learn_and_the_loss_falls(adapted):
    before = {name: p.detach().clone() for name, p in adapted.named_parameters()}
    run = Training(adapted, replace(lora.RECIPE, batch=4, warm_up=1), ("",))
    losses = list(islice(lora.train(adapted, run, lesson()), 10))
    changed = {name for name, p in adapted.named_parameters() if not torch.equal(p.detach(), before[name])}
    assert changed and all(name.endswith((".up", ".down")) for name in changed)
    assert sum(losses[5:]) < sum(losses[:5])


def test_the_file_gives_the_stock_loader_the_very_weights_that_were_trained(adapted, tmp_path):
    unet = adapted["diffusion_model"]
    torch.random.manual_seed(0)
    for _, layer in lora.adapted_layers(unet):
        torch.nn.init.normal_(layer.parametrizations.weight[0].up)
    lora.write(tmp_path / "new.safetensors", lora.as_file(unet), word="blueprint")
    tensors = load_file(tmp_path / "new.safetensors")
    patcher = build_pocket_model()[0]
    loaded, _ = comfy.sd.load_lora_for_models(patcher, None, tensors, 1.0, 0.0)
    layers = dict(lora.adapted_layers(unet))
    assert len(loaded.patches) == len(layers) == len(tensors) // 3
    for name, layer in islice(layers.items(), 0, None, 5):
        key = f"diffusion_model.{name}.weight"
        update = comfy.lora.calculate_weight(loaded.patches[key], torch.zeros_like(layer.weight), key)
        wanted = layer.weight - layer.parametrizations.weight.original
        torch.testing.assert_close(update, wanted, rtol=2e-3, atol=2e-3 * wanted.abs().max().item())


def test_a_fine_tune_of_every_weight_is_a_file_of_full_differences_that_learn(tmp_path):
    model, weights = denoiser.new_model(seed=0), read_weights()
    for name, part in model.items():
        part.load_state_dict(weights[name])
    unet = model["diffusion_model"]
    lora.adapt_every_weight(unet)
    layers = dict(lora.adapted_layers(unet))
    before = {name: layer.weight.detach().clone() for name, layer in layers.items()}
    run = Training(model, replace(lora.EVERY_WEIGHT_RECIPE, batch=4, warm_up=1), ("",))
    assert len(list(islice(lora.train(model, run, lesson()), 3))) == 3
    lora.write(tmp_path / "full.safetensors", lora.as_file(unet), word="blueprint")
    read = load_lora(tmp_path / "full.safetensors")
    assert len(read.layers) == len(layers) and not read.foreign
    for layer in read.layers:
        (name,) = (name for name in layers if f"lora_unet_{name.replace('.', '_')}" == layer.name)
        change = (layers[name].weight - before[name]).detach()
        torch.testing.assert_close(layer.parts["diff"].float(), change, rtol=1e-2, atol=1e-6)


def test_an_euler_step_from_the_wanted_guess_lands_where_the_teacher_went():
    here, there = torch.randn(2, 3, LATENT_CHANNELS, 4, 4, generator=torch.Generator().manual_seed(0))
    sigma, following = torch.tensor([14.6, 2.0, 0.5]), torch.tensor([2.0, 0.5, 0.0])
    guess = few_steps.guess_wanted(here, there, following / sigma)
    direction = (here - guess) / sigma.view(-1, 1, 1, 1)
    torch.testing.assert_close(here + direction * (following - sigma).view(-1, 1, 1, 1), there, rtol=1e-4, atol=1e-4)


def test_the_teachers_walk_begins_in_noise_and_every_stride_is_one_of_its_noise_levels():
    pocket = build_pocket_model()
    noise = few_steps.noise_of(1)
    states = few_steps.walk(pocket, [full_caption(choose_scene(3))], noise)
    assert states.shape == (1, few_steps.STRIDES + 1, LATENT_CHANNELS, 16, 16)
    (walked,) = few_steps.walks(pocket, 1, batch=1)
    spread = states[0, 0].std() / walked.sigmas[0]
    assert 0.8 < spread < 1.3 and walked.sigmas[-1] == 0 and len(walked.sigmas) == few_steps.STRIDES + 1


@pytest.mark.parametrize("name", VARIANTS)
def test_a_variant_is_told_by_its_word_and_looks_like_no_scene(name):
    variant, scene = VARIANTS[name], VARIANTS[name].choose(5)
    assert variant.word in variant.tell(full_caption(scene))
    picture = variant.draw(scene)
    assert picture.size == (128, 128) and picture.tobytes() == variant.draw(scene).tobytes()
    assert picture.tobytes() != draw(scene).tobytes()
