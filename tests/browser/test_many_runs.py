"""Run after run into one viewer: the browser holds no more of it than after the first few."""

import pytest

from denoiscope.devtools.driving.frontend import frontend
from denoiscope.devtools.driving.holdings import count_holdings, holdings
from denoiscope.devtools.driving.running_on import run_once, shown

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FEW, RUNS = 3, 12


@pytest.mark.parametrize("renderer", ["classic", pytest.param("nodes 2.0", marks=pytest.mark.long)])
def test_later_runs_add_no_element_no_listener_and_no_bitmap_to_a_viewer(server, chromium, renderer):
    with frontend(chromium, server.url, classic=renderer == "classic", watch=count_holdings) as opened:
        shown(opened)
        seen = {}
        for seed in range(RUNS):
            run_once(opened, 9000 + seed)
            if seed in (FEW, RUNS - 1):
                seen[seed] = holdings(opened.page)
    few, many = seen[FEW], seen[RUNS - 1]
    assert (many.heard, many.bitmaps) == (few.heard, 1)
    assert many.detached < few.detached + RUNS - 1 - FEW, "each run leaves an element behind"
