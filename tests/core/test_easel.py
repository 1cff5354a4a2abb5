"""Views drawn one after another: who looks on sees quick pictures first, and gets in the end what others get."""

from dataclasses import replace

import pytest

from denoiscope.core.showing.decode_time import NOT_IN_TIME, Allowance
from denoiscope.core.showing.rendering import approximate_decoder
from denoiscope.core.telling.deck import pictures_to_make, show
from denoiscope.core.telling.easel import Onlooker
from denoiscope.core.telling.prediction import OFF, STEP

from .decks import deck, forward

VIEWS = ["x", "x_raw", "x0", "channels", "uncond", "cond", "difference"]


class Watched:
    """A deck drawn before an onlooker: `order` has what was decoded and placed, `told` the payloads on the way."""

    def __init__(self, of, *, exact=("x0", "cond", "uncond", "x"), quick=True, predict=OFF, patience=60.0):
        self.order, self.told, self.pictures, self.decoded = [], [], 0, 0
        colours = approximate_decoder(of)

        def decode(latents):
            self.decoded += len(latents)
            return colours.decode(latents)

        decoder = replace(colours, source="vae", decode=decode)
        onlooker = Onlooker(quick=colours if quick else None, tell=self.told.append, patience=patience)
        self.end = show(
            of,
            lambda view: decoder if view.id in exact else colours,
            self._place,
            longest=64,
            predict=predict,
            on_picture=self._count,
            onlooker=onlooker,
        )
        self.made = pictures_to_make(of, onlooker)

    def _place(self, view, sheet):
        self.order.append(view.id)
        return view.id

    def _count(self):
        self.pictures += 1


def by_id(payload):
    return {view["id"]: view for view in payload["views"]}


def test_the_first_thing_told_has_every_state_of_the_guess_and_of_x_and_says_what_is_still_to_come():
    first = by_id(Watched(deck()).told[0])
    assert list(first) == VIEWS
    assert {name for name, view in first.items() if view["sheets"]} == {"x", "x0"}
    assert first["x0"]["source"] == "approximate" and all(first["x0"]["present"][0])
    assert all(view["drawing"] for view in first.values())


def test_then_the_guess_is_decoded_and_after_it_what_costs_nothing():
    watched = Watched(deck())
    assert watched.order == ["x0", "x", *("x0", "x_raw", "channels", "difference", "x", "uncond", "cond")]
    second = by_id(watched.told[1])
    assert (second["x0"]["source"], second["x0"]["drawing"], second["cond"]["drawing"]) == ("vae", False, True)


def test_what_takes_long_is_sharpened_piece_by_piece_the_last_guess_first_and_the_middle_last():
    of = deck(count=1, steps=30)
    watched = Watched(of, patience=-1.0)
    states = [[sheet["first"] for sheet in by_id(one)["x0"]["sheets"]] for one in watched.told]
    assert states[:6] == [[0], [30, 0], [30, 0, 0], [30, 0, 24, 0], [30, 0, 24, 8, 0], [30, 0, 24, 8, 16, 0]]
    assert states[6] == [0, 8, 16, 24, 30]
    sources = [(by_id(one)["x0"]["source"], by_id(one)["x0"]["drawing"]) for one in watched.told]
    assert sources[:7] == [("approximate", True)] * 6 + [("vae", False)]
    assert sum(sheet["count"] for sheet in by_id(watched.end)["x0"]["sheets"]) == 31


@pytest.mark.parametrize("patience", [-1.0, 60.0])
@pytest.mark.parametrize("count", [1, 3])
def test_each_guess_is_decoded_once_whatever_the_order(patience, count):
    watched = Watched(deck(count=count, steps=20), exact=("x0",), patience=patience)
    assert watched.decoded == 21 * count
    assert watched.pictures <= watched.made


def test_the_end_is_what_nobody_looking_on_would_have_got():
    alone = show(
        deck(),
        lambda view: replace(approximate_decoder(deck()), source="vae"),
        lambda view, sheet: view.id,
        longest=64,
    )
    watched = Watched(deck(), exact=VIEWS)
    assert watched.end == alone
    assert len(watched.told) == len(VIEWS) and 0 < watched.pictures <= watched.made


def test_quick_pictures_that_nothing_replaces_are_drawn_once():
    watched = Watched(deck(), exact=())
    assert sorted(watched.order) == sorted(VIEWS)
    assert not any(view["drawing"] for view in watched.end["views"])


def test_where_there_is_no_quick_way_the_guess_is_told_once_it_is_decoded():
    watched = Watched(deck(), quick=False)
    assert watched.order == ["x0", "x_raw", "channels", "difference", "x", "uncond", "cond"]
    assert by_id(watched.told[0])["x0"]["source"] == "vae"


def test_for_who_predicts_a_step_the_noise_comes_first():
    assert Watched(deck(), predict=STEP).order[2:4] == ["x", "x0"]


def test_of_noising_the_noisy_picture_comes_first():
    assert Watched(forward()).order[:3] == ["x0", "x", "x"]


def test_a_view_that_is_absent_is_never_to_come():
    assert not by_id(Watched(forward(guesses=False)).told[0])["x0"]["drawing"]


class Ticking:
    """An exact decoder that takes `seconds` for each latent, by its own clock."""

    def __init__(self, of, seconds):
        self.now, self.seconds = 0.0, seconds
        self.quick = approximate_decoder(of)
        self.decoder = replace(self.quick, source="vae", decode=self._decode)

    def _decode(self, latents):
        self.now += self.seconds * len(latents)
        return self.quick.decode(latents)


@pytest.mark.parametrize(
    ("seconds", "decoded"),
    [(0.1, {"x0", "x", "uncond", "cond"}), (0.3, {"x0", "x"}), (3.0, {"x0"})],
)
def test_the_guess_is_decoded_whatever_it_takes_and_others_as_time_allows(seconds, decoded):
    two = deck()
    states = sum(t.states for t in two.trajectories)
    ticking = Ticking(two, seconds)
    allowance = Allowance(ticking.decoder, ticking.quick, states, seconds=5.0, clock=lambda: ticking.now)
    free = ("x_raw", "channels", "difference")
    told = by_id(
        show(
            two,
            lambda view: ticking.quick if view.id in free else allowance.next(),
            lambda view, sheet: view.id,
            longest=64,
        )
    )
    assert {name for name, view in told.items() if view["source"] == "vae"} == decoded
    assert {name for name, view in told.items() if view["why"]} == {"x0", "x", "uncond", "cond"} - decoded
    assert {view["why"] for view in told.values()} <= {None, NOT_IN_TIME}


def test_a_first_decode_that_is_slow_because_the_vae_is_loaded_does_not_count():
    ticking = Ticking(deck(), 100.0)
    allowance = Allowance(ticking.decoder, ticking.quick, 10, seconds=5.0, clock=lambda: ticking.now)
    first, latents = allowance.next(), deck().trajectories[0].x[:1]
    first.decode(latents)
    ticking.seconds = 0.1
    first.decode(latents)
    assert allowance.next().source == "vae"
