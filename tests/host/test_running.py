"""What is read of a graph: prompts and settings followed through links, loops' copies, and what a client made up."""

from types import SimpleNamespace

import pytest
from comfy_execution.graph import DynamicPrompt
from comfy_execution.progress import ProgressRegistry
from comfy_execution.utils import CurrentNodeContext

from denoiscope.host import running as module
from denoiscope.host.graph_words import GraphWords
from denoiscope.host.running import Running, running


def node(kind, **inputs):
    return {"class_type": kind, "inputs": inputs}


GRAPH = {
    "clip": node("CLIPLoader", clip_name="x"),
    "house": node("CLIPTextEncode", clip=["clip", 0], text="a house"),
    "hill": node("CLIPTextEncode", clip=["clip", 0], text=["value", 0]),
    "value": node("PrimitiveString", value="on a hill"),
    "sdxl": node("CLIPTextEncodeSDXL", clip=["clip", 0], text_g="a house", text_l="a house", width=1024),
    "flux": node("CLIPTextEncodeFlux", clip=["clip", 0], clip_l="house", t5xxl="a house on a hill", guidance=3.5),
    "strong": node("FluxGuidance", conditioning=["flux", 0], guidance=4.0),
    "both": node("ConditioningCombine", conditioning_1=["house", 0], conditioning_2=["hill", 0]),
    "average": node(
        "ConditioningAverage",
        conditioning_to=["house", 0],
        conditioning_from=["hill", 0],
        conditioning_to_strength=0.5,
    ),
    "zero": node("ConditioningZeroOut", conditioning=["house", 0]),
    "control": node("ControlNetApplyAdvanced", positive=["both", 0], negative=["zero", 0], strength=1.0),
    "upper": node("StringUpper", text="a house"),
    "shout": node("CLIPTextEncode", clip=["clip", 0], text=["upper", 0]),
    "other": node("SomePacksPrompt", words="a house"),
    "ring": node("FluxGuidance", conditioning=["ring", 0], guidance=1.0),
    "guider": node("CFGGuider", model=["model", 0], positive=["strong", 0], negative=["zero", 0], cfg=3.0),
    "basic": node("BasicGuider", model=["model", 0], conditioning=["house", 0]),
    "select": node("KSamplerSelect", sampler_name="dpmpp_2m"),
    "sigmas": node("BasicScheduler", model=["model", 0], scheduler=["scheduler", 0], steps=20, denoise=1.0),
    "scheduler": node("PrimitiveString", value="karras"),
}


@pytest.mark.parametrize(
    ("link", "text", "lost"),
    [
        ("house", "a house", None),
        ("hill", "on a hill", None),
        ("sdxl", "a house", None),
        ("flux", "house + a house on a hill", None),
        ("strong", "house + a house on a hill", None),
        ("both", "a house + on a hill", None),
        ("average", None, "ConditioningAverage"),
        ("zero", None, "ConditioningZeroOut"),
        ("shout", None, "CLIPTextEncode"),
        ("other", None, "SomePacksPrompt"),
        ("ring", None, "FluxGuidance"),
        ("gone", None, "a node that is not in the graph"),
    ],
)
def test_a_prompt_is_followed_as_far_as_it_is_certain(link, text, lost):
    words = GraphWords(graph={**GRAPH, "sample": node("KSampler", positive=[link, 0])})
    assert (words.text("sample", "positive"), words.why_no_text("sample", "positive")) == (text, lost)


def test_a_prompt_is_followed_through_the_output_that_is_linked():
    words = GraphWords(graph={**GRAPH, "sample": node("KSampler", positive=["control", 0], negative=["control", 1])})
    assert words.text("sample", "positive") == "a house + on a hill"
    assert words.why_no_text("sample", "negative") == "ControlNetApplyAdvanced"


@pytest.mark.parametrize(("guider", "text"), [("guider", "house + a house on a hill"), ("basic", "a house")])
def test_behind_a_guider_prompt_sampler_and_scheduler_are_found(guider, text):
    inputs = {"guider": [guider, 0], "sampler": ["select", 0], "sigmas": ["sigmas", 0]}
    words = GraphWords(graph={**GRAPH, "sample": node("SamplerCustomAdvanced", **inputs)})
    assert words.text("sample", "positive") == text
    assert words.value("sample", "sampler_name") == "dpmpp_2m"
    assert words.value("sample", "scheduler") == "karras"


@pytest.mark.parametrize("link", [None, "text", [], ["house"], [["house"], 0], {"a": 1}, float("nan")])
def test_whatever_stands_in_place_of_a_link_says_nothing(link):
    words = GraphWords(
        graph={**GRAPH, "sample": node("KSampler", positive=link), "broken": None, "list": {"inputs": []}}
    )
    assert (words.text("sample", "positive"), words.why_no_text("sample", "positive")) == (None, None)
    assert words.text("broken", "positive") is words.text("list", "positive") is None


def in_a_queue(monkeypatch, prompt, extra, node_id):
    """What `running` says while a server executes one node of a prompt."""
    import server

    queue = SimpleNamespace(get_current_queue_volatile=lambda: ([(0, "p", prompt.original_prompt, extra, [])], []))
    instance = SimpleNamespace(prompt_queue=queue, client_id="c")
    monkeypatch.setattr(server.PromptServer, "instance", instance, raising=False)
    monkeypatch.setattr(module, "get_progress_state", lambda: ProgressRegistry("p", prompt))
    with CurrentNodeContext("p", node_id):
        return running()


def test_inside_a_loop_the_copy_of_a_node_knows_its_prompt_and_the_viewer_on_screen(monkeypatch):
    """A loop copies the nodes of its body; links of the copies point to copies or to what stood there."""
    prompt = DynamicPrompt(
        {
            **GRAPH,
            "start": node("StartLoop"),
            "sample": node("KSampler", positive=["house", 0], scheduler="karras", latent_image=["start", 0]),
            "look": node("DenoiscopeViewer", deck=["sample", 0], predict="predict"),
            "end": node("EndLoop", last=["sample", 0]),
            "after": node("DenoiscopeViewer", deck=["end", 0]),
        }
    )
    copies = {"sample": node("KSampler", positive=["house", 0], scheduler="karras", latent_image=["start", 0])}
    copies["look"] = node("DenoiscopeViewer", deck=["start.0.0.0_sample", 0], predict="predict")
    for name, copied in copies.items():
        prompt.add_ephemeral_node(f"start.0.0.0_{name}", copied, "end", name)
    now = in_a_queue(monkeypatch, prompt, {}, "start.0.0.0_sample")
    assert now.text_of("positive") == "a house"
    assert now.literal("scheduler") == "karras"
    assert now.viewers() == ["after", "look"]
    assert now.predicting() == ["look"]


@pytest.mark.parametrize(
    "extra",
    [
        None,
        [],
        "text",
        {},
        {"extra_pnginfo": "text"},
        {"extra_pnginfo": {"workflow": "text"}},
        {"extra_pnginfo": []},
        {"extra_pnginfo": {"workflow": {"id": ["a", "list"]}}},
    ],
)
def test_what_a_client_sends_beside_its_prompt_may_be_anything(monkeypatch, extra):
    now = in_a_queue(monkeypatch, DynamicPrompt(dict(GRAPH)), extra, "house")
    assert isinstance(now, Running) and now.workflow_id is None
