"""The one function that decides what a browser hears of a deck: a versioned plain dict of finite numbers and text."""

from collections.abc import Callable
from dataclasses import asdict

from ..comparing.triangle import pull, sentence
from ..finite import finite
from ..parameterization import signal
from ..recording.deck import Deck
from ..recording.halves import halves, takes_up
from ..recording.stage import Stage
from ..recording.trajectory import Trajectory
from ..showing.rendering import Decoder
from ..showing.sheets import Tile, tile_for
from ..showing.views import View, views_of
from .attention import attention_payload
from .contract import FORMATS
from .easel import QUICK_FIRST, Drawn, Easel, Onlooker, Place
from .prediction import OFF, STEP, prediction_payload
from .settling import bands_payload, settling_payload


def show(
    deck: Deck,
    decoder_for: Callable[[View], Decoder],
    place: Place,
    *,
    longest: int,
    predict: str = OFF,
    on_picture: Callable[[], None] = lambda: None,
    onlooker: Onlooker | None = None,
) -> dict:
    """Render every view of a deck, put each sheet where `place` says, and give the payload. `longest`: side in
    pixels; `predict`: what the viewer hides until it has been predicted. An onlooker is told the payload so far
    whenever there is more of it.
    """
    tile, attention = tile_for(deck, longest), attention_payload(deck, place)
    told: dict = {}
    first = "x" if deck.kind == "forward" or predict == STEP else "x0"
    for views in Easel(deck, tile, place, on_picture).stages(decoder_for, onlooker, first=first):
        told = payload(deck, tile, views, attention=attention, predict=predict)
        if onlooker and any(view.drawing for view in views) and any(view.sheets for view in views):
            onlooker.tell(told)
    return told


def pictures_to_make(deck: Deck, onlooker: Onlooker | None = None) -> int:
    """How often `show` will call `on_picture` at most, for a progress bar."""
    views = len(views_of(deck)) + (len(QUICK_FIRST) if onlooker else 0)
    return views * sum(t.states for t in deck.trajectories)


def payload(
    deck: Deck,
    tile: Tile,
    views: list[Drawn],
    *,
    attention: dict | None = None,
    predict: str = OFF,
) -> dict:
    """Everything the viewer draws, ready for JSON.

    `attention` is as attention_payload gives it.
    """
    return {
        **FORMATS.deck._asdict(),
        "fingerprint": deck.fingerprint,
        "title": deck.title,
        "model": deck.model,
        "parameterization": deck.parameterization,
        "kind": deck.kind,
        "varies": deck.varies,
        "axes": [{"name": axis.name, "values": list(axis.values)} for axis in deck.axes],
        "tile": {"width": tile.width, "height": tile.height},
        "settling": bands_payload(),
        "attention": attention,
        "predict": prediction_payload(deck, predict),
        "trajectories": [_trajectory(deck, t) for t in deck.trajectories],
        "views": [_view(drawn) for drawn in views],
    }


def _trajectory(deck: Deck, t: Trajectory) -> dict:
    return {
        "label": t.label,
        "seed": None if t.settings.seed is None else str(t.settings.seed),  # beyond what a browser's numbers hold
        "sampler": t.settings.sampler,
        "scheduler": t.settings.scheduler,
        "guidance": finite(t.settings.guidance),
        "prompt": t.settings.prompt,
        "negative": t.settings.negative,
        "prompt_after": t.settings.prompt_after,
        "switch_at": t.settings.switch_at,
        "noise": t.noise_fingerprint(),
        "sigmas": [finite(s) for s in t.sigmas.tolist()],
        "model_calls": list(t.model_calls),
        "change": [finite(c) for c in t.change_per_step()],
        "complete": t.complete,
        "notes": [*halves(t), *t.notes],
        "frames": t.frames,
        "place": list(t.place),
        "seconds": finite(t.seconds),
        "at_once": t.at_once,
        "guidance_scales": [finite(scale) for scale in t.guidance_scales],
        "pull": [finite(size) for size in pull(t)],
        "triangle": sentence(t),
        "signal": [finite(s) for s in signal(t.sigmas, deck.parameterization, deck.sigma_data).tolist()],
        "error": [finite(e) for e in t.error_of_guesses()] if deck.kind == "forward" else [],
        "settling": settling_payload(deck, t),
        "marks": [asdict(mark) for mark in t.marks],
        "stages": [_stage(stage) for stage in t.stages],
        "taken_up": takes_up(t),
    }


def _stage(stage: Stage) -> dict:
    return {
        "start": stage.start,
        "model": stage.model,
        "seed": None if stage.settings.seed is None else str(stage.settings.seed),
        "sampler": stage.settings.sampler,
        "scheduler": stage.settings.scheduler,
        "guidance": finite(stage.settings.guidance),
        "prompt": stage.settings.prompt,
        "negative": stage.settings.negative,
        "size": list(stage.size),
        "join": stage.join,
    }


def _view(drawn: Drawn) -> dict:
    rendered, legend = drawn.rendered, drawn.rendered.legend
    return {
        "id": rendered.view.id,
        "title": rendered.view.title,
        "caption": rendered.view.caption,
        "source": rendered.source,
        "why": rendered.why,
        "drawing": drawn.drawing,
        "range": legend
        and {"low": legend.low, "high": legend.high, "label": legend.label, "colours": list(legend.colours)},
        "absent": rendered.absent,
        "missing": rendered.missing,
        "present": [list(row) for row in rendered.present],
        "sheets": drawn.sheets,
    }
