"""Rank sweeps: which cells there are, what each adds to the model, and what is said of it."""

import math
from fractions import Fraction

import pytest
import torch

from denoiscope.core.comparing.cells import Cell
from denoiscope.core.drawing.chart_image import chart_image
from denoiscope.core.lora.decomposed import Decomposed, in_float32
from denoiscope.core.lora.keys import parsed
from denoiscope.core.lora.lora import Lora, lora_of
from denoiscope.core.lora.rank_chart import rank_chart, rank_table
from denoiscope.core.lora.rank_measures import Measured, said, updates_of
from denoiscope.core.lora.rank_sweep import Dose, rank_grid
from denoiscope.core.telling.chart import chart_payload
from denoiscope.core.telling.rank_sweep import rank_payload
from denoiscope.tests.core.loras import layer, plain

VALUES = (4.0, 3.0, 2.0, 1.0)
WIDER = (2.0, 2.0, 2.0, 2.0, 2.0, 2.0)
ENERGIES = {1: 16 + 4, 2: 25 + 8, 4: 30 + 16, None: 30 + 24}


def cell(**changes):
    plain = {"seed": 5, "steps": 5, "cfg": 3.0, "sampler_name": "euler", "scheduler": "normal"}
    return Cell(label="", place=(), **{**plain, **changes})


@pytest.fixture
def parts():
    """Two layers, of rank 4 and 6."""
    lora = lora_of("bolt", (layer(VALUES, "diffusion_model.a", alpha=4.0), layer(WIDER, "diffusion_model.b")))
    return Decomposed(lora=lora, svds=tuple(in_float32(entry.svd()) for entry in lora.layers))


def updates(lora):
    """ΔW by layer in float64."""
    return {
        entry.name: entry.scale * entry.factors()[0].double() @ entry.factors()[1].double() for entry in lora.layers
    }


def close(one, other):
    torch.testing.assert_close(one, other, atol=1e-5, rtol=1e-5)


def test_what_stands_in_the_list_becomes_cells_from_left_to_right():
    grid = rank_grid("none, 1, 2, full")
    assert grid.ranks == (0, 1, 2, None)
    assert [(axis.name, axis.values) for axis in grid.axes] == [("rank", ("none", "1", "2", "full"))]
    cells = grid.cells(cell())
    assert [entry.label for entry in cells] == ["without the LoRA", "rank 1", "rank 2", "full rank"]
    assert [entry.place for entry in cells] == [(0,), (1,), (2,), (3,)]


def test_what_is_left_out_stands_below_row_by_row():
    grid = rank_grid("2, full", "1, 4.5")
    assert [axis.values for axis in grid.axes] == [("2", "full"), ("kept", "left out × 1", "left out × 4.5")]
    assert [(entry.label, entry.place) for entry in grid.cells(cell())] == [
        ("rank 2", (0, 0)),
        ("full rank", (1, 0)),
        ("rank 2 · left out × 1", (0, 1)),
        ("full rank · left out × 1", (1, 1)),
        ("rank 2 · left out × 4.5", (0, 2)),
        ("full rank · left out × 4.5", (1, 2)),
    ]
    assert grid.doses[4] == Dose(rank=2, times=Fraction(9, 2))


def test_the_picture_that_others_are_measured_against_is_sampled_first():
    assert rank_grid("1, 2, full", "4").order == (2, 0, 1, 3, 4, 5)
    assert rank_grid("1, 2").order == (0, 1)


def test_ranges_and_zero_are_understood():
    assert rank_grid("0..3, FULL").ranks == (0, 1, 2, 3, None)
    assert rank_grid("none, 1, 2, 4, 8, full").ranks == (0, 1, 2, 4, 8, None)


