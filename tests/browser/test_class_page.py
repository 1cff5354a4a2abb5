"""The page that joins a class, opened from disk with no network: what was handed in becomes a table and pictures."""

import json
import struct

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.pack import ROOT

pytestmark = pytest.mark.browser

PAGE = ROOT / "docs" / "class.html"


def handed_in(name, *, steps, choice, answer="", at="2026-12-01T10:00:00Z"):
    lessons = {
        "01-first-look": {"predictions": {"1": str(steps[0]), "2": str(steps[1])}, "answer": answer, "revealed": True},
        "04-guidance-sweep": {"predictions": {"1": str(choice)}},
    }
    head = {"format": "denoiscope.answers", "version": 1, "language": "en", "at": at, "name": name}
    return json.dumps(head | {"lessons": lessons}).encode()


def deck_with(record):
    words = {"denoiscope": "{}", "denoiscope_answers": record.decode()}
    header = json.dumps({"__metadata__": words}).encode()
    return struct.pack("<Q", len(header)) + header


CLASS = {
    "anna.json": handed_in("Anna", steps=(5, 12), choice=1, answer="It adds up."),
    "ben.json": handed_in("Ben", steps=(5, 18), choice=6, answer="=HYPERLINK(1) <img src=x onerror=alert(1)>"),
    "chie.json": handed_in("千恵", steps=(8, 12), choice=1),
    "dana_answers.html": b'<body><script type="application/json" id="denoiscope-answers">'
    + handed_in("Dana", steps=(6, 12), choice=2)
    + b"</script>\n</body>",
    "emil_answers.safetensors": deck_with(handed_in("Emil", steps=(7, 12), choice=2)),
    "a deck.safetensors": deck_with(b"null"),
    "notes.json": b'{"format": "something else"}',
}


def files(names):
    return [{"name": name, "mimeType": "application/json", "buffer": CLASS[name]} for name in names]


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1000, "height": 900})
    opened = context.new_page()
    requests, complaints = [], []
    opened.on("request", lambda request: requests.append(request.url))
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda message: complaints.append(message.text))
    opened.goto(PAGE.as_uri())
    yield opened
    assert requests == [PAGE.as_uri()] and complaints == []
    context.close()


def test_the_files_of_a_class_become_a_table_and_pictures(page):
    page.locator("input[type=file]").set_input_files(files(CLASS))
    expect(page.get_by_text("5 pupils so far")).to_be_visible()
    expect(page.get_by_text("notes.json is not a file of answers")).to_be_visible()
    expect(page.get_by_text("a deck.safetensors is not a file of answers")).to_be_visible()
    rows = page.locator("table").first.locator("tbody tr")
    expect(rows).to_have_text([f"{name}donebegun" for name in ("Anna", "Ben", "Dana", "Emil", "千恵")])
    first = page.locator("section", has_text="First look").locator("svg").first
    assert first.get_attribute("aria-label") == "5: 2, 6: 1, 7: 1, 8: 1"
    faintest = page.locator("section", has_text="Guidance sweep").locator("svg").first
    assert faintest.get_attribute("aria-label") == "1: 2, 2: 2, 4: 0, 7.5: 0, 12: 0, 20: 1, measured: 1"
    expect(page.get_by_text("<img src=x")).to_be_visible()


def test_a_newer_file_of_a_pupil_takes_the_place_of_the_older_one(page):
    page.locator("input[type=file]").set_input_files(files(["anna.json"]))
    newer = handed_in("Anna", steps=(9, 9), choice=2, at="2026-12-02T10:00:00Z")
    page.locator("input[type=file]").set_input_files(
        [{"name": "anna2.json", "mimeType": "application/json", "buffer": newer}]
    )
    expect(page.get_by_text("1 pupils so far")).to_be_visible()
    assert page.locator("svg").first.get_attribute("aria-label") == "9: 1"


def test_the_table_leaves_as_csv_in_which_nothing_is_a_formula(page):
    page.locator("input[type=file]").set_input_files(files(["ben.json"]))
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a table").click()
    lines = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == '"pupil","lesson","question","answer","measured"'
    assert any("\"'=HYPERLINK(1) <img" in line for line in lines)


@pytest.mark.parametrize(("language", "title"), [("ja", "クラスをまとめて見る"), ("zh", "全班并排")])
def test_the_page_speaks_the_teachers_language(page, language, title):
    page.get_by_label("Language").select_option(language)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
