"""The CFG triangle in the page: four pictures at one step, the formula they make, and what stands for a missing one."""

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import close_to, pixel, settle, step_slider, wait_for_pictures
from denoiscope.devtools.driving.pages import page_from_disk
from denoiscope.devtools.driving.scrubbing import scrub
from denoiscope.devtools.driving.synthetic import NOT_EVALUATED, Slot, data_url
from denoiscope.devtools.driving.synthetic_kinds import EXACT, GUIDED_VIEWS, guided

pytestmark = pytest.mark.browser

CORNERS = {"conditional": "cond", "unconditional": "uncond", "difference": "difference", "guided": "x0"}
NEVER = "The model was never asked without the prompt: at guidance 1 that call is left out."
SMALL_NODE = {"viewport": {"width": 420, "height": 760}}


@pytest.fixture
def opened(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, guided(data_url, scale=lambda step: 7.5 if step < 4 else 3.0)) as page:
        open_triangle(page)
        yield page
        assert page.complaints == []


def open_triangle(page) -> None:
    page.viewer.get_by_role("tab", name="triangle").click()
    wait_for_pictures(page.viewer)


def corner(viewer, name: str):
    return viewer.locator(f".ds-corner[data-term={CORNERS[name]}]")


def shows(viewer, step: int, *, trajectory: int = 0, frame: int = 0) -> bool:
    """Each corner has the picture of its own view at this step."""
    return all(
        close_to(pixel(viewer, cell=place), Slot(view, trajectory, step, frame).colour)
        for place, view in enumerate(CORNERS.values())
    )


def formula(viewer):
    return viewer.locator(".ds-formula")


def test_the_four_guesses_stand_at_one_step_and_move_together(opened):
    for step in (0, 3, 7):
        step_slider(opened.viewer).fill(str(step))
        assert shows(opened.viewer, step)


def test_it_opens_at_the_last_step_at_which_the_model_was_asked(opened):
    expect(step_slider(opened.viewer)).to_have_value("7")
    assert shows(opened.viewer, 7)


def test_the_formula_is_read_with_the_scale_of_the_step(opened):
    step_slider(opened.viewer).fill("1")
    expect(formula(opened.viewer)).to_have_text("guided = unconditional + 7.5 · (conditional − unconditional)")
    expect(opened.viewer.locator(".ds-sign[data-sign=times]")).to_have_text("× 7.5")
    step_slider(opened.viewer).fill("5")
    expect(formula(opened.viewer)).to_have_text("guided = unconditional + 3 · (conditional − unconditional)")
    spoken = "guided equals unconditional plus 3 times the difference of conditional and unconditional"
    expect(opened.viewer.get_by_role("math", name=spoken)).to_be_visible()


def test_whether_the_formula_is_the_whole_truth_stands_beside_it(opened, chromium, tmp_path):
    expect(opened.viewer.get_by_text(EXACT)).to_be_visible()
    changed = "The guided guess is not what the formula makes of the two: it was changed by a stranger."
    deck = guided(data_url, steps=3)
    deck["trajectories"][0]["triangle"] = changed
    with page_from_disk(chromium, tmp_path, deck) as page:
        open_triangle(page)
        expect(page.viewer.get_by_text(changed)).to_be_visible()


def test_the_difference_has_its_scale_and_crisp_cells(opened):
    expect(opened.viewer.get_by_role("img", name="units from −3 to 3")).to_be_visible()
    rendering = "(canvas) => getComputedStyle(canvas).imageRendering"
    assert corner(opened.viewer, "difference").locator("canvas").evaluate(rendering) == "pixelated"
    assert corner(opened.viewer, "guided").locator("canvas").evaluate(rendering) == "auto"


def test_a_term_points_to_its_picture_and_a_picture_to_its_terms(opened):
    frame = corner(opened.viewer, "guided").locator(".ds-frame")
    outline = "(frame) => getComputedStyle(frame).outlineColor"
    before = frame.evaluate(outline)
    opened.viewer.locator(".ds-term[data-term=x0]").hover()
    assert frame.evaluate(outline) != before
    ground = "(term) => getComputedStyle(term).backgroundColor"
    terms = opened.viewer.locator(".ds-term[data-term=cond]")
    before = terms.evaluate(ground)
    corner(opened.viewer, "conditional").hover()
    assert terms.evaluate(ground) != before


def test_keys_play_and_dragging_move_the_triangle(opened):
    step_slider(opened.viewer).focus()
    opened.page.keyboard.press("Home")
    assert shows(opened.viewer, 0)
    opened.page.keyboard.press("ArrowRight")
    assert shows(opened.viewer, 1)
    box = corner(opened.viewer, "conditional").bounding_box()
    stage = opened.viewer.get_by_role("tabpanel").bounding_box()
    opened.page.mouse.move(box["x"] + 20, box["y"] + 20)
    opened.page.mouse.down()
    opened.page.mouse.move(box["x"] + 20 + stage["width"] * 3 / 8, box["y"] + 20, steps=5)
    opened.page.mouse.up()
    assert shows(opened.viewer, 4)
    opened.viewer.get_by_role("button", name="Play").click()
    expect(step_slider(opened.viewer)).to_have_value("8", timeout=20_000)


