"""The doctor and the comparison on the real server: faults as people make them, and what cannot be looked at."""

import json

import pytest

from denoiscope.devtools.driving.client import RunFailed
from denoiscope.devtools.driving.workflow import node

from .graphs import pocket_run


def doctor(deck=("deck", 0), **inputs) -> dict:
    """The doctor as node "doctor", its text as "said" and its JSON as "numbers"."""
    return {
        "doctor": node("DenoiscopeDoctor", deck=list(deck), **inputs),
        "said": node("PreviewAny", source=["doctor", 0]),
        "numbers": node("PreviewAny", source=["doctor", 1]),
    }


def compared(other, deck=("deck", 0)) -> dict:
    return {
        "compare": node("DenoiscopeCompareRuns", deck=list(deck), other=list(other), trajectory=0),
        "said": node("PreviewAny", source=["compare", 0]),
    }


def payload(outputs) -> dict:
    return outputs["doctor"]["denoiscope_diagnosis"][0]


def rules(outputs) -> list[str]:
    return [finding["id"] for finding in payload(outputs)["findings"]]


def changed(graph, name, **inputs) -> dict:
    return graph | {name: {**graph[name], "inputs": graph[name]["inputs"] | inputs}}


def two_runs(**changes) -> dict:
    """A second run beside the first, as node "deck2"."""
    first, second = pocket_run(), pocket_run(**changes)
    more = {"sample2": changed(second, "sample", model=["record2", 0])["sample"]}
    more |= {"record2": second["record"]}
    more |= {"deck2": changed(second, "deck", recording=["record2", 1], latent=["sample2", 0])["deck"]}
    return first | more


def advanced(**changes) -> dict:
    """Two KSamplerAdvanced in a row, the second recorded: to step 4 of 8, and from `start` on."""
    start, add = changes.get("start", 4), changes.get("add_noise", "disable")
    graph = pocket_run()
    shared = {k: graph["sample"]["inputs"][k] for k in ("cfg", "sampler_name", "positive", "negative")}
    shared |= {"steps": 8, "scheduler": "normal", "noise_seed": 1}
    first = {"start_at_step": 0, "end_at_step": 4, "add_noise": "enable", "return_with_leftover_noise": "enable"}
    second = {"start_at_step": start, "end_at_step": 10000, "add_noise": add, "return_with_leftover_noise": "disable"}
    told = {**shared, **first, "model": ["pocket", 0], "latent_image": ["empty", 0]}
    two = {**shared, **second, "model": ["record", 0], "latent_image": ["first", 0]}
    return graph | {"first": node("KSamplerAdvanced", **told), "sample": node("KSamplerAdvanced", **two)}


def test_a_healthy_run_is_found_healthy_and_all_three_results_say_the_same(server):
    graph = pocket_run(steps=8) | doctor(model=["pocket", 0], vae=["pocket", 2])
    outputs = server.run(graph).outputs
    assert payload(outputs)["findings"] == []
    assert "Nothing found" in outputs["said"]["text"][0]
    assert json.loads(outputs["numbers"]["text"][0]) == payload(outputs)
    assert "latent lost in the VAE" in payload(outputs)["looked_at"]
    assert payload(outputs)["not_looked_at"]["first guess equal to the reference's"] == "no reference deck is connected"


@pytest.mark.parametrize(
    ("graph", "rule"),
    [
        (lambda: changed(pocket_run(steps=8), "sample", denoise=0.5), "empty-source"),
        (lambda: pocket_run(steps=8, text=""), "no-pull"),
        (lambda: changed(pocket_run(cfg=1.0), "negative", text="a boat"), "unused-negative"),
        (lambda: pocket_run(steps=8, cfg=30.0), "noise-drift"),
        (lambda: advanced(start=6), "steps-missing"),
        (lambda: advanced(start=2), "steps-twice"),
        (lambda: advanced(add_noise="enable"), "noise-twice"),
    ],
)
def test_faults_as_people_make_them_are_found(server, graph, rule):
    assert rule in rules(server.run(graph() | doctor()).outputs)


def test_two_samplers_that_meet_are_not_blamed(server):
    assert rules(server.run(advanced() | doctor()).outputs) == []


def test_a_reference_that_gave_the_same_first_guess_is_said(server):
    outputs = server.run(two_runs() | doctor(reference=["deck2", 0])).outputs
    assert rules(outputs) == ["same-as-reference"]


