"""LoRAs on the real server: opened, measured, cut, applied as the stock loader does, saved for it, and refused."""

import json

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from denoiscope.core.lora.file import load_lora
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node
from denoiscope.tests.core.loras import FORMATS, REFUSED, in_format, known, plain, random, written

VALUES = (0.8, 0.4, 0.2, 0.1)
QUERY = "diffusion_model.middle_block.1.transformer_blocks.0.attn1.to_q"
BIG = "diffusion_model.input_blocks.3.0.out_layers.3"


@pytest.fixture(scope="module")
def loras(server):
    """The folder below output where the stock loader looks, with three files in it."""
    folder = server.output / "loras"
    folder.mkdir(exist_ok=True)
    up, down = known(VALUES, rows=128, columns=128)
    tensors = {f"{QUERY}.lora_up.weight": up.half(), f"{QUERY}.lora_down.weight": down.half()}
    tensors |= {f"{QUERY}.alpha": torch.tensor(8.0)}
    tensors |= {f"{BIG}.lora_up.weight": random(128, 4, 1, 1), f"{BIG}.lora_down.weight": random(4, 128, 3, 3) / 9}
    tensors |= {f"{BIG}.alpha": torch.tensor(0.5)}
    written(folder / "bolt.safetensors", tensors, ss_network_dim="4")
    written(folder / "dora.safetensors", in_format("lora_unet_a", REFUSED["DoRA"]))
    written(folder / "elsewhere.safetensors", plain("lora_unet_elsewhere", ".lora_up.weight", ".lora_down.weight"))
    written(folder / "loha.safetensors", in_format("lora_unet_a", FORMATS["LoHa"]))
    (folder / "broken.safetensors").write_bytes(b"\x89PNG" + bytes(100))
    return folder


def opened(name="bolt.safetensors"):
    return {"lora": node("DenoiscopeLoadLora", lora_name=name), "said": node("PreviewAny", source=["lora", 1])}


def truncation(name="bolt.safetensors", *, keep="a fixed rank", applied=True, **changes):
    """Truncate LoRA as node "cut", its report as node "said"."""
    inputs = {"lora": ["lora", 0], "keep": keep, "filename_prefix": "", "precision": "as in the file"}
    inputs |= {"strength_model": 1.0, "strength_clip": 1.0}
    inputs |= {"keep.share": 0.9} if keep == "a share of the energy" else {"keep.rank": 2}
    inputs |= {"model": ["pocket", 0], "clip": ["pocket", 1]} if applied else {}
    return {
        "pocket": node("DenoiscopePocketModel"),
        "lora": node("DenoiscopeLoadLora", lora_name=name),
        "cut": node("DenoiscopeTruncateLora", **{**inputs, **changes}),
        "said": node("PreviewAny", source=["cut", 3]),
    }


def sampled(model):
    """A picture's latent from this MODEL, saved as node "saved"."""
    return {
        "words": node("CLIPTextEncode", clip=["pocket", 1], text="a red lighthouse on a cliff at dusk"),
        "empty": node("EmptyLatentImage", width=128, height=128, batch_size=1),
        "sample": node(
            "KSampler",
            model=model,
            seed=3,
            steps=3,
            cfg=1.0,
            sampler_name="euler",
            scheduler="karras",
            positive=["words", 0],
            negative=["words", 0],
            latent_image=["empty", 0],
            denoise=1.0,
        ),
        "saved": node("SaveLatent", samples=["sample", 0], filename_prefix="lora"),
    }


def latent_of(server, graph):
    (file,) = server.run(graph).outputs["saved"]["latents"]
    return load_file(server.path_of(file))["latent_tensor"]


def said(run):
    return run.outputs["said"]["text"][0]


def test_a_file_is_opened_and_described(server, loras):
    text = said(server.run(opened()))
    assert text.startswith("bolt: 2 layers, ")
    assert "rank 4" in text and "model: 2 layers as LoRA" in text


def test_the_spectrum_of_the_widget_is_that_of_the_multiplied_matrix(server, loras):
    graph = opened() | {"spectrum": node("DenoiscopeLoraSpectrum", lora=["lora", 0], rank=2)}
    graph |= {"table": node("PreviewAny", source=["spectrum", 2]), "said": node("PreviewAny", source=["lora", 1])}
    outputs = server.run(graph).outputs
    (payload,) = outputs["spectrum"]["denoiscope_spectrum"]
    curves = {series["label"]: series["values"] for series in payload["curves"]["series"]}
    tensors = load_file(loras / "bolt.safetensors")
    for label, name, scale in (("middle", QUERY, 2.0), ("input 3", BIG, 0.125)):
        up, down = (tensors[f"{name}.lora_{side}.weight"].double().flatten(1) for side in ("up", "down"))
        wanted = torch.linalg.svdvals(scale * up @ down)[:4]
        assert curves[label][1][1:] == pytest.approx(wanted.tolist(), rel=1e-5)
        shares = wanted.square().cumsum(0) / wanted.square().sum()
        assert curves[label][0] == pytest.approx([0, *shares.tolist()], abs=1e-6)
        row = next(row for row in payload["heat_map"]["rows"] if row["name"] == name)
        assert row["values"] == [round(1000 * share) for share in shares.tolist()][: len(row["values"])]
        line = next(line for line in outputs["table"]["text"][0].split("\n") if line.startswith(name))
        assert float(line.split("\t")[4]) == pytest.approx(float(shares[1]), abs=1e-4)
    assert json.loads(json.dumps(payload, allow_nan=False)) == payload


