"""ComfyUI's road from a LoRA's names to weights, followed to the end: what is said of each layer is what the stock
loader then does with it, on miniatures of the networks that people have LoRAs for.
"""

import comfy.lora
import comfy.lora_convert
import comfy.sd
import comfy.supported_models
import pytest
import torch

from denoiscope.core.lora.keys import parsed
from denoiscope.core.lora.lora import Lora
from denoiscope.core.lora.rank_sweep import Dose
from denoiscope.core.lora.truncation import to_rank
from denoiscope.host.lora import applied, decomposed, truncated
from denoiscope.host.lora_extract import extract
from denoiscope.host.lora_fit import as_read, fit
from denoiscope.host.quantization import with_fewer_bits
from denoiscope.host.rank_sweep import check_lora, with_dose
from denoiscope.host.weights import numbers, patched_weights
from denoiscope.tests.core.loras import random
from denoiscope.tests.models.miniatures.networks import FLUX, NETWORKS
from denoiscope.tests.models.miniatures.scaled import scaled

RANK = 4
PREFIX = "diffusion_model."
FUSED = ("attn.to_q", "attn.to_k", "attn.to_v", "attn.add_q_proj")
FLUX_KIND = comfy.supported_models.Flux


@pytest.fixture(scope="module", params=NETWORKS)
def network(request):
    return NETWORKS[request.param]()


@pytest.fixture(scope="module")
def flux():
    return NETWORKS["Flux"]()


@pytest.fixture(scope="module")
def few_bits():
    return scaled(FLUX_KIND, FLUX)


def lora_from(found: dict) -> Lora:
    layers, foreign = parsed(found)
    return Lora(name="a", layers=layers, foreign=foreign, tensors=found)


def factors(name: str, rows: int, columns: int) -> dict:
    return {
        f"{name}.lora_up.weight": random(rows, RANK, seed=1) / 4,
        f"{name}.lora_down.weight": random(RANK, columns, seed=2) / 4,
    }


def changes(model, key: str) -> bool:
    """Whether the patches on this weight change it, as ComfyUI computes it."""
    return any(change(model, key, patch) for patch in model.patches[key])


def change(model, key: str, patch: tuple) -> bool:
    before = patched_weights(model, PREFIX)[key][0][0].detach().float().clone()
    after = comfy.lora.calculate_weight([patch], before.clone(), key)
    return after.shape != before.shape or not torch.equal(after, before)


def names_by_target(model) -> dict:
    """Of each weight of two axes, and of each slice of one, that ComfyUI has names for: rows, columns, the names."""
    shapes = {key: tuple(known[0][0].shape) for key, known in patched_weights(model, PREFIX).items()}
    found: dict = {}
    for name, target in comfy.lora.model_lora_keys_unet(model.model, {}).items():
        key, *rest = (target,) if isinstance(target, str) else target
        if len(shapes.get(key, ())) == 2:
            rows, columns = shapes[key]
            rows = rest[0][2] if rest and rest[0] is not None and rest[0][0] == 0 else rows
            found.setdefault((key, *rest[:1]), (rows, columns, []))[2].append(name)
    return found


@pytest.mark.parametrize("wider", [0, 8], ids=["of this model", "of a wider one"])
def test_each_name_is_said_to_find_its_weight_exactly_where_the_stock_loader_changes_it(network, wider):
    """Slices of fused weights among them, which diffusers' names stand for; a weight's names one after another."""
    targets = names_by_target(network).values()
    for turn in range(max(len(names) for *_, names in targets)):
        sizes = {names[turn]: (rows + wider, columns) for rows, columns, names in targets if turn < len(names)}
        lora = lora_from({key: kept for name, size in sizes.items() for key, kept in factors(name, *size).items()})
        patched, _ = comfy.sd.load_lora_for_models(network, None, dict(lora.tensors), 1.0, 0.0)
        ups = {id(kept): key.removesuffix(".lora_up.weight") for key, kept in lora.tensors.items()}
        changed = {
            ups[id(patch[1].weights[0])]: key
            for key, patches in patched.patches.items()
            for patch in patches
            if change(patched, key, patch)
        }
        if changed:
            assert fit(lora, network, None).targets == changed
        else:
            with pytest.raises(ValueError, match="every layer of a has another shape"):
                fit(lora, network, None)
    assert bool(changed) == (wider == 0)


def test_a_lora_for_a_wider_flux_finds_no_weight_though_comfyui_knows_its_names(flux):
    """Its three matrices stand for slices of one."""
    width = FLUX["hidden_size"] * 2
    found = {}
    for part in FUSED:
        found |= factors(f"transformer.transformer_blocks.0.{part}", width, width)
    with pytest.raises(ValueError, match="every layer of a has another shape"):
        check_lora(lora_from(found), flux)


