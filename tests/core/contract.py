"""What the browser is told of core's own test decks: a payload or more of each kind, for both sides to be tested on."""

from collections.abc import Callable
from dataclasses import replace

import torch

from denoiscope.core.comparing.cells import Cell
from denoiscope.core.comparing.schedule_chart import compared
from denoiscope.core.comparing.schedules import Reading, Schedule
from denoiscope.core.diagnosing.diagnose import diagnose
from denoiscope.core.diagnosing.two_runs import compare
from denoiscope.core.lora.chart import spectrum_chart
from denoiscope.core.lora.decomposed import Decomposed, in_float32
from denoiscope.core.lora.heat_map import spectrum_heat_map
from denoiscope.core.lora.lora import lora_of
from denoiscope.core.lora.low_rank_lab import lab_of
from denoiscope.core.lora.rank_measures import Measured, updates_of
from denoiscope.core.lora.rank_sweep import rank_grid
from denoiscope.core.lora.spectrum import layer_spectrum, lora_spectrum
from denoiscope.core.measuring.measures import Wanted, measure
from denoiscope.core.recording.deck import Deck
from denoiscope.core.recording.mark import Mark
from denoiscope.core.showing.rendering import approximate_decoder
from denoiscope.core.telling.chart import chart_payload
from denoiscope.core.telling.comparison import comparison_payload
from denoiscope.core.telling.contract import EVENTS, FORMATS, RESULTS
from denoiscope.core.telling.deck import show
from denoiscope.core.telling.diagnosis import diagnosis_payload
from denoiscope.core.telling.easel import Onlooker
from denoiscope.core.telling.live import (
    NO_PICTURE,
    Audience,
    LivePicture,
    cells_payload,
    step_payload,
    views_payload,
)
from denoiscope.core.telling.lora_spectrum import spectrum_payload
from denoiscope.core.telling.low_rank import low_rank_payload
from denoiscope.core.telling.measures import measures_payload
from denoiscope.core.telling.prediction import CELLS, STEP
from denoiscope.core.telling.rank_sweep import rank_payload

from .decks import deck, forward, grid
from .loras import layer
from .runs import deck_of, run
from .test_attention import looked
from .test_measures import DECODER, approaching

AUDIENCE = Audience(viewers=["3"], predicting=["3"], workflow="a-workflow", prompt="a-prompt")
LORA = lora_of("bolt", (layer(name="input_blocks.1.a", alpha=4.0), layer((2.0, 1.0), name="middle_block.a")))


def told(shown: Deck, **rest) -> dict:
    """The payload of a deck whose sheets lie in temp."""

    def place(view, sheet):
        return {"filename": f"{view.id}-{sheet.first}.{sheet.suffix}", "subfolder": "denoiscope/a", "type": "temp"}

    return show(shown, lambda view: approximate_decoder(shown), place, longest=64, **rest)


def runs() -> Deck:
    """Two runs that differ in all that a run can: one is whole and took another prompt on its way, one was stopped."""
    first, second = deck().trajectories
    settings = replace(first.settings, negative="blurry", prompt_after="a boat", switch_at=2)
    mark = Mark(rule="burnt", strength="measured", seen="It is wide.", step=1, view="x0", values={"value": "2"})
    first = replace(
        first, marks=(mark,), settings=settings, guidance_scales=(4.0, None, 4.0, 7.0), seconds=0.5, at_once=2
    )
    second = replace(second, complete=False, notes=("It was stopped.",), model_calls=(1, 2, 1, 0))
    return replace(deck(), trajectories=(first, second))


def settles() -> Deck:
    """Runs whose guesses come nearer and nearer, so that every measure of settling has a number."""
    made = tuple(approaching(seed=seed, label=f"item {seed}")[0] for seed in range(2))
    return replace(deck(), trajectories=made)


def row() -> Deck:
    """A sweep of one axis, whose cells can be predicted."""
    both = grid(down=("4",))
    cells = tuple(replace(t, place=t.place[:1]) for t in both.trajectories)
    return replace(both, trajectories=cells, axes=both.axes[:1], varies=both.axes[0].name)


