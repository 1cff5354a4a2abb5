"""Schedules on the real server: the numbers by other roads, in the widget and on the picture, and what is refused."""

import math

import pytest
from PIL import Image

from denoiscope.core.drawing import chart_image as paper
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node
from denoiscope.host.sampling import schedulers
from denoiscope.pocket.denoiser import SIGMA_DATA

from .graphs import pocket_run

SIGMA, SHARE, AGAINST = 0, 1, 2


def schedule(*, model="pocket", sigmas=None, **changes) -> dict:
    """The pocket model in Schedules, as node "chart"; `model` and `sigmas` name other nodes, None leaves them out."""
    inputs = {"schedulers": "normal, karras, exponential", "step_counts": "20", "denoise": 1.0, **changes}
    inputs |= {name: [source, 0] for name, source in (("model", model), ("sigmas", sigmas)) if source}
    return {"pocket": node("DenoiscopePocketModel"), "chart": node("DenoiscopeSchedule", **inputs)}


def charted(server, graph) -> dict:
    (payload,) = server.run(graph).outputs["chart"]["denoiscope_chart"]
    return payload


def curves(payload, row=SIGMA) -> dict[str, list]:
    return {line["label"]: line["values"][row] for line in payload["series"]}


def test_karras_is_equation_5_of_karras_2022_and_exponential_is_a_geometric_series(server):
    found = curves(charted(server, schedule()))
    high, low, rho, last = found["karras"][0], found["karras"][19], 7, 19
    ends = [(end ** (1 / rho)) for end in (high, low)]
    assert found["karras"][:20] == pytest.approx([(ends[0] + i / last * (ends[1] - ends[0])) ** rho for i in range(20)])
    assert found["exponential"][:20] == pytest.approx([high * (low / high) ** (i / last) for i in range(20)], rel=1e-5)
    assert [sigmas[20] for sigmas in found.values()] == [0.0, 0.0, 0.0]


def test_alpha_bar_and_snr_follow_from_sigma_and_the_spread_of_the_latents(server):
    payload = charted(server, schedule(schedulers="karras"))
    sigmas = curves(payload)["karras"]
    assert payload["panels"][SHARE]["symbol"] == "ᾱ"
    assert curves(payload, SHARE)["karras"] == pytest.approx(
        [SIGMA_DATA**2 / (SIGMA_DATA**2 + s**2) for s in sigmas], abs=1e-6
    )
    wanted = [20 * math.log10(SIGMA_DATA / s) for s in sigmas[:-1]]
    *against, last = curves(payload, AGAINST)["karras"]
    assert (against, last) == (pytest.approx(wanted, abs=1e-4), None)
    assert any("as strong as the picture at sigma 2" in note for note in payload["notes"])


@pytest.mark.parametrize("denoise", [1.0, 0.6])
@pytest.mark.parametrize("name", schedulers())
def test_every_scheduler_gives_what_the_stock_scheduler_node_gives(server, name, denoise):
    """The stock node cuts what is longer than asked for (ddim_uniform), KSampler and this chart do not."""
    graph = schedule(schedulers=name, step_counts="12", denoise=denoise, sigmas="stock")
    graph["stock"] = node("BasicScheduler", model=["pocket", 0], scheduler=name, steps=12, denoise=denoise)
    found = curves(charted(server, graph))
    assert found[name][-13:] == found["SIGMAS"]


def test_the_curve_is_the_way_that_a_run_takes(server):
    graph = {**pocket_run(steps=6, seed=61), **schedule(schedulers="karras", step_counts="6")}
    graph["view"] = node("DenoiscopeViewer", deck=["deck", 0], picture_size=64, decode="nothing")
    outputs = server.run(graph).outputs
    (deck,), (chart,) = outputs["view"]["denoiscope_deck"], outputs["chart"]["denoiscope_chart"]
    assert deck["trajectories"][0]["sigmas"] == pytest.approx(curves(chart)["karras"], rel=1e-5)


def test_a_flow_model_shows_the_share_that_is_mixed_in(server):
    graph = schedule(model="flow", schedulers="normal")
    graph["flow"] = node("ModelSamplingSD3", model=["pocket", 0], shift=3.0)
    payload = charted(server, graph)
    sigmas = curves(payload)["normal"]
    assert payload["panels"][SHARE]["symbol"] == "1 − σ"
    assert sigmas[0] == pytest.approx(1.0)
    assert curves(payload, SHARE)["normal"] == pytest.approx([1 - s for s in sigmas], abs=1e-6)
    assert curves(payload, AGAINST)["normal"][10] == pytest.approx(
        20 * math.log10((1 - sigmas[10]) / sigmas[10]), abs=1e-4
    )


def test_the_spread_of_an_edm_models_latents_counts(server):
    graph = schedule(model="edm", schedulers="karras")
    graph["edm"] = node(
        "ModelSamplingContinuousEDM", model=["pocket", 0], sampling="edm", sigma_max=80.0, sigma_min=0.002
    )
    payload = charted(server, graph)
    sigma = curves(payload)["karras"][5]
    assert curves(payload, SHARE)["karras"][5] == pytest.approx(0.25 / (0.25 + sigma**2), rel=1e-5)


def test_step_counts_that_differ_stand_over_the_share_of_the_run(server):
    payload = charted(server, schedule(schedulers="normal, karras", step_counts="4, 8"))
    assert payload["across"]["shares"]
    assert [line["label"] for line in payload["series"]] == [
        "normal, 4 steps",
        "normal, 8 steps",
        "karras, 4 steps",
        "karras, 8 steps",
    ]
    assert payload["series"][0]["across"] == [0, 0.25, 0.5, 0.75, 1]
    assert payload["series"][0]["colour"] == payload["series"][1]["colour"] != payload["series"][2]["colour"]
    assert payload["series"][0]["dash"] == [] != payload["series"][1]["dash"]


