"""Numbers and ranges as people write them."""

from __future__ import annotations

import copy
import json
import math
import pickle

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ftvp.errors import FtvpError, NotANumberError
from ftvp.ranges import Definition, Spread, other_reading, spread

AMOUNT = Definition(low=0, high=1e12)
SHARE = Definition(0, 1, "share")
QUALITY = Definition(0, 100, "percent")
POINTS = Definition(-100, 100, "percent")
PER_DAY = Definition(0.001, 1e12, "per_day")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("8000", 8_000),
        ("8,000", 8_000),
        ("1,234,567.5", 1_234_567.5),
        ("8_000", 8_000),
        ("8k", 8_000),
        ("8 K", 8_000),
        ("1.2M", 1_200_000),
        ("2bn", 2e9),
        ("1e6", 1_000_000),
        (".5", 0.5),
        ("+7", 7),
        ("3.000", 3),
        ("  42 ", 42),
        ("500,800", 500_800),
        ("5..5", 5),
        ("5 to 5 to 5", 5),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: float) -> None:
    read = AMOUNT.read(text)
    assert (read, isinstance(read, Spread)) == (number, False)


@pytest.mark.parametrize(
    ("field", "text", "number"),
    [
        (SHARE, "80%", 0.8),
        (SHARE, "80 %", 0.8),
        (SHARE, "0.8", 0.8),
        (QUALITY, "80%", 80),
        (POINTS, "-5%", -5),
        (POINTS, "\N{MINUS SIGN}5", -5),
        (PER_DAY, "240000/month", 8_000),  # 240,000 / 30
        (PER_DAY, "240k per month", 8_000),
        (PER_DAY, "240,000 a month", 8_000),
        (PER_DAY, "50/hour", 1_200),
        (PER_DAY, "2 / min", 2_880),
        (PER_DAY, "700/day", 700),
        (PER_DAY, "700/week", 100),  # 700 / (30 * 7 / 30)
        (PER_DAY, "36000/year", 100),  # 36,000 / (12 * 30)
    ],
)
def test_a_sign_or_period_means_what_the_field_counts(
    field: Definition, text: str, number: float
) -> None:
    assert field.read(text) == pytest.approx(number, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        ("5000..20000", (5_000, 10_000, 20_000)),  # sqrt(5,000 * 20,000)
        ("5k .. 20k", (5_000, 10_000, 20_000)),
        ("5000 to 20000", (5_000, 10_000, 20_000)),
        ("5,000 TO 20,000", (5_000, 10_000, 20_000)),
        ("5000..9000..20000", (5_000, 9_000, 20_000)),
        ("1 to 2 to 3", (1, 2, 3)),
        ("0..10", (0, 5, 10)),
        (".5...75", None),
        ("1e3..1e5", (1_000, 10_000, 100_000)),
        ("4..4..9", (4, 4, 9)),
        ("800..1.25k", (800, 1_000, 1_250)),
        ("0..20k", (0, 10_000, 20_000)),
    ],
)
def test_a_range_has_ends_and_a_middle(text: str, ends: tuple[float, float, float] | None) -> None:
    if ends is None:
        with pytest.raises(NotANumberError):
            AMOUNT.read(text)
        return
    read = spread(AMOUNT.read(text))
    assert (read.low, read.mid, read.high) == ends


