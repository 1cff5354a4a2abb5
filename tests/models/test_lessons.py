"""Every lesson with a model of each family in place of the pocket model, on the real server."""

import pytest

from denoiscope.devtools.driving.client import RunFailed

from .lessons import NAMES, WITH_LORA, lesson, made_small, with_lora, with_model

FAMILIES = {"SDXL": "SDXL", "SD3": "SD3", "Flux": "Flux", "Wan": "WAN21"}
"""What ComfyUI calls the model of each."""
READ = {"SDXL": "", "SD3": "places of the picture", "Flux": "places of the picture", "Wan": "tokens of the prompt"}
"""What shares the attention of a word in each, in the sentence under the pictures; nothing is said of a U-Net."""
RUN = [
    pytest.param(family, name, marks=() if number % len(FAMILIES) == at else pytest.mark.long)
    for at, family in enumerate(FAMILIES)
    for number, name in enumerate(NAMES)
]
"""In the whole suite each lesson runs with one family, in turn."""
LORA_OF_THE_POCKET_MODEL = [(family, name) for family in FAMILIES for name in WITH_LORA]


def prompt(server, name: str, family: str) -> dict:
    loader = {"class_type": "MiniatureModel", "inputs": {"family": family}}
    return made_small(with_model(server.to_api(lesson(name)), loader))


@pytest.mark.parametrize(("family", "name"), RUN)
def test_a_lesson_runs_with_another_model_in_place_of_one_node(server, lora, family, name):
    graph = prompt(server, name, family)
    outputs = server.run(with_lora(graph, lora(family)) if name in WITH_LORA else graph).outputs.values()
    decks = [out["denoiscope_deck"][0] for out in outputs if "denoiscope_deck" in out]
    for deck in decks:
        assert deck["model"].startswith(FAMILIES[family])
        assert all(t["complete"] for t in deck["trajectories"])
        pictures = {view["id"]: view["source"] for view in deck["views"] if not view["absent"]}
        assert "x" in pictures and pictures.get("x0", "vae") == "vae"
    assert decks or any(key.startswith("denoiscope_") for out in outputs for key in out)


@pytest.mark.parametrize("family", FAMILIES)
def test_words_are_found_in_the_attention_of_each_family_at_every_step(server, family):
    outputs = server.run(prompt(server, "06 Where a word looks", family)).outputs.values()
    (deck,) = [out["denoiscope_deck"][0] for out in outputs if "denoiscope_deck" in out]
    attention = deck["attention"]
    assert attention["words"] and all(attention["present"][0][:-1])
    assert attention["read"].endswith(READ[family] + " together have 1." if READ[family] else "")
    assert all(0 < largest <= 1 for largest in attention["groups"][0]["own"])
    assert attention["groups"][0]["frames"] == deck["trajectories"][0]["frames"]


@pytest.mark.parametrize(("family", "name"), LORA_OF_THE_POCKET_MODEL)
def test_a_lora_of_the_pocket_model_is_refused_by_another(server, family, name):
    with pytest.raises(RunFailed, match="made for another model"):
        server.run(prompt(server, name, family))
