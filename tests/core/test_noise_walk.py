"""Between two noises: the great circle, the straight line that fails, and stops that differ alike."""

import math
from itertools import combinations

import pytest
import torch

from denoiscope.core.comparing.noise_walk import (
    EASES,
    MIXINGS,
    SEEDS_AT_MOST,
    STOPS_AT_MOST,
    Stop,
    Walk,
    lerp,
    slerp,
)
from denoiscope.core.comparing.walk_notes import say_length, say_respaced, say_spread
from denoiscope.core.comparing.walk_spacing import between, differences, evenest, spread
from denoiscope.core.recording.trajectory import LARGEST_SEED

DTYPES = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
SHAPE = (1, 4, 16, 16)
PARTS = [0.0, 1e-9, 0.1, 1 / 3, 0.5, 0.77, 1 - 1e-9, 1.0]


def noise(seed, shape=SHAPE, dtype=torch.float32):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64).to(dtype)


def angle(a, b):
    """By the arc cosine, which is good enough away from 0 and π."""
    a, b = a.double().flatten(), b.double().flatten()
    return math.acos(min(1.0, float(a @ b / a.norm() / b.norm())))


@pytest.mark.parametrize("t", PARTS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_slerp_of_a_tensor_with_itself_is_that_tensor(dtype, t):
    for seed in range(20):
        a = noise(seed, dtype=dtype)
        assert torch.equal(slerp(a, a.clone(), t), a)


@pytest.mark.parametrize("mix", MIXINGS.values(), ids=MIXINGS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_at_the_ends_a_mix_is_exactly_the_end(dtype, mix):
    a, b = noise(1, dtype=dtype), noise(2, dtype=dtype)
    assert torch.equal(mix(a, b, 0), a)
    assert torch.equal(mix(a, b, 1), b)


@pytest.mark.parametrize("mix", MIXINGS.values(), ids=MIXINGS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_a_mix_keeps_shape_and_dtype(dtype, mix):
    mixed = mix(noise(1, dtype=dtype), noise(2, dtype=dtype), 0.3)
    assert (mixed.shape, mixed.dtype) == (SHAPE, dtype)


@pytest.mark.parametrize("apart", [1e-4, 1e-6, 1e-9, 1e-12, 1e-15, 1e-300])
@pytest.mark.parametrize("t", PARTS)
def test_slerp_between_nearly_equal_tensors_is_a_number_between_them(apart, t):
    a = noise(1, dtype=torch.float64)
    b = a + apart * noise(2, dtype=torch.float64)
    torch.testing.assert_close(slerp(a, b, t), a + t * (b - a), rtol=1e-6, atol=1e-14)


@pytest.mark.parametrize("t", PARTS)
def test_slerp_goes_at_even_speed_from_the_first_to_the_second(t):
    a, b = noise(1, dtype=torch.float64), noise(2, dtype=torch.float64)
    whole = angle(a, b)
    assert angle(a, slerp(a, b, t)) == pytest.approx(t * whole, abs=3e-8)
    assert angle(slerp(a, b, t), b) == pytest.approx((1 - t) * whole, abs=3e-8)


def test_slerp_of_a_right_angle_is_sine_and_cosine():
    """Shoemake's formula where it can be worked out by hand."""
    a, b = torch.tensor([2.0, 0.0]), torch.tensor([0.0, 2.0])
    for t in PARTS:
        turned = torch.tensor([2 * math.cos(t * math.pi / 2), 2 * math.sin(t * math.pi / 2)])
        torch.testing.assert_close(slerp(a, b, t), turned)


@pytest.mark.parametrize("t", PARTS)
def test_slerp_is_the_same_from_either_side(t):
    a, b = noise(1, dtype=torch.float64), noise(2, dtype=torch.float64)
    torch.testing.assert_close(slerp(a, b, t), slerp(b, a, 1 - t))


@pytest.mark.parametrize("t", PARTS)
def test_the_length_goes_evenly_from_one_end_to_the_other(t):
    a, b = noise(1), 3 * noise(2)
    expected = (1 - t) * a.norm() + t * b.norm()
    torch.testing.assert_close(slerp(a, b, t).norm(), expected, rtol=1e-5, atol=0.0)


def test_parallel_noises_of_different_length_are_mixed_by_length_alone():
    a = noise(1)
    torch.testing.assert_close(slerp(a, 3 * a, 0.25), 1.5 * a)


def test_halfway_the_straight_mix_is_too_short_and_the_great_circle_is_not():
    a, b = noise(1, (1, 4, 64, 64)), noise(2, (1, 4, 64, 64))
    assert float(lerp(a, b, 0.5).norm() / a.norm()) == pytest.approx(math.sqrt(0.5), abs=0.01)
    assert float(slerp(a, b, 0.5).norm() / a.norm()) == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("t", PARTS)
def test_the_straight_mix_is_the_weighted_sum(t):
    a, b = noise(1), noise(2)
    torch.testing.assert_close(lerp(a, b, t), torch.lerp(a, b, t))


@pytest.mark.parametrize("factor", [-1.0, -0.3, -7.0])
def test_opposite_noises_are_refused(factor):
    with pytest.raises(ValueError, match="opposite, so that no way between them is the shortest"):
        slerp(noise(1), factor * noise(1), 0.5)


def test_nearly_opposite_noises_still_have_one_great_circle():
    a = noise(1, dtype=torch.float64)
    mixed = slerp(a, -a + 1e-3 * noise(2, dtype=torch.float64), 0.5)
    assert angle(a, mixed) == pytest.approx(math.pi / 2, abs=1e-3)


@pytest.mark.parametrize("mix", MIXINGS.values(), ids=MIXINGS)
def test_noises_of_different_shapes_are_refused(mix):
    with pytest.raises(ValueError, match=r"different shapes cannot be mixed: \[1, 4, 16, 16\] and \[1, 4, 8, 8\]"):
        mix(noise(1), noise(2, (1, 4, 8, 8)), 0.5)


@pytest.mark.parametrize("mix", MIXINGS.values(), ids=MIXINGS)
@pytest.mark.parametrize("t", [-0.1, 1.1, math.nan])
def test_a_place_outside_of_the_way_is_refused(mix, t):
    with pytest.raises(ValueError, match="from 0 to 1"):
        mix(noise(1), noise(2), t)


@pytest.mark.parametrize("bad", [0.0, math.nan, math.inf])
def test_a_noise_without_direction_is_refused(bad):
    with pytest.raises(ValueError, match="has no direction"):
        slerp(noise(1), torch.full(SHAPE, bad), 0.5)


def test_mixing_leaves_its_ends_alone():
    a, b = noise(1), noise(2)
    end = slerp(a, b, 0)
    end += 1
    assert torch.equal(a, noise(1))


def test_a_smooth_step_stands_still_at_the_seeds_and_is_halfway_in_the_middle():
    slow = EASES["slow at the seeds"]
    assert (slow(0), slow(0.5), slow(1)) == (0, 0.5, 1)
    assert slow(1e-4) < 1e-7
    assert 1 - slow(1 - 1e-4) < 1e-7


def test_a_walk_stops_at_each_seed_and_between_them():
    walk = Walk(seeds=(1, 2, 30))
    stops = walk.stops(4)
    assert [walk.label(stop) for stop in stops] == [
        *("seed 1", "1 → 2, 20 %", "1 → 2, 40 %", "1 → 2, 60 %", "1 → 2, 80 %"),
        *("seed 2", "2 → 30, 20 %", "2 → 30, 40 %", "2 → 30, 60 %", "2 → 30, 80 %", "seed 30"),
    ]


def test_a_loop_comes_back_without_showing_the_first_seed_twice():
    walk = Walk(seeds=(1, 2, 3), loop=True)
    assert [walk.label(stop) for stop in walk.stops(1)] == [
        *("seed 1", "1 → 2, 50 %", "seed 2", "2 → 3, 50 %", "seed 3", "3 → 1, 50 %"),
    ]


def test_with_no_frames_between_only_the_seeds_are_left():
    assert [Walk(seeds=(1, 2, 3)).label(stop) for stop in Walk(seeds=(1, 2, 3)).stops(0)] == [
        "seed 1",
        "seed 2",
        "seed 3",
    ]


def test_labels_have_the_digits_that_tell_stops_apart():
    walk = Walk(seeds=(1, 2))
    assert walk.labels(walk.stops(2))[1:3] == ("1 → 2, 33.3 %", "1 → 2, 66.7 %")
    close = tuple(Stop(leg=0, part=part) for part in (0, 1 / 3, 0.33334, 1))
    assert walk.labels(close) == ("seed 1", "1 → 2, 33.333 %", "1 → 2, 33.334 %", "seed 2")


def test_easing_moves_the_stops_towards_the_seeds():
    parts = [stop.part for stop in Walk(seeds=(1, 2)).stops(3, "slow at the seeds")]
    assert parts == [0, 0.15625, 0.5, 0.84375, 1]


def test_every_stop_at_a_seed_has_that_seeds_noise():
    walk, noises = Walk(seeds=(1, 2, 3), loop=True), {seed: noise(seed) for seed in (1, 2, 3)}
    for stop in walk.stops(3):
        seed = walk.seed_at(stop)
        assert seed is None or torch.equal(walk.noise(stop, noises), noises[seed])
        assert walk.shortening(stop, noises) == pytest.approx(1, abs=1e-6)


def test_between_equal_seeds_the_walk_stands_still():
    walk, noises = Walk(seeds=(1, 1, 2)), {seed: noise(seed) for seed in (1, 2)}
    for stop in walk.stops(3)[:5]:
        assert walk.label(stop) == "seed 1"
        assert torch.equal(walk.noise(stop, noises), noises[1])


def test_a_linear_walk_is_shortest_halfway():
    walk, noises = Walk(seeds=(1, 2), mixing="linear"), {seed: noise(seed) for seed in (1, 2)}
    lengths = [walk.shortening(stop, noises) for stop in walk.stops(3)]
    assert lengths[0] == lengths[4] == 1
    assert min(lengths) == lengths[2] == pytest.approx(math.sqrt(0.5), abs=0.03)


@pytest.mark.parametrize(
    ("seeds", "words"),
    [
        ((), "needs two or more, such as 1, 2, 3; got 0"),
        ((1,), "needs two or more, such as 1, 2, 3; got 1"),
        ((7, 7, 7), "all seeds of this walk are 7"),
        ((1, -1), f"from 0 to {LARGEST_SEED}, got -1"),
        ((1, LARGEST_SEED + 1), f"from 0 to {LARGEST_SEED}, got {LARGEST_SEED + 1}"),
        (tuple(range(SEEDS_AT_MOST + 1)), f"at most {SEEDS_AT_MOST} seeds, got {SEEDS_AT_MOST + 1}"),
    ],
)
def test_seeds_that_make_no_walk_are_refused(seeds, words):
    with pytest.raises(ValueError, match=words):
        Walk(seeds=seeds)


def test_the_highest_seed_can_be_walked_to():
    walk = Walk(seeds=(0, LARGEST_SEED))
    assert walk.label(walk.stops(1)[1]) == "0 → 18446744073709551615, 50 %"


def test_more_stops_than_a_walk_may_have_are_counted_and_refused():
    between = STOPS_AT_MOST - 1
    assert len(Walk(seeds=(1, 2)).stops(between - 1)) == STOPS_AT_MOST
    with pytest.raises(ValueError, match=f"make 601 stops, each a run of its own; a walk has at most {STOPS_AT_MOST}"):
        Walk(seeds=(1, 2)).stops(between)


def test_other_wrong_choices_are_refused():
    with pytest.raises(ValueError, match="frames_between must be 0 or more, got -1"):
        Walk(seeds=(1, 2)).stops(-1)
    with pytest.raises(ValueError, match="ease must be one of even, slow at the seeds"):
        Walk(seeds=(1, 2)).stops(1, "fast")
    with pytest.raises(ValueError, match="mixing must be one of spherical, linear"):
        Walk(seeds=(1, 2), mixing="cubic")


def test_a_great_circle_that_does_not_exist_names_the_seeds():
    with pytest.raises(ValueError, match="no walk from seed 1 to seed 2: the two noises are opposite"):
        Walk(seeds=(1, 2)).noise(Stop(leg=0, part=0.5), {1: noise(1), 2: -noise(1)})


def straight_line(walk, stops, place):
    """Final latents on a line, at `place(leg + part)`."""
    places = torch.tensor([place(stop.leg + stop.part) for stop in stops], dtype=torch.float64)
    return places.view(-1, 1, 1, 1).expand(-1, 4, 2, 2)


def test_differences_are_root_mean_squares_between_neighbours():
    walk = Walk(seeds=(1, 2))
    stops = walk.stops(1)
    assert differences(walk, straight_line(walk, stops, lambda s: s**2)) == pytest.approx([0.25, 0.75])
    assert spread(walk, stops, [0.25, 0.75]) == pytest.approx(3)


def test_a_loop_also_counts_the_way_back_to_its_beginning():
    walk = Walk(seeds=(1, 2), loop=True)
    stops = walk.stops(0)
    assert differences(walk, straight_line(walk, stops, lambda s: s)) == pytest.approx([1, 1])
    assert len(differences(walk, straight_line(walk, stops, lambda s: s))) == len(stops)


def test_new_stops_divide_the_widest_gaps():
    stops = Walk(seeds=(1, 2)).stops(1)
    assert [stop.part for stop in between(stops, [1.0, 3.1], 3)] == [0.625, 0.75, 0.875]
    assert [stop.part for stop in between(stops, [2.0, 3.0], 3)] == pytest.approx([0.25, 2 / 3, 5 / 6])


def test_new_stops_stay_on_their_leg():
    walk = Walk(seeds=(1, 2, 3), loop=True)
    assert between(walk.stops(0), [0.0, 1.0, 5.0], 2) == (Stop(leg=2, part=1 / 3), Stop(leg=2, part=2 / 3))


@pytest.mark.parametrize("apart", [[0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0]])
def test_where_no_gap_has_a_width_there_is_nothing_to_divide(apart):
    assert between(Walk(seeds=(1, 2)).stops(1), apart, 4) == ()


def test_a_gap_too_narrow_for_noise_is_not_divided():
    stops = (Stop(leg=0, part=0.0), Stop(leg=0, part=1e-7), Stop(leg=0, part=1.0))
    assert between(stops, [9.0, 1.0], 1) == (Stop(leg=0, part=0.5 + 0.5e-7),)


@pytest.mark.parametrize("loop", [False, True])
def test_the_evenest_stops_are_those_that_a_search_through_all_choices_finds(loop):
    walk = Walk(seeds=(1, 2, 3), loop=loop)
    stops = walk.stops(2)
    latents = noise(4, (len(stops), 4, 2, 2)).cumsum(0)
    count = 5 + loop
    seeds = {i for i, stop in enumerate(stops) if stop.part in (0, 1)}

    def squares(chain):
        return sum(d**2 for d in differences(walk, latents[list(chain)]))

    chains = combinations(range(len(stops)), count + (not loop))
    best = min((c for c in chains if seeds <= set(c)), key=squares)
    assert evenest(walk, stops, latents, count) == list(best)


def test_the_evenest_stops_of_a_bent_line_differ_alike():
    """Places go as the square of the part: equal steps in the square are the roots of equal steps."""
    walk = Walk(seeds=(1, 2))
    parts = [(k / 4) ** 0.5 for k in range(5)]
    stops = tuple(Stop(leg=0, part=part) for part in sorted({*parts, 0.1, 0.2, 0.3, 0.6, 0.9}))
    latents = straight_line(walk, stops, lambda s: s**2).float()
    assert [stops[i].part for i in evenest(walk, stops, latents, 4)] == parts


def test_a_stop_whose_latent_is_not_a_number_is_never_kept():
    walk = Walk(seeds=(1, 2))
    stops = walk.stops(3)
    latents = straight_line(walk, stops, lambda s: s).float().clone()
    latents[2] = math.nan
    assert evenest(walk, stops, latents, 3) == [0, 1, 3, 4]


def test_legs_between_equal_seeds_do_not_count_in_the_spread():
    walk = Walk(seeds=(1, 1, 2))
    stops = walk.stops(1)
    assert spread(walk, stops, [0, 0, 1, 2]) == 2
    assert spread(Walk(seeds=(1, 2)), Walk(seeds=(1, 2)).stops(1), [0, 1]) == math.inf


def test_only_a_linear_walk_says_how_short_its_noise_gets():
    noises = {seed: noise(seed) for seed in (1, 2)}
    linear, spherical = (Walk(seeds=(1, 2), mixing=mixing) for mixing in ("linear", "spherical"))
    measured = float(lerp(noises[1], noises[2], 0.5).norm() / (noises[1].norm() + noises[2].norm()) * 2)
    assert f"at 1 → 2, 50 % it measures {measured:.3f} of" in say_length(linear, linear.stops(3), noises)
    assert say_length(spherical, spherical.stops(3), noises) == ""
    assert say_length(linear, linear.stops(0), noises) == "", "the seeds alone are not mixed"


def test_the_spread_is_told_in_numbers():
    walk = Walk(seeds=(1, 2))
    told = say_spread(walk, walk.stops(2), [0.2, 0.5, 0.4])
    assert told.startswith("Neighbours differ by 0.2 to 0.5 ")
    assert told.endswith("the largest difference is 2.50 times the smallest.")
    assert "∞ times the smallest" in say_spread(walk, walk.stops(1), [0.0, 1.0])
    assert "not numbers" in say_spread(walk, walk.stops(1), [math.nan, 1.0])


def test_a_search_says_whether_it_helped():
    helped, hindered = say_respaced(2.9, 1.4), say_respaced(1.4, 2.9)
    assert "2.90 times the smallest at equal angles, and is 1.40 times the smallest for the stops that were" in helped
    assert "did not help" in hindered and hindered.endswith("equal angles were kept.")
