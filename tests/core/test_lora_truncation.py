"""Cutting a LoRA: the singular values that are kept are the first ones, exactly so many, and α does not move them."""

import pytest
import torch

from denoiscope.core.lora.file import load_lora, save_lora
from denoiscope.core.lora.lora import lora_of
from denoiscope.core.lora.truncation import (
    check_cuttable,
    cut_layer,
    energy_kept,
    rest_of_layer,
    to_energy,
    to_rank,
    with_layers,
)

from .loras import FORMATS, REFUSED, in_format, layer, nearest, plain, random, written

VALUES = (8.0, 4.0, 2.0, 1.0)


def update(subject):
    up, down = subject.factors()
    return subject.scale * up.double() @ down.double()


def close(a, b, **tolerance):
    torch.testing.assert_close(
        torch.as_tensor(a, dtype=torch.float64), torch.as_tensor(b, dtype=torch.float64), **tolerance
    )


def cut(subject, choose, **how):
    svd = subject.svd()
    return cut_layer(subject, svd, choose(svd.values), **how)


@pytest.mark.parametrize("alpha", [None, 1.0, 4.0, 32.0, -2.0])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_cut_layer_is_the_nearest_update_of_that_rank_whatever_alpha_was(rank, alpha):
    subject = layer(VALUES, alpha=alpha)
    scale = 1.0 if alpha is None else alpha / 4
    after, what = cut(subject, to_rank(rank), precision=torch.float32)
    close(after.singular_values(), [abs(scale) * v for v in VALUES[:rank]], rtol=1e-6, atol=0)
    close(
        (update(subject) - update(after)).norm(),
        abs(scale) * sum(v * v for v in VALUES[rank:]) ** 0.5,
        rtol=1e-5,
        atol=0,
    )
    assert (after.rank, what.rank, what.was, after.scale) == (rank, rank, 4, 1.0)
    assert after.alpha == (None if alpha is None else rank)
    assert what.kept == pytest.approx(sum(v * v for v in VALUES[:rank]) / sum(v * v for v in VALUES))


@pytest.mark.parametrize("rank", [4, 5, 400])
def test_a_layer_whose_rank_is_low_enough_is_the_same_layer(rank):
    subject = layer(VALUES, alpha=2.0)
    after, what = cut(subject, to_rank(rank))
    assert after is subject
    assert (what.kept, what.rank, what.was) == (1.0, 4, 4)


@pytest.mark.parametrize(("share", "rank"), [(0.75, 1), (0.76, 2), (0.95, 2), (0.951, 3), (0.99, 3)])
def test_a_share_of_the_energy_chooses_the_smallest_rank(share, rank):
    """Squares 15, 4, 0.9 and 0.1 of 20."""
    subject = layer(tuple(v**0.5 for v in (15.0, 4.0, 0.9, 0.1)))
    after, what = cut(subject, to_energy(share))
    assert after.rank == rank
    assert what.kept >= share - 1e-6


def test_all_of_the_energy_is_the_whole_layer():
    subject = layer(VALUES)
    assert cut(subject, to_energy(1.0))[0] is subject


def test_a_layer_of_more_columns_than_a_side_has_loses_nothing_when_these_are_cut():
    """Rank 16 of a matrix that is 4 high: rank 8 is more than there can be, and 4 columns say all."""
    subject = layer(VALUES + (0.5,) * 4, rows=24, columns=40)
    wide = {"a.lora_up.weight": random(4, 16), "a.lora_down.weight": random(16, 30)}
    (subject,) = lora_from(wide).layers
    after, what = cut(subject, to_rank(8), precision=torch.float64)
    assert (after.rank, what.kept) == (4, 1.0)
    close(update(after), update(subject))


def lora_from(tensors):
    from denoiscope.core.lora.keys import parsed
    from denoiscope.core.lora.lora import Lora

    layers, foreign = parsed(tensors)
    return Lora(name="bolt", layers=layers, foreign=foreign, tensors=tensors)


@pytest.mark.parametrize("title", FORMATS)
def test_every_format_with_an_update_is_cut_to_plain_factors(title):
    lora = lora_from(in_format("lora_unet_a", FORMATS[title], alpha=2))
    (subject,) = lora.layers
    after, _ = cut(subject, to_rank(1), precision=torch.float32)
    new = with_layers(lora, (after,), note="cut")
    assert set(new.tensors) <= {f"lora_unet_a.{end}" for end in ("lora_up.weight", "lora_down.weight", "alpha")}
    close(update(after), nearest(subject.svd(), 1), rtol=1e-4, atol=1e-5)
    assert after.shape == subject.shape


def test_a_convolution_keeps_its_kernel():
    lora = lora_from(in_format("a", FORMATS["LoRA of a convolution"]))
    after, _ = cut(lora.layers[0], to_rank(2))
    assert [tuple(after.parts[side].shape) for side in ("up", "down")] == [(12, 2, 1, 1), (2, 10, 3, 3)]


@pytest.mark.parametrize(
    ("kind", "kept"),
    [(torch.float32, torch.float32), (torch.bfloat16, torch.bfloat16), (torch.float8_e4m3fn, torch.float16)],
)
def test_new_factors_are_kept_as_the_file_has_them_but_never_in_eight_bits(kind, kept):
    (subject,) = lora_from(plain("a", ".lora_up.weight", ".lora_down.weight", kind=kind)).layers
    after, _ = cut(subject, to_rank(2))
    assert {tensor.dtype for tensor in after.parts.values()} == {kept}
    rounding = torch.finfo(kept).eps
    close(update(after), nearest(subject.svd(), 2), atol=4 * rounding * float(subject.svd().values[0]), rtol=0)