def test_curves_and_heat_map_come_as_pictures(server, loras):
    graph = opened() | {"spectrum": node("DenoiscopeLoraSpectrum", lora=["lora", 0], rank=2)}
    graph |= {name: node("PreviewImage", images=["spectrum", slot]) for slot, name in enumerate(("curves", "heat"))}
    outputs = server.run(graph).outputs
    for name in ("curves", "heat"):
        with Image.open(server.path_of(outputs[name]["images"][0])) as picture:
            assert picture.width == 1280
            assert len(picture.convert("RGB").getcolors(2**24)) > 20


def test_at_full_rank_sampling_equals_sampling_with_the_stock_loader_bit_for_bit(server, loras):
    stock = {
        "pocket": node("DenoiscopePocketModel"),
        "stock": node(
            "LoraLoader",
            model=["pocket", 0],
            clip=["pocket", 1],
            lora_name="bolt.safetensors",
            strength_model=0.7,
            strength_clip=1.0,
        ),
    }
    theirs = latent_of(server, stock | sampled(["stock", 0]))
    ours = latent_of(server, truncation(strength_model=0.7, **{"keep.rank": 4}) | sampled(["cut", 0]))
    without = latent_of(server, {"pocket": node("DenoiscopePocketModel")} | sampled(["pocket", 0]))
    assert torch.equal(ours, theirs)
    assert not torch.equal(ours, without)


def test_a_cut_file_is_sampled_by_the_stock_loader_as_it_was_when_it_was_cut(server, loras):
    ours = latent_of(server, truncation(filename_prefix="bolt_r2") | sampled(["cut", 0]))
    (path,) = loras.glob("bolt_r2_*.safetensors")
    stock = {
        "pocket": node("DenoiscopePocketModel"),
        "stock": node("LoraLoaderModelOnly", model=["pocket", 0], lora_name=path.name, strength_model=1.0),
    }
    assert torch.equal(latent_of(server, stock | sampled(["stock", 0])), ours)
    assert {layer.rank for layer in load_lora(path).layers} == {2}
    assert not torch.equal(latent_of(server, truncation(**{"keep.rank": 4}) | sampled(["cut", 0])), ours)


def test_the_report_says_what_was_kept_and_which_layers_found_their_weight(server, loras):
    text = said(server.run(truncation()))
    assert text.startswith("bolt: rank 4 to rank 2, ")
    assert "2 of 2 layers cut" in text
    assert "Layers that found their weight: 2 of 2." in text
    squares = [v * v for v in VALUES]
    line = next(line for line in text.split("\n") if line.startswith(QUERY))
    assert float(line.split("\t")[3]) == pytest.approx(sum(squares[:2]) / sum(squares), abs=1e-3)


def test_a_share_of_the_energy_gives_each_layer_the_rank_it_needs(server, loras):
    text = said(server.run(truncation(keep="a share of the energy", applied=False)))
    ranks = {line.split("\t")[0]: int(line.split("\t")[1]) for line in text.split("\n") if line.startswith("diffusion")}
    assert ranks[QUERY] == 2
    assert ranks[BIG] > 2


def test_without_a_model_the_cut_lora_is_still_there_and_can_be_measured(server, loras):
    graph = truncation(applied=False) | {"spectrum": node("DenoiscopeLoraSpectrum", lora=["cut", 2], rank=2)}
    (payload,) = server.run(graph).outputs["spectrum"]["denoiscope_spectrum"]
    assert payload["curves"]["subtitle"].startswith("bolt, rank 2")


def test_who_uses_the_model_that_is_not_there_is_told_what_to_connect(server, loras):
    with pytest.raises(RunFailed, match="has no MODEL to apply the LoRA to: connect its input model"):
        server.run(truncation(applied=False) | sampled(["cut", 0]))


def test_a_loha_is_measured_and_cut(server, loras):
    text = said(server.run(truncation("loha.safetensors", applied=False)))
    assert text.startswith("loha: rank 9 to rank 2")


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("dora.safetensors", "cannot be cut to a lower rank, because it holds DoRA in 1 layer"),
        ("elsewhere.safetensors", "it was made for another model"),
        ("broken.safetensors", "not a safetensors file, or was cut short"),
    ],
)
def test_a_lora_that_cannot_be_cut_is_refused_in_a_sentence(server, loras, name, sentence):
    with pytest.raises(RunFailed, match=sentence):
        server.run(truncation(name))


def test_a_lora_of_foreign_formats_only_has_no_spectrum_but_a_name(server, loras):
    graph = opened("dora.safetensors") | {"spectrum": node("DenoiscopeLoraSpectrum", lora=["lora", 0], rank=2)}
    with pytest.raises(RunFailed, match="it holds DoRA in 1 layer"):
        server.run(graph)
    assert "not read: 1 × DoRA" in said(server.run(opened("dora.safetensors")))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"keep.rank": 0}, "smaller than min of 1"),
        ({"keep": "a share of the energy", "keep.share": 1.5}, "bigger than max of 1"),
        ({"strength_model": 200.0}, "bigger than max of 100"),
        ({"precision": "int4"}, "not in list"),
    ],
)
def test_what_the_widgets_do_not_offer_is_refused_before_anything_runs(server, loras, changes, sentence):
    with pytest.raises(Refused, match=sentence):
        server.run(truncation(**changes))


def test_a_way_to_choose_the_rank_that_there_is_not_is_refused_in_a_sentence(server, loras):
    with pytest.raises(RunFailed, match="choose a fixed rank or a share of the energy"):
        server.run(truncation(keep="nothing"))


def test_a_name_that_is_not_in_the_list_is_refused_before_anything_runs(server, loras):
    with pytest.raises(Refused, match="not among the LoRA files"):
        server.run(opened("../bolt.safetensors"))
