"""Every example workflow, as a person would open and run it."""

import json
from pathlib import Path

import pytest
from PIL import Image

FOLDER = Path(__file__).resolve().parents[2] / "example_workflows"
LESSONS = [pytest.param(path, id=path.stem) for path in sorted(FOLDER.glob("*.json"))]


def test_there_is_a_first_lesson():
    assert (FOLDER / "First look.json").is_file()


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_runs_at_the_first_click(server, lesson):
    workflow = json.loads(lesson.read_text(encoding="utf-8"))
    run = server.run(server.to_api(workflow), extra_pnginfo={"workflow": workflow})
    (payload,) = next(out["denoiscope_deck"] for out in run.outputs.values() if "denoiscope_deck" in out)
    assert all(t["complete"] and t["notes"] == [] for t in payload["trajectories"])
    assert all(view["absent"] is None for view in payload["views"])
    assert {view["source"] for view in payload["views"]} == {"vae", "approximate", "exact"}
    (page,) = next(out["denoiscope_files"] for out in run.outputs.values() if "denoiscope_files" in out)
    assert server.path_of(page).stat().st_size > 100_000


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_asks_for_a_prediction_and_has_a_thumbnail(lesson):
    workflow = json.loads(lesson.read_text(encoding="utf-8"))
    notes = [node["widgets_values"][0] for node in workflow["nodes"] if node["type"] == "MarkdownNote"]
    assert any("Predict" in note for note in notes)
    with Image.open(lesson.with_suffix(".jpg")) as thumbnail:
        assert thumbnail.size == (512, 512)


@pytest.mark.parametrize("lesson", LESSONS)
def test_the_frontend_finds_a_lesson_and_its_picture_in_the_template_browser(server, lesson):
    templates = server.client.get_json("/workflow_templates")
    (pack,) = (name for name, stems in templates.items() if lesson.stem in stems)
    assert server.client.get(f"/api/workflow_templates/{pack}/{lesson.stem.replace(' ', '%20')}.json")
    assert server.client.get(f"/api/workflow_templates/{pack}/{lesson.stem.replace(' ', '%20')}.jpg")
