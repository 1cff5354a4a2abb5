"""What is to be predicted reaches the viewer and the page, and the live pictures of that viewer are marked."""

import json
import re

from .graphs import pocket_run, viewer


def payload_of(html: str) -> dict:
    return json.loads(re.search(r'<script type="application/json" id="payload">(.*?)</script>', html).group(1))


def test_the_viewer_and_the_page_are_told_what_to_hide_and_of_which_runs(server):
    save = {"deck": ["deck", 0], "filename_prefix": "tests/predicted", "picture_size": 64, "decode": "nothing"}
    views = {"free": viewer(decode="nothing"), "view": viewer(decode="nothing", predict="step")}
    page = {"class_type": "DenoiscopePage", "inputs": {**save, "predict": "cells"}}
    run = server.run({**pocket_run(seed=311, steps=6), **views, "page": page})
    free, hidden = (run.outputs[name]["denoiscope_deck"][0] for name in ("free", "view"))
    saved = payload_of(server.path_of(run.outputs["page"]["denoiscope_files"][0]).read_text(encoding="utf-8"))
    assert free["predict"] is None
    assert hidden["predict"]["of"] == "step" and len(hidden["predict"]["run"]) == 8
    assert saved["predict"] == hidden["predict"] | {"of": "cells"}
    answer = hidden["trajectories"][0]["settling"]["decided"]
    assert 0 < answer <= 6
    live = [event.data for event in run.events if event.type == "denoiscope.step"]
    assert live and {(*said["viewers"], "of", *said["predicting"]) for said in live} == {("free", "view", "of", "view")}
