"""What can be looked at, and what is said where nothing can."""

from dataclasses import replace

import pytest
import torch

from denoiscope.core.drawing.colour import AROUND_ZERO, colour
from denoiscope.core.showing.contact_sheet import contact_sheet, pictures_on
from denoiscope.core.showing.rendering import approximate_decoder, render
from denoiscope.core.showing.sheets import SHEET_LIMIT, Tile, pack, tile_for
from denoiscope.core.showing.views import VIEWS, find_view, latent_of, parse_views
from denoiscope.core.telling.deck import pictures_to_make, show

from .decks import deck, with_first


def rendered(deck, name):
    return render(deck, VIEWS[name], approximate_decoder(deck))


def shown(deck, longest=64):
    return show(
        deck, lambda view: approximate_decoder(deck), lambda view, sheet: f"{view.id}/{sheet.first}", longest=longest
    )


def view(payload, name):
    return next(v for v in payload["views"] if v["id"] == name)


def test_a_difference_is_cond_minus_uncond_and_missing_where_one_was_not_asked():
    two = deck()
    first = two.trajectories[0]
    torch.testing.assert_close(latent_of(two, first, VIEWS["difference"], 0), first.cond[0] - first.uncond[0])
    assert latent_of(two, first, VIEWS["difference"], 1) is None
    assert latent_of(two, first, VIEWS["cond"], 1) is not None
    assert rendered(two, "uncond").present == ((True, False, True, True, False),) * 2


def test_a_run_without_guidance_says_why_and_shows_no_grey_picture():
    payload = shown(deck(guidance=False))
    for name in ("uncond", "cond", "difference"):
        assert "never asked without the prompt" in view(payload, name)["absent"]
        assert view(payload, name)["sheets"] == []


def test_the_last_guess_of_a_finished_run_is_its_latent():
    two = deck()
    torch.testing.assert_close(latent_of(two, two.trajectories[0], VIEWS["x0"], 4), two.trajectories[0].x[4])


def test_an_unfinished_run_has_no_guess_where_the_model_was_not_asked():
    single = with_first(deck(count=1), sigmas=torch.tensor([10.0, 8, 6, 4, 2], dtype=torch.float64))
    assert latent_of(single, single.trajectories[0], VIEWS["x0"], 4) is None
    assert "stopped" in view(shown(single), "x0")["missing"]


def test_states_that_are_not_numbers_have_no_picture():
    broken = deck(count=1)
    broken.trajectories[0].x0[2] = float("nan")
    assert rendered(broken, "x0").present == ((True, True, False, True, True),)


def test_the_colour_range_of_a_map_is_one_for_the_whole_deck():
    two = deck()
    legend = rendered(two, "difference").legend
    sizes = [
        (t.cond[i] - t.uncond[i]).square().mean(0).sqrt().max() for t in two.trajectories for i in range(4) if i != 1
    ]
    torch.testing.assert_close(torch.tensor(legend.high), max(sizes))
    assert rendered(two, "channels").legend.high == 3.0


def test_channels_are_drawn_side_by_side_with_a_grey_line_between():
    single = deck(count=1)
    (first, *_) = rendered(single, "channels").pictures()
    assert first.shape == (1, 17, 17, 3)
    assert (first[0, 8] == 0.5).all() and (first[0, :, 8] == 0.5).all()
    value = single.trajectories[0].at_unit_variance(0, "eps", 1.0)[3, 7, 7]
    torch.testing.assert_close(first[0, 16, 16], colour(value, -3.0, 3.0, AROUND_ZERO))


def test_colours_reach_their_ends_at_the_ends_of_the_range():
    ends = colour(torch.tensor([-9.0, -3.0, 0.0, 3.0, 9.0]), -3.0, 3.0, AROUND_ZERO)
    torch.testing.assert_close(ends[0], ends[1])
    torch.testing.assert_close(ends[3], ends[4])
    torch.testing.assert_close(ends[2], torch.tensor([0xF4, 0xF2, 0xEE]) / 255)


def test_every_slot_stands_in_some_sheet_once():
    big = deck(count=3, steps=30)
    tile = Tile(width=512, height=512)
    sheets = list(pack(rendered(big, "x0"), tile, 1))
    assert [s.first for s in sheets] == [0, 64]
    assert sum(s.count for s in sheets) == 3 * 31
    assert all(s.columns * tile.width <= SHEET_LIMIT for s in sheets)


