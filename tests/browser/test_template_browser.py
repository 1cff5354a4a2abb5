"""The lessons in ComfyUI's template browser, and what the frontend makes of them when it queues."""

import json

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, frontend
from denoiscope.devtools.driving.pack import FOLDER, ROOT

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LESSONS = sorted((ROOT / "example_workflows").glob("*.json"))
TWINS = sorted((ROOT / "example_workflows" / "core_nodes").glob("*.json"))
QUEUED = "async (workflow) => { await app.loadGraphData(workflow); return (await app.graphToPrompt()).output; }"

IN_THE_MIDDLE = "heading => heading.scrollIntoView({ block: 'center' })"


@pytest.fixture(scope="module")
def opened(server, chromium):
    with frontend(chromium, server.url, classic=True) as tab:
        yield tab


@pytest.mark.parametrize("lesson", [*LESSONS, *TWINS], ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_our_prompt_of_a_lesson_is_the_one_that_the_frontend_queues(server, opened, lesson):
    workflow = json.loads(lesson.read_text(encoding="utf-8"))
    assert server.to_api(workflow) == without_packs(opened.page.evaluate(QUEUED, workflow))


def without_packs(prompt: dict) -> dict:
    """Newer frontends add to a node's title which pack it comes from, and its version."""
    return {id: {**node, "_meta": {"title": node["_meta"]["title"]}} for id, node in prompt.items()}


def test_the_template_browser_lists_the_lessons_with_a_picture(opened):
    """Also where core's own template media are not installed, as in the tool's environment."""
    opened.page.evaluate("app.extensionManager.command.execute('Comfy.BrowseTemplates')")
    opened.page.get_by_text(FOLDER).first.click(timeout=PATIENCE)
    for lesson in LESSONS:
        heading = opened.page.get_by_role("heading", name=lesson.stem, exact=True)
        heading.evaluate(IN_THE_MIDDLE, timeout=PATIENCE)  # a picture is loaded when it is seen, above its heading
        picture = opened.page.get_by_role("img", name=lesson.stem)
        expect(picture).to_be_visible(timeout=PATIENCE)
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
