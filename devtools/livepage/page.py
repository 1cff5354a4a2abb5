"""The live page as one HTML file, which asks the network for nothing: scripts, styles, weights and scenes are in it."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import sys
from pathlib import Path

from ...core.telling.page import STYLES as VIEWER_STYLES
from ...core.whole_file import write_text
from ...pocket.scenes import choose_scene, draw
from . import weights
from .linking import JS, linked

STYLES = (*(f"viewer/{name}" for name in VIEWER_STYLES), "live/live.css")
SCENES = (37, 30, 11, 2, 13, 4)
"""Seeds of the scenes that a run may begin from."""

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
<body class="lv">
<noscript>This page runs a model with JavaScript. Allow it to see one.</noscript>
<script type="text/plain" id="worker">{worker}</script>
<script type="application/json" id="parts">{parts}</script>
<script type="text/plain" id="model">{model}</script>
<script nonce="{nonce}">{script}</script>
</body>
</html>
"""


def build() -> str:
    worker = linked("live/worker.mjs") + '\n$["live/worker.mjs"].serve(self);\n'
    script = linked("live/main.mjs") + '\n$["live/main.mjs"].open(document);\n'
    embedded = {
        "styles": "\n".join((JS / name).read_text(encoding="utf-8") for name in STYLES),
        "worker": inside_script(worker),
        "parts": json.dumps(parts()),
        "model": packed(weights.model()),
        "script": inside_script(script),
    }
    nonce = hashlib.sha256("".join(embedded.values()).encode()).hexdigest()[:32]
    return PAGE.format(policy=policy(nonce), nonce=nonce, **embedded)


def policy(nonce: str) -> str:
    """Only the page's own scripts run, its workers among them; there is nothing it may connect to."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}' 'wasm-unsafe-eval' blob:; worker-src blob:; "
        f"style-src 'nonce-{nonce}'; img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def parts() -> dict:
    loras = {name: packed(weights.lora(name)) for name in weights.LORAS}
    return {"loras": loras, "scenes": [scene(seed) for seed in SCENES], **weights.colours()}


def inside_script(source: str) -> str:
    """JavaScript that ends no script element."""
    return source.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def packed(content: bytes) -> str:
    """Pressed, then as text: 5 letters for 4 bytes, as Python's b85encode writes them, with a comma for the <."""
    return base64.b85encode(gzip.compress(content, 9, mtime=0)).decode("ascii").replace("<", ",")


def scene(seed: int) -> str:
    file = io.BytesIO()
    draw(choose_scene(seed)).save(file, "WEBP", quality=90)
    return "data:image/webp;base64," + base64.b64encode(file.getvalue()).decode("ascii")


if __name__ == "__main__":
    write_text(Path(sys.argv[1]), [build()])
