"""A deck as one HTML file: the viewer's own modules, the deck and its pictures, and a page round them."""

import base64
import hashlib
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path

VIEWER = Path(__file__).parent.parent / "js" / "viewer"
PREFIX = "denoiscope/"
RELATIVE_IMPORT = re.compile(r'(?<=\bfrom )"\./([\w.-]+\.js)"')

LOOK_FOR = {
    "x": "Drag the slider from left to right. In x_t, the state itself, the picture stays under snow until late.",
    "x0": "Switch to the x0 guess and do it again. The layout is there after a few steps; what follows is detail.",
    "difference": "The difference shows where the prompt pulls, and how hard, at each step.",
    "channels": "The latent channels are the numbers that the model works on. They are not colours.",
}

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style nonce="{nonce}">
{stylesheet}
</style>
</head>
<body>
<header>
<h1>{title}</h1>
<p class="run">{run}</p>
</header>
<main id="viewer"><noscript>This page draws its pictures with JavaScript. Allow it to see them.</noscript></main>
<section class="look">
<h2>What to look for</h2>
<ol>
{look_for}
</ol>
</section>
<footer>Arrow keys move a step, <kbd>Home</kbd> and <kbd>End</kbd> jump, <kbd>Space</kbd> plays.
Made with Denoiscope, a microscope for denoising. This file needs no network.</footer>
<script type="application/json" id="deck">{deck}</script>
<script type="importmap" nonce="{nonce}">{import_map}</script>
<script type="module" nonce="{nonce}">import {{ openPage }} from "{prefix}page.js"; openPage(document);</script>
</body>
</html>
"""


def viewer_sources() -> tuple[dict[str, str], str]:
    """The viewer's modules by file name, and the stylesheet of viewer and page."""
    modules = {path.name: path.read_text(encoding="utf-8") for path in sorted(VIEWER.glob("*.js"))}
    styles = [(VIEWER / name).read_text(encoding="utf-8") for name in ("viewer.css", "page.css")]
    return modules, "\n".join(styles)


def build_page(payload: dict, *, modules: Mapping[str, str], stylesheet: str) -> str:
    """The whole file. `payload` is what the viewer shows, its sheets as data URLs; any text in it may be hostile."""
    deck = script_safe(payload)
    import_map = script_safe({"imports": {PREFIX + name: module_url(source) for name, source in modules.items()}})
    nonce = hashlib.sha256((deck + import_map + stylesheet).encode()).hexdigest()[:32]
    return PAGE.format(
        policy=policy(nonce),
        nonce=nonce,
        prefix=PREFIX,
        title=html.escape(payload.get("title") or "Denoiscope"),
        run=html.escape(describe(payload)),
        look_for="\n".join(f"<li>{html.escape(line)}</li>" for line in look_for(payload)),
        stylesheet=stylesheet,
        deck=deck,
        import_map=import_map,
    )


def policy(nonce: str) -> str:
    """Only the page's own scripts and styles run; the only fetches are those of the data URLs it carries.

    The nonce is a hash over all that is embedded, so that no text embedded can contain it.
    """
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src data:; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def script_safe(value: object) -> str:
    """JSON that stays inside its script element whatever text it carries: no <, no >, no &, ASCII only."""
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def module_url(source: str) -> str:
    """A module as a data URL; its neighbours get names that the import map knows, as a data URL has no folder."""
    renamed = RELATIVE_IMPORT.sub(rf'"{PREFIX}\1"', source)
    return "data:text/javascript;base64," + base64.b64encode(renamed.encode("utf-8")).decode("ascii")


def describe(payload: dict) -> str:
    """The run in one line: model, sampler, steps, how many trajectories and what differs between them."""
    trajectories = payload["trajectories"]
    first = trajectories[0]
    steps = sorted({len(one["sigmas"]) - 1 for one in trajectories})
    parts = [
        payload.get("model"),
        " / ".join(name for name in (first.get("sampler"), first.get("scheduler")) if name),
        " and ".join(map(str, steps)) + " steps",
        f"{len(trajectories)} trajectories" if len(trajectories) > 1 else None,
        f"what differs: {payload['varies']}" if payload.get("varies") else None,
    ]
    return " · ".join(part for part in parts if part)


def look_for(payload: dict) -> list[str]:
    shown = {view["id"] for view in payload["views"] if not view.get("absent")}
    return [sentence for view, sentence in LOOK_FOR.items() if view in shown]
