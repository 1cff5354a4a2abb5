"""The course in ComfyUI's sidebar: read, predict, open, run, look, answer, hand in; and nothing lost on the way."""

import json

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, frontend, ready, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUICK = "15 A bolt in 96 numbers"
"""A lesson that runs without a model."""
OPEN = "app.extensionManager.command.execute('Workspace.ToggleSidebarTab.denoiscope-course')"
PAGES = 6
LANGUAGE = "language => app.extensionManager.setting.set('Comfy.Locale', language)"
SELECT_ALL = "app.canvas.selectItems([...app.graph.nodes])"
VIEW = "() => ({ scale: app.canvas.ds.scale, nodes: app.graph.nodes.length })"


@pytest.fixture
def tab(server, chromium):
    with frontend(chromium, server.url, classic=True) as opened:
        yield opened
        assert opened.complaints == []


def panel(tab):
    tab.page.evaluate(OPEN)
    found = tab.page.locator(".dsp")
    expect(found.get_by_role("heading", level=1)).to_be_visible(timeout=PATIENCE)
    return found


def lesson(found, title):
    found.get_by_role("button", name=title).first.click()
    expect(found.get_by_role("heading", level=1, name=title)).to_be_visible()


def step(found, name):
    head = found.locator(f"[data-step={name}] .dsp-step-head")
    if head.get_attribute("aria-expanded") == "false":
        head.click()
    return found.locator(f"[data-step={name}]")


def test_a_lesson_is_predicted_run_answered_and_kept_over_a_reload(tab):
    found = panel(tab)
    expect(found.locator(".dsp-entry")).to_have_count(25 + PAGES)
    lesson(found, "A bolt in 96 numbers")
    step(found, "predict").get_by_label("96").first.check()
    run = step(found, "run")
    expect(run.locator(".dsp-warning")).to_have_count(0)
    run.get_by_role("button", name="Run", exact=True).click()
    expect(run.get_by_role("status")).to_contain_text("It has run", timeout=PATIENCE)
    assert tab.page.evaluate("app.extensionManager.workflow.activeWorkflow.filename") == QUICK

    question = step(found, "question")
    expect(question.get_by_role("button", name="Show the answer")).to_be_disabled()
    question.get_by_label("Your answer").fill("Rows that are alike.")
    with tab.page.expect_response(lambda response: "/userdata/" in response.url and response.request.method == "POST"):
        question.get_by_role("button", name="Show the answer").click()
    expect(found.locator("[data-step=answer]")).to_contain_text("98.1 %")
    expect(found.locator("[data-step=answer] .dsp-step-head")).to_be_focused()
    expect(found.locator("[data-step=answer] blockquote")).to_contain_text("Rows that are alike.")

    tab.page.reload(wait_until="domcontentloaded")
    ready(tab)
    found = panel(tab)
    expect(found.locator(".dsp-done")).to_have_count(1)
    lesson(found, "A bolt in 96 numbers")
    expect(step(found, "predict").get_by_label("96").first).to_be_checked()


def test_the_panel_leads_to_the_page_in_which_the_model_runs(tab):
    link = panel(tab).get_by_role("link", name="The model, alive in a page")
    with tab.page.expect_popup() as popup:
        link.click()
    expect(popup.value.get_by_role("heading", level=1)).to_have_text(
        "How a picture comes out of noise", timeout=PATIENCE
    )
    popup.value.close()


def test_the_panel_comes_back_as_it_was_when_another_tab_was_open(tab):
    found = panel(tab)
    lesson(found, "First look")
    step(found, "question").get_by_label("Your answer").fill("half a thought")
    tab.page.evaluate("app.extensionManager.command.execute('Workspace.ToggleSidebarTab.workflows')")
    expect(found).to_have_count(0)
    tab.page.evaluate(OPEN)
    expect(found.get_by_label("Your answer")).to_have_value("half a thought")


def test_keys_in_the_panel_do_nothing_to_the_graph(tab):
    found = panel(tab)
    lesson(found, "A bolt in 96 numbers")
    step(found, "run").get_by_role("button", name="Open the graph").click()
    tab.page.wait_for_function("name => app.extensionManager.workflow.activeWorkflow.filename === name", arg=QUICK)
    tab.page.evaluate(SELECT_ALL)
    before = tab.page.evaluate(VIEW)["nodes"]
    found.locator(".dsp-back").focus()
    tab.page.keyboard.press("Delete")
    settle(tab.page)
    assert tab.page.evaluate(VIEW)["nodes"] == before


def test_an_opened_lesson_lies_beside_the_panel_and_can_be_read(tab):
    tab.page.set_viewport_size({"width": 1440, "height": 900})
    found = panel(tab)
    lesson(found, "First look")
    step(found, "run").get_by_role("button", name="Open the graph").click()
    tab.page.wait_for_function("() => app.extensionManager.workflow.activeWorkflow.filename === '01 First look'")
    viewer = tab.viewer()
    expect(viewer).to_be_visible(timeout=PATIENCE)
    settle(tab.page)
    assert tab.page.evaluate(VIEW)["scale"] >= 0.6
    box, side = viewer.bounding_box(), found.bounding_box()
    assert box["x"] >= side["x"] + side["width"] and box["x"] + box["width"] <= 1440 and box["y"] + box["height"] <= 900


