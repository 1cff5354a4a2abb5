"""Drawn scenes on the real server: what was wished for is drawn and told, the seed does the rest, what cannot be."""

import numpy as np
import pytest
from PIL import Image

from denoiscope.devtools.driving.client import Refused, RunFailed
from denoiscope.devtools.driving.workflow import node
from denoiscope.pocket.captions import full_caption
from denoiscope.pocket.scenes import ATTRIBUTES, choose_scene, draw
from denoiscope.pocket.text import TOKEN_OF, split_words

ANY = dict.fromkeys((*ATTRIBUTES, "sky"), "any")


def scene(**changes) -> dict:
    """A drawn scene as node "scene", its three outputs kept by stock nodes."""
    return {
        "scene": node("DenoiscopeScene", **ANY | {"seed": 0} | changes),
        "picture": node("PreviewImage", images=["scene", 0]),
        "told": node("PreviewAny", source=["scene", 1]),
        "mask": node("MaskPreview", mask=["scene", 2]),
    }


def drawn(server, **changes) -> tuple[Image.Image, str, np.ndarray]:
    outputs = server.run(scene(**changes)).outputs
    pictures = [opened(server.path_of(outputs[name]["images"][0])) for name in ("picture", "mask")]
    return pictures[0], outputs["told"]["text"][0], np.asarray(pictures[1], float)[..., 0] / 255


def opened(path) -> Image.Image:
    with Image.open(path) as picture:
        return picture.convert("RGB")


def test_with_nothing_wished_it_is_the_training_scene_of_the_seed(server):
    for seed in (3, 2**64 - 1):
        picture, told, _ = drawn(server, seed=seed)
        assert picture.tobytes() == draw(choose_scene(seed)).tobytes()
        assert told == full_caption(choose_scene(seed))


def test_the_node_runs_alone_and_shows_its_picture(server):
    outputs = server.run({"scene": scene(seed=4)["scene"]}).outputs
    (shown,) = outputs["scene"]["images"]
    assert opened(server.path_of(shown)).tobytes() == draw(choose_scene(4)).tobytes()


def test_every_wish_is_in_the_prompt_and_the_prompt_is_in_the_models_words(server):
    wishes = {
        "subject": "castle",
        "place": "desert",
        "time": "dusk",
        "style": "neon",
        "position": "left",
        "colour": "blue",
        "sky": "birds, sun",
    }
    _, told, mask = drawn(server, **wishes, seed=12)
    assert told == "a neon picture of a blue castle in the desert at dusk, with the sun and birds, on the left"
    assert set(split_words(told)) <= set(TOKEN_OF)
    assert mask[:, :64].sum() > 10 * mask[:, 72:].sum()


def test_the_mask_covers_the_subject_and_nothing_else(server):
    wishes = {"subject": "house", "place": "snow", "time": "noon", "style": "flat", "position": "centre", "sky": ""}
    red, _, mask = drawn(server, **wishes, colour="red", seed=5)
    blue, _, same = drawn(server, **wishes, colour="blue", seed=5)
    np.testing.assert_array_equal(mask, same)
    changed = np.abs(np.asarray(red, float) - np.asarray(blue, float)).max(-1) > 8
    assert changed.sum() > 500
    assert (mask[changed] > 0).all()
    assert 0.05 < mask.mean() < 0.25


def test_one_wish_leaves_the_rest_of_the_picture_alone(server):
    """Another colour changes the subject's own pixels only."""
    seed = next(seed for seed in range(99) if choose_scene(seed).style == "flat" and choose_scene(seed).colour == "red")
    before, _, mask = drawn(server, seed=seed)
    after, _, _ = drawn(server, seed=seed, colour="yellow")
    differs = (np.asarray(before, int) != np.asarray(after, int)).any(-1)
    assert differs.any()
    assert (mask[differs] > 0).all()


def test_the_picture_goes_into_the_stock_vae_and_the_prompt_into_the_stock_encoder(server):
    graph = scene(seed=8) | {
        "pocket": node("DenoiscopePocketModel"),
        "latent": node("VAEEncode", pixels=["scene", 0], vae=["pocket", 2]),
        "masked": node("SetLatentNoiseMask", samples=["latent", 0], mask=["scene", 2]),
        "positive": node("CLIPTextEncode", clip=["pocket", 1], text=["scene", 1]),
        "empty": node("CLIPTextEncode", clip=["pocket", 1], text=""),
        "sample": node(
            "KSampler",
            model=["pocket", 0],
            positive=["positive", 0],
            negative=["empty", 0],
            latent_image=["masked", 0],
            seed=1,
            steps=2,
            cfg=2.0,
            sampler_name="euler",
            scheduler="karras",
            denoise=0.5,
        ),
        "decoded": node("VAEDecode", samples=["sample", 0], vae=["pocket", 2]),
        "shown": node("PreviewImage", images=["decoded", 0]),
    }
    assert opened(server.path_of(server.run(graph).outputs["shown"]["images"][0])).size == (128, 128)


@pytest.mark.parametrize(
    ("wishes", "sentence"),
    [
        ({"subject": "sailboat", "place": "hill"}, "a sailboat cannot stand on the hill: choose the place sea"),
        ({"subject": "house", "colour": "green"}, "a house cannot be green, only a tree can"),
        ({"subject": "tree", "colour": "blue"}, "a tree cannot be blue: choose red, yellow or green"),
        ({"time": "night", "sky": "birds"}, "the sky at night cannot hold birds: it holds moon, stars, clouds"),
        ({"sky": "sun, stars"}, "no hour has sun and stars in its sky together"),
        ({"sky": "moon, sun"}, "the sun and the moon are not in the sky together here"),
        ({"sky": "dragons"}, "the sky can hold sun, moon, stars, clouds, birds, got dragons"),
        ({"place": "moon base"}, "place must be one of any, sea, cliff, hill, meadow, desert, snow, got 'moon base'"),
        ({"seed": -1}, "seed must be 0..18,446,744,073,709,551,615, got -1"),
    ],
)
def test_what_no_scene_can_be_is_refused_in_a_sentence_before_anything_runs(server, wishes, sentence):
    with pytest.raises(Refused) as failure:
        server.run(scene(**wishes))
    assert sentence in str(failure.value)


def test_a_word_that_another_node_gives_is_checked_when_it_is_there(server):
    graph = scene(sky=["text", 0]) | {"text": node("PrimitiveString", value="Birds , clouds,")}
    assert "with clouds and birds" in server.run(graph).outputs["told"]["text"][0]
    graph["text"] = node("PrimitiveString", value="bats")
    with pytest.raises(RunFailed, match="the sky can hold .* got bats"):
        server.run(graph)
