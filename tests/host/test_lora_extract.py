"""Two MODELs and their difference as a LoRA: against known changes, against a LoRA's own ΔW, and what is refused."""

import comfy.lora
import comfy.model_management
import comfy.utils
import folder_paths
import nodes
import pytest
import torch

from denoiscope.devtools.driving.analytic_model import analytic_model
from denoiscope.host import pocket
from denoiscope.host.lora import applied, save_numbered
from denoiscope.host.lora_extract import extract
from denoiscope.tests.core.loras import random
from denoiscope.tests.host.pocket_loras import a_lora, matrices, updates, weight_of

RANK = 4


@pytest.fixture(scope="module")
def base():
    return pocket.build_model(pocket.read_weights())


@pytest.fixture
def tuned():
    """The same network again, with weights of its own that a test may change."""
    return pocket.build_model(pocket.read_weights())


def change(model, key, update):
    comfy.utils.copy_to_param(model.model, key, weight_of(model, key) + update)


def low_rank(model, key, rank=RANK):
    """An update of this rank for a weight, as strong as the weight itself."""
    weight = weight_of(model, key)
    rows, columns = weight.flatten(1).shape
    keep = min(rank, rows, columns)
    update = (random(rows, keep, seed=1) @ random(keep, columns, seed=2)).reshape(weight.shape)
    return update * weight.std() / update.std()


def extracted(tuned, base, rank=RANK, *, vectors=True, precision=torch.float32):
    return extract(tuned, base, rank, vectors=vectors, precision=precision)


def test_a_low_rank_change_is_recovered_exactly_and_nothing_else_is_there(base, tuned):
    keys = matrices(base)
    for key in keys:
        change(tuned, key, low_rank(base, key))
    found = updates(base, extracted(tuned, base).lora)
    assert found.keys() == set(keys)
    for key, update in found.items():
        torch.testing.assert_close(
            update, (weight_of(tuned, key) - weight_of(base, key)).double(), atol=1e-5, rtol=1e-4
        )


def test_of_a_full_rank_change_each_layer_keeps_what_eckart_and_young_allow(base, tuned):
    keys = matrices(base)
    for key in keys:
        change(tuned, key, random(*weight_of(base, key).shape) / 50)
    lines = extracted(tuned, base).report.split("\n\n")[1].split("\n")[1:]
    assert len(lines) == len(keys)
    for line in lines:
        name, _, rank, kept, *_ = line.split("\t")
        key = f"{name}.weight"
        values = torch.linalg.svdvals((weight_of(tuned, key) - weight_of(base, key)).double().flatten(1))
        squares = values.square()
        assert float(kept) == pytest.approx(float(squares[: int(rank)].sum() / squares.sum()), abs=2e-4)


def test_from_a_model_with_a_lora_applied_comes_that_lora(base):
    lora = a_lora(base, rank=RANK)
    patched = applied(lora, base, None, 0.8, 0.0)[0]
    ours, theirs = updates(base, extracted(patched, base).lora), updates(base, lora)
    assert ours.keys() == theirs.keys()
    for key, update in ours.items():
        torch.testing.assert_close(update, 0.8 * theirs[key], atol=1e-5, rtol=1e-4)


def test_a_model_is_read_alike_whether_or_not_its_patches_are_loaded(base):
    patched = applied(a_lora(base, rank=RANK), base, None, 1.0, 0.0)[0]
    before = extracted(patched, base).lora
    comfy.model_management.load_models_gpu([patched])
    try:
        for extraction in (extracted(patched, base), extracted(patched, base.clone())):
            assert extraction.lora.tensors.keys() == before.tensors.keys()
            assert all(torch.equal(extraction.lora.tensors[name], tensor) for name, tensor in before.tensors.items())
    finally:
        patched.detach()


def test_biases_and_norms_are_carried_along_and_the_stock_loader_reads_them(base, tuned, tmp_path, monkeypatch):
    vectors = [key for key, w in base.model.state_dict().items() if w.ndim == 1 and key.startswith("diffusion_model.")]
    changed = [vectors[0], vectors[-1], next(key for key in vectors if key.endswith(".weight")), matrices(base)[0]]
    for key in changed:
        change(tuned, key, random(*weight_of(base, key).shape) / 10)
    lora = extracted(tuned, base, 4096).lora
    monkeypatch.setattr(folder_paths, "output_directory", str(tmp_path))
    monkeypatch.setitem(folder_paths.folder_names_and_paths, "loras", ([str(tmp_path / "loras")], {".safetensors"}))
    file = save_numbered(lora, "tuned")
    folder_paths.filename_list_cache.clear()
    (patched,) = nodes.LoraLoaderModelOnly().load_lora_model_only(base, file["filename"], 1.0)
    assert patched.patches.keys() == set(changed)
    for key, patch in patched.patches.items():
        again = comfy.lora.calculate_weight(patch, weight_of(base, key).clone(), key)
        torch.testing.assert_close(again, weight_of(tuned, key), atol=1e-5, rtol=1e-4)


def test_without_vectors_they_are_left_out_counted_and_named(base, tuned):
    bias = next(key for key in base.model.state_dict() if key.endswith(".bias"))
    change(tuned, bias, torch.ones(()))
    change(tuned, matrices(base)[0], low_rank(base, matrices(base)[0]))
    found = extracted(tuned, base, vectors=False)
    assert not found.lora.foreign
    assert f"1 vector (biases, norms) differ and have no rank: left out: {bias}" in found.report


def test_a_change_of_vectors_alone_needs_vectors(base, tuned):
    bias = next(key for key in base.model.state_dict() if key.endswith(".bias"))
    change(tuned, bias, torch.ones(()))
    with pytest.raises(ValueError, match="differ in 1 vector only, such as .*: switch vectors on"):
        extracted(tuned, base, vectors=False)
    assert extracted(tuned, base).report.startswith("no matrix differs, only vectors do")


def test_two_models_that_do_not_differ_are_refused_in_a_sentence(base, tuned):
    for other in (base, tuned):
        with pytest.raises(ValueError, match="do not differ in a single weight"):
            extracted(base, other)


def test_models_of_different_architectures_are_refused_in_a_sentence(base, tuned):
    with pytest.raises(ValueError, match="of different architectures: .* are in one of them only"):
        extracted(base, analytic_model())
    key = matrices(base)[0]
    name = key.removeprefix("diffusion_model.").removesuffix(".weight")
    tuned.model.diffusion_model.get_submodule(name).weight = torch.nn.Parameter(torch.zeros(2, 3))
    with pytest.raises(ValueError, match=r"of different architectures: .* is \[2, 3\] in model"):
        extracted(tuned, base)


def test_an_interrupt_stops_the_work(base):
    patched = applied(a_lora(base, rank=RANK), base, None, 1.0, 0.0)[0]
    comfy.model_management.interrupt_current_processing(True)
    with pytest.raises(comfy.model_management.InterruptProcessingException):
        extracted(patched, base)


def test_progress_counts_the_weights_that_may_differ(base, monkeypatch):
    heard = []
    monkeypatch.setattr(comfy.utils, "PROGRESS_BAR_HOOK", lambda done, total, *_, **__: heard.append((done, total)))
    keys = matrices(base)
    extracted(applied(a_lora(base, rank=RANK), base, None, 1.0, 0.0)[0], base)
    assert heard[-1] == (len(keys), len(keys))