def control_lora() -> dict:
    """As Black Forest Labs' Canny and Depth: a wider img_in, biases, and scales of norms."""
    width, head = FLUX["hidden_size"], 128
    packed = FLUX["in_channels"] * FLUX["patch_size"] ** 2
    shapes = {
        "img_in": (width, packed * 2),
        "double_blocks.0.img_attn.qkv": (3 * width, width),
        "single_blocks.0.linear2": (width, 5 * width),
    }
    found = {}
    for name, (rows, columns) in shapes.items():
        found[f"{name}.lora_B.weight"] = random(rows, RANK, seed=1) / 4
        found[f"{name}.lora_A.weight"] = random(RANK, columns, seed=2) / 4
        found[f"{name}.lora_B.bias"] = random(rows, seed=3)
    for norm in ("double_blocks.0.img_attn.norm.query_norm", "single_blocks.0.norm.key_norm"):
        found[f"{norm}.scale"] = random(head, seed=4)
    return found


def test_a_control_lora_is_followed_through_comfyuis_own_renaming(flux):
    lora = lora_from(control_lora())
    found = fit(lora, flux, None)
    assert (len(found.targets), found.absent, found.misshapen) == (3, (), ())
    assert {kind.title for kind in lora.foreign} == {"bias differences", "replaced vectors"}
    assert found.targets[f"{PREFIX}img_in"] == f"{PREFIX}img_in.weight"
    patched, _ = applied(lora, flux, None, 1.0, 0.0)
    assert changes(patched, f"{PREFIX}img_in.weight")


def weights(model) -> dict:
    return {key: numbers(known, key) for key, known in patched_weights(model, PREFIX).items() if key in model.patches}


def test_what_a_cut_of_a_control_lora_keeps_and_what_it_leaves_out_are_together_the_whole(flux):
    lora = lora_from(control_lora())
    parts = decomposed(as_read(lora))
    whole = weights(applied(lora, flux, None, 1.0, 0.0)[0])
    kept = weights(with_dose(flux, parts, Dose(rank=2, times=None), 1.0))
    left = weights(with_dose(flux, parts, Dose(rank=2, times=1.0), 1.0))
    matrices = [key for key in whole if whole[key].ndim == 2]
    assert len(matrices) == 3
    for key in matrices:
        plain = patched_weights(flux, PREFIX)[key][0][0].detach().float()
        wide = torch.zeros_like(whole[key])
        wide[: plain.shape[0], : plain.shape[1]] = plain
        torch.testing.assert_close(kept[key] + left[key] - wide, whole[key], atol=1e-5, rtol=1e-4)
        assert not torch.equal(left[key], wide), f"nothing was left out of {key}"


def test_a_cut_control_lora_is_saved_under_the_names_of_its_trainer(flux):
    cut, _ = truncated(lora_from(control_lora()), to_rank(2), note="")
    assert cut.tensors.keys() == control_lora().keys()
    assert fit(cut, flux, None).misshapen == ()


def test_a_model_of_scaled_eight_bit_numbers_is_compared_by_what_these_mean(few_bits):
    key = f"{PREFIX}double_blocks.0.img_attn.qkv.weight"
    update = factors(key.removesuffix(".weight"), 3 * FLUX["hidden_size"], FLUX["hidden_size"])
    tuned, _ = applied(lora_from(update), few_bits, None, 1.0, 0.0)
    found = extract(tuned, few_bits, RANK, vectors=True, precision=torch.float32)
    (layer,) = found.lora.layers
    up, down = layer.factors()
    wanted = update[key.replace("weight", "lora_up.weight")] @ update[key.replace("weight", "lora_down.weight")]
    torch.testing.assert_close(layer.scale * up @ down, wanted, atol=1e-5, rtol=1e-4)
    assert "are kept in scaled numbers of few bits" in found.report


def test_what_eight_bits_rounded_is_told_beside_a_difference_to_the_whole_model(flux, few_bits):
    found = extract(few_bits, flux, RANK, vectors=True, precision=torch.float32)
    few = sum(name.endswith("weight_scale") for name in few_bits.model.state_dict())
    assert f"{few} weights of model are kept in scaled numbers of few bits" in found.report
    assert " of base are kept in scaled" not in found.report


def test_fewer_bits_says_what_a_model_of_scaled_eight_bit_numbers_is(few_bits):
    with pytest.raises(ValueError, match="is quantized already, .* is in a quantized layout"):
        with_fewer_bits(few_bits, 4)


def test_a_lora_finds_the_weights_of_a_model_of_scaled_eight_bit_numbers(few_bits):
    name = "transformer.transformer_blocks.0.attn.to_q"
    lora = lora_from(factors(name, FLUX["hidden_size"], FLUX["hidden_size"]))
    assert fit(lora, few_bits, None).targets == {name: f"{PREFIX}double_blocks.0.img_attn.qkv.weight"}
