"""Cells under every patch of ComfyUI's own, and under two that mix a batch, against stock runs of their own."""

import pytest
import torch
from comfy.model_management import InterruptProcessingException

from denoiscope.host import crosstalk
from denoiscope.host.crosstalk import is_patched
from denoiscope.tests.models.miniatures.networks import sdxl

from .cell_runs import cell, in_order, latent, run, stock
from .miniature_unets import SD15, sd15
from .test_alongside import NODES, conditioning

CLOSE = {"rtol": 1e-3, "atol": 1e-3}
"""A network sums in another order in a batch."""
SHARED = {"Differential Diffusion", "FreeU", "HyperTile", "Model Sampling", "ToMe"}
"""Patches of ComfyUI's under which cells of this network share a batch, and each equals its own run all the same."""


@pytest.fixture(scope="module")
def network():
    return sdxl()


def shared_keys(model):
    """Attention whose keys and values are those of the whole batch, as StyleAligned has it."""
    patched = model.clone()

    def share(q, k, v, extra_options):
        return q, *(torch.cat([x.flatten(0, 1)[None].repeat(len(x), 1, 1)]) for x in (k, v))

    patched.set_model_attn1_patch(share)
    return patched


def centred(model):
    """A network that is replaced by one which takes the batch's mean from its answer."""
    patched = model.clone()
    forward = patched.model.diffusion_model.forward
    patched.add_object_patch(
        "diffusion_model.forward",
        lambda x, *args, **kwargs: (lambda answer: answer - answer.mean(0, keepdim=True) * 0.3)(
            forward(x, *args, **kwargs)
        ),
    )
    return patched


MIXING = {"keys of the whole batch": shared_keys, "a mean over the batch": centred}


def sizes_of_equal_batches(model, prompts):
    """How many cells each batch held, after each has proved equal to its own run."""
    cells = [cell(seed=seed, cfg=4.0, steps=4) for seed in (3, 4, 5)]
    finished = run(model, cells, latent(), at_once=4, **prompts)
    for asked, (_, samples) in zip(cells, in_order(finished), strict=True):
        torch.testing.assert_close(samples, stock(model, asked, latent(), **prompts)[1], **CLOSE)
    return [len(batch.indices) for batch in finished]


@pytest.mark.parametrize("name", [*NODES, *MIXING])
def test_each_cell_equals_its_own_run_whatever_patches_the_model(network, name):
    model = {**NODES, **MIXING}[name](network)
    sizes = sizes_of_equal_batches(model, {"positive": conditioning(1), "negative": conditioning(2)})
    assert sizes == ([3] if name in SHARED else [1, 1, 1])


def test_a_patch_that_draws_random_numbers_as_it_goes_runs_alone():
    """ToMe works at the full size of the latent alone, where SDXL has no attention and SD 1.5 has."""
    prompts = {name: [[torch.randn(1, 77, SD15["context_dim"]), {}]] for name in ("positive", "negative")}
    assert sizes_of_equal_batches(NODES["ToMe"](sd15()[0]), prompts) == [1, 1, 1]


def test_a_model_as_it_was_loaded_is_not_tried_out(network, monkeypatch):
    monkeypatch.setattr(crosstalk, "items_feel_each_other", None)
    assert not is_patched(network)
    cells = [cell(seed=seed, steps=2) for seed in (3, 4)]
    (finished,) = run(network, cells, latent(), at_once=4, positive=conditioning(1), negative=conditioning(2))
    assert finished.indices == (0, 1)


def test_an_interrupt_while_a_patch_is_tried_out_goes_on(network, monkeypatch):
    def stop():
        raise InterruptProcessingException

    monkeypatch.setattr("comfy.model_management.throw_exception_if_processing_interrupted", stop)
    with pytest.raises(InterruptProcessingException):
        run(shared_keys(network), [cell(seed=3), cell(seed=4)], latent(), positive=conditioning(1), at_once=4)