def test_the_final_latent_has_no_guesses_behind_it_and_says_so(opened):
    step_slider(opened.viewer).fill("8")
    settle(opened.page)
    assert close_to(pixel(opened.viewer, cell=3), Slot("x0", 0, 8, 0).colour)
    for name in ("conditional", "unconditional", "difference"):
        expect(corner(opened.viewer, name)).to_contain_text(NOT_EVALUATED)
        expect(corner(opened.viewer, name).locator("canvas")).to_be_hidden()
    expect(formula(opened.viewer)).to_contain_text("+ s ·")


def test_the_four_pictures_are_saved_as_one(opened):
    with opened.page.expect_download() as waiting:
        opened.viewer.get_by_role("button", name="Save this picture as PNG").click()
    assert waiting.value.suggested_filename == "denoiscope_A-lighthouse-in-the-evening_seed-7_triangle_step-07.png"
    picture = Image.open(io.BytesIO(waiting.value.path().read_bytes())).convert("RGB")
    assert picture.size == (136, 184)
    places = {"cond": (5, 5), "uncond": (77, 5), "difference": (5, 97), "x0": (77, 97)}
    for view, place in places.items():
        assert close_to(picture.getpixel(place), Slot(view, 0, 7, 0).colour), view


def test_the_four_pictures_are_copied_as_one(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, guided(data_url, steps=3)) as page:
        page.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        open_triangle(page)
        page.viewer.get_by_role("button", name="Copy this picture").click()
        expect(page.viewer.get_by_role("status")).to_have_text("Picture copied.")


@pytest.mark.parametrize("answers", [("cond",), ()], ids=["one answer kept", "none kept"])
def test_where_the_prompt_was_never_left_out_stands_a_sentence_and_no_picture(chromium, tmp_path, answers):
    absent = {view: NEVER for view in ("uncond", "cond", "difference") if view not in answers}
    with page_from_disk(chromium, tmp_path, guided(data_url, absent=absent, scale=lambda step: 1.0)) as page:
        open_triangle(page)
        expect(page.viewer.locator(".ds-panel")).to_contain_text(NEVER)
        expect(page.viewer.locator("canvas:visible")).to_have_count(len(answers) + 1)
        if answers:
            expect(formula(page.viewer)).to_have_text("guided = conditional")
            assert close_to(pixel(page.viewer, cell=0), Slot("cond", 0, 7, 0).colour)


def test_of_several_runs_one_is_shown_and_the_menu_chooses_which(chromium, tmp_path):
    deck = guided(data_url, steps=[4, 4, 4])
    uncond = next(view for view in deck["views"] if view["id"] == "uncond")
    uncond["present"][1] = [False] * 5
    with page_from_disk(chromium, tmp_path, deck) as page:
        open_triangle(page)
        chosen = page.viewer.get_by_role("combobox", name="Shown")
        expect(chosen).to_have_value("0")
        assert shows(page.viewer, 3)
        chosen.select_option("seed 9")
        wait_for_pictures(page.viewer)
        assert shows(page.viewer, 3, trajectory=2)
        chosen.select_option("seed 8")
        expect(page.viewer.locator(".ds-panel")).to_contain_text("The model was never asked without the prompt")
        chosen.select_option("seed 7")
        wait_for_pictures(page.viewer)
        assert shows(page.viewer, 3)


def test_other_tabs_have_their_pictures_back(opened):
    opened.viewer.get_by_role("tab", name="x0 guess").click()
    wait_for_pictures(opened.viewer)
    expect(opened.viewer.locator(".ds-triangle")).to_be_hidden()
    assert close_to(pixel(opened.viewer), Slot("x0", 0, 7, 0).colour)
    open_triangle(opened)
    assert shows(opened.viewer, 7)


def test_frames_of_a_video_move_in_all_four(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, guided(data_url, steps=3, frames=2)) as page:
        open_triangle(page)
        page.viewer.get_by_role("slider", name="Video frame").fill("1")
        assert shows(page.viewer, 2, frame=1)


def test_in_a_small_node_nothing_is_cut_off_or_covered(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, guided(data_url), **SMALL_NODE) as page:
        open_triangle(page)
        stage = page.viewer.get_by_role("tabpanel")
        assert stage.evaluate(
            "(stage) => [stage.scrollWidth - stage.clientWidth, stage.scrollHeight - stage.clientHeight]"
        ) == [0, 0]
        words = page.viewer.locator(".ds-words")
        assert words.evaluate("(words) => words.scrollHeight - words.clientHeight") <= 1
        boxes = [corner(page.viewer, name).bounding_box() for name in CORNERS]
        for place, one in enumerate(boxes):
            assert all(apart(one, other) for other in boxes[place + 1 :])