@pytest.mark.parametrize(
    ("ranks", "times", "sentence"),
    [
        ("", None, "ranks: the list is empty"),
        ("1, ful", None, r"ranks are whole numbers, ranges such as 1\.\.4, or full or none; got 'ful'"),
        ("1.5", None, "ranks must be whole numbers"),
        ("-1", None, "ranks must be 0 or more, or full; got -1"),
        ("none, 0", None, "'none' and 0 are the same"),
        ("full, full", None, "'full' is named twice"),
        ("2, 1..3", None, "'2' is named twice"),
        ("1", "0", "times must be above 0 and at most 1000, got 0"),
        ("1", "", "times: the list is empty"),
        ("1..200", "1", "200 ranks in 2 rows are 400 cells: a sweep takes at most 256"),
        ("1..9999999", None, "names 9,999,999 values"),
    ],
)
def test_what_cannot_be_swept_is_refused_in_a_sentence(ranks, times, sentence):
    with pytest.raises(ValueError, match=sentence):
        rank_grid(ranks, times)


def test_what_is_kept_and_what_is_left_out_are_the_whole_at_every_rank(parts):
    whole = updates(parts.lora)
    for rank in (1, 3, 4, 5):
        kept, rest = updates(parts.cut(rank)), updates(parts.left_out(rank))
        for name, update in whole.items():
            close(kept[name] + rest.get(name, torch.zeros_like(update)), update)
            assert torch.linalg.matrix_rank(kept[name], atol=1e-4) == min(rank, torch.linalg.matrix_rank(update))


def test_at_the_highest_rank_of_a_layer_the_lora_is_itself_and_nothing_is_left_out(parts):
    assert parts.cut(6) is parts.lora
    assert parts.left_out(6) is None
    assert parts.left_out(0) is parts.lora


def test_energies_and_bytes_are_those_of_the_known_spectrum(parts):
    grid = rank_grid("none, 1, 2, 4, 6, full")
    measured = updates_of(grid, parts)
    for entry in measured[1:4]:
        assert entry.energy == pytest.approx(ENERGIES[entry.dose.rank] / ENERGIES[None], rel=1e-6)
        assert entry.bytes == parts.cut(entry.dose.rank).bytes and not entry.whole
    assert (measured[0].energy, measured[0].bytes) == (0.0, 0)
    for entry in measured[4:]:
        assert (entry.energy, entry.bytes, entry.whole) == (1.0, parts.lora.bytes, True)


@pytest.mark.parametrize("alpha", [None, torch.tensor(4.0), torch.tensor(4.0, dtype=torch.float16)])
@pytest.mark.parametrize("kind", [torch.float32, torch.float16, torch.float8_e4m3fn])
def test_bytes_are_told_beforehand_for_every_kind_of_number(kind, alpha):
    tensors = plain("diffusion_model.a", ".lora_up.weight", ".lora_down.weight", rank=6, kind=kind)
    tensors |= {} if alpha is None else {"diffusion_model.a.alpha": alpha}
    layers, _ = parsed(tensors)
    lora = Lora(name="bolt", layers=layers, tensors=tensors)
    parts = Decomposed(lora=lora, svds=(layers[0].svd(),))
    assert [parts.bytes(rank) for rank in range(1, 8)] == [parts.cut(rank).bytes for rank in range(1, 8)]


def test_the_energy_of_a_text_encoder_does_not_count_but_its_bytes_do(parts):
    lora = lora_of("both", (parts.lora.layers[0], layer(WIDER, "text_encoders.clip_l.b")))
    both = Decomposed(lora=lora, svds=parts.svds)
    (entry,) = updates_of(rank_grid("2"), both)
    assert entry.energy == pytest.approx(25 / 30, rel=1e-6)
    assert entry.bytes == both.cut(2).bytes > lora_of("one", parts.lora.layers[:1]).bytes / 2


