"""A deck file whose every text is HTML or script, in ComfyUI's frontend and in a page: nothing of it runs."""

from dataclasses import fields, replace

import pytest
import torch
from playwright.sync_api import expect

from denoiscope.core.recording.attention import AttentionMaps, LayerGroup
from denoiscope.core.recording.deck import Axis
from denoiscope.core.recording.deck_file import save_deck
from denoiscope.core.recording.trajectory import Settings
from denoiscope.devtools.driving.frontend import PATIENCE, settle, wait_for_deck, wait_for_pictures
from denoiscope.devtools.driving.workflows import loaded
from denoiscope.tests.core.decks import grid

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = (
    '</script><script>window.broken="script"</script>'
    "<img src=x onerror=\"window.broken='image'\"><svg onload=\"window.broken='svg'\"></svg>"
    "<iframe srcdoc=\"<script>parent.broken='frame'</script>\"></iframe><style>* { display: none }</style>"
    "<a href=\"javascript:window.broken='link'\">link</a> ${window.broken='template'} {{constructor}} \u202e\ud800"
)
FILE = "<img src=x onerror=window.broken='name'>.safetensors"
ELEMENTS = "img, iframe, script, svg[onload], [onerror], a[href^=javascript], style"
WORDS = {"seed": 1, "guidance": 4.0, "switch_at": 1}


def hostile(text: str):
    """A grid of two by one cells in which every text that a file can hold is this one."""
    plain = grid(across=("1", "2"), down=("3",))
    settings = Settings(**{f.name: WORDS.get(f.name, text) for f in fields(Settings)})
    told = {"label": text, "no_guidance": text, "notes": (text,), "guided_by": (text,), "noise": text}
    return replace(
        plain,
        trajectories=tuple(replace(t, settings=settings, attention=looked(text), **told) for t in plain.trajectories),
        space=replace(plain.space, name=text),
        title=text,
        model=text,
        varies=text,
        axes=(Axis(name=text, values=(text, text + "2")), Axis(name=text, values=(text,))),
    )


def looked(word: str) -> AttentionMaps:
    maps = torch.full((4, 1, 8, 8), 0.5, dtype=torch.float16)
    return AttentionMaps(words=(word,), groups=(LayerGroup(maps=maps, layers=1),))


@pytest.fixture
def deck_file(server):
    folder = server.server.base / "input"
    save_deck(hostile(HOSTILE), folder / FILE)
    yield f"{FILE} [input]"
    (folder / FILE).unlink()


def look_everywhere(viewer) -> None:
    """Through every tab, into one cell, and into the big view."""
    wait_for_pictures(viewer)
    viewer.locator(".ds-cell").first.click()
    for tab in viewer.get_by_role("tab").all():
        tab.click()
        settle(viewer.page)
    viewer.get_by_role("button", name="Big view").click()
    settle(viewer.page)


def assert_nothing_ran(page) -> None:
    """The texts stand there as texts, in the node or the page and in the big view."""
    assert page.evaluate("window.broken") is None
    assert page.locator("section.denoiscope, dialog").locator(ELEMENTS).count() == 0
    assert page.locator("dd", has_text="<img src=x onerror=").count() >= 3


def test_nothing_in_a_deck_file_runs_in_the_viewer_node(opened, deck_file):
    opened.load(loaded(deck_file))
    opened.run()
    wait_for_deck(opened.viewer())
    look_everywhere(opened.viewer())
    assert_nothing_ran(opened.page)
    opened.page.keyboard.press("Escape")


def test_nothing_in_a_deck_file_runs_in_the_page_that_is_saved_of_it(server, chromium, deck_file):
    page_node = {"deck": ["deck", 0], "filename_prefix": "tests/hostile", "picture_size": 64, "decode": "nothing"}
    run = server.run(
        {
            "deck": {"class_type": "DenoiscopeLoadDeck", "inputs": {"deck_file": deck_file}},
            "page": {"class_type": "DenoiscopePage", "inputs": page_node},
        }
    )
    [saved] = run.outputs["page"]["denoiscope_files"]
    profile = chromium.new_context()
    page, asked = profile.new_page(), []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.path_of(saved).as_uri())
    expect(page.locator("section.denoiscope")).to_be_visible(timeout=PATIENCE)
    look_everywhere(page.locator("section.denoiscope"))
    assert_nothing_ran(page)
    assert page.evaluate("document.querySelectorAll('img, iframe, a[href]').length") == 0
    assert all(url.startswith(("file:", "data:", "blob:")) for url in asked)
    profile.close()
