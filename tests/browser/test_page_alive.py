"""Save as Page with the model in it: the saved run first, then runs of the reader's own; other models are refused."""

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.workflow import node
from denoiscope.host.live_page import check_model
from denoiscope.tests.core import decks
from denoiscope.tests.nodes.graphs import pocket_run

pytestmark = pytest.mark.browser
PATIENCE = 120_000


def test_a_page_that_is_alive_shows_the_saved_run_and_goes_on(server, chromium):
    page = node("DenoiscopePage", deck=["deck", 0], vae=["pocket", 2], filename_prefix="tests/alive",
                picture_size=128, decode="everything", page="alive")  # fmt: skip
    run = server.run({**pocket_run(seed=77, steps=3), "page": page})
    file = server.path_of(run.outputs["page"]["denoiscope_files"][0])
    assert file.stat().st_size < 9_000_000
    profile = chromium.new_context(offline=True)
    opened = profile.new_page()
    complaints = []
    opened.on("console", lambda message: complaints.append(message.text))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.goto(file.as_uri())
    note = opened.get_by_role("note")
    expect(note).to_contain_text("This is the run that was saved", timeout=PATIENCE)
    expect(opened.locator(".ds-transport, .ds-time").first).to_contain_text("3/3")
    assert opened.get_by_role("textbox", name="Seed").input_value() == "77"
    expect(opened.locator("#live .lv-run")).to_be_enabled(timeout=PATIENCE)
    steps = opened.get_by_role("spinbutton", name="Steps")
    steps.fill("2")
    steps.press("Tab")
    opened.locator("#live .lv-run").click()
    expect(opened.locator(".ds-transport, .ds-time").first).to_contain_text("2/2", timeout=PATIENCE)
    opened.get_by_role("button", name="Back to the saved run").click()
    expect(opened.locator(".ds-transport, .ds-time").first).to_contain_text("3/3")
    profile.close()
    assert complaints == []


def test_a_deck_of_another_model_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match="runs the pocket model, and this deck is of .*: choose replay"):
        check_model(decks.deck())