def test_every_cell_says_what_it_is_and_how_far_from_the_whole():
    sentences = {
        "none": "Nothing is added to the model.",
        "2": " with 61.11 % of the energy.",
        "6": " with 100 % of the energy; nothing is cut at this rank.",
        "full": " with 100 % of the energy.",
    }
    lora = lora_of("bolt", (layer(VALUES, "diffusion_model.a"), layer(WIDER, "diffusion_model.b")))
    parts = Decomposed(lora=lora, svds=tuple(entry.svd() for entry in lora.layers))
    for rank, sentence in sentences.items():
        (update,) = updates_of(rank_grid(rank), parts)
        assert said(Measured(update=update)).endswith(sentence)
        told = said(Measured(update=update, latent=0.12345, pixels=0.0321))
        far = "" if rank == "full" else " From the full-rank picture: 0.123 in the latent, 3.21 % in pixels (RMS)."
        assert told.endswith(sentence + far)


def test_what_is_left_out_is_named_with_its_energy_and_how_often(parts):
    told = [said(Measured(update=entry)) for entry in updates_of(rank_grid("0, 2, full", "4"), parts)[3:]]
    assert told == [
        "The whole LoRA is added alone, 4 times as strong.",
        "What this rank leaves out, 38.89 % of the energy, is added alone, 4 times as strong.",
        "Nothing is left out, so nothing is added to the model.",
    ]


def measured(parts, ranks="none, 2, full, 8", times=None, *, pixels=True):
    grid = rank_grid(ranks, times)
    far = {0: 0.5, 2: 0.2}
    return [
        Measured(
            update=entry,
            latent=far.get(entry.dose.rank, 0.0) if None in grid.ranks else None,
            pixels=far.get(entry.dose.rank, 0.0) / 10 if pixels and None in grid.ranks else None,
        )
        for entry in updates_of(grid, parts)
    ]


def test_the_chart_runs_over_the_rank_and_has_each_rank_once(parts):
    payload = chart_payload(rank_chart(measured(parts, times="4"), parts.lora, strength=0.8))
    (line,) = payload["series"]
    assert line["across"] == [0, 2, 6], "full and 8 are the same"
    energy, size, latent, pixels = line["values"]
    assert energy == pytest.approx([0, ENERGIES[2] / ENERGIES[None], 1], abs=1e-6)
    assert size == pytest.approx([0, parts.cut(2).bytes / 1000, parts.lora.bytes / 1000])
    assert (latent, pixels) == ([0.5, 0.2, 0], [5, 2, 0])
    assert [panel["unit"] for panel in payload["panels"]] == ["", "kB", "", "%"]


def test_without_full_the_chart_has_no_distances_and_says_why(parts):
    chart = rank_chart(measured(parts, "1, 2"), parts.lora, strength=1.0)
    assert [panel.title for panel in chart.panels] == ["share of the update kept", "size of the file"]
    assert any("name full among the ranks" in note for note in chart.notes)


@pytest.mark.parametrize("ranks", ["full", "none", "1, 2, 4, full"])
def test_a_chart_can_be_drawn_of_any_ranks(parts, ranks):
    picture = chart_image(rank_chart(measured(parts, ranks), parts.lora, strength=1.0))
    assert picture.shape[0] == 1 and picture.std() > 0


def test_the_table_has_a_line_for_each_cell(parts):
    head, *lines = rank_table(measured(parts, "none, 2, full", "4")).split("\n")
    assert [line.split("\t")[:2] for line in lines] == [
        ["none", "kept"],
        ["2", "kept"],
        ["full", "kept"],
        ["none", "left out × 4"],
        ["2", "left out × 4"],
        ["full", "left out × 4"],
    ]
    assert lines[1].split("\t")[2:] == [str(parts.cut(2).bytes), "0.611111", "0.2", "2"]
    assert lines[4].split("\t")[2:4] == ["", "0.388889"]
    assert {line.count("\t") for line in (head, *lines)} == {5}


def test_a_distance_that_is_no_number_becomes_null(parts):
    (update,) = updates_of(rank_grid("2"), parts)
    payload = rank_payload([Measured(update=update, latent=math.nan)], parts.lora, strength=1.0)
    assert payload["cells"][0]["distance_latent"] is None
    assert (payload["full_rank"], payload["cells"][0]["rank"]) == (6, 2)
