"""The table of models in docs/own_model.md is the one that the command writes, and says what the pack itself says."""

import comfy.latent_formats
import comfy.model_base
import pytest
from comfyui_version import __version__ as comfyui

from denoiscope.devtools import model_table
from denoiscope.host.model_facts import latent_space_of


@pytest.mark.skipif(comfyui != "0.30.0", reason="the page says of ComfyUI 0.30.0")
def test_the_page_has_the_table_that_is_made_today():
    page = model_table.PAGE.read_text(encoding="utf-8")
    assert model_table.placed(page, model_table.table(model_table.rows())) == page, "run `python dev.py models`"


@pytest.mark.parametrize(
    ("latents", "model", "recorded", "attention"),
    [
        ("SD15", "BaseModel", "yes", "cross"),
        ("SD15", "SVD_img2vid", "yes", "-"),
        ("Flux", "Flux", "yes", "joint"),
        ("Wan21", "WAN21", "yes", "cross"),
        ("StableAudio1", "StableAudio1", "yes", "-"),
        ("LTXAV", "LTXAV", "no: several tensors", "-"),
    ],
)
def test_a_row_says_what_the_classes_say(latents, model, recorded, attention):
    made = model_table.row(getattr(comfy.latent_formats, latents), getattr(comfy.model_base, model))
    assert (made.recorded, made.attention) == (recorded, attention)
    if recorded == "yes":
        space = latent_space_of(getattr(comfy.latent_formats, latents)())
        assert made.approximated == ("yes" if space.rgb_factors else "-")
