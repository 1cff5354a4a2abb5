"""The page in which the pocket model samples, as one HTML file: scripts, styles, weights and scenes are in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json

from ..core.recording.deck import Deck
from ..core.telling.linking import JS, linked
from ..core.telling.page import STYLES as VIEWER_STYLES
from ..pocket import carried
from ..pocket.scenes import Scene, choose_scene, draw

STYLES = (
    *(f"viewer/{name}" for name in VIEWER_STYLES), "viewer/lab/lab.css", "panel/panel.css", "live/live.css",
    "live/course/course.css",
)  # fmt: skip
SCENES = (37, 30, 11, 2, 13, 4)
"""Seeds of the scenes that a run may begin from."""
SPACE = "PocketLatent"
"""What ComfyUI calls the pocket model's latents."""
LIVE, COURSE, DECK = "live", "course", "deck"
"""What a page opens with."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Denoiscope, live</title>
<style nonce="{nonce}">
{styles}
</style>
</head>
<body class="lv" data-opens="{opens}">
<noscript>This page runs a model with JavaScript. Allow it to see one.</noscript>
<script type="text/plain" id="page">{page}</script>
<script type="text/plain" id="worker">{worker}</script>
<script type="application/json" id="parts">{parts}</script>
<script type="text/plain" id="model">{model}</script>
<script nonce="{nonce}">{script}</script>
</body>
</html>
"""


def build(*, opens: str = LIVE, **told: object) -> str:
    """The whole file. `told` is what this page has to show beside the model: the course, or a deck."""
    embedded = {
        "styles": "\n".join((JS / name).read_text(encoding="utf-8") for name in STYLES),
        "page": packed(run("live/open/main.mjs", "open(document)").encode()),
        "worker": packed(run("live/worker.mjs", "serve(self)").encode()),
        "parts": in_element({**parts(), **{name: packed(json.dumps(what).encode()) for name, what in told.items()}}),
        "model": packed(carried.model()),
        "script": run("live/open/boot.mjs", "boot(document)"),
    }
    nonce = hashlib.sha256("".join(embedded.values()).encode()).hexdigest()[:32]
    return PAGE.format(policy=policy(nonce), nonce=nonce, opens=opens, **embedded)


def check_model(deck: Deck) -> None:
    """The page can go on with runs of the model that it has. Raises ValueError for a deck of another."""
    if deck.space.name != SPACE or deck.parameterization != "eps":
        raise ValueError(
            f"a page that is alive runs the pocket model, and this deck is of {deck.model or 'another model'}: choose "
            "replay, or connect a deck of the pocket model"
        )


def run(entry: str, call: str) -> str:
    """A module and all that it reaches as one script, which then calls it."""
    return f'(() => {{\n{linked(entry)}\n$["{entry}"].{call};\n}})();\n'


def policy(nonce: str) -> str:
    """Only the page's own scripts run, its workers among them; there is nothing it may connect to."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval' blob:; worker-src blob:; "
        f"style-src 'nonce-{nonce}'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def parts() -> dict:
    loras = {name: packed(carried.lora(name)) for name in carried.LORAS}
    return {"loras": loras, "scenes": [picture(choose_scene(seed)) for seed in SCENES], **carried.colours()}


def in_element(value: object) -> str:
    """JSON that ends no script element."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def packed(content: bytes) -> str:
    """Pressed, then as text: 5 letters for 4 bytes, as Python's b85encode writes them, with a comma for the <."""
    return base64.b85encode(gzip.compress(content, 9, mtime=0)).decode("ascii").replace("<", ",")


def picture(scene: Scene) -> str:
    file = io.BytesIO()
    draw(scene).save(file, "WEBP", quality=90)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode("ascii")