def test_a_click_sets_the_viewer_to_what_is_spoken_of(tab):
    found = panel(tab)
    lesson(found, "First look")
    look = step(found, "look")
    look.locator(".dsp-point").nth(1).click()
    expect(found.locator(".dsp-notice")).to_contain_text("run it first")
    run = step(found, "run")
    run.get_by_role("button", name="Run", exact=True).click()
    expect(run.get_by_role("status")).to_contain_text("It has run", timeout=2 * PATIENCE)
    step(found, "look").locator(".dsp-point").nth(4).click()
    expect(found.locator(".dsp-notice")).to_contain_text("mark it there first")
    step(found, "look").locator(".dsp-point").nth(0).click()
    expect(found.locator(".dsp-notice")).to_be_hidden()
    expect(tab.viewer().get_by_role("tab", name="x_t")).to_have_attribute("aria-selected", "true")


def test_a_japanese_class_reads_japanese_in_the_panel_and_in_the_graph(tab):
    tab.page.evaluate(LANGUAGE, "ja")
    tab.page.reload(wait_until="domcontentloaded")
    ready(tab)
    found = panel(tab)
    assert found.get_attribute("lang") == "ja"
    lesson(found, "96 個の数の稲妻")
    step(found, "run").get_by_role("button", name="グラフを開く").click()
    tab.page.wait_for_function("name => app.extensionManager.workflow.activeWorkflow.filename === name", arg=QUICK)
    titles = tab.page.evaluate("app.graph.nodes.filter(node => node.type === 'MarkdownNote').map(node => node.title)")
    assert sorted(titles) == ["96 個の数の稲妻：はじめに読む", "答え"]
    tab.page.evaluate(LANGUAGE, "en")


def test_what_was_written_is_handed_in_as_one_file(tab):
    found = panel(tab)
    lesson(found, "Guidance sweep")
    step(found, "predict").get_by_label("20").first.check()
    found.get_by_role("button", name="All lessons").click()
    found.get_by_label("Your name").fill("Anna B.")
    with tab.page.expect_download() as download:
        found.get_by_role("button", name="Save my answers").click()
    assert download.value.suggested_filename == "denoiscope_Anna_B.json"
    content = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert content["format"] == "denoiscope.answers" and content["name"] == "Anna B."
    assert content["lessons"]["04-guidance-sweep"]["predictions"] == {"1": "6"}

    page = b'<body><script type="application/json" id="payload">{}</script></body>'
    saved = {"name": "run.html", "mimeType": "text/html", "buffer": page}
    with tab.page.expect_download() as download:
        found.locator("input[type=file]").set_input_files(saved)
    assert download.value.suggested_filename == "run_answers.html"
    assert '"name":"Anna B."' in download.value.path().read_text(encoding="utf-8")
    found.locator("input[type=file]").set_input_files(saved | {"name": "notes.html", "buffer": b"<body></body>"})
    expect(found.get_by_text("notes.html is no page and no deck")).to_be_visible()


def test_a_word_of_the_glossary_is_explained_by_keyboard_too(tab):
    found = panel(tab)
    lesson(found, "Why latent space")
    word = found.locator("dfn", has_text="latent").first
    word.focus()
    assert "numbers" in word.evaluate("word => getComputedStyle(word, '::after').content")
    found.get_by_role("button", name="All lessons").click()
    found.get_by_text("Words", exact=True).click()
    expect(found.locator("dt")).to_have_count(25)


def test_a_page_lights_its_drawing_up_and_the_test_counts_what_was_right(tab):
    found = panel(tab)
    lesson(found, "The network")
    found.get_by_role("button", name="Show it in the drawing").nth(4).click()
    expect(found.locator(".dsp-drawing [data-lit]")).to_have_attribute("data-part", "skip")
    found.get_by_role("button", name="All lessons").click()

    lesson(found, "A test")
    show = found.get_by_role("button", name="Show the answer")
    questions = found.locator("fieldset")
    questions.nth(0).get_by_role("radio").nth(1).check()
    show.click()
    expect(found.locator(".dsp-notice")).to_have_text(f"Still without an answer: {questions.count() - 1}")
    for at in range(1, questions.count()):
        questions.nth(at).get_by_role("radio").nth(0).check()
    show.click()
    expect(found.get_by_text("4 of 12 right")).to_be_visible()
    expect(found.locator(".dsp-marks li").first).to_contain_text("✓")


def test_a_case_of_a_lesson_opens_under_its_own_name_with_the_key_muted_and_runs(tab):
    found = panel(tab)
    lesson(found, "Broken on purpose")
    run = step(found, "run")
    expect(run.locator(".dsp-cases button")).to_have_count(12)
    run.get_by_role("button", name="Open case 2", exact=True).click()
    expect(found.get_by_text("Case 2 is open")).to_be_visible(timeout=PATIENCE)
    assert tab.page.evaluate("app.extensionManager.workflow.activeWorkflow.filename") == "Case 02"
    assert tab.page.evaluate("app.graph.nodes.find(node => node.title === 'Key').mode") == 2
    tab.run()
    expect(tab.page.locator(".ds-stage canvas").first).to_be_visible(timeout=PATIENCE)
