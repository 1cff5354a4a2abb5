"""The card beside the weights tells the truth, and docs/pocket.md tells what the card says."""

import hashlib
import math
import re
from pathlib import Path

import pytest
from safetensors.torch import load_file

from denoiscope.pocket.denoiser import SCHEDULE, SIGMA_DATA, UNET
from denoiscope.pocket.scenes import ATTRIBUTES, SKY
from denoiscope.pocket.text import FREE_WORDS, known_words
from denoiscope.tests.pocket.shipped import CARD, FILE
from denoiscope.training.tables import NOT_YET, TABLES, fill

PAGE = Path(__file__).parents[2] / "docs" / "pocket.md"
FIGURES = CARD["figures"]


def test_the_card_knows_its_file():
    content = FILE.read_bytes()
    assert CARD["file"] == FILE.name
    assert CARD["bytes"] == len(content) <= 20e6
    assert CARD["sha256"] == hashlib.sha256(content).hexdigest()


def test_the_card_counts_the_numbers_in_the_file():
    counted = {}
    for key, tensor in load_file(FILE).items():
        part = key.partition(".")[0]
        counted[part] = counted.get(part, 0) + tensor.numel()
    assert CARD["numbers"] == counted


def test_the_card_describes_the_model_that_the_code_builds():
    assert CARD["unet"] == UNET
    assert CARD["schedule"] == SCHEDULE
    assert CARD["sigma_data"] == SIGMA_DATA
    assert CARD["words"] == known_words()


def test_the_card_says_how_the_weights_were_made():
    assert {"autoencoder", "denoiser", "classifier", "polish"} <= set(CARD["training"])
    assert CARD["command"] == "python dev.py train --folder WORK"


def test_every_chapter_was_measured():
    assert {chapter for chapter, _ in TABLES.values() if chapter} <= set(FIGURES)
    assert FIGURES["speed"]["bytes"] == CARD["bytes"]


def numbers_in(figures):
    if isinstance(figures, dict | list):
        for value in figures.values() if isinstance(figures, dict) else figures:
            yield from numbers_in(value)
    elif not isinstance(figures, str | bool):
        yield figures


def test_every_figure_is_finite():
    assert all(map(math.isfinite, numbers_in(FIGURES)))


def test_the_errors_of_shares_are_those_of_their_numbers_of_pictures():
    for found in FIGURES["obedience"]["guidance"].values():
        for name in (*ATTRIBUTES, "all six"):
            p = found["scores"][name]
            assert found["errors"][name] == pytest.approx(math.sqrt(p * (1 - p) / found["pictures"]), abs=1e-4)


def test_all_six_are_never_right_more_often_than_any_one():
    for found in FIGURES["obedience"]["guidance"].values():
        assert found["scores"]["all six"] <= min(found["scores"][name] for name in ATTRIBUTES)


def test_the_sky_was_judged_on_enough_scenes_with_each_thing():
    assert all(f"{name} seen" in FIGURES["obedience"]["sky"]["scores"] for name in SKY)


def test_the_model_obeys_and_strong_guidance_burns():
    by_scale, sky = FIGURES["obedience"]["guidance"], FIGURES["obedience"]["sky"]["scores"]
    assert FIGURES["obedience"]["drawn"]["scores"]["all six"] > 0.97
    assert by_scale["4"]["scores"]["all six"] >= 0.9
    assert by_scale["1"]["scores"]["all six"] < by_scale["4"]["scores"]["all six"]
    assert FIGURES["obedience"]["never seen"]["scores"]["all six"] >= 0.85
    assert all(sky[f"{name} seen"] >= 0.85 for name in SKY)
    assert by_scale["20"]["saturation"] > by_scale["4"]["saturation"]
    assert by_scale["20"]["spread"] > by_scale["4"]["spread"]
    assert FIGURES["autoencoder"]["all"] > 26


@pytest.mark.parametrize("scale", ["guidance 1", "guidance 4"])
def test_a_quarter_of_the_way_the_guess_knows_the_layout_and_the_noisy_latent_does_not(scale):
    found = FIGURES["guesses"][scale]
    quarter = len(found["sigmas"]) // 4
    assert found["x0 low"][quarter] > 0.8 > found["x low"][quarter]


def test_words_look_at_their_things_far_more_than_chance_would():
    for kind, found in FIGURES["words"]["kinds"].items():
        assert found["inside"] > min(2 * found["covered"], 0.6), kind


def test_the_page_tells_every_table_as_the_card_has_it():
    page = PAGE.read_text(encoding="utf-8")
    assert {name for name in TABLES if f"<!-- {name} -->" in page} == set(TABLES)
    assert fill(page, CARD) == page


def test_the_page_says_how_many_pictures_its_figures_rest_on():
    page, found, likeness = PAGE.read_text(encoding="utf-8"), FIGURES["obedience"], FIGURES["likeness"]
    rows, pairs = found["guidance"]["4"]["pictures"], found["never seen"]["pictures"]
    assert {row["pictures"] for row in (*found["guidance"].values(), found["drawn"], found["round trip"])} == {rows}
    assert f"Each row rests on {rows} pictures, that of the pairs on {pairs}." in page
    assert f"on {found['sky']['pictures']} prompts that hold enough of each" in page
    seeds, distance = likeness["diversity"], likeness["Fréchet distance"]
    assert f"{seeds['seeds']} seeds of {seeds['prompts']} prompts" in page
    assert f"{distance['pictures']} pictures against {distance['against']:,} scenes" in page


def test_nothing_on_the_page_waits_to_be_measured():
    assert PAGE.read_text(encoding="utf-8").count(NOT_YET) == 0


def test_the_page_names_every_word_that_the_model_has():
    said = set(re.findall(r"\w+", PAGE.read_text(encoding="utf-8").lower()))
    assert set(known_words()) | set(FREE_WORDS) <= said


def test_every_sheet_of_the_page_is_there_and_none_is_large():
    shown = re.findall(r"\((pocket_\w+\.jpg)\)", PAGE.read_text(encoding="utf-8"))
    assert {file.name for file in PAGE.parent.glob("pocket_*.jpg")} == set(shown)
    assert all((PAGE.parent / name).stat().st_size <= 250_000 for name in shown)


def test_a_table_is_written_anew_between_its_comments_and_unknown_ones_are_refused():
    card = {"numbers": {"text_encoder": 1_234_567}, "bytes": 2_500_000}
    page = fill("before\n<!-- parts -->\nold\n<!-- /parts -->\nafter", card)
    assert "| text encoder | 1.23 M |" in page and "2.5 MB" in page and "old" not in page
    assert page.startswith("before\n") and page.endswith("\nafter") and fill(page, card) == page
    with pytest.raises(ValueError, match="no table 'prices'; there are parts, training"):
        fill("<!-- prices -->\n<!-- /prices -->", card)
