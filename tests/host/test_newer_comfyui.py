"""Changes of a newer ComfyUI, put into the one that runs here."""

from types import SimpleNamespace

import comfy.nested_tensor
import comfy.sample
import comfy.samplers
import pytest
import torch

from denoiscope.devtools.driving.analytic_model import analytic_model, prompt
from denoiscope.host.attention import with_attention
from denoiscope.host.mirror import Asking
from denoiscope.host.noise import fitted

from .cell_runs import assert_equal_runs, cell, in_order, latent, run, stock
from .miniature_unets import sd15


@pytest.fixture
def several_tensors(monkeypatch):
    """An empty latent that becomes video and sound (MiniMax H3)."""

    def fix(model, samples, **ratios):
        return comfy.nested_tensor.NestedTensor([samples, torch.zeros(1, 4, 10)])

    monkeypatch.setattr(comfy.sample, "fix_empty_latent_channels", fix)


def test_an_empty_latent_that_becomes_several_tensors_is_refused_before_anything_is_sampled(several_tensors):
    for ask in (lambda: run(analytic_model(), [cell()]), lambda: fitted(analytic_model(), latent())):
        with pytest.raises(ValueError, match="packs several tensors .* cannot (sweep it|mix such noise) yet"):
            ask()


def sample_new(model, x, sigmas, extra_args=None, callback=None, disable=None):
    """Stands for cfgpp_ud10_ab: it draws nothing, and is euler here."""
    return comfy.samplers.k_diffusion_sampling.sample_euler(model, x, sigmas, extra_args, callback, disable)


@pytest.fixture
def newer_sampler(monkeypatch):
    name = "cfgpp_ud10_ab"
    monkeypatch.setattr(comfy.samplers.k_diffusion_sampling, f"sample_{name}", sample_new, raising=False)
    monkeypatch.setattr(comfy.samplers.KSampler, "SAMPLERS", [*comfy.samplers.KSampler.SAMPLERS, name])
    return name


def test_a_sampler_that_is_not_known_is_swept_cell_by_cell_and_right(newer_sampler):
    cells = [cell("a", sampler_name=newer_sampler), cell("b", sampler_name=newer_sampler, seed=6)]
    finished = run(analytic_model(), cells)
    assert [len(batch.indices) for batch in finished] == [1, 1]
    for asked, got in zip(cells, in_order(finished), strict=True):
        assert_equal_runs(got, stock(analytic_model(), asked))


def test_the_mirror_asks_for_a_negative_prompt_where_the_new_sampler_uses_it(newer_sampler):
    told = {"model": object(), "positive": prompt(0.5), "negative": None, "cfg": 1.0}
    with pytest.raises(ValueError, match=f"{newer_sampler} also asks the model without the prompt"):
        Asking(**told, sampler_name=newer_sampler)
    assert not Asking(**told, sampler_name="euler").asks_both


def test_a_model_that_is_told_its_latents_shapes_hears_of_them_before_a_prompt_switches(monkeypatch):
    model, heard = analytic_model(), []
    model.model.latent_shapes = None
    process = comfy.samplers.process_conds

    def listen(inner_model, *args, **kwargs):
        heard.append(inner_model.latent_shapes)
        return process(inner_model, *args, **kwargs)

    monkeypatch.setattr(comfy.samplers, "process_conds", listen)
    run(model, [cell(switch_at=2)], after=prompt(0.9))
    assert heard[0] == [(1, 4, 8, 8)]


def test_attention_layers_that_compute_in_a_way_of_their_own_are_not_read():
    model, _ = sd15()
    layers = [layer for layer in model.model.diffusion_model.modules() if type(layer).__name__ == "CrossAttention"]
    layers[-1].comfy_attention = SimpleNamespace(function=lambda *args: None)
    with pytest.raises(ValueError, match="in a way of their own"):
        with_attention(model)