def test_the_last_sign_or_period_of_a_range_holds_for_all_of_it() -> None:
    assert PER_DAY.read("240k..960k/month") == Spread(8_000, 16_000, 32_000)
    assert PER_DAY.read("10/hour..960/day") == Spread(240, 480, 960)
    assert QUALITY.read("80..90..95%") == Spread(80, 90, 95)
    assert (spread(SHARE.read("20..80%")).low, spread(SHARE.read("20..80%")).high) == (0.2, 0.8)


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        (AMOUNT, "", "'' is empty: write a number, such as 8000, or a range"),
        (AMOUNT, "many", "'many' is not a number: write 8000, 8,000 or 8k"),
        (AMOUNT, "nan", "is not a number"),
        (AMOUNT, "inf", "is not a number"),
        (AMOUNT, "1e999", "'1e999' is too large."),
        (AMOUNT, "80,5", "a comma only separates groups of three digits"),
        (AMOUNT, "0,500", "a comma only separates groups of three digits"),
        (AMOUNT, "1000,5000,9", "for several numbers the option is repeated"),
        (AMOUNT, "8,000,00", "a comma only separates"),
        (AMOUNT, "8_", "is not a number"),
        (AMOUNT, "8__000", "is not a number"),
        (AMOUNT, "1_000,000", "a comma only separates"),
        (AMOUNT, "8 000", "is not a number"),
        (AMOUNT, "1.234.567", "separate thousands by commas, as in 1,234,567"),
        (AMOUNT, "5000-20000", "write a range with two dots, as in 5000..20000"),
        (AMOUNT, "5000\N{EN DASH}20000", "write a range with two dots"),
        (AMOUNT, "5..", "a range has two dots between its numbers and nothing else"),
        (AMOUNT, "..5", "a range has two dots between its numbers and nothing else"),
        (AMOUNT, "5...9", "a range has two dots"),
        (AMOUNT, "..", "a range has two dots"),
        (AMOUNT, "1..2..3..4", "a range has two ends and at most a middle between them"),
        (AMOUNT, "9..5", "the numbers of a range rise"),
        (AMOUNT, "1..9..5", "the numbers of a range rise"),
        (AMOUNT, "5..20k", "write k, M or B at each number, as in 5k..20k, or all digits"),
        (AMOUNT, "80%", "a percent sign has no meaning here"),
        (PER_DAY, "80%", "a percent sign has no meaning here"),
        (AMOUNT, "5/day", "is not a number per day here: leave the period out"),
        (PER_DAY, "5/fortnight", "write /hour, /day, /week, /month or /year"),
        (SHARE, "0.5..80%", "write the percent sign at each number"),
        (AMOUNT, "\u0665\u0666", "is not a number"),
        (AMOUNT, "7" * 90 + "x", "7" * 60 + "...' is not a number"),
        (AMOUNT, "\x1b[2J", r"'\x1b[2J' is not a number"),
    ],
)
def test_what_cannot_be_read_surely_is_a_sentence(field: Definition, text: str, says: str) -> None:
    with pytest.raises(NotANumberError) as caught:
        field.read(text)
    assert says in str(caught.value)
    assert isinstance(caught.value, FtvpError)


def test_dots_that_may_separate_thousands_have_another_reading() -> None:
    assert [other_reading(text) for text in ("3.000", "12.500", "3.00", "0.125", "3000")] == [
        3_000,
        12_500,
        None,
        None,
        None,
    ]


def reading(field: Definition, text: str) -> float | str:
    """Return the number that a text says, or the sentence on why it says none."""
    try:
        return field.read(text)
    except NotANumberError as error:
        return str(error)


@pytest.mark.slow
@given(st.text(max_size=40), st.sampled_from([AMOUNT, SHARE, QUALITY, POINTS, PER_DAY]))
def test_any_text_is_a_finite_number_or_a_sentence(text: str, field: Definition) -> None:
    read = reading(field, text)
    if not isinstance(read, str):
        assert spread(read).low <= spread(read).mid <= spread(read).high
        assert math.isfinite(spread(read).width)


@pytest.mark.slow
@given(st.text("0123456789.,_-+kMe%/ to\u2212day", max_size=20))
def test_texts_that_look_like_numbers_never_raise_anything_else(text: str) -> None:
    for field in (AMOUNT, SHARE, PER_DAY):
        assert reading(field, text) != ""


NUMBERS = st.floats(0, 1e9) | st.integers(0, 10**6).map(float)


@pytest.mark.slow
@given(st.lists(NUMBERS, min_size=2, max_size=3).map(sorted))
def test_a_ranges_text_reads_back_as_the_range(numbers: list[float]) -> None:
    assume(numbers[0] < numbers[-1])
    read = AMOUNT.read("..".join(map(repr, numbers)))
    again = AMOUNT.read(str(read))
    assert (again, spread(again).two) == (read, len(numbers) == 2)


