"""Forward noising on the real server with the pocket model: the deck, the mirror, and what is refused."""

import pytest
import torch
from safetensors.torch import load_file

from denoiscope.core.recording.deck_file import load_deck
from denoiscope.core.showing.views import OF_FORWARD, SAID_OTHERWISE
from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node

from .graphs import pocket_run, viewer

STEPS = 4


def forward(*without, image=True, **changes) -> dict:
    """A picture that the pocket model made, noised as node "deck"; `without` names sockets to leave open."""
    graph = pocket_run(seed=201, steps=6)
    graph["sample"]["inputs"]["model"] = ["pocket", 0]
    sockets = {
        "image": ["picture", 0],
        "vae": ["pocket", 2],
        "latent": ["sample", 0],
        "model": ["pocket", 0],
        "positive": ["positive", 0],
        "negative": ["negative", 0],
    }
    left_out = {*without, "latent" if image else "image"}
    inputs = {
        **{name: socket for name, socket in sockets.items() if name not in left_out},
        "seed": 202,
        "steps": STEPS,
        "scheduler": "normal",
        "schedule": "variance preserving",
        "mirror": "off",
        "cfg": 1.0,
        "sampler_name": "euler",
        **changes,
    }
    del graph["record"]
    picture = node("VAEDecode", samples=["sample", 0], vae=["pocket", 2])
    return {**graph, "picture": picture, "deck": node("DenoiscopeForward", **inputs)}


def saved(server, graph):
    run = server.run({**graph, "save": node("DenoiscopeSaveDeck", deck=["deck", 0], filename_prefix="tests/forward")})
    return load_deck(server.path_of(run.outputs["save"]["denoiscope_files"][0]))


def test_a_mirrored_picture_reaches_the_viewer_with_its_error_and_all_its_views(server):
    run = server.run({**forward(mirror="guess and regenerate"), "view": viewer()})
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    (trajectory,) = payload["trajectories"]
    assert payload["kind"] == "forward"
    assert trajectory["sigmas"] == sorted(trajectory["sigmas"]) and trajectory["sigmas"][0] == 0
    assert trajectory["error"][0] == 0 and trajectory["error"] == sorted(trajectory["error"])
    assert trajectory["signal"][0] == 1 and trajectory["signal"] == sorted(trajectory["signal"], reverse=True)
    assert trajectory["prompt"] == "a red lighthouse on a cliff at dusk"
    assert (trajectory["seed"], trajectory["sampler"], trajectory["notes"]) == ("202", "euler", [])
    assert trajectory["model_calls"] == [0, 1, 1, 1, 1]
    assert [view["id"] for view in payload["views"]] == list(OF_FORWARD)
    for view in payload["views"]:
        at_the_picture = view["id"] not in SAID_OTHERWISE
        assert view["absent"] is None and view["present"] == [[at_the_picture] + [True] * STEPS]


def test_progress_is_told_over_the_whole_mirror(server):
    run = server.run({**forward(mirror="guess and regenerate", seed=203), "view": viewer()})
    told = [event.data for event in run.events if event.type == "progress" and event.data["node"] == "deck"]
    assert {event["max"] for event in told} == {4 + 4 + 3 + 2 + 1}
    assert told[-1]["value"] == told[-1]["max"]


def test_an_image_and_its_latent_are_noised_alike(server):
    decks = [saved(server, forward(image=image, seed=204)) for image in (True, False)]
    of_image, of_latent = (deck.trajectories[0] for deck in decks)
    assert of_image.noise_fingerprint() == of_latent.noise_fingerprint()
    assert (of_image.x[0] - of_latent.x[0]).square().mean() < 0.2 * of_latent.x[0].square().mean()


def test_without_a_model_the_pixels_of_an_image_are_noised_and_shown_exactly(server):
    run = server.run({**forward("model", "vae", "positive", "negative"), "view": viewer()})
    (payload,) = run.outputs["view"]["denoiscope_deck"]
    assert (payload["title"], payload["model"]) == ("Forward noising of pixels, variance preserving", "no model")
    assert {view["source"] for view in payload["views"] if not view["absent"]} == {"exact"}
    assert "No model was asked" in next(view["absent"] for view in payload["views"] if view["id"] == "x0")


def test_a_plain_flow_is_labelled_as_such(server):
    deck = saved(server, forward("model", schedule="flow"))
    assert deck.parameterization == "flow"
    assert any("straight line" in note for note in deck.trajectories[0].notes)


def test_a_level_that_is_picked_goes_on_to_what_img2img_makes(server):
    """Claim 14: Pick Step at state 2 of 4 and a sampler without noise, or the stock KSampler with denoise 0.5."""
    graph = forward(image=False)
    told = {"positive": ["positive", 0], "negative": ["negative", 0], "cfg": 4.0}
    graph |= {
        "pick": node("DenoiscopePickStep", deck=["deck", 0], trajectory=0, state=2, what="noisy state"),
        "guider": node("CFGGuider", model=["pocket", 0], **told),
        "euler": node("KSamplerSelect", sampler_name="euler"),
        "no_noise": node("DisableNoise"),
        "picked": node(
            "SamplerCustomAdvanced",
            noise=["no_noise", 0],
            guider=["guider", 0],
            sampler=["euler", 0],
            sigmas=["pick", 1],
            latent_image=["pick", 0],
        ),
        "img2img": node(
            "KSampler",
            model=["pocket", 0],
            seed=202,
            steps=2,
            sampler_name="euler",
            scheduler="normal",
            latent_image=["sample", 0],
            denoise=0.5,
            **told,
        ),
    }
    for name in ("picked", "img2img"):
        graph[f"save_{name}"] = node("SaveLatent", samples=[name, 0], filename_prefix=f"tests/{name}")
    outputs = server.run(graph).outputs
    picked, img2img = (
        load_file(server.path_of(outputs[f"save_{name}"]["latents"][0]))["latent_tensor"]
        for name in ("picked", "img2img")
    )
    torch.testing.assert_close(picked, img2img, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(
    ("graph", "words"),
    [
        (forward("image"), "neither came"),
        (forward("vae"), "connect the VAE that belongs to it"),
        (forward("model", mirror="one guess"), "connect a model"),
        (forward("positive", mirror="one guess"), "connect positive"),
        (forward("negative", mirror="one guess", cfg=4.0), "cfg 4 also asks the model without the prompt"),
    ],
    ids=["no picture", "no VAE", "no model", "no prompt", "no negative"],
)
def test_what_is_missing_is_told_in_one_sentence(server, graph, words):
    with pytest.raises(RunFailed, match=words):
        server.run({**graph, "view": viewer()})


def test_no_steps_are_refused_before_anything_runs(server):
    with pytest.raises(Refused, match="steps"):
        server.run({**forward(steps=0), "view": viewer()})


def test_an_interrupted_mirror_stops(server):
    graph = forward(mirror="guess and regenerate", steps=60, seed=205)
    levels = []

    def stop(event):
        if event.type == "progress" and event.data["node"] == "deck":
            levels.append(event.data["value"])
            server.interrupt()

    assert server.run({**graph, "view": viewer()}, on_event=stop).interrupted
    assert levels[-1] < 60 * 61 / 2
