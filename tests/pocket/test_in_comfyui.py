"""The pocket model among ComfyUI's stock nodes."""

import logging

import pytest
import torch

from denoiscope.pocket.autoencoder import LATENT_CHANNELS
from denoiscope.pocket.denoiser import SIGMA_DATA
from denoiscope.pocket.text import PROMPT_LENGTH

pytest.importorskip("comfy", reason="needs ComfyUI: COMFYUI_PATH is not set")

import nodes
from comfy.samplers import KSampler
from safetensors.torch import save_file

from denoiscope.host import pocket

NIGHT, NOON = (f"a flat illustration of a house on a hill at {time}" for time in ("night", "noon"))


@pytest.fixture(scope="module")
def parts():
    return pocket.build_pocket_model()


@pytest.fixture(scope="module")
def model(parts):
    return parts[0]


@pytest.fixture(scope="module")
def clip(parts):
    return parts[1]


@pytest.fixture(scope="module")
def vae(parts):
    return parts[2]


def words(clip, text):
    return nodes.CLIPTextEncode().encode(clip, text)[0]


def empty(width=128, height=128, batch=1):
    return nodes.EmptyLatentImage().generate(width, height, batch)[0]


def sampled(model, positive, negative, *, seed=0, latent=None, steps=4, cfg=4.0, sampler="euler", denoise=1.0):
    latent = empty() if latent is None else latent
    return nodes.KSampler().sample(model, seed, steps, cfg, sampler, "karras", positive, negative, latent, denoise)[0][
        "samples"
    ]


@pytest.mark.filterwarnings("ignore:Should have t[ab]:UserWarning")  # three samplers of ComfyUI's
@pytest.mark.filterwarnings("ignore:To copy construct from a tensor:UserWarning")
@pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning")
def test_every_sampler_gives_finite_latents(model, clip):
    for sampler in KSampler.SAMPLERS:
        latent = sampled(model, words(clip, NOON), words(clip, ""), steps=3, sampler=sampler)
        assert latent.shape == (1, LATENT_CHANNELS, 16, 16) and latent.isfinite().all(), sampler


def test_the_same_seed_is_the_same_latent_and_another_seed_is_not(model, clip):
    positive, negative = words(clip, NOON), words(clip, "")
    first, again, other = (sampled(model, positive, negative, seed=seed) for seed in (7, 7, 8))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_night_is_darker_than_noon(model, clip, vae):
    brightness = {}
    for prompt in (NIGHT, NOON):
        latents = sampled(model, words(clip, prompt), words(clip, ""), latent=empty(batch=6), steps=10)
        brightness[prompt] = nodes.VAEDecode().decode(vae, {"samples": latents})[0].mean((1, 2, 3))
    assert (brightness[NIGHT] < 0.7 * brightness[NOON]).all()


@pytest.mark.parametrize(("width", "height"), [(128, 192), (512, 256), (136, 120)])
def test_other_sizes_run(model, clip, vae, width, height):
    latent = sampled(model, words(clip, NOON), words(clip, ""), latent=empty(width, height), steps=2)
    picture = nodes.VAEDecode().decode(vae, {"samples": latent})[0]
    assert picture.shape == (1, height, width, 3)
    assert nodes.VAEEncode().encode(vae, picture)[0]["samples"].shape == latent.shape


def test_tiles_decode_to_nearly_the_whole_picture(model, clip, vae):
    latent = {"samples": sampled(model, words(clip, NOON), words(clip, ""), latent=empty(256, 128), steps=2)}
    whole, tiled = nodes.VAEDecode().decode(vae, latent)[0], nodes.VAEDecodeTiled().decode(vae, latent, 128, 32)[0]
    assert whole.shape == tiled.shape
    assert (whole - tiled).abs().mean() < 0.02


def test_latents_at_the_door_have_unit_variance_and_the_samplers_see_twice_that(model):
    sampling, space = model.get_model_object("model_sampling"), model.get_model_object("latent_format")
    assert sampling.sigma_data == space.scale_factor == SIGMA_DATA
    assert sampling.sigma_max == pytest.approx(14.61, abs=0.01)


def test_the_model_gets_its_input_at_unit_variance(model):
    sampling = model.get_model_object("model_sampling")
    numbers = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(1, 4, 64, 64, generator=numbers) for _ in range(2))
    for sigma in (0.1, 1.0, 14.0):
        scaled = sampling.calculate_input(torch.tensor([sigma]), SIGMA_DATA * clean + sigma * noise)
        assert scaled.std().item() == pytest.approx(1.0, abs=0.03)


def test_a_weight_moves_the_word_away_from_the_empty_prompt_as_in_stable_diffusion(clip):
    plain, heavy, nothing = (words(clip, text)[0][0] for text in ("a red house", "a (red:1.3) house", ""))
    torch.testing.assert_close(heavy[0, 2], nothing[0, 2] + 1.3 * (plain[0, 2] - nothing[0, 2]))
    torch.testing.assert_close(heavy[0, [0, 1, 3]], plain[0, [0, 1, 3]])


