"""The numbers that the model in JavaScript is held to are those of the nodes as they are now."""

import json

import torch
from safetensors import safe_open
from safetensors.torch import load_file

from denoiscope.devtools.livepage import references


def test_the_references_are_what_the_nodes_give_now():
    kept = load_file(references.FILE)
    made = references.everything()
    assert kept.keys() == made.keys()
    for name, tensor in made.items():
        torch.testing.assert_close(kept[name], tensor, rtol=1e-3, atol=2e-4)


def test_the_questions_are_the_same():
    with safe_open(references.FILE, "pt") as file:
        assert json.loads(file.metadata()["asked"]) == json.loads(json.dumps(references.words()))
