"""What cells of a sweep may have of their own: the strength of a ControlNet, the layer of a text encoder."""

import comfy.controlnet
import pytest
import torch

from denoiscope.core.comparing.cells import Cell
from denoiscope.devtools.driving.analytic_model import analytic_model, prompt
from denoiscope.host import cell_variants
from denoiscope.host.cell_variants import Variants, encoded, skipping
from denoiscope.host.start import start_from

BASE = dict(label="a cell", place=(), seed=1, steps=2, cfg=2.0, sampler_name="euler", scheduler="normal")


class Control(comfy.controlnet.ControlBase):
    def copy(self):
        other = Control()
        self.copy_to(other)
        return other


def controlled(strength=0.8, before=None):
    control = Control().set_cond_hint(torch.zeros(1, 3, 8, 8), strength).set_previous_controlnet(before)
    return [[tokens, {**settings, "control": control}] for tokens, settings in prompt(0.5)]


def start(positive, negative=None):
    return start_from(
        analytic_model(),
        positive=positive,
        negative=negative or prompt(0.0),
        latent={"samples": torch.zeros(1, 4, 8, 8)},
        keep_guidance=True,
    )


def control_of(conditioning):
    return conditioning[0][1].get("control")


def test_the_last_controlnet_gets_the_strength_and_what_was_connected_keeps_its_own():
    first = Control().set_cond_hint(torch.zeros(1, 3, 8, 8), 0.3)
    given = start(controlled(before=first))
    asked = Variants().start_of(given, Cell(**BASE, control_strength=0.25))
    assert control_of(asked.positive).strength == 0.25
    assert control_of(asked.positive).previous_controlnet is first and first.strength == 0.3
    assert control_of(given.positive).strength == 0.8
    without = Variants().start_of(given, Cell(**BASE, control_strength=0.0))
    assert control_of(without.positive) is first
    alone = Variants().start_of(start(controlled()), Cell(**BASE, control_strength=0.0))
    assert control_of(alone.positive) is None


def test_prompts_that_share_a_controlnet_share_its_copy():
    positive = controlled()
    negative = [[prompt(0.0)[0][0], positive[0][1]]]
    asked = Variants().start_of(start(positive, negative), Cell(**BASE, control_strength=0.5))
    assert control_of(asked.positive) is control_of(asked.negative) is not control_of(positive)


class Layered:
    """A text encoder whose every layer gives another answer, and whose words are their length."""

    def __init__(self, layer=-1):
        self.layer = layer

    def clone(self):
        return Layered(self.layer)

    def clip_layer(self, layer):
        self.layer = layer

    def tokenize(self, words):
        return words

    def encode_from_tokens_scheduled(self, words):
        return [[torch.full((1, 2, 3), float(len(words) - 10 * self.layer)), {"pooled_output": None}]]


@pytest.fixture
def typed(monkeypatch):
    monkeypatch.setattr(cell_variants, "prompt_words", {"positive": "a mill", "negative": ""}.__getitem__)


def test_a_prompt_encoded_anew_keeps_what_was_added_to_it(typed):
    added = controlled()
    made = encoded(Layered(), "a house", added)
    assert float(made[0][0][0, 0, 0]) == 17 and control_of(made) is control_of(added)


def test_clip_skip_takes_both_prompts_from_an_earlier_layer(typed):
    clip = Layered()
    given = start(encoded(clip, "a mill", prompt(0.0)), encoded(clip, "", prompt(0.0)))
    variants = Variants(clip=clip)
    cells = [Cell(**BASE, clip_skip=skip) for skip in (1, 2)]
    variants.check(given, cells)
    asked = variants.start_of(given, cells[1])
    assert [float(c[0][0][0, 0, 0]) for c in (asked.positive, asked.negative)] == [26, 20]
    assert clip.layer == -1 and skipping(clip, 2).layer == -2


def test_another_clip_than_the_one_that_encoded_the_prompt_is_refused(typed):
    given = start(encoded(Layered(layer=-4), "a mill", prompt(0.0)))
    with pytest.raises(ValueError, match="does not give the prompt of positive"):
        Variants(clip=Layered(), searched="mill").check(given, [Cell(**BASE, words="house")])
