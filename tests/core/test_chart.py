"""Charts: axes that hold their numbers, a payload that a browser can read, and the same numbers on paper."""

import json
import math

import pytest
import torch

from denoiscope.core.drawing.chart import COLOURS, DASHES, Across, Chart, Mark, Panel, Series
from denoiscope.core.drawing.chart_image import LEFT, chart_image, dashes
from denoiscope.core.drawing.chart_scale import FLOOR, scale_over, write_number
from denoiscope.core.telling.chart import chart_payload

PAPER = (251, 250, 247)


def chart(*series, panels=None, shares=False, notes=()):
    panels = panels or (Panel(title="noise level", symbol="σ", scale="log", rug="where"),)
    return Chart(title="A chart", across=Across(title="step", shares=shares), panels=panels, series=series, notes=notes)


def series(label="one", values=(10.0, 1.0, 0.0), **changes):
    across = changes.pop("across", tuple(map(float, range(len(values)))))
    return Series(label=label, across=across, values=(values,), **changes)


def test_a_log_axis_spaces_powers_of_ten_evenly_and_puts_zero_on_the_floor():
    scale = scale_over((100.0, 10.0, 1.0, 0.0), "log")
    assert scale.place(0.0) == 0.0
    assert scale.place(1.0) == FLOOR
    assert scale.place(100.0) == pytest.approx(1.0)
    assert scale.place(10.0) == pytest.approx((FLOOR + 1) / 2)


def test_a_log_axis_without_zero_has_no_floor():
    assert scale_over((100.0, 1.0), "log").place(1.0) == 0.0


@pytest.mark.parametrize("kind", ["linear", "log"])
def test_what_is_no_number_has_no_place(kind):
    scale = scale_over((1.0, 2.0, None), kind)
    assert [scale.place(value) for value in (None, math.nan, math.inf)] == [None, None, None]


@pytest.mark.parametrize("kind", ["linear", "log"])
def test_a_single_number_stands_in_the_middle(kind):
    assert scale_over((5.0, 5.0), kind).place(5.0) == pytest.approx(0.5)


@pytest.mark.parametrize("kind", ["linear", "log"])
@pytest.mark.parametrize("values", [(), (0.0,), (0.0, 0.0), (None,), (1e-30, 1e30), (-5.0, 5.0), (3.0, 3.0001)])
def test_an_axis_holds_whatever_comes_and_its_ticks(kind, values):
    scale = scale_over([v for v in values if v is None or kind == "linear" or v >= 0], kind)
    assert scale.low < scale.high
    places = [scale.place(tick.at) for tick in scale.ticks()]
    assert places and all(-1e-9 <= place <= 1 + 1e-9 for place in places)


def test_ticks_are_round_numbers():
    assert [tick.text for tick in scale_over((0.0, 1.0), "linear").ticks()] == ["0", "0.25", "0.5", "0.75", "1"]
    assert [tick.text for tick in scale_over((14.6, 0.029, 0.0), "log").ticks()] == ["0", "0.1", "1", "10"]
    assert [tick.text for tick in scale_over((-23.3, 30.7), "linear").ticks()] == ["-20", "-10", "0", "10", "20", "30"]


def test_a_short_log_axis_writes_what_lies_between_powers_of_ten():
    ticks = scale_over((0.9, 0.2), "log").ticks()
    assert [tick.text for tick in ticks] == ["0.2", "0.5"]
    assert all(tick.minor for tick in ticks)


def test_numbers_are_written_short():
    assert [write_number(n) for n in (0.05, 14.6146, 120.0, 0.0)] == ["0.05", "14.61", "120", "0"]


def test_a_chart_across_steps_has_no_tick_between_two_steps():
    ticks = chart(series(values=(3.0, 2.0, 1.0))).ticks_across()
    assert [tick.at for tick in ticks] == [0.0, 1.0, 2.0]


def test_a_chart_across_shares_counts_in_percent():
    drawn = chart(series(values=(2.0, 1.0)), shares=True)
    assert [tick.text for tick in drawn.ticks_across()] == ["0 %", "25 %", "50 %", "75 %", "100 %"]


def test_the_payload_is_finite_whatever_the_numbers_are():
    odd = series(values=(math.nan, math.inf, -math.inf, None, 2.0))
    payload = chart_payload(chart(odd, panels=(Panel(title="a", symbol="a"),)))
    assert payload["series"][0]["values"] == [[None, None, None, None, 2.0]]
    json.dumps(payload, allow_nan=False)
    assert (payload["format"], payload["version"]) == ("denoiscope.chart", 1)


