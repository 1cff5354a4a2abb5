"""Nothing of somebody's disk is handed round: nodes are loaded as ComfyUI loads them, under the path of their file, and
neither the deck, nor its file, nor the page, nor a sentence holds that path.
"""

import asyncio
import json
from pathlib import Path

import comfy.sample
import nodes
import pytest
import torch

from denoiscope.core.recording.deck_file import load_deck, save_deck
from denoiscope.core.recording.recording import Recording
from denoiscope.core.showing.rendering import approximate_decoder
from denoiscope.core.telling.deck import show
from denoiscope.core.telling.page import build_page, viewer_sources
from denoiscope.devtools.driving.analytic_model import analytic_model, prompt
from denoiscope.host.recorder import record

USER = "lovelace"
HOME = f"home/ada.{USER}"
PACK = """
class Guiding:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"model": ("MODEL",)}}

    RETURN_TYPES, FUNCTION, CATEGORY = ("MODEL",), "patch", "tests"

    def patch(self, model):
        patched = model.clone()
        def guide(args):
            return args["denoised"] * 0.9
        patched.set_model_sampler_post_cfg_function(guide)
        return (patched,)

NODE_CLASS_MAPPINGS = {"NAME": Guiding}
"""


def loaded(path: Path, name: str):
    """The node class of that name, loaded by ComfyUI itself."""
    assert asyncio.run(nodes.load_custom_node(str(path), module_parent="custom_nodes"))
    return nodes.NODE_CLASS_MAPPINGS[name]


def core_node(home: Path):
    source = Path(nodes.__file__).parent / "comfy_extras" / "nodes_model_advanced.py"
    copy = home / "ComfyUI" / "comfy_extras" / source.name
    copy.parent.mkdir(parents=True)
    copy.write_bytes(source.read_bytes())
    return loaded(copy, "RescaleCFG"), (0.7,), "RescaleCFG (nodes_model_advanced)"


def pack_of_one_file(home: Path):
    path = home / "ComfyUI" / "custom_nodes" / "guiding.py"
    path.parent.mkdir(parents=True)
    path.write_text(PACK.replace("NAME", "PackOfOneFile"))
    return loaded(path, "PackOfOneFile"), (), "Guiding (guiding)"


def pack_with_nodes_in_its_init(home: Path):
    path = home / "ComfyUI" / "custom_nodes" / "ComfyUI-Guiding"
    path.mkdir(parents=True)
    (path / "__init__.py").write_text(PACK.replace("NAME", "PackWithNodes"))
    return loaded(path, "PackWithNodes"), (), "Guiding (ComfyUI-Guiding)"


@pytest.fixture
def keeping_the_nodes(monkeypatch):
    for known in ("NODE_CLASS_MAPPINGS", "NODE_DISPLAY_NAME_MAPPINGS", "LOADED_MODULE_DIRS"):
        monkeypatch.setattr(nodes, known, dict(getattr(nodes, known)))


@pytest.mark.parametrize("load", [core_node, pack_of_one_file, pack_with_nodes_in_its_init])
def test_a_node_is_named_without_the_place_that_comfyui_loads_it_from(tmp_path, keeping_the_nodes, load):
    node, values, name = load(tmp_path / HOME)
    model = getattr(node(), node.FUNCTION)(analytic_model(), *values)[0]
    recording = Recording(budget_bytes=2**24)
    latent = torch.zeros(1, 4, 8, 8)
    noise = comfy.sample.prepare_noise(latent, 3)
    asked = {"disable_pbar": True, "seed": 3}
    watched = record(model, recording)
    sampled = comfy.sample.sample(watched, noise, 2, 3.0, "euler", "normal", prompt(0.5), prompt(-0.2), latent, **asked)
    deck = recording.run_of(sampled).deck()
    assert deck.trajectories[0].guided_by == (name,)
    assert USER not in everything_handed_round(deck, tmp_path / "deck.safetensors")


def test_an_error_while_recording_is_told_without_its_place(tmp_path, monkeypatch):
    recording = Recording(budget_bytes=2**24)
    model = record(analytic_model(), recording)
    broken = FileNotFoundError(2, "No such file", str(tmp_path / USER / "x.bin"))
    monkeypatch.setattr("denoiscope.host.recorder._copy", lambda tensor, run: (_ for _ in ()).throw(broken))
    latent = torch.zeros(1, 4, 8, 8)
    noise = comfy.sample.prepare_noise(latent, 3)
    comfy.sample.sample(
        model, noise, 2, 3.0, "euler", "normal", prompt(0.5), prompt(-0.2), latent, disable_pbar=True, seed=3
    )
    assert recording.runs[0].stopped and USER not in repr(vars(recording.runs[0]))


def everything_handed_round(deck, path: Path) -> str:
    """The file, what the browser is told, and the page, as text."""
    save_deck(deck, path)
    told = show(load_deck(path), lambda view: approximate_decoder(deck), lambda view, sheet: "data:,", longest=8)
    modules, stylesheet = viewer_sources()
    page = "".join(build_page(told, modules=modules, stylesheet=stylesheet))
    return path.read_bytes().decode("latin-1") + json.dumps(told) + page
