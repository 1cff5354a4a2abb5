"""Runs that are kept beside the next one: in ComfyUI's own frontend, against the real server, in both renderers."""

import itertools
import re
import shutil

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, ready, step_slider, wait_for_deck
from denoiscope.devtools.driving.workflows import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SEEDS = itertools.count(700)
GUIDANCE, KEEP, LET_GO = "cfg", "Keep this run beside the next one", "Keep this run no longer"


def set_widget(opened, name: str, value) -> None:
    opened.page.evaluate(
        """([name, value]) => {
          const sampler = app.graph.nodes.find((node) => node.type === "DenoiscopeKSampler");
          sampler.widgets.find((widget) => widget.name === name).value = value;
        }""",
        [name, value],
    )


@pytest.fixture
def kept(opened):
    """A run at guidance 4 that is kept, and the next one at guidance 7 beside it."""
    opened.load(sampled(steps=4, seed=next(SEEDS)))
    opened.run()
    wait_for_deck(opened.viewer())
    opened.viewer().get_by_role("button", name=KEEP).click()
    set_widget(opened, GUIDANCE, 7)
    opened.run()
    expect(opened.viewer().locator(".ds-cell")).to_have_count(2, timeout=PATIENCE)
    wait_for_deck(opened.viewer())
    return opened


def pictures(viewer) -> list[str]:
    return viewer.locator(".ds-cell canvas").evaluate_all("(all) => all.map((canvas) => canvas.toDataURL())")


def test_a_kept_run_stands_beside_the_next_and_comes_back_after_a_reload(kept):
    viewer = kept.viewer()
    expect(viewer.locator(".ds-axis")).to_have_text(re.compile("guidance"))
    expect(viewer.locator(".ds-label")).to_have_text(["4", "7"])
    for cell in (0, 1):
        viewer.get_by_role("checkbox").nth(cell).click()
    expect(viewer.get_by_text("The first number that differs: the guidance, 4 and 7 at step 0.")).to_be_visible()
    compared, under = (viewer.locator(part).bounding_box() for part in (".ds-compared", ".ds-under"))
    assert compared["y"] + compared["height"] <= under["y"] + 1, "the comparison lies over what stands below it"
    seen = pictures(viewer)
    assert len(set(seen)) == 2
    with kept.page.expect_navigation():
        kept.page.evaluate("() => window.location.reload()")
    ready(kept)
    wait_for_deck(viewer)
    assert pictures(viewer) == seen


def test_a_kept_run_is_let_go_and_says_when_its_pictures_are_gone(kept, server):
    viewer = kept.viewer()
    shutil.rmtree(server.temp / "denoiscope" / "shown")
    with kept.page.expect_navigation():
        kept.page.evaluate("() => window.location.reload()")
    ready(kept)
    gone = viewer.locator(".ds-cell .ds-sentence:visible", has_text="The pictures of this kept run are gone")
    expect(gone).to_have_count(1, timeout=PATIENCE)
    set_widget(kept, "seed", next(SEEDS))
    kept.run()
    viewer.get_by_role("button", name=re.compile("^Let go of")).click()
    expect(viewer.locator(".ds-cell")).to_have_count(1)
    wait_for_deck(viewer)
    expect(viewer.get_by_role("button", name=KEEP)).to_be_visible()


def test_the_next_run_is_seen_beside_the_kept_one_while_it_samples(kept):
    viewer = kept.viewer()
    kept.page.evaluate(
        """() => {
          window.seen = new Set();
          const content = document.querySelector(".ds-content");
          const look = () => content.dataset.state === "live" && seen.add(
            [...content.querySelectorAll(".ds-cell .ds-label")].map((one) => one.textContent).join(", "));
          new MutationObserver(look).observe(content, { attributes: true, subtree: true, childList: true });
        }"""
    )
    set_widget(kept, "steps", 24)
    kept.run()
    wait_for_deck(viewer)
    assert any(re.fullmatch("seed 7.*, sampling now", one) for one in kept.page.evaluate("[...seen]"))
    assert step_slider(viewer).get_attribute("max") == "24"
