"""A deck as one HTML file: what the page round the viewer says of it."""

from collections.abc import Iterator, Mapping

from .page_file import Words, page_file, sources

ENTRY = "page.js"
STYLES = (
    *("elements/theme.css", "elements/elements.css", "elements/help.css", "viewer.css"),
    *("stage/stage.css", "triangle/triangle.css", "steps/steps.css", "cells/cells.css"),
    *("predict/predict.css", "doctor/marks.css", "page.css"),
)
KEYS = "Arrow keys move a step, <kbd>Home</kbd> and <kbd>End</kbd> jump, <kbd>Space</kbd> plays."

CHANNELS = "The latent channels are the numbers that the model works on. They are not colours."
FORMULA = "guided = unconditional + s · (conditional − unconditional)"

LOOK_FOR = {
    "run": {
        "x": "Drag the slider from left to right. x_t is the state itself, picture and noise in one. The decoder shows "
        "noise as patches.",
        "x0": "Switch to the x0 guess and do it again. The layout is there after a few steps; what follows is detail.",
        "difference": "The difference shows where the prompt pulls, and how hard, at each step. The triangle has it "
        f"beside the two guesses it comes from: {FORMULA}.",
        "channels": CHANNELS,
    },
    "sweep": {
        "x0": "Every cell is a whole run. Drag the slider: they all move together, at the same noise level. At which "
        "step can two cells first be told apart? Click both: the viewer compares them and says where they part.",
        "x": "Switch to x_t, the state itself, picture and noise in one: in every cell it is later than the guess.",
        "difference": f"Look at one cell alone and open its triangle: {FORMULA}.",
    },
    "walk": {
        "x0": "Press play: neighbouring stops share most of their noise. Where does one picture turn into the next?",
        "x": "Stop at an early step and play the walk again. How much of the picture is in the noise already?",
        "difference": f"Stay at one stop and open its triangle: {FORMULA}.",
    },
    "forward": {
        "x": "Drag the slider from left to right: the picture goes under in one and the same noise. How long do you "
        "still see it?",
        "x0": "The one-step guess is what training asks of a model at each level, and the error curve is how far off "
        "it is. Where does the guess lose its details, and where its layout?",
        "regenerated": "Regenerated is where a sampler arrives that starts from there. From which level on is it "
        "another picture?",
        "channels": CHANNELS,
    },
}
"""By kind of deck: what each view invites to look for, in this order, where it has pictures."""


def viewer_sources() -> tuple[dict[str, str], str]:
    """The modules that the page needs by file name, and the stylesheet of viewer and page."""
    return sources(ENTRY, STYLES)


def build_page(payload: dict, *, modules: Mapping[str, str], stylesheet: str) -> Iterator[str]:
    """The whole file, part after part. `payload` is what the viewer shows, its sheets as data URLs; text in it may be
    hostile.
    """
    words = Words(
        title=payload.get("title") or "Denoiscope", subtitle=describe(payload), look_for=look_for(payload), keys=KEYS
    )
    return page_file(payload, entry=ENTRY, modules=modules, stylesheet=stylesheet, words=words)


def describe(payload: dict) -> str:
    """The run in one line: model, sampler, steps, how many trajectories and what differs between them."""
    trajectories = payload["trajectories"]
    first = trajectories[0]
    steps = sorted({len(one["sigmas"]) - 1 for one in trajectories})
    parts = [
        payload.get("model"),
        " / ".join(name for name in (first.get("sampler"), first.get("scheduler")) if name),
        f"{' and '.join(map(str, steps))} {'levels' if kind_of(payload) == 'forward' else 'steps'}",
        f"{len(trajectories)} trajectories" if len(trajectories) > 1 else None,
        f"what differs: {payload['varies']}" if payload.get("varies") else None,
    ]
    return " · ".join(part for part in parts if part)


def look_for(payload: dict) -> list[str]:
    shown = {view["id"] for view in payload["views"] if not view.get("absent")}
    return [sentence for view, sentence in LOOK_FOR[kind_of(payload)].items() if view in shown]


def kind_of(payload: dict) -> str:
    """A deck of a kind that is not known here is looked at as a run."""
    kind = str(payload.get("kind"))
    return kind if kind in LOOK_FOR else "run"