def test_the_payload_keeps_seven_digits():
    value = chart_payload(chart(series(values=(math.pi, 1.0))))["series"][0]["values"][0][0]
    assert value == pytest.approx(math.pi, rel=1e-6)
    assert len(str(value)) <= 9


def test_colours_and_dashes_go_round():
    payload = chart_payload(chart(series(colour=len(COLOURS) + 1, dash=len(DASHES) + 2)))
    assert payload["series"][0]["colour"] == COLOURS[1]
    assert payload["series"][0]["dash"] == list(DASHES[2])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: chart(), "at least one panel and one series"),
        (lambda: chart(series(), series()), "different labels, got one, one"),
        (lambda: series(across=(1.0,)), "a value, or None, for each of its points"),
        (lambda: Panel(title="a", symbol="a", scale="cubic"), "linear, log, got 'cubic'"),
        (
            lambda: Chart(
                title="", across=Across(title=""), panels=(Panel(title="", symbol=""),) * 2, series=(series(),)
            ),
            "1 rows for 2 panels",
        ),
    ],
)
def test_a_chart_that_does_not_hold_together_is_refused(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


def test_the_picture_has_a_dot_where_each_number_stands():
    panel = Panel(title="a", symbol="a", span=(0.0, 1.0))
    picture = pixels(chart(series(values=(0.0, 0.5, 1.0), colour=0), panels=(panel,)))
    rows, columns = zip(*places_of(picture, COLOURS[0], right_of=LEFT + 40, left_of=1200), strict=True)
    middle = [row for row, column in zip(rows, columns, strict=True) if abs(column - (LEFT + 1280 - 28) / 2) < 2]
    ends = min(row for row in rows if row > 120), max(rows)
    assert sum(middle) / len(middle) == pytest.approx(sum(ends) / 2, abs=8)


def test_the_picture_leaves_a_gap_where_there_is_no_number():
    panel = Panel(title="a", symbol="a", span=(0.0, 1.0))
    whole = pixels(chart(series(values=(0.5,) * 5), panels=(panel,)))
    broken = pixels(chart(series(values=(0.5, 0.5, None, 0.5, 0.5)), panels=(panel,)))
    inside = dict(right_of=500, left_of=820)
    assert len(places_of(whole, COLOURS[0], **inside)) > 300
    assert places_of(broken, COLOURS[0], **inside) == []


def test_the_picture_is_an_image_on_paper_and_grows_with_its_words():
    picture = chart_image(chart(series()))
    assert picture.shape[0] == 1 and picture.shape[3] == 3 and picture.dtype == torch.float32
    assert 0 <= picture.min() and picture.max() <= 1
    assert tuple((picture[0, 0, 0] * 255).round().int().tolist()) == PAPER
    assert chart_image(chart(series(), notes=("word " * 80,))).shape[1] > picture.shape[1]


def test_a_chart_of_many_lines_and_one_mark_out_of_sight_is_drawn():
    many = [series(label=f"series number {k} with a long name", colour=k, dash=k) for k in range(12)]
    panel = Panel(title="a", symbol="a", marks=(Mark(at=1e9, text="far away"),))
    drawn = chart(*many, panels=(panel,))
    assert chart_image(drawn).shape[2] == 1280
    assert chart_payload(drawn)["panels"][0]["marks"] == []


def test_dashes_add_up_to_what_is_drawn_of_a_line():
    bend = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)]
    parts = list(dashes(bend, (3.0, 2.0)))
    assert sum(length(part) for part in parts) == pytest.approx(12.0)
    assert parts[0] == [(0.0, 0.0), (3.0, 0.0)]
    assert (10.0, 0.0) in parts[2], "a dash goes round the bend"
    assert list(dashes(bend, ())) == [bend]


def length(points):
    return sum(math.dist(a, b) for a, b in zip(points, points[1:], strict=False))


def pixels(drawn):
    return (chart_image(drawn)[0] * 255).round().int()


def places_of(picture, colour, *, right_of, left_of):
    wanted = torch.tensor([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
    found = (picture - wanted).abs().sum(2) < 140  # half of the way to the paper: lines have soft edges
    found[:120] = False
    found[:, :right_of] = False
    found[:, left_of:] = False
    return [tuple(place) for place in found.nonzero().tolist()]
