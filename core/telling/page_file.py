"""One HTML file that opens anywhere: modules, style and all that is shown stand in it, and it fetches nothing."""

import base64
import hashlib
import html
import json
import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

VIEWER = Path(__file__).parents[2] / "js" / "viewer"
PREFIX = "denoiscope/"
SCRIPT_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})
RELATIVE_IMPORT = re.compile(r'(?<=\bfrom )"(\.{1,2}/[\w./-]+\.js)"')

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
<p class="run">{subtitle}</p>
</header>
<main id="viewer"><noscript>This page draws its pictures with JavaScript. Allow it to see them.</noscript></main>
<section class="look">
<h2>What to look for</h2>
<ol>
{look_for}
</ol>
</section>
<footer><span>{keys}</span>
<span>Made with Denoiscope, a microscope for denoising. This file needs no network.</span></footer>
<script type="application/json" id="payload">{payload}</script>
<script type="importmap" nonce="{nonce}">{import_map}</script>
<script type="module" nonce="{nonce}">import {{ openPage }} from "{prefix}{entry}"; openPage(document);</script>
</body>
</html>
"""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the page says round what it shows. `keys` is HTML of our own, the rest may be anybody's text."""

    title: str
    subtitle: str
    look_for: Sequence[str]
    keys: str


def sources(entry: str, styles: Sequence[str]) -> tuple[dict[str, str], str]:
    """The module `entry` and all that it reaches, by their paths below the viewer; and the stylesheets as one."""
    modules: dict[str, str] = {}
    wanted = [entry]
    while wanted:
        name = wanted.pop()
        modules[name] = (VIEWER / name).read_text(encoding="utf-8")
        reached = (beside(name, path) for path in RELATIVE_IMPORT.findall(modules[name]))
        wanted += [module for module in reached if module not in modules]
    return modules, "\n".join((VIEWER / name).read_text(encoding="utf-8") for name in styles)


def page_file(payload: dict, *, entry: str, modules: Mapping[str, str], stylesheet: str, words: Words) -> Iterator[str]:
    """The whole file, part after part: its pictures are long. `entry` is the module whose openPage(document) shows the
    payload; text in that may be hostile. Raises ValueError where the payload has a number that JSON has not.
    """
    import_map = script_safe({"imports": {PREFIX + name: module_url(name, source) for name, source in modules.items()}})
    embedded = {"stylesheet": stylesheet, "import_map": "".join(import_map)}
    nonce = hash_of(script_safe(payload), embedded.values())[:32]
    before, after = (
        part.format(
            policy=policy(nonce),
            nonce=nonce,
            prefix=PREFIX,
            entry=entry,
            title=html.escape(words.title),
            subtitle=html.escape(words.subtitle),
            look_for="\n".join(f"<li>{html.escape(line)}</li>" for line in words.look_for),
            keys=words.keys,
            **embedded,
        )
        for part in PAGE.split("{payload}")
    )
    yield before
    yield from script_safe(payload)
    yield after


def hash_of(*texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in chain(*texts):
        digest.update(part.encode())
    return digest.hexdigest()


def policy(nonce: str) -> str:
    """Only the page's own scripts and styles run; the only fetches are those of the data URLs it carries.

    The nonce is a hash over all that is embedded, so that no text embedded can contain it.
    """
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src data:; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )


def script_safe(value: object) -> Iterator[str]:
    """JSON, part after part, that stays inside its script element whatever text it carries: no <, no >, no &, ASCII
    only.
    """
    for part in json.JSONEncoder(allow_nan=False, separators=(",", ":")).iterencode(value):
        yield part.translate(SCRIPT_ESCAPES)


def beside(name: str, path: str) -> str:
    """What the module `name` means by a relative path."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), path))


def module_url(name: str, source: str) -> str:
    """A module as a data URL; its neighbours get names that the import map knows, as a data URL has no folder."""
    renamed = RELATIVE_IMPORT.sub(lambda found: f'"{PREFIX}{beside(name, found[1])}"', source)
    return "data:text/javascript;base64," + base64.b64encode(renamed.encode("utf-8")).decode("ascii")
