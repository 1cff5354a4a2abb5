"""The viewer from a small node to a full screen: nothing is cut off, nothing lies over something else."""

import pytest

from denoiscope.devtools.driving.frontend import settle
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.synthetic import SAMPLERS, STEPS, data_url, grid
from denoiscope.devtools.driving.synthetic_kinds import guided

pytestmark = pytest.mark.browser

SIZES = (
    (240, 300),
    (320, 420),
    (420, 480),
    (420, 600),
    (500, 340),
    (640, 480),
    (660, 720),
    (900, 520),
    (1240, 700),
    (1900, 1000),
)
VIEWS = ("x0", "difference", "triangle")

BOX = """([width, height]) => {
  for (const part of document.querySelectorAll("body > header, body > .look, body > footer")) part.remove();
  document.body.style.cssText = "margin: 0; padding: 0; max-width: none";
  document.querySelector("#viewer").style.cssText =
    `width: ${width}px; height: ${height}px; border: 0; box-sizing: border-box`;
}"""

FAULTS = """(viewer) => {
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const sides = (element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    return { left, right, top, bottom };
  };
  /** What is seen of an element: what its scrolling parents leave of it. */
  const box = (element) => {
    const seen = sides(element);
    for (let outer = element.parentElement; outer && outer !== viewer; outer = outer.parentElement) {
      if (getComputedStyle(outer).overflowY === "visible") continue;
      const room = sides(outer);
      for (const side of ["left", "top"]) seen[side] = Math.max(seen[side], room[side]);
      for (const side of ["right", "bottom"]) seen[side] = Math.min(seen[side], room[side]);
    }
    return seen;
  };
  const named = (element) =>
    `${element.className || element.tagName} “${element.textContent.slice(0, 30)}”`;
  const hasWords = (element) => [...element.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
  const within = (inner, outer) =>
    inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1
    && inner.bottom <= outer.bottom + 1;
  const all = [...viewer.querySelectorAll("*")].filter((one) => !one.closest("svg, option") && seen(one));
  const words = all.filter((one) => hasWords(one) && !one.closest(".ds-details"));
  const faults = [];
  for (const one of words) {
    const clips = getComputedStyle(one).overflowX !== "visible";
    if (clips && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))
      faults.push(`${named(one)} is cut`);
    if (!within(box(one), box(viewer))) faults.push(`${named(one)} leaves the viewer`);
  }
  for (const one of viewer.querySelectorAll(".ds-controls, .ds-words"))
    if (one.scrollHeight > one.clientHeight + 1) faults.push(`${named(one)} has to be scrolled`);
  const over = ".ds-step-flag, .ds-tag, .ds-pin, .ds-alone, .ds-cursor, .ds-ups span, .ds-acrosses span, .ds-finding";
  const solid = all.filter((one) =>
    (words.includes(one) || one.matches("button, input, select, .ds-frame, .ds-plot")) && !one.matches(over));
  solid.forEach((one, at) => {
    for (const other of solid.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const [a, b] = [box(one), box(other)];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 2 && high > 2) faults.push(`${named(one)} lies over ${named(other)}`);
    }
  });
  return faults;
}"""


def faults_of(page, size: tuple[int, int]) -> list[str]:
    page.page.evaluate(BOX, list(size))
    settle(page.page)
    settle(page.page)
    return [f"{size[0]} × {size[1]}: {fault}" for fault in page.viewer.evaluate(FAULTS)]


@pytest.mark.parametrize(("ratio", "locale"), [(1, "en-US"), (2, "ja-JP")])
def test_at_every_size_nothing_is_cut_off_or_lies_over_something_else(chromium, tmp_path, ratio, locale):
    deck = guided(data_url, steps=20, notes=["interrupted at step 7"])
    place = {"viewport": {"width": 1920, "height": 1080}, "device_scale_factor": ratio, "locale": locale}
    with page_from_disk(chromium, tmp_path, deck, **place) as page:
        found = []
        for view in VIEWS:
            page.viewer.locator(f"[data-view={view}]").evaluate("(tab) => tab.click()")
            found += [f"{view}, {fault}" for size in SIZES for fault in faults_of(page, size)]
        assert not found, "\n".join(found)


def test_the_picture_gets_room_first(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, guided(data_url, steps=20)) as page:
        for width, height in SIZES:
            page.page.evaluate(BOX, [width, height])
            settle(page.page)
            settle(page.page)
            side = page.viewer.locator(".ds-frame").bounding_box()["width"]
            assert side >= 0.45 * min(width, height), (width, height)


def test_a_grid_stands_with_its_controls_at_every_size(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, grid(data_url, STEPS, SAMPLERS)) as page:
        found = [fault for size in SIZES[1:] for fault in faults_of(page, size)]
        assert not found, "\n".join(found)


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = """(viewer) => [...viewer.querySelectorAll("button, select, input, summary, span, p")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("svg"))
  .flatMap((one) => {
    const { height } = one.getBoundingClientRect();
    const says = one.textContent.trim() && one.tagName !== "SELECT";
    const letters = says ? parseFloat(getComputedStyle(one).fontSize) : 13;
    const low = one.matches("button, select, input, summary") && height < 40;
    return low || letters < 13 ? [`${one.className || one.tagName}: ${height} high, letters of ${letters}`] : [];
  })"""


def test_on_a_phone_a_finger_finds_its_targets_and_an_eye_its_letters(chromium, tmp_path):
    deck = guided(data_url, steps=20, notes=["interrupted at step 7"])
    with page_from_disk(chromium, tmp_path, deck, **PHONE) as page:
        for view in VIEWS:
            page.viewer.locator(".ds-view-menu").select_option(view)
            settle(page.page)
            assert page.viewer.evaluate(SMALL) == []
            assert page.viewer.evaluate(FAULTS) == []
