"""LoRA files of every style and format, read as weights; and one clear sentence for every file that is not a LoRA."""

import json
import struct
from dataclasses import replace

import pytest
import torch

from denoiscope.core.lora.file import LoraFileError, load_lora, save_lora
from denoiscope.core.lora.lora import MODEL, TEXT, lora_of
from denoiscope.core.lora.words import described

from .loras import FORMATS, REFUSED, in_format, layer, plain, random, written

CLIP = "text_model.encoder.layers.0.mlp.fc1"
KOHYA_CLIP = CLIP.replace(".", "_")
STYLES = {
    "kohya": ("lora_unet_middle_block_1_proj_in", ".lora_up.weight", ".lora_down.weight", MODEL),
    "kohya, text encoder": (
        f"lora_te_{KOHYA_CLIP}",
        ".lora_up.weight",
        ".lora_down.weight",
        TEXT,
    ),
    "kohya, SDXL": (f"lora_te2_{KOHYA_CLIP}", ".lora_up.weight", ".lora_down.weight", TEXT),
    "ComfyUI": ("diffusion_model.blocks.0.attn.q", ".lora_up.weight", ".lora_down.weight", MODEL),
    "PEFT": ("unet.down_blocks.0.attn1.to_q", ".lora_B.weight", ".lora_A.weight", MODEL),
    "PEFT, default": ("transformer_blocks.0.attn.to_q", ".lora_B.default.weight", ".lora_A.default.weight", MODEL),
    "PEFT, text encoder": (
        f"text_encoder.{CLIP}",
        ".lora_B.weight",
        ".lora_A.weight",
        TEXT,
    ),
    "diffusers": ("unet.down_blocks.0.attn1.processor.to_q", "_lora.up.weight", "_lora.down.weight", MODEL),
    "diffusers, later": ("unet.down_blocks.0.attn1.to_q", ".lora.up.weight", ".lora.down.weight", MODEL),
    "transformers": ("text_encoder.a.q_proj", ".lora_linear_layer.up.weight", ".lora_linear_layer.down.weight", TEXT),
    "Mochi": ("blocks.0.attn", ".lora_B", ".lora_A", MODEL),
}
KINDS = [torch.float32, torch.float16, torch.bfloat16, torch.float64, torch.float8_e4m3fn, torch.float8_e5m2]


@pytest.fixture
def saved(tmp_path):
    return written(tmp_path / "bolt.safetensors", plain("lora_unet_a", ".lora_up.weight", ".lora_down.weight"))


def loaded(tmp_path, tensors, **metadata):
    return load_lora(written(tmp_path / "bolt.safetensors", tensors, **metadata))


def update(sole):
    up, down = sole.factors()
    return sole.scale * up.double() @ down.double()


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_key_gives_the_layer_its_name_and_its_factors(tmp_path, style):
    name, up, down, part = STYLES[style]
    tensors = plain(name, up, down) | {f"{name}.alpha": torch.tensor(2.0)}
    (sole,) = loaded(tmp_path, tensors).layers
    assert (sole.name, sole.part, sole.rank, sole.shape, sole.scale) == (name, part, 4, (12, 10), 0.5)
    torch.testing.assert_close(update(sole), 0.5 * tensors[name + up].double() @ tensors[name + down].double())


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_number_is_read_as_it_lies_in_the_file(tmp_path, kind):
    tensors = plain("lora_unet_a", ".lora_up.weight", ".lora_down.weight", kind=kind)
    lora = loaded(tmp_path, tensors)
    (sole,) = lora.layers
    assert sole.parts["up"].dtype == kind
    assert lora.bytes == (12 + 10) * 4 * kind.itemsize
    up, down = (tensors[f"lora_unet_a.lora_{side}.weight"].double() for side in ("up", "down"))
    torch.testing.assert_close(update(sole), up @ down)


def test_without_alpha_the_product_is_the_update(tmp_path):
    (sole,) = loaded(tmp_path, plain("a", ".lora_B.weight", ".lora_A.weight")).layers
    assert (sole.alpha, sole.scale) == (None, 1.0)


