"""Few bits against a model whose weights were rounded by hand, and with LoRAs before and after."""

import comfy.lora
import pytest
import torch

from denoiscope.core.quantization import BITS, relative_error, rounded
from denoiscope.host import pocket
from denoiscope.host.model_facts import facts_of
from denoiscope.host.quantization import kinds_of, left_alone, rounding_of, weights_to_round, with_fewer_bits
from denoiscope.host.sampling import sample

KERNEL = "diffusion_model.middle_block.0.in_layers.2.weight"
PICTURE = 128


@pytest.fixture(scope="module")
def parts():
    weights = pocket.read_weights()
    return pocket.build_model(weights), pocket.build_clip(weights)


def latents(model, clip, *, steps=6):
    """The pocket model's picture of one seed, as LATENT samples."""
    prompts = [clip.encode_from_tokens_scheduled(clip.tokenize(text)) for text in ("a red house", "")]
    form = model.get_model_object("latent_format")
    side = PICTURE // form.spacial_downscale_ratio
    return sample(
        model,
        seed=4,
        steps=steps,
        cfg=4.0,
        sampler_name="euler",
        scheduler="karras",
        positive=prompts[0],
        negative=prompts[1],
        latent={"samples": torch.zeros(1, form.latent_channels, side, side)},
        denoise=1.0,
    )["samples"]


def computed(model, key):
    """A weight as ComfyUI makes it from its patches."""
    return comfy.lora.calculate_weight(model.patches[key], model.model.state_dict()[key].clone(), key)


def test_every_linear_and_convolution_weight_is_rounded_and_nothing_else(parts):
    model, _ = parts
    state = model.model.state_dict()
    fewer = with_fewer_bits(model, 4)
    assert set(fewer.patches) == set(weights_to_round(model))
    for key, weight in state.items():
        if key.startswith("diffusion_model."):
            assert (key in fewer.patches) == (weight.ndim > 1), key
    for key in fewer.patches:
        assert torch.equal(computed(fewer, key), rounded(state[key], 4)), key
    assert not model.patches


def test_sampling_equals_a_model_whose_weights_were_rounded_by_hand_and_the_original_is_untouched(parts):
    model, clip = parts
    before = {key: weight.clone() for key, weight in model.model.state_dict().items()}
    plain = latents(model, clip)
    ours = latents(with_fewer_bits(model, 3), clip)
    byhand = pocket.build_model(pocket.read_weights())
    for key in weights_to_round(byhand):
        weight = byhand.model.get_parameter(key)
        weight.data.copy_(rounded(weight, 3))
    assert torch.equal(ours, latents(byhand, clip))
    assert torch.equal(latents(model, clip), plain)
    for key, weight in model.model.state_dict().items():
        assert torch.equal(weight, before[key]), key


def test_a_lora_before_is_rounded_along_and_one_after_is_added_on_top(parts):
    model, _ = parts
    weight = model.model.state_dict()[KERNEL]
    change = 0.1 * torch.randn(weight.shape, generator=torch.Generator().manual_seed(1))
    before = model.clone()
    before.add_patches({KERNEL: (change,)})
    torch.testing.assert_close(computed(with_fewer_bits(before, 4), KERNEL), rounded(weight + change, 4))
    after = with_fewer_bits(model, 4)
    after.add_patches({KERNEL: (change,)})
    torch.testing.assert_close(computed(after, KERNEL), rounded(weight, 4) + change)


def test_the_report_measures_what_was_really_changed_loras_before_it_included(parts):
    model, _ = parts
    weight = model.model.state_dict()[KERNEL]
    doubled = model.clone()
    doubled.add_patches({KERNEL: (weight.clone(),)})
    by_name = {layer.name: layer for layer in rounding_of(doubled, 3)}
    assert by_name[KERNEL].energy == pytest.approx(4 * float(weight.double().square().sum()))
    wanted = float((rounded(2 * weight, 3) - 2 * weight).double().square().sum())
    assert by_name[KERNEL].error == pytest.approx(wanted, rel=1e-5)
    assert kinds_of(model) == "float32"


def test_a_deck_names_the_bits_of_the_model_that_made_it(parts):
    model, _ = parts
    assert facts_of(with_fewer_bits(model, 3)).name == f"{facts_of(model).name}, 3 bits a weight"
    assert "bits" not in facts_of(model).name


def test_what_is_rounded_and_what_is_left_are_all_parameters_together(parts):
    model, _ = parts
    network = model.model.diffusion_model
    left, left_bytes = left_alone(model)
    assert left_bytes == 4 * left
    assert sum(layer.weights for layer in rounding_of(model, 8)) + left == sum(p.numel() for p in network.parameters())


@pytest.mark.parametrize("kind", [torch.float8_e4m3fn, torch.float8_e5m2])
def test_a_model_in_fp8_is_refused_in_a_sentence(kind):
    model = pocket.build_model(pocket.read_weights())
    weight = model.model.get_parameter(KERNEL)
    weight.data = weight.data.to(kind)
    with pytest.raises(ValueError, match=r"quantized already, .*in_layers\.2\.weight is in float8.*load it in float16"):
        with_fewer_bits(model, 4)


def test_fewer_bits_are_farther_from_the_full_picture_and_eight_are_nearly_it(parts):
    model, clip = parts
    full = latents(model, clip)
    errors = [relative_error(rounding_of(model, bits)) for bits in BITS]
    distances = [float((latents(with_fewer_bits(model, bits), clip) - full).square().mean().sqrt()) for bits in BITS]
    assert errors == sorted(errors)
    assert distances[0] < 0.1 * float(full.std())
    assert distances[0] < min(distances[2:]) and distances[2] < distances[4]