@pytest.mark.slow
@given(st.floats(1e-9, 1 - 1e-9), st.floats(1e-9, 1 - 1e-9))
def test_the_middle_of_a_share_is_even_in_log_odds(one: float, other: float) -> None:
    low, high = sorted((one, other))
    middle = SHARE.median(low, high)
    assert low <= middle <= high
    log_odds = [math.log(each) - math.log1p(-each) for each in (low, middle, high)]
    assert log_odds[1] == pytest.approx((log_odds[0] + log_odds[2]) / 2, abs=1e-6)
    assert QUALITY.median(low * 100, high * 100) == pytest.approx(middle * 100, rel=1e-6)


@pytest.mark.parametrize(
    ("field", "low", "high", "scale", "middle"),
    [
        pytest.param(AMOUNT, 200, 800, "log", 400, id="amount"),
        pytest.param(AMOUNT, 0, 10, "linear", 5, id="amount from 0"),
        pytest.param(SHARE, 0.2, 0.8, "logit", 0.5, id="share"),
        pytest.param(SHARE, 0, 0.5, "linear", 0.25, id="share from 0"),
        pytest.param(SHARE, 0.5, 1, "linear", 0.75, id="share up to all"),
        pytest.param(QUALITY, 80, 100, "linear", 90, id="percent up to all"),
        pytest.param(POINTS, 5, 20, "linear", 12.5, id="signed, though above 0"),
        pytest.param(Definition(0, 1_000, "percent"), 4, 9, "log", 6, id="percent without a whole"),
        pytest.param(Definition(0), 1e-300, 1e300, "log", 1, id="far apart"),
        pytest.param(Definition(0), 1e-320, 1e-300, "log", 1e-310, id="tiny"),
    ],
)
def test_the_middle_follows_from_the_field(
    field: Definition, low: float, high: float, scale: str, middle: float
) -> None:
    assert field.scale(low, high) == scale
    assert field.median(low, high) == pytest.approx(middle, rel=1e-4)


def test_a_range_is_a_number_wherever_one_is_wanted() -> None:
    guess = Spread(5_000, 9_000, 20_000)
    assert isinstance(guess, float)
    assert (guess * 2, guess + 1, -guess, guess > 8_999) == (18_000, 9_001, -9_000, True)
    assert type(guess.mid) is float
    assert json.dumps({"volume": guess}) == '{"volume": 9000.0}'
    assert math.fsum([guess, guess]) == 18_000


def test_a_range_is_shown_in_full() -> None:
    guess = Spread(0.5, 0.75, 2)
    assert (str(guess), f"{guess}", f"{guess:.12g}") == ("0.5..0.75..2",) * 3
    assert f"{Spread(1, 2, 4, two=True):.1f}" == "1.0..4.0"
    assert repr(Spread(1, 2, 4, two=True)) == "Spread(1.0, 2.0, 4.0, two=True)"


def test_a_range_is_a_value() -> None:
    guess = Spread(5, 9, 20)
    assert guess == Spread(5, 9, 20)
    assert guess != Spread(4, 9, 20)
    assert (guess == 9, hash(guess) == hash(9.0)) == (False, False)
    with pytest.raises(AttributeError, match="a range cannot change its low"):
        guess.low = 4  # type: ignore[misc]
    for twin in (copy.copy(guess), copy.deepcopy(guess), pickle.loads(pickle.dumps(guess))):  # noqa: S301  it was made here
        assert (twin, twin.two) == (guess, False)


@pytest.mark.parametrize("numbers", [(2, 1, 3), (1, 4, 3), (1, 2, math.inf), (math.nan, 1, 2)])
def test_a_range_that_does_not_rise_is_none(numbers: tuple[float, float, float]) -> None:
    with pytest.raises(ValueError, match="the numbers of a range rise and are finite"):
        Spread(*numbers)