@pytest.mark.parametrize("title", FORMATS)
def test_a_format_that_is_a_fixed_update_becomes_a_layer(tmp_path, title):
    (sole,) = loaded(tmp_path, in_format("lora_unet_a", FORMATS[title], alpha=2)).layers
    up, down = sole.factors()
    assert sole.shape[:2] == (12, 10)
    assert up.shape == (12, sole.rank)
    assert down.shape == (sole.rank, update(sole)[0].numel())
    assert title.startswith(sole.format.title) or sole.format.title == "LoRA"


@pytest.mark.parametrize("title", REFUSED)
def test_a_format_that_is_no_fixed_update_is_named_and_counted(tmp_path, title):
    tensors = plain("lora_unet_plain", ".lora_up.weight", ".lora_down.weight")
    for index in range(3):
        tensors |= in_format(f"lora_unet_{index}", REFUSED[title])
    lora = loaded(tmp_path, tensors)
    assert [sole.name for sole in lora.layers] == ["lora_unet_plain"]
    (kind,) = lora.refused
    assert (kind.title, len(kind.names)) == (title, 3)
    assert f"3 × {title}" in described(lora)


def test_vectors_and_unknown_tensors_are_listed_and_kept(tmp_path):
    tensors = plain("a", ".lora_up.weight", ".lora_down.weight")
    extras = {
        "a.diff_b": "bias differences",
        "b.diff": "vector differences",
        "c.w_norm": "norm differences",
        "d.set_weight": "replaced vectors",
        "e.reshape_weight": "paddings",
        "f.alpha": "alphas without an update",
        "bundle_emb.x": "unknown tensors",
    }
    lora = loaded(tmp_path, tensors | {key: random(3 if key != "f.alpha" else 1) for key in extras})
    assert {kind.names[0]: kind.title for kind in lora.foreign} == extras
    assert not lora.refused
    assert set(lora.tensors) == {*tensors, *extras}


def test_a_file_comes_back_as_it_was(tmp_path):
    lora = lora_of("made", (layer(alpha=2.0), layer(name="text_encoders.b")), metadata={"made": "here"})
    save_lora(lora, tmp_path / "b.safetensors")
    again = load_lora(tmp_path / "b.safetensors")
    assert again.metadata == {"made": "here"}
    assert {k: v.tolist() for k, v in again.tensors.items()} == {k: v.tolist() for k, v in lora.tensors.items()}
    assert {sole.name: (sole.rank, sole.alpha) for sole in again.layers} == {
        "diffusion_model.a": (4, 2.0),
        "text_encoders.b": (4, None),
    }


