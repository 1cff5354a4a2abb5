"""The grid of a sweep: from typed axes to cells in their places."""

from dataclasses import fields

import pytest
import torch

from denoiscope.core.comparing.cells import Cell, Finished
from denoiscope.core.comparing.sweep import CELLS_LIMIT, Grid, choose, in_words
from denoiscope.core.comparing.sweep_settings import EMBEDDED_GUIDANCE, SETTINGS
from denoiscope.core.recording.model_facts import ModelFacts
from denoiscope.tests.core.decks import SPACE, trajectory

NAMES = {"samplers": ["euler", "heun", "dpmpp_2m", "euler_ancestral"], "schedulers": ["normal", "karras"]}
BASE = Cell(label="", place=(), seed=3, steps=20, cfg=4.0, sampler_name="euler", scheduler="karras")


def grid(*typed, base=BASE, **options):
    chosen = tuple(choose(name, text, NAMES, **options) for name, text in typed)
    return Grid(base=base, chosen=chosen)


def test_one_axis_runs_across_and_changes_one_field():
    cells = grid(("guidance", "1, 4, 7.5")).cells()
    assert [(cell.label, cell.place, cell.cfg) for cell in cells] == [
        ("guidance 1", (0,), 1.0),
        ("guidance 4", (1,), 4.0),
        ("guidance 7.5", (2,), 7.5),
    ]
    assert {(cell.seed, cell.steps, cell.sampler_name) for cell in cells} == {(3, 20, "euler")}


def test_the_second_axis_runs_down_and_cells_come_row_by_row():
    swept = grid(("sampler", "euler, heun"), ("steps", "4, 8"))
    assert [(cell.label, cell.place) for cell in swept.cells()] == [
        ("euler · 4 steps", (0, 0)),
        ("heun · 4 steps", (1, 0)),
        ("euler · 8 steps", (0, 1)),
        ("heun · 8 steps", (1, 1)),
    ]
    assert [(axis.name, axis.values) for axis in swept.axes] == [("sampler", ("euler", "heun")), ("steps", ("4", "8"))]


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_s_own_example_can_be_read_and_sets_a_field_of_a_cell(name):
    setting = SETTINGS[name]
    names = {"samplers": setting.default.split(", "), "schedulers": setting.default.split(", ")}
    cells = Grid(base=BASE, chosen=(choose(name, setting.default, names),)).cells()
    values = [getattr(cell, setting.field) for cell in cells]
    assert len(set(values)) == len(values) > 1
    assert type(values[0]) is {"cfg": float, "denoise": float}.get(setting.field, type(values[0]))
    assert setting.field in {field.name for field in fields(Cell)}


def test_inputs_of_different_settings_have_different_names():
    """So that one setting's text never stays behind for another."""
    inputs = [setting.input for setting in SETTINGS.values()]
    assert len(set(inputs)) == len(inputs)


def test_guidance_becomes_embedded_guidance_for_models_that_read_it():
    swept = grid(("guidance", "1.5, 3.5"), embedded=True)
    assert swept.axes[0].name == EMBEDDED_GUIDANCE.name == "embedded guidance"
    assert [(cell.embedded_guidance, cell.cfg) for cell in swept.cells()] == [(1.5, 4.0), (3.5, 4.0)]
    assert grid(("steps", "3"), embedded=True).axes[0].name == "steps"


def test_a_number_typed_with_many_digits_is_that_number_in_the_cell():
    (cell,) = grid(("guidance", "4.123456789")).cells()
    assert cell.cfg == 4.123456789


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ([("guidance", "101")], r"guidance values must be 0\.\.100, got 101"),
        ([("guidance", "-0.5, 1")], r"got -0\.5"),
        ([("steps", "0")], r"step counts must be 1\.\.10000, got 0"),
        ([("img2img strength", "0")], "img2img strengths must be above 0 and at most 1, got 0"),
        ([("img2img strength", "1.01")], r"got 1\.01"),
        ([("seed", "18446744073709551616")], r"seeds must be 0\.\.18446744073709551615"),
        ([("seed", "1.5")], "seeds must be whole numbers"),
        ([("prompt switch", "21")], r"switch at 21: the prompt can switch at step 0\.\.20 of this run, got 21"),
        ([("prompt switch", "8"), ("steps", "4, 16")], r"switch at 8 · 4 steps: .* 0\.\.4 of this run, got 8"),
        ([("sampler", "heun"), ("sampler", "euler")], "both axes are 'sampler': choose another second axis, or 'none'"),
        ([("colour", "red")], "choose what the axis changes: guidance, steps, .*; got 'colour'"),
        ([(None, "")], "choose what the axis changes"),
    ],
)
def test_what_no_sweep_can_be_made_of_is_told_in_one_sentence(typed, words):
    with pytest.raises(ValueError, match=words):
        grid(*typed).check_cells()


def at_once(cells):
    """A sampler that takes no time."""
    (cell,) = cells
    assert (cell.steps, cell.sampler_name) == (2, "euler")
    facts = ModelFacts(name="TestModel", parameterization="eps", space=SPACE)
    yield Finished(indices=(0,), trajectories=(trajectory(steps=2),), latents=torch.zeros(1, 4, 8, 8), facts=facts)


def test_too_many_cells_are_counted_and_timed():
    swept = grid(("seed", "1..100"), ("steps", "10, 30"))
    assert (swept.count, swept.steps) == (200, 4000)
    swept.check_size(at_once)
    large = grid(("seed", "1..100"), ("sampler", "euler, heun, dpmpp_2m"))
    large.check_cells()
    words = f"300 cells and at least 6,000 model calls, about a second here: a sweep takes at most {CELLS_LIMIT} cells"
    with pytest.raises(ValueError, match=words):
        large.check_size(at_once)


def test_a_grid_that_fits_is_not_timed():
    grid(("seed", "1..256")).check_size(None)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "a second"),
        (1.4, "a second"),
        (40, "40 seconds"),
        (150, "2 minutes"),
        (3600 * 3, "3 hours"),
        (86_400 * 12.2, "12 days"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert in_words(seconds) == words