def test_denoise_below_one_walks_the_end_of_a_longer_schedule(server):
    whole = curves(charted(server, schedule(schedulers="karras", step_counts="40")))["karras"]
    payload = charted(server, schedule(schedulers="karras", step_counts="20", denoise=0.5))
    assert curves(payload)["karras"] == whole[20:]
    assert any("20/40" in note for note in payload["notes"])


def test_a_scheduler_that_keeps_its_own_count_is_named(server):
    payload = charted(server, schedule(schedulers="ddim_uniform", step_counts="30"))
    steps = len(curves(payload)["ddim_uniform"]) - 1
    assert steps != 30
    assert f"ddim_uniform gives {steps} steps where 30 were asked for." in payload["notes"]


def test_sigmas_alone_are_drawn_and_the_chart_says_how_they_were_read(server):
    graph = {"stock": node("KarrasScheduler", steps=5, sigma_max=10.0, sigma_min=0.1, rho=7.0)}
    graph |= {"chart": schedule(model=None, sigmas="stock")["chart"]}
    payload = charted(server, graph)
    assert list(curves(payload)) == ["SIGMAS"]
    assert payload["notes"][0].startswith("No model is connected. The highest sigma is 10, above 1")


def test_the_picture_shows_the_numbers_of_the_widget(server):
    """Each dot of the curve that is drawn last stands on the picture where its number says."""
    graph = {**schedule(schedulers="karras"), "picture": node("PreviewImage", images=["chart", 0])}
    outputs = server.run(graph).outputs
    (payload,) = outputs["chart"]["denoiscope_chart"]
    with Image.open(server.path_of(outputs["picture"]["images"][0])) as opened:
        picture = opened.convert("RGB")
    (curve,) = payload["series"]
    colour = tuple(int(curve["colour"][i : i + 2], 16) for i in (1, 3, 5))
    right = paper.WIDTH - paper.EDGE - paper.RUG_GAP - paper.RUG_COLUMN
    for row, panel in enumerate(payload["panels"]):
        pitch = paper.PANEL_HEAD + paper.PANEL_HEIGHT + paper.PANEL_GAP
        bottom = paper.LEGEND_TOP + paper.LEGEND_ROW + paper.PANEL_HEAD + paper.PANEL_HEIGHT + row * pitch
        for at, value in zip(curve["across"], curve["values"][row], strict=True):
            if value is not None:
                place = paper.LEFT + at / 20 * (right - paper.LEFT), bottom - paper.PANEL_HEIGHT * height(value, panel)
                seen = picture.getpixel(tuple(map(round, place)))
                assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) < 30, (panel["title"], at, seen)


def height(value, panel):
    if panel["scale"] == "linear":
        return (value - panel["low"]) / (panel["high"] - panel["low"])
    if value == 0:
        return 0
    decades = math.log10(panel["high"]) - math.log10(panel["low"])
    return panel["floor"] + (1 - panel["floor"]) * (math.log10(value) - math.log10(panel["low"])) / decades


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schedulers": "karas"}, "'karas' is not installed here; did you mean karras?"),
        ({"schedulers": "normal, "}, "a value is missing beside a comma"),
        ({"step_counts": ""}, "step counts: the list is empty"),
        ({"step_counts": "20..10"}, "runs backwards"),
        ({"step_counts": "0"}, "1 to 1000 steps can be drawn, got 0"),
        ({"step_counts": "2.5"}, "step counts must be whole numbers"),
        ({"step_counts": "1..5"}, "15 curves are more than one chart can show"),
        ({"denoise": 0.0}, "smaller than min of 0.01"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_anything_runs(server, changes, sentence):
    with pytest.raises(Refused) as failure:
        server.run(schedule(**changes))
    assert sentence in str(failure.value)


def test_a_text_that_another_node_gives_is_checked_when_it_is_there(server):
    graph = schedule(schedulers=["text", 0], step_counts="3")
    graph["text"] = node("PrimitiveString", value="beta")
    assert list(curves(charted(server, graph))) == ["beta"]
    graph["text"] = node("PrimitiveString", value="betta")
    with pytest.raises(RunFailed, match="did you mean beta"):
        server.run(graph)


def test_without_model_and_sigmas_the_node_says_what_to_connect(server):
    with pytest.raises(RunFailed, match="connect a model, or SIGMAS, or both"):
        server.run({"chart": schedule(model=None)["chart"]})


def test_empty_sigmas_are_refused_in_a_sentence(server):
    graph = schedule(sigmas="stock")
    graph["stock"] = node("BasicScheduler", model=["pocket", 0], scheduler="karras", steps=4, denoise=0.0)
    with pytest.raises(RunFailed, match="SIGMAS has no noise levels"):
        server.run(graph)


def test_sigmas_of_an_eps_model_do_not_fit_a_flow_model(server):
    graph = schedule(model="flow", sigmas="stock")
    graph["flow"] = node("ModelSamplingSD3", model=["pocket", 0], shift=3.0)
    graph["stock"] = node("BasicScheduler", model=["pocket", 0], scheduler="karras", steps=4, denoise=1.0)
    with pytest.raises(RunFailed, match="a flow model knows none above 1"):
        server.run(graph)
