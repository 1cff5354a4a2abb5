"""Lists of values as people type them, and what is said when one cannot be read."""

import time
import tracemalloc
from fractions import Fraction

import pytest

from denoiscope.core.value_list import (
    TEXT_LIMIT,
    VALUES_LIMIT,
    parse_names,
    parse_numbers,
    parse_whole_numbers,
    parse_whole_numbers_or,
    spell,
)

SAMPLERS = ["euler", "euler_ancestral", "heun", "dpmpp_2m"]


def numbers(text):
    return [float(value) for value in parse_numbers(text, "values")]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1, 4, 7.5, 12", [1, 4, 7.5, 12]),
        ("2..12 x 5", [2, 4.5, 7, 9.5, 12]),
        ("1..4", [1, 2, 3, 4]),
        (" 0, 2..4 ,9 ", [0, 2, 3, 4, 9]),
        ("-1..1", [-1, 0, 1]),
        ("5..5", [5]),
        ("12, 4, 1", [12, 4, 1]),
        ("1e-3, .5", [0.001, 0.5]),
    ],
)
def test_lists_ranges_and_evenly_spaced_values_are_read_in_the_order_typed(text, values):
    assert numbers(text) == values


def test_evenly_spaced_decimals_are_the_decimals_one_would_type():
    assert numbers("0.2..1 x 5") == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert numbers("0..1 x 11") == [0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]


@pytest.mark.parametrize("text", ["2..12x5", "2...12 X 5", "2…12 × 5", "2 .. 12 * 5", "２‥１２ｘ５"])
def test_what_keyboards_and_word_processors_make_of_a_range_is_read_too(text):
    assert numbers(text) == [2, 4.5, 7, 9.5, 12]


@pytest.mark.parametrize("text", ["1，2，3", "1、2、3", "1; 2; 3", "1\n2\n3"])
def test_commas_of_other_scripts_part_values(text):
    assert numbers(text) == [1, 2, 3]


def test_the_largest_seed_keeps_every_digit():
    (seed,) = parse_whole_numbers("18446744073709551615", "seeds")
    assert seed == 2**64 - 1
    assert spell(seed) == "18446744073709551615"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "values: the list is empty, name at least one value"),
        (" \n ", "the list is empty"),
        ("1,,2", "values: a value is missing beside a comma in '1,,2'"),
        ("1,", "a value is missing beside a comma"),
        ("12..2 x 5", "values: the range '12..2 x 5' runs backwards, write the smaller number first"),
        ("4..1", "the range '4..1' runs backwards"),
        ("0.2..1", r"'0.2..1' counts by 1 and misses its end, say how many: 0.2..1 x 5"),
        ("2..12 x 1", "must end in how many values, a whole number from 2 on"),
        ("2..12 x 2.5", "must end in how many values"),
        ("2..12 x", "got '2..12 x'"),
        ("abc", "values are numbers and ranges such as 1, 4, 7.5 or 2..12 x 5 or 1..4; got 'abc'"),
        ("1-4", "got '1-4'"),
        ("nan", "got 'nan'"),
        ("inf", "got 'inf'"),
        ("1..nan", r"got '1\.\.nan'"),
        ("1e999999999", "got '1e999999999'"),
        ("1..1e9", f"'1..1e9' names 1,000,000,000 values, {VALUES_LIMIT:,} can be read"),
        ("1..2 x 1e9", "names 1,000,000,000 values"),
        ("1..9000, 9001..18000", f"this list names more than {VALUES_LIMIT:,} values"),
        ("4, 1, 4.0", "values: '4' is named twice, once is enough"),
        ("1, 1.0000000001", "'1' is named twice"),
        ("7" * 200, "is longer than a value can be"),
        ("1," * TEXT_LIMIT, f"a list of {2 * TEXT_LIMIT:,} characters is too long"),
    ],
)
def test_a_list_that_cannot_be_read_says_what_came_and_what_is_wanted(text, sentence):
    with pytest.raises(ValueError, match=sentence) as raised:
        parse_numbers(text, "values")
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("text", ["." * TEXT_LIMIT, "1" + " " * (TEXT_LIMIT - 2) + "2", "x" * TEXT_LIMIT])
def test_absurd_text_is_refused_at_once(text):
    began = time.process_time()
    with pytest.raises(ValueError, match="values"):
        parse_numbers(text, "values")
    assert time.process_time() - began < 5


def test_whole_numbers_may_be_spaced_where_they_stay_whole():
    assert parse_whole_numbers("4..20 x 5", "steps") == (4, 8, 12, 16, 20)
    with pytest.raises(ValueError, match=r"steps must be whole numbers, but '2..16 x 4' gives 6.66667: write them out"):
        parse_whole_numbers("2..16 x 4", "steps")


def test_where_repeats_are_allowed_they_stay_in_their_order():
    assert parse_whole_numbers("1, 2, 1, 1..3", "seeds", repeats=True) == (1, 2, 1, 1, 2, 3)


def test_names_are_read_as_they_are_installed():
    assert parse_names("heun, dpmpp_2m", "samplers", SAMPLERS) == ("heun", "dpmpp_2m")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("eulr", "samplers: 'eulr' is not installed here; did you mean euler"),
        ("Heun", "did you mean heun?"),
        ("zzz", "there are dpmpp_2m, euler, euler_ancestral, heun"),
        ("heun, heun", "samplers: 'heun' is named twice"),
        ("", "samplers: the list is empty"),
        ("<b>" * 30, "is not installed here"),
    ],
)
def test_a_name_that_is_not_installed_is_told_with_those_close_to_it(text, sentence):
    with pytest.raises(ValueError, match=sentence):
        parse_names(text, "samplers", SAMPLERS)


def test_labels_are_short_and_whole_numbers_have_no_point():
    assert [spell(Fraction(7, 2)), spell(Fraction(4)), spell(Fraction(1, 3)), spell("euler")] == [
        "3.5",
        "4",
        "0.333333",
        "euler",
    ]


@pytest.mark.parametrize("read", [parse_numbers, lambda text, what: parse_whole_numbers_or(text, what, ("full",))])
def test_a_list_of_many_long_ranges_is_refused_before_it_is_written_out(read):
    tracemalloc.start()
    with pytest.raises(ValueError, match=f"names more than {VALUES_LIMIT:,} values"):
        read(", ".join(f"{i}..{i + VALUES_LIMIT - 2}" for i in range(600)), "values")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * 2**20
