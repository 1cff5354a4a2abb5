"""The low-rank lab: its patterns, what each rank keeps and costs, and what a browser and the paper are told."""

import json
import math

import pytest
import torch

from denoiscope.core.drawing.colour import AROUND_ZERO
from denoiscope.core.lora.low_rank_lab import PATTERNS, PICTURE, Lab, lab_of
from denoiscope.core.lora.low_rank_picture import SIDE, low_rank_image, panels_of
from denoiscope.core.lora.low_rank_words import NAMES, notes, percent, sentence, title
from denoiscope.core.lora.update_patterns import SHAPES, noise, of_picture
from denoiscope.core.telling.low_rank import low_rank_payload

DRAWN = (*SHAPES, "noise")
PAPER = (251, 250, 247)


def picture(grey: torch.Tensor, batch: int = 1) -> torch.Tensor:
    """[batch, height, width, 3] of one grey picture."""
    return grey.float().expand(batch, *grey.shape)[..., None].repeat(1, 1, 1, 3)


def ramp(height: int = 40, width: int = 60) -> torch.Tensor:
    return torch.linspace(0, 1, width).expand(height, width)


# The claim


def test_a_bolt_of_16_by_16_survives_at_rank_3_with_96_numbers_for_256():
    lab = lab_of("bolt")
    assert (lab.spent(3), lab.entries) == (96, 256)
    assert 0.98 < lab.kept(3) < 0.985
    assert lab.kept(2) < 0.95


def test_noise_of_that_size_needs_four_times_the_rank_to_keep_as_much_for_any_seed():
    assert all(11 <= lab_of("bolt", seed=seed).noise_needs(3) <= 13 for seed in range(20))


@pytest.mark.parametrize("size", [16, 32, 64])
def test_the_larger_the_update_the_cheaper_its_bolt(size):
    lab = lab_of("bolt", size=size)
    assert lab.kept(3) > 0.98
    assert lab.spent(3) / lab.entries == 6 / size


# Patterns


@pytest.mark.parametrize("pattern", DRAWN)
@pytest.mark.parametrize("size", [8, 16, 33, 64])
def test_a_pattern_has_its_size_and_1_as_its_largest_entry(pattern, size):
    update = lab_of(pattern, size=size).update
    assert update.shape == (size, size) and update.dtype == torch.float64
    assert update.abs().max() == 1


@pytest.mark.parametrize(("pattern", "rank"), [("cross", 2), ("gradient", 2), ("diagonal", 16), ("noise", 16)])
def test_the_rank_of_a_pattern_is_what_linear_algebra_says(pattern, rank):
    assert torch.linalg.matrix_rank(lab_of(pattern).update) == rank


def test_the_bolt_is_the_polygon_where_its_edge_is_far():
    update = lab_of("bolt", size=64).update
    inside, outside = ((0.53, 0.2), (0.45, 0.5), (0.56, 0.47)), ((0.1, 0.1), (0.8, 0.2), (0.2, 0.9), (0.7, 0.8))
    assert all(update[int(y * 64), int(x * 64)] > 0.9 for x, y in inside)
    assert all(update[int(y * 64), int(x * 64)] < 0.01 for x, y in outside)


def test_a_seed_names_its_noise():
    assert torch.equal(noise(16, 3), noise(16, 3))
    assert not torch.equal(noise(16, 3), noise(16, 4))
    assert torch.equal(lab_of("bolt", seed=3).update, lab_of("bolt", seed=4).update)


def test_noise_over_a_pattern_is_as_strong_as_asked_and_the_clean_pattern_is_kept_beside_it():
    lab = lab_of("gradient", size=64, amount=0.5, seed=2)
    added = lab.update - lab.clean
    assert float(added.norm() / lab.clean.norm()) == pytest.approx(0.5, rel=0.05)
    assert lab_of("gradient").off(16) == pytest.approx(0, abs=1e-12)


