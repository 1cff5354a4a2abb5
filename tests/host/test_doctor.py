"""What the doctor learns from ComfyUI: the samplers around a run, LoRAs behind its model, the way through its VAE."""

import comfy.model_management
import comfy.sample
import comfy.supported_models
import pytest
import torch
from comfy_extras.nodes_model_advanced import ModelSamplingDiscrete

from denoiscope.core.diagnosing.static_facts import GraphFacts, Stage
from denoiscope.core.recording.recording import Recording
from denoiscope.host.doctor import decoding_of, graph_facts, model_state
from denoiscope.host.lora import applied
from denoiscope.host.model_sizes import SIDES
from denoiscope.host.pocket import build_pocket_model
from denoiscope.host.recorder import record
from denoiscope.host.running import Running

from .pocket_loras import a_lora


def node(kind, **inputs):
    return {"class_type": kind, "inputs": inputs}


def advanced(latent, model="record", start=0, end=10000, add="enable", leave="disable"):
    return node(
        "KSamplerAdvanced",
        model=[model, 0],
        steps=20,
        start_at_step=start,
        end_at_step=end,
        add_noise=add,
        return_with_leftover_noise=leave,
        latent_image=[latent, 0],
    )


def facts(graph, doctor=("deck", 0)):
    whole = {**graph, "doctor": node("DenoiscopeDoctor", deck=list(doctor))}
    return graph_facts(Running(prompt_id="", node_id="doctor", graph=whole, workflow_id=None, client_id=None))


COLLECT = node("DenoiscopeCollect", latent=["second", 0], recording=["record", 1])
STAGES = {
    "first": advanced("empty", end=10, leave="enable"),
    "second": advanced("first", start=10, add="disable"),
    "deck": COLLECT,
    "empty": node("EmptyLatentImage"),
}


def test_the_samplers_before_and_after_are_found_through_collect():
    second = Stage(steps=20, start=10, end=10000, adds_noise=False, leaves_noise=False)
    first = Stage(steps=20, start=0, end=10, adds_noise=True, leaves_noise=True)
    assert facts(STAGES) == GraphFacts(stage=second, before=first)
    earlier = {**STAGES, "deck": node("DenoiscopeCollect", latent=["first", 0], recording=["record", 1])}
    assert facts(earlier) == GraphFacts(stage=first, after=second)
    assert second.last == 20


def test_a_decoded_and_encoded_latent_is_no_chain():
    graph = {**STAGES, "second": advanced("again"), "again": node("VAEEncode", pixels=["decoded", 0])}
    graph["decoded"] = node("VAEDecode", samples=["first", 0])
    assert facts(graph).before is None


def test_loras_on_the_way_to_the_loader_are_named_in_order_without_those_of_strength_0():
    graph = {
        **STAGES,
        "record": node("DenoiscopeRecord", model=["b", 0]),
        "b": node("LoraLoaderModelOnly", model=["off", 0], lora_name="b.safetensors", strength_model=0.5),
        "off": node("LoraLoaderModelOnly", model=["a", 0], lora_name="off.safetensors", strength_model=0.0),
        "a": node("LoraLoader", model=["loader", 0], lora_name="a.safetensors", strength_model=1.0),
        "loader": node("CheckpointLoaderSimple", ckpt_name="c.safetensors"),
    }
    assert facts(graph).loras == ("a.safetensors", "b.safetensors")
    assert (facts(graph).strengths, facts(graph).model_file) == ((1.0, 0.5), "c.safetensors")
    guided = {**graph, "second": node("SamplerCustomAdvanced", guider=["guider", 0], latent_image=["empty", 0])}
    guided["guider"] = node("CFGGuider", model=["record", 0])
    assert facts(guided).loras == ("a.safetensors", "b.safetensors")


def encoded(clip):
    return node("CLIPTextEncode", clip=[clip, 0], text="a")


