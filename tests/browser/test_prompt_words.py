"""What the pocket model did not understand of a prompt stands on the node that encodes it, and in the viewer."""

import itertools

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, wait_for_deck
from denoiscope.devtools.driving.workflows import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NEW_WORDS = (f"blurry{number}" for number in itertools.count())
"""A prompt that ComfyUI still has in its cache is not encoded anew, and nothing is said of it."""
UNKNOWN = "Not understood: two, dog."
NEAR = "Read as a word that the model knows: lighthouses → lighthouse."
SAY = """(text) => {
  const node = app.rootGraph.getNodeById(2) ?? app.rootGraph.getNodeById("2");
  node.widgets.find(({ name }) => name === "text").value = text;
}"""
IN_SIGHT = "() => { app.canvas.ds.offset = [60, 60]; app.canvas.ds.scale = 0.8; app.canvas.setDirty(true, true); }"


def ran(opened) -> None:
    opened.run()
    wait_for_deck(opened.viewer())


def test_words_that_were_not_understood_stand_on_their_node_and_in_the_viewer_until_they_are_gone(opened):
    word = next(NEW_WORDS)
    said = opened.page.locator(".ds-node-words:visible")
    prompt, negative = said.filter(has_not_text=word), said.filter(has_text=word)
    opened.load(sampled(seed=31, steps=2, prompts=("two lighthouses and a dog", f"{word}, snow")))
    opened.page.evaluate(IN_SIGHT)
    ran(opened)
    expect(prompt.locator("p")).to_have_text([UNKNOWN, NEAR], timeout=PATIENCE)
    expect(negative).to_have_text(f"Not understood: {word}.")
    notes = opened.viewer().locator(".ds-facts .ds-notes li")
    expect(notes).to_have_text([UNKNOWN, f"Not understood in the negative prompt: {word}.", NEAR])

    opened.page.evaluate(SAY, "a lighthouse and a cat")
    ran(opened)
    expect(prompt).to_have_text("Not understood: cat.")
    expect(negative).to_have_text(f"Not understood: {word}.")

    opened.page.evaluate(SAY, "a lighthouse")
    ran(opened)
    expect(said).to_have_text([f"Not understood: {word}."])
    expect(notes).to_have_text([f"Not understood in the negative prompt: {word}."])
