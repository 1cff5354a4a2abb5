"""The page opened from disk: pictures, keys, names for a screen reader, and texts that try to break out."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from denoiscope.devtools.coursework.lesson import glossary
from denoiscope.devtools.driving.frontend import PATIENCE, close_to, pixel, settle, step_slider, wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.scrubbing import scrub
from denoiscope.devtools.driving.synthetic import NOT_EVALUATED, Slot, data_url, payload

pytestmark = pytest.mark.browser

ALL_VIEWS = ("x", "x_raw", "x0", "channels", "uncond", "difference")


@pytest.fixture
def opened(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=8, views=ALL_VIEWS)) as page:
        yield page
        assert page.complaints == []


@pytest.fixture
def several(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=[8, 5, 8])) as page:
        yield page
        assert page.complaints == []


def shows(viewer, view: str, state: int, *, trajectory: int = 0, frame: int = 0, cell: int = 0) -> bool:
    return close_to(pixel(viewer, cell=cell), Slot(view, trajectory, state, frame).colour)


def test_the_page_asks_for_nothing_but_itself_and_its_own_pictures(opened):
    own, *others = opened.requests
    assert own.startswith("file:")
    assert {url.split(":")[0] for url in others} <= {"data"}


def test_the_last_state_is_shown_first(opened):
    assert shows(opened.viewer, "x", 8)
    expect(step_slider(opened.viewer)).to_have_value("8")


def test_keys_move_through_the_states(opened):
    step_slider(opened.viewer).focus()
    walk = [
        ("Home", 0),
        ("ArrowRight", 1),
        ("ArrowUp", 2),
        ("ArrowLeft", 1),
        ("PageUp", 3),
        ("PageDown", 1),
        ("End", 8),
    ]
    for key, state in walk:
        opened.page.keyboard.press(key)
        assert shows(opened.viewer, "x", state), key


def test_keys_work_on_the_stage_too(opened):
    opened.viewer.get_by_role("tabpanel").focus()
    opened.page.keyboard.press("Home")
    assert shows(opened.viewer, "x", 0)


def test_every_state_of_every_view_is_its_own_picture(opened):
    step_slider(opened.viewer).focus()
    for name, view in (("x0 guess", "x0"), ("latent channels", "channels")):
        opened.viewer.get_by_role("tab", name=name).click()
        wait_for_pictures(opened.viewer)
        for state in range(9):
            step_slider(opened.viewer).fill(str(state))
            assert shows(opened.viewer, view, state)


def test_arrows_move_along_the_tabs_and_show_the_view(opened):
    tabs = opened.viewer.get_by_role("tab")
    expect(tabs).to_have_text(["x_t", "x0 guess", "latent channels", "unconditional", "difference"])
    tabs.first.focus()
    opened.page.keyboard.press("ArrowRight")
    expect(tabs.nth(1)).to_be_focused()
    expect(tabs.nth(1)).to_have_attribute("aria-selected", "true")
    wait_for_pictures(opened.viewer)
    assert shows(opened.viewer, "x0", 8)
    opened.page.keyboard.press("End")
    expect(tabs.last).to_be_focused()
    assert [tab.get_attribute("tabindex") for tab in tabs.all()] == ["-1", "-1", "-1", "-1", "0"]


def test_the_raw_scale_is_a_switch_of_x_t(opened):
    switch = opened.viewer.get_by_role("switch", name="raw scale")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    wait_for_pictures(opened.viewer)
    assert shows(opened.viewer, "x_raw", 8)
    expect(opened.viewer.get_by_role("tab", name="x_t")).to_have_attribute("aria-selected", "true")
    opened.viewer.get_by_role("tab", name="x0 guess").click()
    expect(switch).to_be_hidden()


def test_an_absent_view_says_why_and_draws_nothing(opened):
    opened.viewer.get_by_role("tab", name="unconditional").click()
    expect(opened.viewer.get_by_text("at guidance 1 the model never saw the empty prompt")).to_be_visible()
    expect(opened.viewer.locator("canvas:visible")).to_have_count(0)


def test_a_state_without_a_picture_says_so(opened):
    opened.viewer.get_by_role("tab", name="difference").click()
    expect(opened.viewer.get_by_text(NOT_EVALUATED)).to_be_visible()
    expect(opened.viewer.locator("canvas:visible")).to_have_count(0)
    opened.viewer.get_by_role("tabpanel").focus()
    opened.page.keyboard.press("ArrowLeft")
    wait_for_pictures(opened.viewer)
    expect(opened.viewer.get_by_text(NOT_EVALUATED)).to_be_hidden()
    assert shows(opened.viewer, "difference", 7)


def test_a_screen_reader_hears_what_is_seen(opened):
    viewer = opened.viewer
    expect(opened.page.get_by_role("region", name="Deck viewer: A lighthouse in the evening")).to_be_visible()
    expect(viewer.get_by_role("tablist", name="Views")).to_be_visible()
    expect(viewer.get_by_role("img", name="x_t, seed 7")).to_be_visible()
    step_slider(viewer).fill("0")
    settle(opened.page)
    expect(step_slider(viewer)).to_have_attribute("aria-valuetext", "step 0 of 8, sigma 14.6, starting noise")
    for name in ("Play", "Loop", "Big view", "Save this picture as PNG", "Copy this picture"):
        expect(viewer.get_by_role("button", name=name)).to_be_visible()
    expect(viewer.get_by_role("combobox", name="Speed")).to_be_visible()
    expect(viewer.get_by_role("img", name="Chart: sigma falls from 14.6 to 0; change per step")).to_be_visible()


def test_every_control_is_reached_by_tab_and_shows_its_focus(opened):
    opened.viewer.get_by_role("tab", name="x_t").focus()
    names = []
    for _ in range(14):
        opened.page.keyboard.press("Tab")
        role, outline = opened.page.evaluate(
            "() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.getAttribute('aria-label') ?? e.getAttribute('role') ?? e.textContent, s.outlineStyle]; }"
        )
        if opened.viewer.evaluate("(viewer) => viewer.contains(document.activeElement)"):
            names.append(role)
            assert outline == "solid", role
    expected = ["x_t", "switch", "Play", "Step", "Speed", "σ 0", "change", "Loop"]
    assert names[:8] == expected
    hold = "Hold this step and compare others with it (H)"
    tools = {"What the words mean", "Copy this picture", "Save this picture as PNG", "Big view", hold}
    assert set(names[-5:]) == tools


def test_targets_are_large_enough_for_a_finger(chromium, tmp_path):
    small = {"viewport": {"width": 272, "height": 800}}
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=[8, 8]), **small) as page:
        for control in page.viewer.locator("button:visible, select:visible, input:visible, summary:visible").all():
            box = control.bounding_box()
            assert min(box["width"], box["height"]) >= 24, control.evaluate("(e) => e.outerHTML.slice(0, 80)")


def test_nothing_is_wider_than_a_small_node(chromium, tmp_path):
    with page_from_disk(
        chromium, tmp_path, payload(data_url, steps=[8, 8]), viewport={"width": 272, "height": 800}
    ) as page:
        assert page.viewer.evaluate("(viewer) => viewer.clientWidth") <= 244
        assert page.viewer.evaluate("(viewer) => viewer.scrollWidth - viewer.clientWidth") == 0
        assert page.page.evaluate("document.documentElement.scrollWidth") <= 272


def test_trajectories_stand_side_by_side_at_one_step(several):
    several.viewer.get_by_role("button", name="same step").click()
    step_slider(several.viewer).fill("4")
    for index in range(3):
        assert shows(several.viewer, "x", 4, trajectory=index, cell=index)


def test_a_shorter_trajectory_rests_at_its_last_state_and_says_so(several):
    step_slider(several.viewer).fill("8")
    assert shows(several.viewer, "x", 5, trajectory=1, cell=1)
    expect(several.viewer.get_by_role("button", name="seed 8 · 5/5")).to_be_visible()


def test_one_trajectory_can_be_looked_at_alone_and_all_again(several):
    several.viewer.get_by_role("button", name="seed 9").click()
    expect(several.viewer.locator(".ds-cell")).to_have_count(1)
    wait_for_pictures(several.viewer)
    assert shows(several.viewer, "x", 8, trajectory=2)
    chosen = several.viewer.get_by_role("combobox", name="Shown")
    expect(chosen).to_have_value("2")
    chosen.select_option("side by side")
    expect(several.viewer.locator(".ds-cell")).to_have_count(3)


def test_a_video_has_a_slider_for_its_frames(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=4, frames=3)) as page:
        frames = page.viewer.get_by_role("slider", name="Video frame")
        frames.fill("2")
        assert shows(page.viewer, "x", 4, frame=2)
        step_slider(page.viewer).fill("1")
        assert shows(page.viewer, "x", 1, frame=2)
        expect(frames).to_have_attribute("aria-valuetext", "frame 3 of 3")


def test_a_deck_without_frames_has_no_slider_for_them(opened):
    expect(opened.viewer.get_by_role("slider", name="Video frame")).to_be_hidden()


def test_a_click_on_the_chart_goes_to_its_step(opened):
    plot = opened.viewer.locator(".ds-plot")
    box = plot.bounding_box()
    plot.click(position={"x": box["width"] * 3 / 8, "y": 10})
    assert shows(opened.viewer, "x", 3)


def test_the_cursor_of_the_chart_stands_below_the_thumb(opened):
    slider, plot = step_slider(opened.viewer).bounding_box(), opened.viewer.locator(".ds-plot").bounding_box()
    thumb = 16
    assert abs(slider["x"] + thumb / 2 - plot["x"]) < 1
    assert abs(slider["width"] - thumb - plot["width"]) < 1


def test_pointing_at_the_chart_reads_its_values_and_moves_nothing(opened):
    plot = opened.viewer.locator(".ds-plot")
    plot.hover(position={"x": 1, "y": 10})
    expect(opened.viewer.locator(".ds-step-flag")).to_have_text("step 0, starting noise")
    expect(opened.viewer.locator(".ds-readings")).to_contain_text("σ 14.6")
    assert shows(opened.viewer, "x", 8)
    opened.page.mouse.move(5, 5)
    expect(opened.viewer.locator(".ds-step-flag")).to_have_text("final latent")


def test_dragging_on_the_picture_scrubs(opened):
    box = opened.viewer.get_by_role("tabpanel").bounding_box()
    middle = box["y"] + box["height"] / 2
    opened.page.mouse.move(box["x"] + box["width"] * 0.9, middle)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + box["width"] * 0.4, middle, steps=4)
    opened.page.mouse.up()
    assert shows(opened.viewer, "x", 4)
    opened.page.mouse.move(box["x"] + 3, middle)
    assert shows(opened.viewer, "x", 4)


def test_a_finger_on_the_picture_scrubs(chromium, tmp_path):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=8), **phone) as page:
        box = page.viewer.get_by_role("tabpanel").bounding_box()
        touch = page.page.context.new_cdp_session(page.page)
        at = lambda part: [{"x": box["x"] + box["width"] * part, "y": box["y"] + 60}]  # noqa: E731
        touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at(0.95)})
        for part in (0.8, 0.6, 0.45):
            touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": at(part)})
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        assert shows(page.viewer, "x", 4)


def test_playing_runs_to_the_end_and_stops_there(opened):
    opened.viewer.get_by_role("combobox", name="Speed").select_option("4")
    opened.viewer.get_by_role("button", name="Play").click()
    expect(opened.viewer.get_by_role("button", name="Pause")).to_be_visible()
    expect(opened.viewer.get_by_role("button", name="Play")).to_be_visible(timeout=20_000)
    assert shows(opened.viewer, "x", 8)


def test_space_plays_and_pauses(opened):
    opened.viewer.get_by_role("tabpanel").focus()
    opened.page.keyboard.press("Space")
    expect(opened.viewer.get_by_role("button", name="Pause")).to_be_visible()
    opened.page.keyboard.press("Space")
    expect(opened.viewer.get_by_role("button", name="Play")).to_be_visible()


def test_a_loop_begins_again(opened):
    opened.viewer.get_by_role("button", name="Loop").click()
    expect(opened.viewer.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")
    opened.viewer.get_by_role("combobox", name="Speed").select_option("4")
    opened.viewer.get_by_role("button", name="Play").click()
    for value in ("8", "1", "8"):
        opened.page.wait_for_function(
            "(value) => document.querySelector('.ds-slider[aria-label=Step]').value === value", arg=value
        )
    expect(opened.viewer.get_by_role("button", name="Pause")).to_be_visible()


def test_the_big_view_closes_with_escape_and_gives_the_focus_back(opened):
    button = opened.viewer.get_by_role("button", name="Big view")
    button.click()
    dialog = opened.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    opened.page.keyboard.press("Home")
    assert close_to(pixel(dialog), Slot("x", 0, 0, 0).colour)
    opened.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()
    assert shows(opened.viewer, "x", 0)


def test_a_question_mark_explains_what_is_shown_and_every_word_of_the_glossary(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=4), locale="zh-CN") as page:
        page.viewer.get_by_role("tabpanel").focus()
        page.page.keyboard.press("?")
        dialog = page.page.get_by_role("dialog", name="词语解释")
        for text in [row["means"] for row in glossary("zh")] + ["噪声水平，对数刻度"]:
            expect(dialog.get_by_text(text, exact=True)).to_be_attached()
        page.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(page.viewer.get_by_role("button", name="词语解释")).to_be_focused()


def test_the_shown_picture_is_saved_as_it_is(opened):
    step_slider(opened.viewer).fill("3")
    settle(opened.page)
    with opened.page.expect_download() as waiting:
        opened.viewer.get_by_role("button", name="Save this picture as PNG").click()
    saved = waiting.value
    assert saved.suggested_filename == "denoiscope_A-lighthouse-in-the-evening_seed-7_x_step-03.png"
    picture = Image.open(io.BytesIO(saved.path().read_bytes())).convert("RGB")
    assert picture.size == (64, 64)
    assert picture.getpixel((5, 5)) == Slot("x", 0, 3, 0).colour


def test_several_pictures_are_saved_as_one(several):
    with several.page.expect_download() as waiting:
        several.viewer.get_by_role("button", name="Save this picture as PNG").click()
    assert waiting.value.suggested_filename.endswith("_all_x_step-08.png")
    assert Image.open(io.BytesIO(waiting.value.path().read_bytes())).size == (136, 184)


def test_the_picture_can_be_copied(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=4)) as page:
        page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.viewer.get_by_role("button", name="Copy this picture").click()
        expect(page.viewer.get_by_role("status")).to_have_text("Picture copied.", timeout=PATIENCE)


def test_notes_and_facts_of_the_run_are_in_words(chromium, tmp_path):
    deck = payload(data_url, steps=8, notes=["interrupted at step 7"])
    with page_from_disk(chromium, tmp_path, deck, viewport={"width": 500, "height": 900}) as page:
        expect(page.viewer.get_by_text("interrupted at step 7")).to_be_visible()
        prompt = page.viewer.get_by_text("a white lighthouse on a cliff")
        expect(prompt).to_be_hidden()
        page.viewer.locator(".ds-summary").click()
        expect(prompt).to_be_visible()
        for words in ("karras", "a1b2c3d0", "the noise (ε)"):
            expect(page.viewer.locator("dd", has_text=words)).to_be_visible()


def test_both_themes_can_be_read(chromium, tmp_path):
    for scheme in ("dark", "light"):
        with page_from_disk(chromium, tmp_path, payload(data_url, steps=4), color_scheme=scheme) as page:
            assert contrast(page.viewer, ".ds-caption") >= 4.5, scheme
            assert contrast(page.viewer, ".ds-time .ds-count") >= 7, scheme


def test_nothing_moves_by_itself(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=4), reduced_motion="reduce") as page:
        page.viewer.get_by_role("tab", name="x0 guess").click()
        assert page.page.evaluate("document.getAnimations().length") == 0
        expect(step_slider(page.viewer)).to_have_value("4")


def test_a_scrub_draws_once(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=20, size=(256, 256))) as page:
        assert set(scrub(page.page, 60).draws) == {1}


def test_nothing_hangs_on_the_window(opened):
    assert opened.page.evaluate("window.onWindow") == []


def test_a_deck_of_a_later_version_is_refused_with_a_sentence(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, payload(data_url, steps=2) | {"version": 2}, drawn=False) as page:
        expect(page.viewer.get_by_text("version 2, this viewer reads version 1: update Denoiscope")).to_be_visible()


def test_a_destroyed_viewer_leaves_nothing_behind(chromium, tmp_path):
    deck = payload(data_url, steps=3)
    with page_from_disk(chromium, tmp_path, deck, bypass_csp=True) as page:
        left = page.page.evaluate(
            """async (deck) => {
              const { createViewer } = await import("denoiscope/viewer.js");
              const open = new Set();
              const make = window.createImageBitmap;
              window.createImageBitmap = async (file) => {
                const bitmap = await make.call(window, file);
                const close = bitmap.close;
                open.add(bitmap);
                bitmap.close = () => (open.delete(bitmap), close.call(bitmap));
                return bitmap;
              };
              const bodies = document.body.childElementCount;
              const viewer = createViewer({ document, load: async (url) => (await fetch(url)).blob() });
              const box = document.createElement("div");
              box.style.height = "500px";
              document.body.prepend(box);
              box.append(viewer.element);
              scrollTo(0, 0);
              viewer.show(deck);
              while (!open.size) await new Promise(requestAnimationFrame);
              const opened = open.size;
              viewer.element.querySelector("[aria-label='Big view']").click();
              viewer.destroy();
              const element = viewer.element.isConnected;
              box.remove();
              return { opened, open: open.size, element, bodies: document.body.childElementCount - bodies };
            }""",
            deck,
        )
        assert left == {"opened": 1, "open": 0, "element": False, "bodies": 0}


HOSTILE = (
    '</script><script>window.broken="script"</script>',
    '<!--<script>window.broken="comment"',
    "<img src=x onerror=\"window.broken='image'\">",
    '"; window.broken="quote"; //',
    "]]></style><svg onload=\"window.broken='svg'\">",
    "{{constructor}} ${window.broken='template'} \u2028 \\u003cscript\\u003e",
)


def test_no_text_becomes_code_or_markup(chromium, tmp_path):
    text = " ".join(HOSTILE)
    names = ("title", "model", "label", "prompt", "negative", "sampler", "scheduler", "noise", "seed")
    deck = payload(data_url, steps=[3, 3], **dict.fromkeys(names, text), notes=[text])
    for view in deck["views"]:
        view |= {"title": view["id"] + text, "caption": text, "missing": text}
    with page_from_disk(chromium, tmp_path, deck) as page:
        for tab in page.viewer.get_by_role("tab").all():
            tab.click()
        wait_for_pictures(page.viewer)
        page.viewer.get_by_role("button", name="Big view").click()
        assert page.page.evaluate("window.broken") is None
        assert page.page.evaluate("document.querySelectorAll('img, svg[onload], [onerror]').length") == 0
        expect(page.page.locator("h1")).to_have_text(" ".join(text.split()))
        expect(page.page.locator("dd", has_text=HOSTILE[0]).first).to_be_attached()
        assert page.complaints == []


def contrast(viewer, selector: str) -> float:
    """The contrast ratio of a text to the viewer's ground, as WCAG 2.2 defines it."""
    text, ground = viewer.evaluate(
        """(viewer, selector) => {
          const field = document.createElement("canvas").getContext("2d");
          const rgb = (colour) => {
            field.fillStyle = colour;
            field.fillRect(0, 0, 1, 1);
            return [...field.getImageData(0, 0, 1, 1).data].slice(0, 3);
          };
          const style = (element) => getComputedStyle(element);
          return [rgb(style(viewer.querySelector(selector)).color), rgb(style(viewer).backgroundColor)];
        }""",
        selector,
    )
    light, dark = sorted((luminance(text), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def luminance(rgb: list[int]) -> float:
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