def test_the_encoders_behind_the_two_prompts_are_named_once_each():
    second = {**STAGES["second"], "inputs": {**STAGES["second"]["inputs"], "positive": ["p", 0], "negative": ["n", 0]}}
    loaders = {"one": node("CLIPLoader", clip_name="l.safetensors"), "skip": node("CLIPSetLastLayer", clip=["one", 0])}
    graph = {**STAGES, **loaders, "second": second, "p": encoded("one"), "n": encoded("skip")}
    assert facts(graph).encoders == ("CLIPLoader l.safetensors",)
    other = {**graph, "n": encoded("other"), "other": node("CLIPLoader", clip_name="g.safetensors")}
    assert facts(other).encoders == ("CLIPLoader l.safetensors", "CLIPLoader g.safetensors")
    assert facts(STAGES).encoders == ()


def test_a_model_says_its_size_and_how_it_is_read_under_the_nodes_before():
    model, _, _ = build_pocket_model()
    state = model_state(model, None)
    assert (state.side, state.loaded_as, state.read_as, state.sigmas) == (128, "eps", "eps", 1.0)
    patched = ModelSamplingDiscrete().patch(model, "v_prediction", True)[0]
    for _ in ("before it is loaded", "and while it is"):
        otherwise = model_state(patched, None)
        assert (otherwise.loaded_as, otherwise.read_as) == ("eps", "v") and otherwise.sigmas > 10
        comfy.model_management.load_models_gpu([patched])


def test_every_model_whose_size_is_known_is_one_of_comfyuis():
    names = {kind.__name__ for kind in vars(comfy.supported_models).values() if isinstance(kind, type)}
    assert {*SIDES} <= names


@pytest.mark.parametrize("doctor", [("file", 0), ("gone", 0)])
def test_a_deck_of_a_file_has_no_graph(doctor):
    assert facts({"file": node("DenoiscopeLoadDeck", file="a.safetensors")}, doctor) is None
    assert graph_facts(None) is None


def test_a_graph_that_runs_in_a_circle_comes_to_an_end():
    graph = {**STAGES, "record": node("DenoiscopeRecord", model=["record", 0])}
    assert facts(graph).loras == ()


def test_a_model_says_how_many_weights_are_patched():
    model, _, vae = build_pocket_model()
    assert model_state(None, vae) is None
    state = model_state(model, vae)
    assert (state.name, state.patched, state.reads_guidance, state.vae_channels) == ("PocketModel", 0, False, 8)
    patched = applied(a_lora(model, rank=2), model, None, 1.0, 0.0)[0]
    assert model_state(patched, None).patched == len(patched.patches) > 0


@pytest.fixture(scope="module")
def parts():
    model, clip, vae = build_pocket_model()
    recording = Recording(budget_bytes=2**28)
    empty = torch.zeros(1, 8, 16, 16)
    prompts = [clip.encode_from_tokens_scheduled(clip.tokenize(text)) for text in ("a house in the snow", "")]
    watched = record(model, recording)
    noise = comfy.sample.prepare_noise(empty, 3)
    comfy.sample.sample(watched, noise, 6, 4.0, "euler", "karras", *prompts, empty, disable_pbar=True, seed=3)
    return recording.last_run().deck(), vae


def test_the_way_through_the_models_own_vae_loses_little_and_through_nan_is_not_finite(parts):
    deck, vae = parts
    decoded = decoding_of(deck, vae)(deck.trajectories[0])
    final = deck.trajectories[0].x[-1:]
    again = deck.space.to_model(vae.encode(vae.decode(deck.space.to_vae(final))))
    assert decoded.bad == 0
    assert decoded.return_ == pytest.approx(float((again - final).std() / final.std()), rel=0.02)
    vae.first_stage_model.decode = lambda latent, **_: torch.full((1, 3, 128, 128), float("nan"))
    assert decoding_of(deck, vae)(deck.trajectories[0]).bad == 1


def test_without_a_vae_or_with_one_of_other_channels_nothing_is_decoded(parts):
    deck, _ = parts
    assert decoding_of(deck, None) is None
    assert decoding_of(deck, type("Vae", (), {"latent_channels": 16})()) is None
