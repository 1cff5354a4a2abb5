"""The formulas behind the card's figures, on inputs whose answers are known; and the watching of real sampling."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch

pytest.importorskip("comfy", reason="needs ComfyUI: COMFYUI_PATH is not set")

from denoiscope.host import pocket
from denoiscope.pocket.autoencoder import Autoencoder
from denoiscope.pocket.captions import full_caption
from denoiscope.pocket.denoiser import SIGMA_DATA
from denoiscope.pocket.scenes import SKY, choose_scene, draw_with_masks
from denoiscope.pocket.text import TOKEN_OF, tokenize
from denoiscope.training import __main__ as training
from denoiscope.training import denoiser, evaluation, sheets, speed, weights
from denoiscope.training.convergence import distance
from denoiscope.training.editing import opening, replaced, restyled
from denoiscope.training.examined import Examined, Sizes, drawn
from denoiscope.training.fidelity import decibels_within, small_things
from denoiscope.training.guesses import bands, joined, r_squared
from denoiscope.training.likeness import frechet_distance, matrix_root, mean_distance, siblings
from denoiscope.training.looking import KINDS, kinds_of_words, looks_of, means, word_maps, words_that_point
from denoiscope.training.obedience import binomial_error, looks, occasions, skies, spread
from denoiscope.training.sampling import How, Watched, noise_of, scenes_to_draw, watched
from denoiscope.training.word_maps import SLOTS


def numbers(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.fixture(scope="module")
def untrained():
    parts = {name: part.state_dict() for name, part in denoiser.new_model(seed=0).items()}
    preview = {"factors": torch.zeros(8, 3), "bias": torch.zeros(3)}
    weights = {**parts, "autoencoder": Autoencoder().state_dict(), "preview": preview}
    return pocket.build_model(weights), pocket.build_clip(weights), pocket.PocketVAE(weights["autoencoder"])


def test_a_share_errs_like_a_coin_thrown_as_often():
    assert binomial_error(0.5, 100) == pytest.approx(0.05)
    assert binomial_error(1.0, 96) == 0 == binomial_error(0.0, 0)


def test_every_score_knows_on_how_many_scenes_it_rests():
    scene = choose_scene(0)
    found = occasions((replace(scene, sky=("sun",)), replace(scene, sky=("sun", "birds")), replace(scene, sky=())))
    assert found["subject"] == found["all six"] == 3
    assert (found["sun seen"], found["sun unasked"], found["birds seen"], found["moon unasked"]) == (2, 1, 1, 3)


def test_saturation_is_1_for_pure_colours_and_0_for_grey_and_what_overshoots_is_counted():
    red, grey, wild = (torch.tensor(colour).view(1, 3, 1, 1).expand(1, 3, 4, 4) for colour in
                       ([1.0, -1.0, -1.0], [0.3, 0.3, 0.3], [1.5, -1.01, 0.0]))  # fmt: skip
    assert looks(red) == {"saturation": 1, "clipped": 0}
    assert looks(grey)["saturation"] == pytest.approx(0, abs=1e-6)
    assert looks(wild)["clipped"] == pytest.approx(1 / 3)


def test_the_spread_is_that_of_the_denoisers_own_latents():
    assert spread(torch.randn(8, 8, 16, 16, generator=numbers())) == pytest.approx(SIGMA_DATA, rel=0.02)


def test_the_sky_is_judged_on_enough_scenes_with_every_thing_and_on_none_that_was_left_out_of_training():
    scenes = skies(3)
    assert all(sum(name in scene.sky for scene in scenes) >= 3 for name in SKY)
    assert not any(scene.held_out for scene in scenes)
    assert len(scenes) < 15


def test_scenes_to_draw_are_far_from_the_training_seeds_and_held_out_only_when_asked_for():
    assert all(scene.seed >= 10_000_000 and not scene.held_out for scene in scenes_to_draw(20))
    assert all(scene.held_out for scene in scenes_to_draw(5, held_out=True))


def test_a_set_is_at_no_distance_from_itself_and_a_shifted_one_at_the_square_of_the_shift():
    a = torch.randn(200, 5, generator=numbers())
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)
    assert frechet_distance(a, a + torch.tensor([3.0, 4.0, 0, 0, 0])) == pytest.approx(25, rel=1e-5)


def test_the_frechet_distance_of_two_spreads_is_the_square_of_their_difference():
    a = torch.randn(500, 4, generator=numbers()).double()
    expected = (5 - 2) ** 2 * (a.var(0).sum() + a.mean(0).square().sum()).item()
    assert frechet_distance(2 * a, 5 * a) == pytest.approx(expected, rel=1e-6)


def test_the_frechet_distance_agrees_with_the_eigenvalues_of_the_plain_product():
    a, b = (torch.randn(300, 6, generator=numbers(i)).double() @ torch.randn(6, 6, generator=numbers(i + 9)).double()
            for i in (1, 2))  # fmt: skip
    ca, cb = (np.cov(x.T.numpy()) for x in (a, b))
    product = np.linalg.eigvals(ca @ cb).real.clip(0)
    shift = (a.mean(0) - b.mean(0)).square().sum().item()
    expected = shift + np.trace(ca) + np.trace(cb) - 2 * np.sqrt(product).sum()
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-8)


def test_a_matrix_root_squared_is_the_matrix():
    a = torch.randn(4, 4, generator=numbers()).double()
    torch.testing.assert_close(matrix_root(a @ a.T) @ matrix_root(a @ a.T), a @ a.T)


def test_the_mean_distance_of_a_triangle_is_the_mean_of_its_sides():
    assert mean_distance(torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])) == pytest.approx(4)


def test_siblings_are_described_alike_and_look_different():
    scene = choose_scene(10_000_000)
    a, b = siblings(scene, 2)
    assert full_caption(a) == full_caption(b) == full_caption(scene)
    assert not torch.equal(*drawn((a, b)))


def test_layout_and_detail_add_up_and_share_nothing():
    latents = torch.randn(2, 8, 16, 16, generator=numbers())
    low, high = bands(latents).values()
    assert low.shape == (2, 8, 4, 4)
    torch.testing.assert_close(low.repeat_interleave(4, 2).repeat_interleave(4, 3) + high, latents)
    torch.testing.assert_close(bands(high)["low"], torch.zeros_like(low), atol=1e-6, rtol=0)


def test_r_squared_is_1_for_the_truth_0_for_its_mean_and_negative_for_worse():
    wanted = torch.randn(3, 2, 4, 4, generator=numbers()) + torch.tensor([5.0, -5.0]).view(1, 2, 1, 1)
    mean = wanted.mean((0, 2, 3), keepdim=True)
    assert r_squared(wanted, wanted) == 1
    assert r_squared(mean.expand_as(wanted), wanted) == pytest.approx(0, abs=1e-6)
    assert r_squared(mean + (wanted - mean) * 0.5, wanted) == pytest.approx(0.75, abs=1e-5)
    assert r_squared(2 * mean - wanted, wanted) == pytest.approx(-3, abs=1e-4)


def test_noisy_latents_shrink_to_the_spread_of_finished_ones():
    sigmas = torch.tensor([14.6, 2.0, 0.1])
    clean, noise = (torch.randn(3, 4, 8, 16, 16, generator=numbers(i)) for i in (0, 1))
    x = SIGMA_DATA * clean + sigmas.view(-1, 1, 1, 1, 1) * noise
    spreads = Watched(sigmas, x, x, x[0]).shrunk.std((1, 2, 3, 4))
    torch.testing.assert_close(spreads, torch.full((3,), SIGMA_DATA), rtol=0.03, atol=0)


def test_a_distance_is_relative_to_what_is_wanted():
    wanted = torch.full((2, 1, 2, 2), 2.0)
    assert distance(wanted + 0.5, wanted) == pytest.approx(0.25)
    assert distance(wanted, wanted) == 0


@pytest.mark.parametrize("seed", range(12))
def test_the_mask_opens_where_the_subject_stands(seed):
    scene = choose_scene(seed)
    subject = torch.from_numpy(np.asarray(draw_with_masks(scene)[1][scene.subject]))
    mask = opening(scene)[0, 0]
    assert (subject * mask).sum() > 0.9 * subject.sum()
    assert mask.mean() <= 0.5


def test_restyled_and_replaced_scenes_keep_the_rest():
    scenes = tuple(map(choose_scene, range(40)))
    for before, after in zip(scenes, restyled(scenes), strict=True):
        assert before.style != after.style and replace(after, style=before.style) == before
    for before, after in zip(scenes, replaced(scenes), strict=True):
        assert before.subject != after.subject and after.colour == "red" and not after.held_out
        assert replace(after, subject=before.subject, colour=before.colour) == before


def attending(place, word, words):
    """One picture of 16 x 16 places: `word` looks at one place, every other word everywhere."""
    attention = torch.full((1, 256, words), 1e-9)
    attention[0, place, word] = 1
    return attention


def test_a_word_that_looks_at_its_thing_is_inside_and_one_beside_it_is_beside():
    tokens = torch.tensor([tokenize("the moon")])
    moon = tokenize("the moon").index(TOKEN_OF["moon"])
    masks = torch.zeros(1, len(SLOTS), 16, 16)
    masks[0, SLOTS.index("moon"), 4:6, 4:6] = 0.5
    at = {"in": 4 * 16 + 4, "beside": 3 * 16 + 3, "away": 15 * 16 + 15}
    found = {name: looks_of(attending(place, moon, 32), masks, tokens) for name, place in at.items()}
    assert found["in"].tokens.tolist() == [TOKEN_OF["moon"]]
    assert {name: (f.peak.item(), f.beside.item()) for name, f in found.items()} == {
        "in": (1, 1), "beside": (0, 1), "away": (0, 0)}  # fmt: skip
    assert found["in"].inside.item() == pytest.approx(0.5, abs=1e-3) and found["away"].inside.item() < 1e-3
    assert found["in"].covered.item() == pytest.approx(0.5 * 4 / 256)
    assert found["in"].chance.item() == pytest.approx(4 / 256) and found["in"].chance_beside.item() == 16 / 256


def test_words_without_a_thing_in_the_picture_are_not_counted():
    looked = looks_of(
        torch.rand(1, 256, 32), torch.zeros(1, len(SLOTS), 16, 16), torch.tensor([tokenize("a red moon")])
    )
    assert means(looked, torch.ones(0, dtype=torch.bool)) == {"words": 0}


def test_colours_are_counted_apart_from_their_subjects():
    kinds = kinds_of_words()
    named = {word: kinds[TOKEN_OF[word]].item() for word in ("red", "castle", "sea", "sun", "birds", "the")}
    assert [KINDS[named[word]] for word in ("red", "castle", "sea", "sun", "birds")] == [
        "colour", "subject", "place", "sun", "birds"]  # fmt: skip
    assert named["the"] == -1


def test_words_that_point_are_found_at_their_places_in_the_prompt():
    assert words_that_point("a red house on the sea, with birds") == {"red": 2, "house": 3, "sea": 6, "birds": 9}


def test_decibels_count_only_what_the_mask_shows():
    error, mask = torch.full((8, 8), 4.0), torch.zeros(8, 8)
    error[2:4, 2:4], mask[2:4, 2:4] = 0.04, 0.5
    assert decibels_within(error, mask).item() == pytest.approx(20, abs=1e-4)


def test_small_things_are_those_in_the_sky_at_the_size_of_the_picture():
    scene = replace(choose_scene(3), time="dusk", sky=("sun", "clouds"))
    found = small_things(scene)
    assert set(found) == {"sun", "clouds"} and found["sun"].shape == (128, 128)
    assert 0 < found["sun"].mean() < 0.1


def test_the_fastest_is_not_slower_than_the_median():
    calls = []
    found = speed.timed(lambda: calls.append(1), 3)
    assert len(calls) == found["repeats"] == 3 and 0 <= found["fastest"] <= found["median"]


def test_the_last_guess_of_a_watched_run_is_its_final_latent(untrained):
    run = watched(untrained, ["a red house"], noise_of(1), How(steps=3))
    assert run.sigmas.shape == (3,) and run.x.shape == run.guesses.shape == (3, 1, 8, 16, 16)
    assert run.sigmas[0] == pytest.approx(14.61, abs=0.01)
    torch.testing.assert_close(run.guesses[-1], run.final)
    torch.testing.assert_close(run.x[0], noise_of(1) * (1 + run.sigmas[0] ** 2).sqrt(), rtol=1e-4, atol=1e-4)
    assert joined([run, run]).guesses.shape == (3, 2, 8, 16, 16)


def test_at_every_place_the_words_of_a_map_add_up_to_1(untrained):
    maps = word_maps(untrained, torch.zeros(1, 8, 16, 16), ["a red house"], 500, noise_of(1))
    assert {side: tuple(layer.shape) for side, layer in maps.items()} == {16: (1, 256, 32), 8: (1, 64, 32)}
    for layer in maps.values():
        torch.testing.assert_close(layer.sum(-1), torch.ones(layer.shape[:2]))


def test_what_was_painted_once_is_not_painted_again(untrained, monkeypatch):
    monkeypatch.setattr("denoiscope.training.examined.sample_all", lambda _, prompts, noise, how: noise)
    it = Examined(None, untrained, None, None, Sizes())
    first = it.latents(3, How())
    torch.testing.assert_close(first, noise_of(3))
    torch.testing.assert_close(it.latents(5, How()), noise_of(5))
    assert torch.equal(it.latents(3, How()), first) and len(it.painted) == 1


def test_figures_are_kept_chapter_by_chapter_for_the_same_weights_and_sizes(tmp_path, monkeypatch):
    file, done = tmp_path / "weights.safetensors", []
    file.write_bytes(b"weights")
    judge = torch.nn.Linear(1, 1)

    def chapter(name, fails=()):
        def measure(it):
            if name in fails:
                raise RuntimeError(name)
            done.append(name)
            return {"share": 1 / 3, "list": [2 / 3], "yes": True, "words": 7}

        return measure

    monkeypatch.setattr(evaluation, "build_pocket_model", lambda file: None)
    monkeypatch.setattr(evaluation, "CHAPTERS", {"one": chapter("one"), "two": chapter("two", fails=("two",))})
    with pytest.raises(RuntimeError, match="two"):
        evaluation.measure(file, judge, None, 4, folder=tmp_path)
    monkeypatch.setattr(evaluation, "CHAPTERS", {"one": chapter("one"), "two": chapter("two")})
    figures = evaluation.measure(file, judge, None, 4, folder=tmp_path)
    assert done == ["one", "two"]
    assert figures["one"] == {"share": 0.33333, "list": [0.66667], "yes": True, "words": 7}
    evaluation.measure(file, judge, None, 8, folder=tmp_path)
    assert done == ["one", "two"] * 2


@pytest.fixture
def weights_file(tmp_path):
    file = tmp_path / "pocket.safetensors"
    weights.save(file, {"text_encoder": {"word": torch.zeros(2, 3)}})
    return file


@pytest.fixture
def made(monkeypatch):
    """A training whose parts are all there, and a measuring that finds nothing but how often it was asked."""
    asked = []

    class Made:
        def __init__(self, folder, device, faster):
            """Nothing to be made."""

        def scenes(self, number, workers):
            return "scenes"

        def judge(self, scenes, workers):
            return "judge"

        def notes(self):
            return {"denoiser": {"steps": 7}}

    def measure(file, judge, scenes, judged, *, folder):
        asked.append((judge, scenes, judged, folder))
        return {"asked": len(asked)}

    monkeypatch.setattr(training.logging, "basicConfig", lambda **_: None)
    monkeypatch.setattr(training.making, "Making", Made)
    monkeypatch.setattr(training.evaluation, "measure", measure)
    return asked


def test_weights_that_are_there_can_be_measured_without_training(weights_file, made, tmp_path):
    training.main(["--folder", str(tmp_path), "--out", str(weights_file), "--measure", "--judged", "8"])
    card = json.loads(weights_file.with_suffix(".json").read_text(encoding="utf-8"))
    assert made == [("judge", "scenes", 8, tmp_path)]
    assert card["figures"] == {"asked": 1} and card["training"] == {"denoiser": {"steps": 7}}
    assert card["command"] == "python dev.py train --folder WORK"


def test_the_docs_get_their_sheets_and_their_tables(weights_file, tmp_path, monkeypatch):
    weights.write_card(weights_file, figures={})
    (tmp_path / "pocket.md").write_text("<!-- parts -->\n<!-- /parts -->", encoding="utf-8")
    strips = [sheets.Strip(torch.zeros(1, 3, 128, 128))]
    monkeypatch.setattr(sheets, "SHEETS", {"pocket_one": lambda it: strips, "pocket_two": lambda it: strips})
    monkeypatch.setattr(evaluation, "build_pocket_model", lambda file: None)
    evaluation.illustrate(weights_file, torch.nn.Linear(1, 1), None, tmp_path)
    assert "| text encoder | 0.00 M |" in (tmp_path / "pocket.md").read_text(encoding="utf-8")
    assert {file.name for file in tmp_path.glob("*.jpg")} == {"pocket_one.jpg", "pocket_two.jpg"}


def test_captions_are_broken_where_the_picture_ends():
    lines = sheets.wrapped("an oil painting of a red lighthouse on a cliff at dusk, with the sun, on the left")
    assert " ".join(lines) == "an oil painting of a red lighthouse on a cliff at dusk, with the sun, on the left"
    assert 3 <= len(lines) <= 5


def test_a_sheet_holds_its_pictures_and_words():
    white = torch.ones(3, 3, 128, 128)
    image = sheets.sheet([sheets.Strip(-white, ["one", "two", "three"], "title"), sheets.Strip(white)])
    assert image.size == (4 + 3 * 132, 4 + sheets.TITLE + 132 + sheets.LINE + 4 + 132)
    assert image.getpixel((60, 4 + sheets.TITLE + 60)) == (0, 0, 0)


def test_a_file_of_noise_is_made_to_fit(tmp_path):
    noise = torch.rand(12, 3, 128, 128, generator=numbers()) * 2 - 1
    sheets.save(sheets.contact_sheet(noise, 4), tmp_path / "noise.jpg")
    assert (tmp_path / "noise.jpg").stat().st_size <= sheets.LARGEST_FILE


def test_an_overlay_is_brightest_where_the_word_looks():
    attention = torch.zeros(16, 16)
    attention[2, 12] = 0.4
    light = sheets.overlay(torch.zeros(3, 128, 128), attention).mean(0)
    row, column = divmod(int(light.argmax()), 128)
    assert (row // 8, column // 8) == (2, 12) and math.isclose(light[100, 10], light[60, 60], abs_tol=1e-6)