def test_a_watch_keeps_the_last_states_of_a_run_that_is_certainly_wrong_and_says_so(server):
    graph = changed(pocket_run(steps=8, text=""), "record", keep="numbers only")
    graph |= {"lines": node("PreviewAny", source=["deck", 2])}
    outputs = server.run(graph | doctor()).outputs
    said = outputs["lines"]["text"][0].splitlines()[-1].split("\t")[-1]
    assert "equal to the bit at all 8 steps" in said
    assert payload(outputs)["findings"][0]["id"] == "no-pull"


def test_a_watch_keeps_no_state_of_a_sound_run(server):
    graph = changed(pocket_run(steps=8), "record", keep="numbers only")
    outputs = server.run(graph | {"lines": node("PreviewAny", source=["deck", 2])}).outputs
    assert outputs["lines"]["text"][0].splitlines()[-1].split("\t")[-3:] == ["8", "finished", "-"]


def test_a_picture_that_was_noised_is_refused(server):
    graph = pocket_run()
    inputs = {"latent": ["sample", 0], "mirror": "off", "seed": 5, "steps": 4, "scheduler": "normal"}
    inputs |= {"schedule": "variance preserving", "cfg": 1.0, "sampler_name": "euler"}
    graph |= {"noised": node("DenoiscopeForward", model=["pocket", 0], **inputs)}
    with pytest.raises(RunFailed, match="holds a picture that was noised, not a run"):
        server.run(graph | doctor(("noised", 0)))


def test_runs_of_two_seeds_differ_in_their_settings_first(server):
    outputs = server.run(two_runs(seed=2) | compared(("deck2", 0))).outputs
    (two,) = outputs["compare"]["denoiscope_comparison"]
    assert [told["stage"] for told in two["differences"]] == ["settings", "start", "start"]
    assert (two["parted"]["step"], two["parted"]["quantity"]) == (0, "x")
    assert "The settings differ" in outputs["said"]["text"][0]


def test_runs_of_two_prompts_part_at_the_first_prediction_with_the_prompt(server):
    graph = two_runs()
    graph |= {"positive2": node("CLIPTextEncode", clip=["pocket", 1], text="a boat")}
    graph = changed(graph, "sample2", positive=["positive2", 0])
    (two,) = server.run(graph | compared(("deck2", 0))).outputs["compare"]["denoiscope_comparison"]
    assert [told["what"] for told in two["differences"][:2]] == ["prompt", "positive"]
    assert (two["parted"]["step"], two["parted"]["quantity"]) == (0, "cond")


def test_a_run_and_its_deck_file_are_equal_to_the_bit(server):
    graph = pocket_run() | {"save": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="doctor/kept")}
    (file,) = server.run(graph).outputs["save"]["denoiscope_files"]
    name = f"{file['subfolder']}/{file['filename']} [output]"
    graph = pocket_run() | {"loaded": node("DenoiscopeLoadDeck", deck_file=name)} | compared(("loaded", 0))
    (two,) = server.run(graph).outputs["compare"]["denoiscope_comparison"]
    assert (two["differences"], two["parted"]) == ([], None)


def test_runs_of_two_sizes_are_refused(server):
    graph = two_runs() | {"larger": node("EmptyLatentImage", width=192, height=128, batch_size=1)}
    graph = changed(graph, "sample2", latent_image=["larger", 0])
    with pytest.raises(RunFailed, match="these runs share nothing to compare"):
        server.run(graph | compared(("deck2", 0)))


def test_the_own_error_of_a_shortcut_is_given_where_its_model_is_connected(server):
    graph = two_runs()
    graph |= {"cached": node("LazyCache", model=["pocket", 0], reuse_threshold=3.0, start_percent=0.15,
                             end_percent=0.95, verbose=False)}  # fmt: skip
    graph = changed(graph, "record2", model=["cached", 0])
    asked = {"model": ["cached", 0], "positive": ["positive", 0], "negative": ["negative", 0]}
    graph |= compared(("deck2", 0))
    outputs = server.run(changed(graph, "compare", **asked)).outputs
    errors = outputs["compare"]["denoiscope_comparison"][0]["errors"]
    assert errors[0]["one_step"] < 1e-4 and errors[-1]["one_step"] is None
    assert "\tone step\t" in outputs["said"]["text"][0]
