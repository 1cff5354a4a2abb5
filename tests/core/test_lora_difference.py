"""The difference of two weights as up · down, against differences whose spectrum is known."""

import pytest
import torch

from denoiscope.core.lora.difference import difference_of, extraction_report, lora_of_differences
from denoiscope.core.lora.low_rank import energy_curve, svd_of_matrix
from denoiscope.core.lora.randomised_svd import EXACT_SIDE, leading_svd
from denoiscope.tests.core.loras import known, random

KEY = "diffusion_model.a.weight"
VALUES = (4.0, 3.0, 2.0, 1.0)
LARGE = 2 * EXACT_SIDE


def extracted(change, rank, *, key=KEY, precision=torch.float32):
    base = torch.zeros(change.shape)
    return difference_of(key, base + change.float(), base, rank, precision)


def update(found):
    """ΔW as the tensors of a difference give it."""
    (layer,) = lora_of_differences([found], rank=1).layers
    up, down = layer.factors()
    return layer.scale * up.double() @ down.double()


def falling(rows, columns, *, power=1.0):
    """A full-rank matrix whose singular values fall as 1 / i ** power."""
    values = [1 / (1 + i) ** power for i in range(min(rows, columns))]
    left, right = (torch.linalg.qr(random(size, len(values)).double()).Q for size in (rows, columns))
    return left * torch.tensor(values, dtype=torch.float64) @ right.T, values


@pytest.mark.parametrize("size", [(24, 40), (40, 24), (LARGE, LARGE + 7)])
def test_a_low_rank_change_is_found_whole(size):
    up, down = known(VALUES, *size)
    found = extracted(up @ down, 4)
    torch.testing.assert_close(update(found), up @ down, atol=2e-6, rtol=0)
    assert found.extracted.kept == pytest.approx(1, abs=1e-10)
    assert found.extracted.energy == pytest.approx(sum(v * v for v in VALUES), rel=1e-5)


def test_no_more_rank_is_spent_than_the_change_has():
    change = torch.zeros(24, 40)
    change[3, 5] = 2.0
    assert extracted(change, 16).extracted.rank == 1


@pytest.mark.parametrize("size", [(24, 40), (LARGE, LARGE)])
def test_of_a_full_rank_change_as_much_is_kept_as_eckart_and_young_allow(size):
    change, values = falling(*size)
    found = extracted(change, 8)
    squares = [v * v for v in values]
    best = sum(squares[:8]) / sum(squares)
    assert found.extracted.kept == pytest.approx(best, rel=1e-3)
    assert found.extracted.kept <= best + 1e-6
    lost = (change - update(found)).square().sum() / change.square().sum()
    assert 1 - float(lost) == pytest.approx(found.extracted.kept, abs=1e-5)


def test_projection_comes_close_to_the_best_even_where_values_hardly_fall():
    change, _ = falling(LARGE, LARGE, power=0.2)
    best = float(energy_curve(svd_of_matrix(change).values)[16])
    assert extracted(change, 16).extracted.kept == pytest.approx(best, rel=0.03)


def test_small_matrices_are_decomposed_exactly_and_large_ones_are_projected():
    assert extracted(random(24, 40), 8).extracted.exact
    assert not extracted(random(LARGE, LARGE), 8).extracted.exact
    assert extracted(random(LARGE, LARGE), LARGE // 2).extracted.exact, "where the rank is no gain"


def test_the_same_two_weights_always_give_the_same_factors():
    one, other = (extracted(random(LARGE, LARGE), 4) for _ in range(2))
    assert all(torch.equal(tensor, other.tensors[name]) for name, tensor in one.tensors.items())


def test_a_projection_disturbs_nobody_elses_random_numbers():
    before = torch.get_rng_state()
    leading_svd(random(LARGE, LARGE), 4, torch.Generator().manual_seed(1))
    assert torch.equal(torch.get_rng_state(), before)


def test_the_kernel_of_a_convolution_stays_one():
    up, down = known(VALUES, 12, 10 * 9)
    found = extracted((up @ down).reshape(12, 10, 3, 3), 4)
    assert {name.removeprefix("diffusion_model.a."): tuple(t.shape) for name, t in found.tensors.items()} == {
        "lora_up.weight": (12, 4, 1, 1),
        "lora_down.weight": (4, 10, 3, 3),
        "alpha": (),
    }
    torch.testing.assert_close(update(found), up @ down, atol=2e-6, rtol=0)


def test_weights_that_are_equal_have_no_difference():
    assert difference_of(KEY, random(4, 4), random(4, 4), 2, torch.float32) is None


def test_a_vector_is_kept_as_it_is_under_the_key_that_the_stock_loader_reads():
    change = random(12)
    for key, wanted in ((KEY, "diffusion_model.a.diff"), ("diffusion_model.a.bias", "diffusion_model.a.bias.diff")):
        found = extracted(change, 4, key=key)
        assert found.extracted is None
        assert torch.equal(found.tensors[wanted], change)


def test_a_lora_of_differences_knows_its_layers_and_its_vectors():
    up, down = known(VALUES)
    lora = lora_of_differences(
        [extracted(up @ down, 2), extracted(random(12), 2, key="diffusion_model.a.bias")], rank=2
    )
    assert [(layer.name, layer.rank, layer.scale) for layer in lora.layers] == [("diffusion_model.a", 2, 1.0)]
    assert [(kind.title, kind.names) for kind in lora.foreign] == [
        ("vector differences", ("diffusion_model.a.bias.diff",))
    ]


def test_numbers_that_are_not_finite_are_refused_with_the_name_of_their_weight():
    with pytest.raises(ValueError, match="diffusion_model.a.weight holds numbers that are not finite"):
        extracted(torch.full((4, 4), torch.nan), 2)


def test_factors_too_large_for_the_precision_are_refused():
    with pytest.raises(ValueError, match="too large for torch.float16: choose float32"):
        extracted(torch.full((40, 40), 1e12), 2, precision=torch.float16)


def test_models_that_do_not_differ_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="do not differ in a single weight"):
        lora_of_differences([], rank=4)


def test_the_report_says_what_is_kept_on_the_whole_and_of_each_layer():
    change, values = falling(24, 40)
    found = [extracted(change, 2), extracted(2 * change, 2, key="diffusion_model.b.weight")]
    first, note, _, head, *lines = extraction_report(lora_of_differences(found, rank=2), found, ["a note"]).split("\n")
    kept = 100 * sum(v * v for v in values[:2]) / sum(v * v for v in values)
    assert first.startswith("2 layers, rank 2, ") and first.endswith(f"{kept:.4g} % of the energy")
    assert note == "a note"
    assert [line.split("\t")[4] for line in lines] == ["0.2000", "0.8000"]
    assert len({line.count("\t") for line in (head, *lines)}) == 1