def test_factors_too_large_for_their_kind_are_refused():
    (subject,) = lora_from({"a.lora_up.weight": random(4, 2) * 1e6, "a.lora_down.weight": random(2, 4) * 1e6}).layers
    with pytest.raises(ValueError, match="too large for torch.float16: choose float32"):
        cut(subject, to_rank(1), precision=torch.float16)


def test_a_zero_update_stays_zero_at_rank_one():
    (subject,) = lora_from({"a.lora_up.weight": torch.zeros(4, 2), "a.lora_down.weight": random(2, 4)}).layers
    after, what = cut(subject, to_energy(0.5))
    assert (after.rank, what.kept, what.energy) == (1, 1.0, 0.0)
    assert not update(after).any()


def test_what_is_thrown_away_and_what_is_kept_are_together_the_whole():
    subject = layer(VALUES, alpha=2.0)
    svd = subject.svd()
    for rank in (1, 2, 3):
        kept, _ = cut_layer(subject, svd, rank, precision=torch.float64)
        rest = rest_of_layer(subject, svd, rank)
        close(update(kept) + update(rest), update(subject), rtol=1e-5, atol=1e-6)
        close(update(rest_of_layer(subject, svd, rank, times=3.0)), 3 * update(rest), rtol=1e-6, atol=1e-6)
    assert rest_of_layer(subject, svd, 4) is None


def test_the_energy_of_layers_together_counts_large_updates_more():
    layers = (layer((3.0, 1.0), name="a"), layer((30.0, 10.0), name="b"), layer((5.0,), name="c"))
    cuts = [cut(subject, to_rank(1))[1] for subject in layers]
    assert energy_kept(cuts) == pytest.approx((9 + 900 + 25) / (10 + 1000 + 25))


def test_a_cut_file_keeps_what_is_carried_along_and_corrects_its_words(tmp_path):
    tensors = plain("a", ".lora_up.weight", ".lora_down.weight") | {
        "a.alpha": torch.tensor(8.0),
        "a.diff_b": random(12),
    }
    words = {"ss_network_dim": "4", "ss_network_alpha": "8", "sshs_model_hash": "ab", "ss_tag": "x"}
    lora = load_lora(written(tmp_path / "a.safetensors", tensors, **words))
    new = with_layers(lora, (cut(lora.layers[0], to_rank(2))[0],), note="each layer cut to rank 2")
    save_lora(new, tmp_path / "b.safetensors")
    again = load_lora(tmp_path / "b.safetensors")
    assert (again.layers[0].rank, again.layers[0].alpha) == (2, 2.0)
    assert torch.equal(again.tensors["a.diff_b"], tensors["a.diff_b"])
    assert again.metadata == {
        "ss_network_dim": "2",
        "ss_network_alpha": "2",
        "ss_tag": "x",
        "denoiscope_truncated": "each layer cut to rank 2",
    }


def test_layers_that_are_not_cut_keep_the_very_tensors_of_the_file():
    tensors = plain("a", ".lora_up.weight", ".lora_down.weight", kind=torch.float16)
    tensors |= {"a.alpha": torch.tensor(3, dtype=torch.bfloat16)}
    lora = lora_from(tensors)
    new = with_layers(lora, (cut(lora.layers[0], to_rank(4))[0],), note="")
    assert all(new.tensors[key] is tensor for key, tensor in tensors.items())


@pytest.mark.parametrize("title", REFUSED)
def test_a_format_without_a_fixed_update_cannot_be_cut_and_the_sentence_names_and_counts_it(title):
    tensors = plain("plain", ".lora_up.weight", ".lora_down.weight")
    for index in range(2):
        tensors |= in_format(f"lora_unet_{index}", REFUSED[title])
    with pytest.raises(ValueError, match=f"cannot be cut to a lower rank, because it holds {title} in 2 layers"):
        check_cuttable(lora_from(tensors))


def test_a_lora_without_layers_cannot_be_cut():
    with pytest.raises(ValueError, match="no layer that has a rank"):
        check_cuttable(lora_of("empty", ()))


@pytest.mark.parametrize("rank", [0, -3])
def test_a_rank_below_one_is_refused(rank):
    with pytest.raises(ValueError, match="must be 1 or more"):
        to_rank(rank)


def test_a_cut_file_does_not_hand_on_where_its_trainer_lay_on_a_disk(tmp_path):
    tensors = plain("lora_unet_a", ".lora_up.weight", ".lora_down.weight")
    config = '{"base_model": "C:/Users/Ada L/models/v1-5.safetensors", "steps": 1000}'
    told = {"ot_config": config, "ss_sd_model_name": "/home/ada/models/sdxl.safetensors", "ss_tag": "a/b"}
    lora = load_lora(written(tmp_path / "a.safetensors", tensors, **told))
    (subject,) = lora.layers
    after = with_layers(lora, (cut_layer(subject, subject.svd(), 2)[0],), note="cut").metadata
    assert after["ot_config"] == '{"base_model": "v1-5.safetensors", "steps": 1000}'
    assert (after["ss_sd_model_name"], after["ss_tag"]) == ("sdxl.safetensors", "a/b")