def test_truncation_brings_a_noisy_bolt_nearer_to_the_clean_one():
    lab = lab_of("bolt", amount=0.3)
    assert lab.off(3) < 0.75 * lab.off(16)
    assert lab.off(16) == pytest.approx(0.3, rel=0.1)


# Pictures


def test_a_picture_becomes_how_much_lighter_than_its_average_each_place_is():
    update = of_picture(picture(ramp(60, 60)), 16)
    assert update.mean() == pytest.approx(0, abs=1e-7)
    assert (update[0].diff() > 0).all() and update.abs().max() == 1


def test_the_square_in_the_middle_of_a_wide_picture_is_taken():
    wide = torch.zeros(40, 80)
    wide[:, 20:60] = ramp(40, 40)
    torch.testing.assert_close(of_picture(picture(wide), 8), of_picture(picture(ramp(40, 40)), 8))


def test_green_is_lighter_than_blue():
    colours = torch.zeros(1, 16, 16, 3)
    colours[:, :, :8, 1], colours[:, :, 8:, 2] = 1, 1
    update = of_picture(colours, 16)
    assert (update[:, :8] > 0).all() and (update[:, 8:] < 0).all()


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("shape", [(3, 5), (16, 16), (200, 90)])
def test_pictures_of_any_size_and_with_one_three_or_four_channels_are_read(channels, shape):
    image = torch.rand(2, *shape, channels, generator=torch.Generator().manual_seed(0))
    lab = lab_of(PICTURE, image=image)
    assert lab.update.shape == (16, 16) and torch.isfinite(lab.update).all()


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (None, "none is connected: connect an image, or choose another pattern"),
        (torch.full((1, 8, 8, 3), 0.5), "one even grey"),
        (torch.full((1, 8, 8, 3), math.nan), "not finite"),
        (torch.rand(8, 8, 3), r"got shape \[8, 8, 3\]"),
        (torch.rand(1, 8, 8, 2), "with 1, 3 or 4 channels"),
    ],
)
def test_a_picture_that_cannot_be_taken_apart_is_refused(image, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab_of(PICTURE, image=image)


def test_an_unknown_pattern_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match="must be one of bolt, cross, gradient, diagonal, noise, picture, got 'star'"):
        lab_of("star")


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"size": 7}, "the size must be 8..64, got 7"),
        ({"size": 65}, "the size must be 8..64, got 65"),
        ({"amount": -0.1}, "0 or more times as strong, got -0.1"),
        ({"amount": math.nan}, "0 or more times as strong, got nan"),
    ],
)
def test_a_size_or_an_amount_that_cannot_be_is_refused(settings, sentence):
    with pytest.raises(ValueError, match=sentence):
        lab_of("bolt", **settings)


# Ranks


@pytest.mark.parametrize("pattern", DRAWN)
def test_product_and_rest_make_the_update_and_lose_what_the_energy_says(pattern):
    lab = lab_of(pattern)
    for rank in range(17):
        up, down = lab.factors(rank)
        assert (up.shape, down.shape) == ((16, rank), (rank, 16))
        assert up.numel() + down.numel() == lab.spent(rank)
        torch.testing.assert_close(lab.product(rank), up @ down)
        torch.testing.assert_close(lab.product(rank) + lab.left_over(rank), lab.update, atol=2e-6, rtol=0)
        lost = lab.left_over(rank).square().sum() / lab.update.square().sum()
        assert 1 - lab.kept(rank) == pytest.approx(float(lost), abs=1e-9)


def test_no_other_factors_of_that_rank_come_nearer():
    """Against alternating least squares, which knows nothing of singular values."""
    lab = lab_of("bolt")
    up = noise(16, 1)[:, :3]
    for _ in range(200):
        down = torch.linalg.lstsq(up, lab.update).solution
        up = torch.linalg.lstsq(down.T, lab.update.T).solution.T
    other = float((lab.update - up @ down).norm())
    best = float((lab.update - lab.product(3)).norm())
    assert best <= other + 1e-12 and other == pytest.approx(best, rel=1e-6)