def test_an_unknown_word_is_ignored_and_the_log_says_what_is_known(clip, caplog):
    with caplog.at_level(logging.WARNING):
        strange = words(clip, "a purple unicorn house")[0][0]
    assert torch.equal(strange, words(clip, "a house")[0][0])
    assert "does not know: purple, unicorn. It knows: a, an, " in caplog.text
    assert len(caplog.records) == 1


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("blurry, watermark, extra fingers", ""),
        ("masterpiece, (best quality:1.4), 8k, lighthouse, highly detailed", "lighthouse"),
        ("lighthouses at evening", "lighthouse at dusk"),
    ],
)
def test_words_that_are_left_out_take_their_commas_along(clip, typed, meant):
    assert torch.equal(words(clip, typed)[0][0], words(clip, meant)[0][0])


def test_whoever_looks_for_words_in_a_prompt_is_not_told_of_each(clip, caplog):
    with caplog.at_level(logging.INFO):
        clip.tokenize("unicorn", return_word_ids=True)
    assert not caplog.records


def test_a_word_that_is_left_to_loras_reaches_the_model_and_the_log_says_so(clip, caplog):
    with caplog.at_level(logging.INFO):
        free = words(clip, "a blueprint house")[0][0]
    assert not torch.equal(free, words(clip, "a house")[0][0])
    assert "never shown a picture of: blueprint" in caplog.text


def test_a_long_prompt_becomes_two_chunks(clip, model):
    long = words(clip, "a red house " * 12)
    assert long[0][0].shape == (1, 2 * PROMPT_LENGTH, 128)
    assert sampled(model, long, words(clip, ""), steps=2).isfinite().all()


@pytest.mark.parametrize("join", ["concat", "average", "combine"])
def test_conditionings_can_be_joined(model, clip, join):
    one, other = words(clip, NIGHT), words(clip, NOON)
    joined = {
        "concat": lambda: nodes.ConditioningConcat().concat(one, other)[0],
        "average": lambda: nodes.ConditioningAverage().addWeighted(one, other, 0.5)[0],
        "combine": lambda: nodes.ConditioningCombine().combine(one, other)[0],
    }[join]()
    assert sampled(model, joined, words(clip, ""), steps=2).isfinite().all()


def test_a_masked_latent_keeps_what_the_mask_leaves_out(model, clip):
    numbers = torch.Generator().manual_seed(0)
    before = torch.randn(1, LATENT_CHANNELS, 16, 16, generator=numbers)
    mask = torch.zeros(1, 128, 128)
    mask[..., 64:] = 1
    latent = nodes.SetLatentNoiseMask().set_mask({"samples": before}, mask)[0]
    after = sampled(model, words(clip, NOON), words(clip, ""), latent=latent)
    torch.testing.assert_close(after[..., :7], before[..., :7])
    assert (after[..., 9:] - before[..., 9:]).abs().mean() > 0.1


def test_a_lora_reaches_the_denoiser_and_the_text_encoder_and_leaves_the_base_alone(parts, tmp_path, monkeypatch):
    model, clip, _ = parts
    unet_key = "diffusion_model.middle_block.1.transformer_blocks.0.attn2.to_k"
    text_key = "text_encoders.pocket.think.1"
    numbers = torch.Generator().manual_seed(0)
    lora = {}
    for key, (rows, columns) in ((unet_key, (128, 128)), (text_key, (256, 128))):
        lora[f"{key}.lora_up.weight"] = torch.randn(rows, 2, generator=numbers)
        lora[f"{key}.lora_down.weight"] = torch.randn(2, columns, generator=numbers)
    save_file(lora, tmp_path / "shift.safetensors")
    monkeypatch.setattr("folder_paths.get_full_path_or_raise", lambda *_: str(tmp_path / "shift.safetensors"))
    changed, changed_clip = nodes.LoraLoader().load_lora(model, clip, "shift.safetensors", 1.0, 1.0)
    prompt = words(clip, NOON)
    plain = sampled(model, prompt, words(clip, ""))
    assert not torch.equal(sampled(changed, prompt, words(clip, "")), plain)
    assert not torch.equal(words(changed_clip, NOON)[0][0], prompt[0][0])
    assert torch.equal(sampled(model, prompt, words(clip, "")), plain)


def test_missing_weights_are_reported_in_one_sentence(tmp_path):
    with pytest.raises(
        ValueError, match="weights cannot be had: .* cannot be read: No such file .*Install Denoiscope again"
    ):
        pocket.build_pocket_model(tmp_path / "gone.safetensors")


def test_damaged_weights_are_reported_in_one_sentence(tmp_path):
    whole = pocket.WEIGHTS.read_bytes()
    for name, content in (("cut", whole[:5000]), ("empty", b""), ("text", b"not weights at all")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ValueError, match="weights cannot be had: .*Install Denoiscope again"):
            pocket.build_pocket_model(tmp_path / name)


def test_weights_of_something_else_are_reported_in_one_sentence(tmp_path):
    save_file({"model.weight": torch.zeros(2)}, tmp_path / "other.safetensors")
    with pytest.raises(ValueError, match="lack the diffusion_model and the text_encoder"):
        pocket.build_pocket_model(tmp_path / "other.safetensors")
