"""LoRAs against ComfyUI's own loader: the same weights bit for bit, for every format, and files that it reads back."""

import comfy.lora
import comfy.model_management
import comfy.utils
import folder_paths
import nodes
import pytest
import torch

from denoiscope.core.lora.file import load_lora
from denoiscope.core.lora.keys import parsed
from denoiscope.core.lora.lora import Lora, lora_of
from denoiscope.core.lora.truncation import to_energy, to_rank
from denoiscope.host import pocket
from denoiscope.host.lora import applied, save_numbered, spectrum_of, truncated
from denoiscope.host.lora_fit import fit
from denoiscope.host.lora_folder import lora_names, lora_path
from denoiscope.tests.core.loras import FORMATS, in_format, layer, nearest, random, written

QUERY = "diffusion_model.middle_block.1.transformer_blocks.0.attn1.to_q"
KERNEL = "diffusion_model.middle_block.0.in_layers.2"
WORDS = "text_encoders.pocket.think.1"
KOHYA = QUERY.replace("diffusion_model.", "lora_unet_").replace(".", "_")
DIFFUSERS = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.processor.to_q"
STYLES = {
    "kohya": (KOHYA, ".lora_up.weight", ".lora_down.weight"),
    "ComfyUI": (QUERY, ".lora_up.weight", ".lora_down.weight"),
    "PEFT": (QUERY, ".lora_B.weight", ".lora_A.weight"),
    "PEFT, default": (QUERY, ".lora_B.default.weight", ".lora_A.default.weight"),
    "diffusers": (DIFFUSERS, "_lora.up.weight", "_lora.down.weight"),
    "diffusers, later": (DIFFUSERS, ".lora.up.weight", ".lora.down.weight"),
}
TUCKER_LOKR = "LoKr, Tucker"
SMALL = {"lora_up.weight": (4, 2), "lora_down.weight": (2, 4)}
RANK = 6