def test_the_factors_of_a_rank_are_the_beginning_of_those_of_a_higher_one():
    lab = lab_of("noise")
    assert torch.equal(lab.factors(9)[0][:, :4], lab.factors(4)[0])
    assert torch.equal(lab.factors(9)[1][:4], lab.factors(4)[1])


@pytest.mark.parametrize("pattern", DRAWN)
def test_the_largest_entry_of_every_row_of_a_is_above_zero(pattern):
    _, down = lab_of(pattern).factors(2)
    assert all(row[row.abs().argmax()] > 0 for row in down)


@pytest.mark.parametrize("pattern", DRAWN)
def test_one_scale_holds_every_entry_at_every_rank(pattern):
    lab = lab_of(pattern)
    for rank in range(17):
        whole, up, down, product, rest = panels_of(lab, rank)
        assert {whole.limit, product.limit, rest.limit} == {lab.limit()}
        assert up.limit == down.limit == lab.factor_limit()
        for panel in (whole, up, down, product, rest):
            assert panel.matrix.numel() == 0 or panel.matrix.abs().max() <= panel.limit


# Words


@pytest.mark.parametrize(
    ("pattern", "rank", "words"),
    [
        ("bolt", 0, "Rank 0 has no numbers, and gives no update. The update itself has 256 numbers."),
        ("bolt", 3, "Rank 3 keeps 98.1 % of the energy with 96 of 256 numbers; noise would need rank 12 for that."),
        (
            "bolt",
            7,
            "Rank 7 keeps > 99.9 % of the energy with 224 of 256 numbers; noise would need rank 16 for that.",
        ),
        ("bolt", 8, "Rank 8 keeps > 99.9 % of the energy with 256 numbers: as many as the update itself has."),
        ("bolt", 16, "Rank 16 keeps 100 % of the energy with 512 numbers: more than the 256 of the update itself."),
        ("cross", 2, "Rank 2 keeps 100 % of the energy with 64 of 256 numbers; noise would need rank 16 for that."),
        ("cross", 3, "Rank 3 keeps 100 % of the energy with 96 of 256 numbers; rank 2 does so with 64."),
        ("noise", 3, "Rank 3 keeps 47.1 % of the energy with 96 of 256 numbers."),
    ],
)
def test_a_rank_is_told_in_a_sentence(pattern, rank, words):
    assert sentence(lab_of(pattern), rank) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0.0, "0.0 %"), (0.9812, "98.1 %"), (0.99949, "99.9 %"), (1 - 1e-12, "100 %")]
)
def test_only_all_of_it_is_a_hundred_percent(share, words):
    assert percent(share) == words
    assert percent(0.99951) == percent(1 - 1e-6) == "> 99.9 %"


@pytest.mark.parametrize(
    ("settings", "note"),
    [
        ({"pattern": "noise"}, "90 % of the energy of this noise takes rank 8, and that is 256 numbers for 256"),
        ({"pattern": "diagonal"}, "all singular values are equal"),
        ({"pattern": "bolt", "amount": 0.3}, "rank 3 comes nearest to it: 21.9 % away"),
        ({"pattern": "diagonal", "amount": 0.3}, "no lower rank comes nearer to it than the noisy update itself"),
        ({"pattern": "bolt", "image": picture(ramp())}, "choose picture as the pattern"),
        ({"pattern": PICTURE, "image": picture(ramp(), batch=4)}, "the first of 4 pictures"),
        ({"pattern": "gradient"}, "Effective rank 2.0 of 16"),
    ],
)
def test_notes_say_what_a_reader_must_know(settings, note):
    assert any(note in said for said in notes(lab_of(**settings)))


def test_every_pattern_has_a_name_for_the_title():
    assert set(NAMES) == set(PATTERNS)
    assert title(lab_of("bolt")) == "A bolt, 16 × 16"
    assert title(lab_of("cross", size=8, amount=0.25)) == "A cross, 8 × 8 under noise of 0.25 times its strength"


