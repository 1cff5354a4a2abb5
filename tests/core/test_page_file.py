"""The one-file page: text that nobody should trust stays inside its element, and the parts make one whole."""

import json
import re

import pytest

from denoiscope.core.telling.page import build_page, viewer_sources
from denoiscope.core.telling.page_file import script_safe

HOSTILE = '</script><script>alert("&")</script> {payload} {nonce} é'


def page(**rest) -> str:
    trajectory = {"sampler": "euler", "scheduler": "karras", "sigmas": [1.0, 0.0]}
    payload = {"kind": "run", "model": "pocket", "trajectories": [trajectory], "views": []} | rest
    modules, stylesheet = viewer_sources()
    return "".join(build_page(payload, modules=modules, stylesheet=stylesheet))


def test_what_is_embedded_reads_back_and_cannot_end_its_script():
    text = "".join(script_safe({"title": HOSTILE, "numbers": [1, 0.5, None]}))
    assert json.loads(text) == {"title": HOSTILE, "numbers": [1, 0.5, None]}
    assert not set("<>&é") & set(text)


def test_a_title_that_looks_like_a_place_to_fill_in_is_text_like_any_other():
    whole = page(title=HOSTILE)
    (embedded,) = re.findall(r'<script type="application/json" id="payload">(.*?)</script>', whole)
    assert json.loads(embedded)["title"] == HOSTILE
    assert whole.count("<script") == 3 and "alert" in whole


def test_the_nonce_is_of_all_that_is_embedded_and_the_same_every_time():
    nonces = [set(re.findall('nonce="([0-9a-f]{32})"', page(**rest))) for rest in ({}, {}, {"title": "another"})]
    assert [len(nonce) for nonce in nonces] == [1, 1, 1]
    assert nonces[0] == nonces[1] != nonces[2]


def test_a_number_that_json_does_not_have_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        page(numbers=[float("nan")])
