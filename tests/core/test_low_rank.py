"""Low-rank approximation against spectra that are known, and against the plain SVD of the product."""

import math

import pytest
import torch

from denoiscope.core.lora.low_rank import (
    effective_rank,
    energy_curve,
    rank_for_energy,
    singular_values_of_product,
    svd_of_matrix,
    svd_of_product,
)

from .loras import known, nearest

VALUES = [8.0, 4.0, 2.0, 1.0, 0.5]


def close(a, b, **tolerance):
    torch.testing.assert_close(torch.as_tensor(a), torch.as_tensor(b, dtype=torch.as_tensor(a).dtype), **tolerance)


def test_the_singular_values_of_a_product_are_those_it_was_made_with():
    up, down = known(VALUES)
    close(singular_values_of_product(up, down), VALUES)
    close(svd_of_product(up, down).values, VALUES)


def test_the_scale_multiplies_the_singular_values_and_a_negative_one_turns_the_matrix():
    up, down = known(VALUES)
    close(singular_values_of_product(up, down, -0.5), [v / 2 for v in VALUES])
    close(nearest(svd_of_product(up, down, -0.5), 5), -0.5 * up @ down)


@pytest.mark.parametrize(
    ("rows", "columns", "r"), [(24, 40, 5), (40, 24, 5), (3, 40, 5), (40, 3, 5), (6, 6, 9), (1, 7, 1)]
)
def test_factors_give_what_the_plain_svd_of_the_product_gives(rows, columns, r):
    generator = torch.Generator().manual_seed(3)
    up, down = (torch.randn(*shape, generator=generator) for shape in ((rows, r), (r, columns)))
    wanted = torch.linalg.svdvals(up.double() @ down.double())[: min(rows, columns, r)]
    close(singular_values_of_product(up, down), wanted)
    whole = svd_of_product(up, down)
    close(whole.values, wanted)
    close(nearest(whole, len(wanted)), up.double() @ down.double())


@pytest.mark.parametrize("rank", [1, 2, 3, 4, 5])
def test_the_nearest_matrix_keeps_exactly_the_first_singular_values(rank):
    """Eckart and Young: what is left over is as large as the singular values that were dropped, in both norms."""
    up, down = known(VALUES)
    svd = svd_of_product(up, down)
    cut = nearest(svd, rank)
    rest = up @ down - cut
    close(torch.linalg.svdvals(cut)[:rank], VALUES[:rank])
    assert int(torch.linalg.matrix_rank(cut)) == rank
    close(rest.norm(), math.hypot(*VALUES[rank:], 0.0), atol=1e-12, rtol=1e-12)
    close(torch.linalg.matrix_norm(rest, 2), [*VALUES, 0.0][rank], atol=1e-12, rtol=1e-12)


def test_the_two_factors_share_the_singular_values_evenly():
    first, second = svd_of_product(*known(VALUES)).factors(3)
    assert (first.shape, second.shape) == ((24, 3), (3, 40))
    close(first.norm(dim=0), [v**0.5 for v in VALUES[:3]])
    close(second.norm(dim=1), [v**0.5 for v in VALUES[:3]])


@pytest.mark.parametrize("rank", [0, -1, 6])
def test_a_rank_that_the_matrix_has_not_is_refused(rank):
    with pytest.raises(ValueError, match=r"rank must be 1\.\.5"):
        svd_of_product(*known(VALUES)).factors(rank)


def test_a_plain_matrix_is_decomposed_as_its_factors_are():
    up, down = known(VALUES)
    close(svd_of_matrix(up @ down).values[:5], VALUES)


def test_the_energy_curve_starts_at_nothing_and_ends_at_all():
    curve = energy_curve(torch.tensor(VALUES))
    squares = [v * v for v in VALUES]
    close(curve, [sum(squares[:r]) / sum(squares) for r in range(6)])


@pytest.mark.parametrize(
    ("share", "rank"),
    [(0.001, 1), (0.5, 1), (0.75, 1), (0.7501, 2), (0.9, 2), (0.95, 2), (0.9501, 3), (1.0, 3)],
)
def test_the_rank_for_a_share_is_the_smallest_that_holds_it(share, rank):
    """Squares 15, 4 and 1: the first holds 75 %, the first two 95 %."""
    values = torch.tensor([15.0, 4.0, 1.0], dtype=torch.float64).sqrt()
    assert rank_for_energy(values, share) == rank


@pytest.mark.parametrize("share", [0.0, -0.1, 1.01, math.nan])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        rank_for_energy(torch.ones(2), share)


def test_singular_values_of_rounding_do_not_count_for_a_share_just_below_one():
    values = torch.tensor([1.0, 1.0, 1e-9], dtype=torch.float64)
    assert rank_for_energy(values, 1.0) == 2


def test_effective_rank_counts_equal_directions_and_shrinks_with_uneven_ones():
    assert effective_rank(torch.ones(7)) == pytest.approx(7)
    assert effective_rank(torch.tensor([3.0, 0.0, 0.0])) == pytest.approx(1)
    assert effective_rank(torch.tensor([2.0, 1.0])) == pytest.approx(math.exp(math.log(3) - 2 / 3 * math.log(2)))


def test_a_zero_matrix_has_no_rank_and_has_lost_nothing():
    values = singular_values_of_product(torch.zeros(4, 2), torch.zeros(2, 6))
    close(values, [0.0, 0.0])
    assert (effective_rank(values), rank_for_energy(values, 0.9)) == (0.0, 0)
    close(energy_curve(values), [1.0, 1.0, 1.0])


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_numbers_that_are_none_are_refused_in_a_sentence(bad):
    up, down = known(VALUES)
    up[0, 0] = bad
    for decompose in (svd_of_product, singular_values_of_product):
        with pytest.raises(ValueError, match="not finite"):
            decompose(up, down)
    with pytest.raises(ValueError, match="not finite"):
        svd_of_matrix(up)


def test_factors_that_do_not_fit_are_refused_in_a_sentence():
    with pytest.raises(ValueError, match="cannot be multiplied"):
        svd_of_product(torch.ones(4, 2), torch.ones(3, 4))
    with pytest.raises(ValueError, match=r"\[rows, columns\]"):
        svd_of_product(torch.ones(4, 0), torch.ones(0, 4))


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float8_e4m3fn, torch.float8_e5m2])
def test_every_kind_of_number_is_decomposed_in_float64(kind):
    generator = torch.Generator().manual_seed(3)
    up, down = (torch.randn(*shape, generator=generator).to(kind) for shape in ((9, 3), (3, 7)))
    close(singular_values_of_product(up, down), torch.linalg.svdvals(up.double() @ down.double())[:3])