# What leaves


@pytest.mark.parametrize("size", [8, 16, 64])
def test_the_payload_has_every_rank_in_the_factors_of_the_full_one(size):
    lab = lab_of("bolt", size=size, amount=0.2)
    payload = json.loads(json.dumps(low_rank_payload(lab, 3), allow_nan=False))
    assert (payload["format"], payload["version"], payload["rank"]) == ("denoiscope.low_rank", 1, 3)
    up, down = (torch.tensor(payload[name], dtype=torch.float64) for name in ("up", "down"))
    for rank in (0, 1, 3, size):
        torch.testing.assert_close(up[:, :rank] @ down[:rank], lab.product(rank), atol=1e-5, rtol=0)
        told = payload["ranks"][rank]
        assert told["numbers"] == 2 * size * rank
        assert told["energy"] == pytest.approx(lab.kept(rank), abs=1e-6)
        assert told["sentence"] == sentence(lab, rank)
    assert payload["values"] == pytest.approx(torch.linalg.svdvals(lab.update).tolist(), rel=1e-6, abs=1e-9)
    assert payload["entries"] == size * size and payload["break_even"] == size // 2


def test_the_payload_of_the_largest_update_stays_small():
    assert len(json.dumps(low_rank_payload(lab_of("noise", size=64), 3))) < 160_000


def test_the_scales_of_the_payload_are_those_of_the_picture():
    lab = lab_of("cross")
    scales = low_rank_payload(lab, 1)["scales"]
    assert scales["update"]["high"] == -scales["update"]["low"] == pytest.approx(lab.limit())
    assert scales["factors"]["high"] == -scales["factors"]["low"] == pytest.approx(lab.factor_limit())
    assert scales["update"]["colours"] == list(AROUND_ZERO)


@pytest.mark.parametrize("rank", [-1, 17])
def test_a_rank_that_cannot_be_is_refused_for_browser_and_paper(rank):
    for make in (low_rank_payload, low_rank_image):
        with pytest.raises(ValueError, match=f"the rank must be 0..16 for an update of 16 × 16, got {rank}"):
            make(lab_of("bolt"), rank)


def test_the_picture_has_one_size_at_every_rank_and_zero_is_neutral():
    lab = lab_of("bolt")
    none, some = low_rank_image(lab, 0), low_rank_image(lab, 16)
    assert none.shape == some.shape and none.shape[0] == 1 and none.dtype == torch.float32
    cell, top, left = SIDE // 16, 64 + 26, 16 + 3 * (SIDE // 16 * 16 + 22)
    middle = none[0, top + cell // 2, left + cell // 2]
    neutral = torch.tensor([int(AROUND_ZERO[2][i : i + 2], 16) for i in (1, 3, 5)]) / 255
    torch.testing.assert_close(middle, neutral)
    assert tuple((none[0, 0, 0] * 255).round().int().tolist()) == PAPER


def test_places_without_numbers_are_no_zeros_on_the_picture():
    picture = low_rank_image(lab_of("bolt"), 1)[0]
    cell, top, left = SIDE // 16, 64 + 26, 16 + (SIDE // 16 * 16 + 22)
    unspent = picture[top : top + 16 * cell, left + cell : left + 16 * cell]
    neutral = torch.tensor([int(AROUND_ZERO[2][i : i + 2], 16) for i in (1, 3, 5)]) / 255
    assert ((unspent - neutral).abs().amax(2) > 0.01).all()


def test_a_matrix_that_is_not_square_is_taken_apart_too():
    update = noise(16, 0)[:, :5]
    lab = Lab(pattern="noise", update=update, clean=update, reference=torch.linalg.svdvals(update))
    assert (lab.full_rank, lab.spent(2), lab.break_even) == (5, 42, 3)
    assert low_rank_image(lab, 2).shape[0] == 1
    assert len(low_rank_payload(lab, 2)["down"][0]) == 5