BROKEN = {
    "half a layer": ({"a.lora_up.weight": random(4, 2)}, "layer a lacks down"),
    "a middle alone": ({"a.lora_mid.weight": random(2, 2, 3, 3)}, "layer a lacks up and down"),
    "half a LoHa": ({"a.hada_w1_a": random(4, 2), "a.hada_w1_b": random(2, 4)}, "lacks w2_a and w2_b"),
    "half a LoKr": ({"a.lokr_w1": random(4, 2)}, "neither lokr_w2 nor both"),
    "no common rank": ({"a.lora_up.weight": random(4, 2), "a.lora_down.weight": random(3, 4)}, "do not share a rank"),
    "twice": (
        plain("a", ".lora_up.weight", ".lora_down.weight") | plain("a", ".lora_B.weight", ".lora_A.weight"),
        "both claim",
    ),
    "two formats": (
        plain("a", ".lora_up.weight", ".lora_down.weight") | {"a.diff": random(12, 10)},
        "given twice, as LoRA and full difference",
    ),
    "alpha of a vector": (plain("a", ".lora_up.weight", ".lora_down.weight") | {"a.alpha": random(2)}, "one number"),
    "alpha not a number": (
        plain("a", ".lora_up.weight", ".lora_down.weight") | {"a.alpha": torch.tensor(torch.nan)},
        "alpha of a is nan",
    ),
    "a vector for up": ({"a.lora_up.weight": random(4), "a.lora_down.weight": random(4, 4)}, "must be a matrix"),
    "a checkpoint": ({"model.weight": random(4, 4)}, "no LoRA among them"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path, what):
    tensors, sentence = BROKEN[what]
    with pytest.raises(LoraFileError, match=sentence) as failure:
        loaded(tmp_path, tensors)
    assert "\n" not in str(failure.value)
    assert "bolt.safetensors" in str(failure.value)


def test_a_truncated_file_is_refused_at_any_length(saved):
    data = saved.read_bytes()
    for length in (0, 1, 7, 8, 9, 100, len(data) // 2, len(data) - 1):
        saved.write_bytes(data[:length])
        with pytest.raises(LoraFileError):
            load_lora(saved)


def test_a_file_that_is_not_safetensors_is_refused_by_its_name_and_by_its_bytes(saved):
    other = saved.with_suffix(".pt")
    saved.rename(other)
    with pytest.raises(LoraFileError, match="only .safetensors"):
        load_lora(other)
    saved.write_bytes(b"\x80\x02}q\x00" + bytes(1000))
    with pytest.raises(LoraFileError, match="not a safetensors file"):
        load_lora(saved)


@pytest.mark.parametrize("shape", [[10**12], [2**31, 2**31], [-1, 5], [5] * 9, "ab", [1.5]])
def test_a_header_that_lies_about_shapes_costs_no_memory(saved, shape):
    data = saved.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + length])
    header["lora_unet_a.lora_up.weight"]["shape"] = shape
    text = json.dumps(header).encode()
    saved.write_bytes(struct.pack("<Q", len(text)) + text + data[8 + length :])
    with pytest.raises(LoraFileError, match="wrongly"):
        load_lora(saved)


def test_an_update_far_larger_than_its_file_is_refused_before_it_is_multiplied_out(tmp_path):
    huge = {"a.lokr_w1": torch.zeros(1000, 1000), "a.lokr_w2": torch.zeros(1000, 1000)}
    with pytest.raises(LoraFileError, match="layer a: its update would have 1,000,000,000,000 numbers"):
        loaded(tmp_path, huge)


def test_a_header_of_gigabytes_is_not_read(saved):
    with saved.open("wb") as stream:
        stream.write(struct.pack("<Q", 2**32))
        stream.truncate(2**32 + 100)
    with pytest.raises(LoraFileError, match="claims a header"):
        load_lora(saved)


def test_a_layer_that_holds_nan_is_named_when_it_is_decomposed(tmp_path):
    tensors = plain("lora_unet_a", ".lora_up.weight", ".lora_down.weight")
    tensors["lora_unet_a.lora_up.weight"][0, 0] = torch.nan
    (sole,) = loaded(tmp_path, tensors).layers
    with pytest.raises(ValueError, match="layer lora_unet_a: the factor up holds numbers that are not finite"):
        sole.singular_values()


def test_a_tensor_of_more_rows_than_memory_has_room_for_and_of_no_number_is_written_as_it_was_read(tmp_path):
    path = tmp_path / "a.safetensors"
    lora = lora_of("a", (layer((2.0, 1.0), "diffusion_model.layer", rows=4, columns=4),))
    none = torch.zeros(10**12, 0)
    save_lora(replace(lora, tensors={**lora.tensors, "a.weight": none}), path)
    assert load_lora(path).tensors["a.weight"].shape == none.shape


def test_a_core_whose_side_is_no_matrix_is_told_in_a_sentence(tmp_path):
    sides = {"a.lokr_w1": torch.ones(3, 2), "a.lokr_w2_a": torch.ones(2, 4), "a.lokr_w2_b": torch.ones(())}
    path = written(tmp_path / "a.safetensors", {**sides, "a.lokr_t2": torch.ones(2, 3, 3, 3)})
    with pytest.raises(LoraFileError, match=r"layer a: the sides of its core .* \[2, 4\] and \[\]: not two matrices"):
        load_lora(path)