@pytest.fixture(scope="module")
def parts():
    weights = pocket.read_weights()
    return pocket.build_model(weights), pocket.build_clip(weights)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An output folder of its own, in whose loras the stock loader looks."""
    loras = tmp_path / "loras"
    loras.mkdir()
    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path))
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "loras", ([str(loras)], {".safetensors", ".pt"}))
    return loras


def tensors(parts, name=QUERY, up=".lora_up.weight", down=".lora_down.weight", *, kind=torch.float16):
    """Factors for the pocket model: one attention layer, one convolution, one layer of the text encoder."""
    shapes = weights_of(parts)
    found = {}
    for title, key, ends in (
        (name, QUERY, (up, down)),
        (KERNEL, KERNEL, (".lora_up.weight", ".lora_down.weight")),
        (WORDS, WORDS.removeprefix("text_encoders."), (".lora_up.weight", ".lora_down.weight")),
    ):
        out, *columns = shapes[f"{key}.weight"].shape
        found[title + ends[0]] = (random(out, RANK, *[1] * (len(columns) - 1), seed=1) / 8).to(kind)
        found[title + ends[1]] = (random(RANK, *columns, seed=2) / 8).to(kind)
        found[f"{title}.alpha"] = torch.tensor(3.0)
    return found


def weights_of(parts):
    model, clip = parts
    return {**model.model.state_dict(), **clip.cond_stage_model.state_dict()}


def lora_from(found):
    layers, foreign = parsed(found)
    return Lora(name="bolt", layers=layers, foreign=foreign, tensors=found)


def changed(parts, patched):
    """Every weight that a LoRA changes, as ComfyUI computes it."""
    model, clip = patched
    patches = {**model.patches, **clip.patcher.patches}
    before = weights_of(parts)
    return {key: comfy.lora.calculate_weight(patch, before[key].clone(), key) for key, patch in patches.items()}


def by_stock_loader(parts, path, strengths=(1.0, 1.0)):
    folder_paths.filename_list_cache.clear()
    return changed(parts, nodes.LoraLoader().load_lora(*parts, path.name, *strengths))


def same(a, b):
    assert a.keys() == b.keys() and a
    for key, weight in a.items():
        assert torch.equal(weight, b[key]), key


@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.bfloat16, torch.float8_e4m3fn, torch.float8_e5m2])
def test_a_lora_that_is_not_cut_changes_each_weight_as_the_stock_loader_does_bit_for_bit(parts, folder, kind):
    path = written(folder / "bolt.safetensors", tensors(parts, kind=kind))
    whole, cuts = truncated(load_lora(path), to_rank(RANK), note="")
    ours = changed(parts, applied(whole, *parts, 0.7, -1.3))
    assert len(ours) == 3 and [cut.kept for cut in cuts] == [1.0] * 3
    same(ours, by_stock_loader(parts, path, (0.7, -1.3)))


@pytest.mark.parametrize("style", STYLES)
def test_every_style_of_key_is_cut_under_the_names_that_the_stock_loader_knows(parts, folder, style):
    lora = lora_from(tensors(parts, *STYLES[style]))
    cut, _ = truncated(lora, to_rank(2), note="", precision=torch.float32)
    ours = changed(parts, applied(cut, *parts, 1.0, 1.0))
    before = weights_of(parts)
    assert len(ours) == 3
    for found_layer in lora.layers:
        key = fit(lora, *parts).targets[found_layer.name]
        wanted = before[key].double() + nearest(found_layer.svd(), 2).reshape(before[key].shape)
        torch.testing.assert_close(ours[key].double(), wanted, atol=2e-6, rtol=0)


@pytest.mark.parametrize("choose", [to_rank(1), to_rank(3), to_energy(0.8)])
def test_a_cut_file_is_read_back_by_the_stock_loader_to_the_very_weights_that_were_applied(parts, folder, choose):
    lora = load_lora(written(folder / "bolt.safetensors", tensors(parts)))
    cut, _ = truncated(lora, choose, note="cut")
    reference = save_numbered(cut, "bolt_cut")
    assert (reference["subfolder"], reference["filename"]) == ("loras", "bolt_cut_00001_.safetensors")
    same(changed(parts, applied(cut, *parts, 1.0, 1.0)), by_stock_loader(parts, folder / reference["filename"]))


@pytest.mark.parametrize("title", [title for title in FORMATS if title != TUCKER_LOKR])
def test_a_format_is_the_update_that_comfyui_adds_to_a_weight_of_zeros(title):
    found = in_format("diffusion_model.a", FORMATS[title], alpha=3)
    (found_layer,) = lora_from(found).layers
    kernel = (3, 3) if any(len(shape) == 4 for shape in FORMATS[title].values()) else ()
    (adapter,) = comfy.lora.load_lora(found, {"diffusion_model.a": "a"}, log_missing=False).values()
    theirs = comfy.lora.calculate_weight([(1.0, adapter, 1.0, None, None)], torch.zeros(12, 10, *kernel), "a")
    up, down = found_layer.factors()
    ours = (found_layer.scale * up.double() @ down.double()).reshape(theirs.shape)
    torch.testing.assert_close(ours, theirs.double(), atol=1e-4, rtol=1e-5)
    assert theirs.abs().max() > 0.1


def test_a_lokr_with_a_core_is_the_kronecker_product_of_its_sides():
    """By its definition: ComfyUI only logs that it cannot do this one with every torch."""
    found = in_format("a", FORMATS[TUCKER_LOKR], alpha=3)
    (found_layer,) = lora_from(found).layers
    core, a, b = (found[f"a.lokr_{role}"].double() for role in ("t2", "w2_a", "w2_b"))
    second = torch.einsum("p q h w, p o, q i -> o i h w", core, a, b)
    wanted = torch.einsum("a b, o i h w -> a o b i h w", found["a.lokr_w1"].double(), second).reshape(12, 10, 3, 3)
    up, down = found_layer.factors()
    torch.testing.assert_close(found_layer.scale * up.double() @ down.double(), wanted.flatten(1), atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize("title", FORMATS)
def test_a_format_cut_to_its_full_rank_is_left_as_the_file_has_it(title):
    found = in_format("diffusion_model.a", FORMATS[title], alpha=3)
    whole, _ = truncated(lora_from(found), to_rank(4096), note="")
    assert {key: tensor.data_ptr() for key, tensor in whole.tensors.items()} == {
        key: tensor.data_ptr() for key, tensor in found.items()
    }


def test_without_strength_nothing_is_applied(parts):
    assert applied(lora_from(tensors(parts)), *parts, 0, 0) == parts


def test_a_model_alone_and_a_clip_alone_are_enough(parts):
    lora = lora_from(tensors(parts))
    model, nothing = applied(lora, parts[0], None, 1.0, 1.0)
    assert (len(model.patches), nothing) == (2, None)
    nothing, clip = applied(lora, None, parts[1], 1.0, 1.0)
    assert (nothing, len(clip.patcher.patches)) == (None, 1)


def test_layers_that_find_no_weight_are_counted_and_named(parts):
    lora = lora_from(tensors(parts) | in_format("lora_unet_nowhere", SMALL))
    sentences = list(fit(lora, parts[0], None).sentences(with_clip=False))
    assert sentences[0] == "Layers that found their weight: 2 of 4."
    assert sentences[1] == "Of a text encoder, with no CLIP connected: 1."
    assert "Without a weight here: 1, such as lora_unet_nowhere" in sentences[2]


def test_a_layer_that_meets_a_weight_of_another_shape_is_counted_and_named(parts):
    found = tensors(parts) | in_format(QUERY, {"lora_up.weight": (5, 2), "lora_down.weight": (2, 5)})
    assert any(f"such as {QUERY}" in sentence for sentence in fit(lora_from(found), *parts).sentences(with_clip=True))


def test_a_lora_for_another_model_is_refused_in_a_sentence(parts):
    found = in_format("lora_unet_elsewhere", SMALL)
    with pytest.raises(ValueError, match="no layer of bolt has a weight here"):
        fit(lora_from(found), *parts)
    found = in_format(QUERY, {"lora_up.weight": (5, 2), "lora_down.weight": (2, 5)})
    with pytest.raises(ValueError, match="another shape than the weight it is for"):
        fit(lora_from(found), *parts)


def test_only_safetensors_in_the_folders_for_loras_are_offered(folder):
    written(folder / "a.safetensors", {"x": torch.zeros(1)})
    (folder / "b.pt").write_bytes(b"")
    folder_paths.filename_list_cache.clear()
    assert lora_names() == ["a.safetensors"]
    assert lora_path("a.safetensors") == folder / "a.safetensors"
    for name in ("b.pt", "../a.safetensors", "nowhere.safetensors"):
        with pytest.raises(ValueError, match="not among the LoRA files"):
            lora_path(name)


@pytest.mark.parametrize("prefix", ["../../up", "/../../up", "a\nb"])
def test_a_file_is_saved_inside_of_the_output_folder_only(folder, prefix):
    with pytest.raises(ValueError, match="inside ComfyUI's output folder"):
        save_numbered(lora_from(in_format("a", FORMATS["LoHa"])), prefix)


def test_work_on_many_layers_is_stopped_by_an_interrupt():
    lora = lora_from(in_format("a", FORMATS["LoHa"]))
    for work in (spectrum_of, lambda lora: truncated(lora, to_rank(1), note="")):
        comfy.model_management.interrupt_current_processing(True)
        with pytest.raises(comfy.model_management.InterruptProcessingException):
            work(lora)
    assert len(spectrum_of(lora).layers) == 1


def test_progress_counts_the_layers(monkeypatch):
    heard = []
    monkeypatch.setattr(comfy.utils, "PROGRESS_BAR_HOOK", lambda done, total, *_, **__: heard.append((done, total)))
    spectrum_of(lora_of("three", tuple(layer(name=f"a{i}") for i in range(3))))
    assert (heard[0], heard[-1]) == ((1, 3), (3, 3))
