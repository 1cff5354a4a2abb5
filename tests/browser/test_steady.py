"""Scrubbing changes what is in the pictures and what is said of them: nothing on the page moves or changes its size."""

import pytest

from denoiscope.devtools.driving.frontend import wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.synthetic import SAMPLERS, STEPS, data_url, grid, payload
from denoiscope.devtools.driving.synthetic_kinds import forward, guided
from denoiscope.devtools.driving.synthetic_layers import covered_grid, looked, looked_grid

pytestmark = pytest.mark.browser

WIDTHS = (340, 440, 620, 1000)
MOVED = """async () => {
  const viewer = document.querySelector("section.denoiscope");
  const slider = viewer.querySelector(".ds-time .ds-slider:not(.ds-stops)");
  const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const place = (name) => {
    const { x, y, width, height } = viewer.querySelector(name).getBoundingClientRect();
    return [x, y, width, height].map(Math.round).join(" ");
  };
  const names = [".ds-stage", ".ds-time .ds-slider:not(.ds-stops)", ".ds-readings"];
  const places = names.map((name) => [name, new Set()]);
  for (let step = 0; step <= Number(slider.max); step++) {
    slider.value = step;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    await drawn();
    for (const [name, seen] of places) seen.add(place(name));
  }
  return Object.fromEntries(places.filter(([, seen]) => seen.size > 1).map(([name, seen]) => [name, [...seen]]));
}"""
DECKS = {
    "a run": (lambda: payload(data_url, steps=20, views=("x", "x0")), None),
    "a guided run": (lambda: guided(data_url, steps=20), None),
    "a triangle": (lambda: guided(data_url, steps=20), ("tab", "triangle")),
    "a noised picture": (lambda: forward(data_url, levels=20), None),
    "a grid": (lambda: grid(data_url, STEPS, SAMPLERS, views=("x", "x0")), None),
    "a word in a run": (lambda: looked(payload(data_url, steps=20, views=("x0",))), ("switch", "attention")),
    "a word in a grid": (looked_grid, ("switch", "attention")),
    "commit maps": (covered_grid, ("switch", "settled")),
}


@pytest.mark.parametrize("what", DECKS)
def test_nothing_moves_while_one_scrubs(chromium, tmp_path, what):
    make, turn_to = DECKS[what]
    with page_from_disk(chromium, tmp_path, make()) as opened:
        if turn_to:
            opened.viewer.get_by_role(turn_to[0], name=turn_to[1]).click()
        for width in WIDTHS:
            opened.page.set_viewport_size({"width": width, "height": 900})
            wait_for_pictures(opened.viewer)
            assert opened.page.evaluate(MOVED) == {}, f"{width} pixels wide"
