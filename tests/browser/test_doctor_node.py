"""The doctor and two runs compared, inside their nodes in ComfyUI's own frontend, in both renderers."""

import re

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, frontend, ready, settle
from denoiscope.devtools.driving.workflows import sampled

from .test_languages import in_japanese

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CFG, DENOISE = 3, 6


def examined(*, denoise: float) -> dict:
    """A run and the doctor beside it; below 1 it begins from an empty latent all the same."""
    flow = sampled(steps=6)
    sampler, doctor = flow["nodes"][-2:]
    sampler["widgets_values"][DENOISE] = denoise
    doctor |= {"type": "DenoiscopeDoctor", "widgets_values": [], "size": [520, 560], "outputs": texts("findings")}
    doctor["inputs"] = [{"name": "deck", "type": "DENOISCOPE_DECK", "link": 8}]
    flow["links"] = [link for link in flow["links"] if link[0] != 4]
    return flow


def between() -> dict:
    """A doctor whose deck, with the findings on it, goes on to a viewer; guidance of 30."""
    flow = sampled(steps=6)
    sampler, viewer = flow["nodes"][-2:]
    sampler["widgets_values"][CFG] = 30.0
    texts_and_deck = [*texts("findings"), {"name": "deck", "type": "DENOISCOPE_DECK", "links": [20]}]
    doctor = {**viewer, "id": 20, "type": "DenoiscopeDoctor", "widgets_values": [], "size": [520, 560]}
    doctor |= {"pos": [viewer["pos"][0] + 480, viewer["pos"][1]], "outputs": texts_and_deck}
    doctor["inputs"] = [{"name": "deck", "type": "DENOISCOPE_DECK", "link": 8}]
    link = next(link for link in flow["links"] if link[0] == 8)
    flow["links"] = [one for one in flow["links"] if one is not link]
    flow["links"] += [[8, *link[1:3], 20, 0, "DENOISCOPE_DECK"], [20, 20, 2, *link[3:]]]
    deck = next(one for one in viewer["inputs"] if one["link"] == 8)
    deck["link"] = 20
    flow["nodes"].append(doctor)
    return flow | {"last_link_id": 20, "last_node_id": 20}


def compared() -> dict:
    """A run held beside itself."""
    flow = examined(denoise=1.0)
    compare = flow["nodes"][-1]
    compare |= {"type": "DenoiscopeCompareRuns", "widgets_values": [0], "outputs": texts("report")}
    compare["inputs"].append({"name": "other", "type": "DENOISCOPE_DECK", "link": 9})
    flow["links"].append([9, 5, 1, 6, 1, "DENOISCOPE_DECK"])
    flow["nodes"][-2]["outputs"][1]["links"] = [8, 9]
    return flow | {"last_link_id": 9}


def texts(name: str) -> list[dict]:
    return [{"name": each, "type": "STRING", "links": []} for each in (name, "json")]


def test_findings_stand_on_the_node_strongest_first_and_unfold(opened):
    opened.load(examined(denoise=0.5))
    opened.run()
    cards = opened.page.locator(".ds-doctor-card")
    expect(cards.first).to_be_visible(timeout=PATIENCE)
    first = cards.first
    expect(first).to_have_attribute("data-strength", "certain")
    expect(first).to_contain_text("from a latent that is all 0")
    expect(first).to_contain_text("give the sampler a picture to begin from")
    looked = opened.page.locator(".ds-doctor-looked").first
    expect(looked.locator("li").first).to_be_hidden()
    looked.locator("summary").click()
    expect(looked.locator("li").first).to_be_visible()


def test_a_healthy_run_is_said_to_be_one_and_the_picture_is_not_judged(opened):
    opened.load(examined(denoise=1.0))
    opened.run()
    expect(opened.page.locator(".ds-doctor-body")).to_contain_text("no judgement of the picture", timeout=PATIENCE)
    assert opened.page.locator(".ds-doctor-card").count() == 0


def test_a_run_beside_itself_is_equal_to_the_bit_with_a_line_for_each_state(opened):
    opened.load(compared())
    opened.run()
    expect(opened.page.locator(".ds-doctor-cause")).to_contain_text("equal to the bit", timeout=PATIENCE)
    expect(opened.page.locator(".ds-doctor-table tbody tr")).to_have_count(7)


def test_after_a_reload_the_findings_are_there_again(opened):
    opened.load(examined(denoise=0.5))
    opened.run()
    expect(opened.page.locator(".ds-doctor-card").first).to_be_visible(timeout=PATIENCE)
    opened.page.reload()
    ready(opened)
    settle(opened.page)
    expect(opened.page.locator(".ds-doctor-card").first).to_be_visible(timeout=PATIENCE)


def test_findings_are_marks_in_the_viewer_behind_the_doctor_and_a_click_leads_there(opened):
    opened.load(between())
    opened.run()
    page = opened.page
    marks = page.locator(".ds-plot .ds-finding")
    expect(marks.first).to_be_visible(timeout=PATIENCE)
    finding = page.locator(".ds-findings li", has=page.locator("button")).first
    expect(finding).to_contain_text("measured")
    slider = page.locator(".ds-time .ds-slider")
    expect(slider).to_have_value("6")
    card = page.locator(".ds-doctor-card").first
    step = re.search(r"\d+", card.locator(".ds-doctor-show").inner_text())[0]
    card.locator(".ds-doctor-show").click()
    expect(slider).to_have_value(step)
    expect(card.locator(".ds-doctor-said")).to_be_empty()
    page.keyboard.press("End")
    finding.locator("button").click()
    expect(slider).to_have_value(step)


def test_a_click_without_a_viewer_says_what_to_do(opened):
    opened.load(examined(denoise=0.5))
    opened.run()
    card = opened.page.locator(".ds-doctor-card").first
    card.locator(".ds-doctor-show").click(timeout=PATIENCE)
    expect(card.locator(".ds-doctor-said")).to_contain_text("No viewer in this graph shows this run")


@pytest.mark.parametrize("classic", [True, False], ids=["classic", "nodes 2.0"])
def test_the_panel_reads_japanese(server, chromium, classic):
    with frontend(chromium, server.url, classic=classic, watch=in_japanese) as opened:
        opened.load(examined(denoise=0.5))
        opened.run()
        card = opened.page.locator(".ds-doctor-card").first
        expect(card).to_contain_text("確実", timeout=PATIENCE)
        expect(card).to_contain_text("空の潜在画像に対する 1 未満の denoise")
        expect(card.locator("dt")).to_have_text(["よくある原因", "確かめるには", "対処", "数値"])
        expect(opened.page.locator(".ds-doctor-looked").first).to_contain_text(re.compile(r"調べた項目: \d+"))