def chart() -> dict:
    """Of schedules: one axis in powers, one that is even, marks, a rug, a value that is missing."""
    schedules = [
        Schedule(label=name, sigmas=torch.tensor([10.0, end, 0.0])) for name, end in (("karras", 1), ("sgm", 4))
    ]
    return chart_payload(compared(schedules, None, Reading(parameterization="eps", model="TestModel")))


def spectrum() -> dict:
    of_all = lora_spectrum(LORA, map(layer_spectrum, LORA.layers))
    return spectrum_payload(spectrum_chart(of_all), spectrum_heat_map(of_all))


def rank_sweep() -> dict:
    parts = Decomposed(lora=LORA, svds=tuple(in_float32(single.svd()) for single in LORA.layers))
    doses = updates_of(rank_grid("1, full", "2"), parts)
    return rank_payload([Measured(update=dose, latent=0.5, pixels=0.25) for dose in doses], LORA, strength=0.5)


def measures() -> dict:
    return measures_payload(measure(settles(), Wanted(), DECODER))


def step() -> dict:
    picture = LivePicture(file={"filename": "00001.jpg", "subfolder": "denoiscope/live/a", "type": "temp"}, tile=(8, 6))
    return step_payload(AUDIENCE, picture, run="a-run", step=1, steps=4, sigma=9.5, items=[0, 1], views=["x", "x0"])


def cells(*, stopped: str | bool = False) -> dict:
    of = grid()
    asked = [
        Cell(label=t.label, place=t.place, seed=1, steps=4, cfg=1.0, sampler_name="euler", scheduler="normal")
        for t in of.trajectories
    ]
    picture = LivePicture(file={"filename": "1.jpg", "subfolder": "denoiscope/live/a", "type": "temp"}, tile=(8, 6))
    return cells_payload(
        AUDIENCE,
        NO_PICTURE if stopped else picture,
        run="a-run",
        kind=of.kind,
        axes=of.axes,
        cells=asked,
        finished=2,
        indices=() if stopped else (0, 2),
        stopped=stopped,
    )


def views() -> dict:
    """Quick pictures of what a person looks at first, while the VAE's are still to come."""
    told, single = [], deck(count=1)

    def place(view, sheet):
        return {"filename": f"{view.id}-{sheet.first}.{sheet.suffix}", "subfolder": "denoiscope/b", "type": "temp"}

    quick = approximate_decoder(single)
    onlooker = Onlooker(quick=quick, tell=told.append)
    show(single, lambda view: replace(quick, source="vae"), place, longest=64, onlooker=onlooker)
    return views_payload(AUDIENCE, told[0])


def names() -> dict:
    formats = {kind: form._asdict() for kind, form in FORMATS._asdict().items()}
    return {"results": RESULTS._asdict(), "events": EVENTS._asdict(), "formats": formats}


def diagnosis() -> dict:
    """A run that lost its noise, under a guidance that does nothing."""
    faulty = run(added=0.5, uncond=run().cond)
    return diagnosis_payload(diagnose(deck_of(faulty, faulty)))


def comparison() -> dict:
    """Two runs of other seeds."""
    return comparison_payload(compare(deck_of(run()), deck_of(run(seed=8)), asked_along=0.9 * run().x0))


KINDS: dict[str, Callable[[], dict]] = {
    "names": names,
    "deck": lambda: told(runs()),
    "video": lambda: told(deck(count=1, shape=(4, 3, 8, 8))),
    "grid": lambda: told(grid()),
    "row": lambda: told(row(), predict=CELLS),
    "forward": lambda: told(forward()),
    "attention": lambda: told(looked()),
    "commit": lambda: told(settles(), predict=STEP),
    "chart": chart,
    "heat_map": lambda: spectrum()["heat_map"],
    "spectrum": spectrum,
    "low_rank": lambda: low_rank_payload(lab_of("bolt", size=8), 2),
    "rank_sweep": rank_sweep,
    "measures": measures,
    "diagnosis": diagnosis,
    "comparison": comparison,
    "live_step": step,
    "live_cells": cells,
    "live_views": views,
    "live_stopped": lambda: cells(stopped="Stopped; the finished cells are in a file."),
}
"""One file each."""