def test_a_video_deck_has_a_slot_for_each_frame():
    film = deck(shape=(4, 3, 8, 8))
    assert sum(s["count"] for s in view(shown(film), "x0")["sheets"]) == 2 * 5 * 3


def test_the_payload_is_plain_json_with_finite_numbers():
    import json

    broken = deck()
    broken.trajectories[0].x0[2] = float("nan")
    payload = shown(broken)
    text = json.dumps(payload, allow_nan=False)
    assert json.loads(text) == payload
    assert payload["trajectories"][0]["seed"] == str(2**64 - 1)
    assert payload["trajectories"][0]["change"][:2] == [None, payload["trajectories"][0]["change"][1]]
    assert payload["version"] == 1


def test_numbers_too_large_to_square_leave_the_payload_plain_json():
    import json

    diverged = deck()
    for trajectory in diverged.trajectories:
        trajectory.cond[:] = 1e30
        trajectory.x[2:], trajectory.x0[2:] = 1e30, -1e30
    json.dumps(shown(diverged), allow_nan=False)


def test_progress_is_counted_to_at_most_what_was_announced():
    two, seen = deck(), []
    show(two, lambda v: approximate_decoder(two), lambda v, s: "", longest=64, on_picture=lambda: seen.append(1))
    assert 0 < len(seen) <= pictures_to_make(two)


def test_the_change_per_step_is_the_distance_between_guesses():
    first = deck().trajectories[0]
    moves = first.change_per_step()
    assert moves[0] is None
    expected = (first.x0[1] - first.x0[0]).square().mean().sqrt().item()
    torch.testing.assert_close(moves[1], expected, rtol=1e-6, atol=0)


def test_the_fingerprint_is_equal_exactly_when_the_noise_is():
    a, b = deck().trajectories
    assert a.noise_fingerprint() == deck().trajectories[0].noise_fingerprint()
    assert a.noise_fingerprint() != b.noise_fingerprint()


def test_a_contact_sheet_has_a_row_for_each_view_of_each_trajectory():
    two = deck()
    tile = tile_for(two, 64)
    views = [find_view("x"), find_view("x0")]

    def approximate(view):
        return approximate_decoder(two)

    sheet = contact_sheet(two, views, approximate, columns=5, tile=tile)
    taller = contact_sheet(two, [*views, find_view("uncond")], approximate, columns=5, tile=tile)
    assert sheet.shape[0] == 1 and sheet.shape[3] == 3
    assert 0 <= sheet.min() and sheet.max() <= 1
    assert taller.shape[1] - sheet.shape[1] == 2 * (tile.height + 26)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "name at least one view"), ("x, x0, x", "'x' is named twice"), ("x, magic", "no view 'magic'")],
)
def test_a_list_of_views_is_read_or_refused_in_a_sentence(text, sentence):
    assert [view.id for view in parse_views("x, x0,")] == ["x", "x0"]
    with pytest.raises(ValueError, match=sentence):
        parse_views(text)


def test_a_sheet_that_no_program_would_open_is_refused_before_a_picture_is_made():
    single = deck(count=1)

    def decoder(view):
        return replace(approximate_decoder(single), decode=None)

    with pytest.raises(ValueError, match="this sheet would be .* pixels"):
        contact_sheet(single, [find_view("x")] * 200, decoder, columns=64, tile=Tile(width=2000, height=2000))


def test_whoever_draws_a_sheet_is_asked_at_each_picture_and_can_end_it():
    single, asked = deck(count=1), []

    def stop():
        asked.append(None)
        if len(asked) == 3:
            raise KeyboardInterrupt

    def draw(on_picture):
        views = [find_view("x"), find_view("x0")]
        tile, decoder = tile_for(single, 32), approximate_decoder(single)
        contact_sheet(single, views, lambda view: decoder, columns=4, tile=tile, on_picture=on_picture)

    draw(lambda: asked.append(None))
    assert len(asked) == pictures_on(single, [find_view("x"), find_view("x0")], 4)
    asked.clear()
    with pytest.raises(KeyboardInterrupt):
        draw(stop)