def test_the_big_view_takes_the_triangle_along(opened):
    opened.page.set_viewport_size({"width": 1400, "height": 900})
    settle(opened.page)
    small = corner(opened.viewer, "guided").bounding_box()["width"]
    opened.viewer.get_by_role("button", name="Big view").click()
    settle(opened.page)
    dialog = opened.page.get_by_role("dialog")
    assert corner(dialog, "guided").bounding_box()["width"] > small
    opened.page.keyboard.press("Home")
    assert shows(dialog, 0)


def test_the_pull_is_drawn_and_read(opened):
    step_slider(opened.viewer).fill("1")
    expect(opened.viewer.get_by_role("button", name="pull 0.15")).to_be_visible()
    expect(opened.viewer.get_by_role("img", name="pull of the prompt")).to_be_visible()
    expect(opened.viewer.locator("path.ds-curve[data-line=pull]")).to_have_count(1)


def test_a_click_hides_a_line_and_another_brings_it_back(opened):
    key = opened.viewer.locator(".ds-key[data-line=change]")
    key.click()
    expect(key).to_have_attribute("aria-pressed", "false")
    expect(opened.viewer.locator("path[data-line=change]")).to_have_count(0)
    expect(opened.viewer.locator("path[data-line=sigma]")).to_have_count(2)
    opened.viewer.get_by_role("tab", name="x_t").click()
    expect(opened.viewer.locator("path[data-line=change]")).to_have_count(0)
    key.click()
    expect(opened.viewer.locator("path[data-line=change]")).to_have_count(2)


def test_lines_can_be_told_apart_by_everyone(chromium, tmp_path):
    """Against the ground, and from each other as seen without the red or the green cones (Machado et al. 2009)."""
    for scheme in ("dark", "light"):
        with page_from_disk(chromium, tmp_path, guided(data_url, steps=3), color_scheme=scheme) as page:
            ground, sigma, change, pull, signal = page.viewer.evaluate(COLOURS)
            for line in (sigma, change, pull, signal):
                assert contrast(line, ground) >= 3, scheme
            together = [(sigma, change), (sigma, pull), (change, pull), (sigma, signal), (change, signal)]
            for name, sight in SIGHTS.items():
                for pair in together:
                    assert distance(*(see(line, sight) for line in pair)) > 0.1, (scheme, name, pair)


def test_a_scrub_of_the_triangle_draws_once(chromium, tmp_path):
    with page_from_disk(chromium, tmp_path, guided(data_url, steps=20, size=(256, 256))) as page:
        open_triangle(page)
        assert set(scrub(page.page, 60).draws) == {1}


def test_a_deck_with_guidance_has_the_triangle_as_its_last_tab(opened):
    expect(opened.viewer.get_by_role("tab")).to_have_count(len(GUIDED_VIEWS))
    expect(opened.viewer.get_by_role("tab").last).to_have_text("triangle")
    expect(opened.viewer.get_by_role("tabpanel", name="CFG triangle")).to_be_visible()


def apart(one: dict, other: dict) -> bool:
    return (
        one["x"] + one["width"] <= other["x"]
        or other["x"] + other["width"] <= one["x"]
        or one["y"] + one["height"] <= other["y"]
        or other["y"] + other["height"] <= one["y"]
    )


COLOURS = """(viewer) => {
  const field = document.createElement("canvas").getContext("2d");
  const rgb = (colour) => {
    field.fillStyle = colour;
    field.fillRect(0, 0, 1, 1);
    return [...field.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const key = viewer.querySelector(".ds-key");
  const hue = (line) => {
    key.dataset.line = line;
    return rgb(getComputedStyle(key, "::before").borderTopColor);
  };
  return [rgb(getComputedStyle(viewer).backgroundColor), ...["sigma", "change", "pull", "signal"].map(hue)];
}"""

SIGHTS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red cones": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green cones": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def linear(rgb) -> list[float]:
    return [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]


def contrast(one, other) -> float:
    """The contrast ratio of WCAG 2.2."""
    light, dark = sorted(
        sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear(x), strict=True)) for x in (one, other)
    )[::-1]
    return (light + 0.05) / (dark + 0.05)


def see(rgb, sight) -> list[float]:
    return [sum(weight * part for weight, part in zip(row, linear(rgb), strict=True)) for row in sight]


def distance(one, other) -> float:
    """Between linear colours in Oklab, Ottosson 2020; 0.02 is just noticeable."""
    return sum((a - b) ** 2 for a, b in zip(oklab(one), oklab(other), strict=True)) ** 0.5


def oklab(rgb) -> list[float]:
    cones = (
        (0.4122214708, 0.5363325363, 0.0514459929),
        (0.2119034982, 0.6806995451, 0.1073969566),
        (0.0883024619, 0.2817188376, 0.6299787005),
    )
    lms = [max(0, sum(w * c for w, c in zip(row, rgb, strict=True))) ** (1 / 3) for row in cones]
    lab = (
        (0.2104542553, 0.7936177850, -0.0040720468),
        (1.9779984951, -2.4285922050, 0.4505937099),
        (0.0259040371, 0.7827717662, -0.8086757660),
    )
    return [sum(w * c for w, c in zip(row, lms, strict=True)) for row in lab]
