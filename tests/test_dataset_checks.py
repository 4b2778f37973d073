"""The checklist, row by row: what passes, what fails, and what a file alone cannot tell."""

from __future__ import annotations

import pytest

from ftvp.dataset.checks import (
    DatasetCheck,
    Sample,
    consistent_format,
    distribution_match,
    edge_cases,
    format_check,
    label_accuracy,
    leftover_shots,
    minimum_examples,
    percent,
    too_long,
)
from ftvp.dataset.examples import Cut, ExampleFeatures, RecordIssue, form_of
from ftvp.dataset.repeats import Repeats, duplicates, find_leaks, leakage
from ftvp.tables.framework import Limit, data_lens
from tests.shipped import framework
from tests.training_files import all_features, features

NONE = Limit(of="test examples", low=0, high=0)
FIVE = Limit(of="duplicates", low=0, high=5)
EDGES = Limit(of="edge cases", low=10, high=20)


def plain(number: int, *, first: int = 1) -> list[ExampleFeatures]:
    """Return examples of one length that ask different things, labelled billing or login."""
    return [
        features(f"question number {n} about it", ("billing", "login")[n % 2], line=n)
        for n in range(first, first + number)
    ]


def verdict(check: DatasetCheck) -> tuple[str, tuple[int, ...]]:
    """Return the status and the lines of a check."""
    return check.status, check.lines


@pytest.mark.parametrize(
    ("sample", "status", "says"),
    [
        pytest.param(None, "unknown", "check 100 by hand", id="nobody checked"),
        # Wilson on 300 of 300: 98.7 to 100 %.
        pytest.param(Sample(300, 0), "pass", "between 98.7 and 100.0 %", id="all of 300 right"),
        # 97 of 100: 91.5 to 99.0 %, which 95 % lies in.
        pytest.param(Sample(100, 3), "warn", "between 91.5 and 99.0 %", id="3 of 100 wrong"),
        # 85 of 100: 76.7 to 90.7 %.
        pytest.param(Sample(100, 15), "fail", "below 95 %", id="15 of 100 wrong"),
    ],
)
def test_label_accuracy_is_an_interval(sample: Sample | None, status: str, says: str) -> None:
    check = label_accuracy(plain(40), sample, 95)
    assert check.status == status
    assert says in check.detail


def test_one_question_with_two_labels_is_at_least_one_wrong_label() -> None:
    clash = all_features([("where?", "billing"), ("where?", "login"), ("where?", "billing")])
    # One of 53 is wrong whatever is right: 1.9 %, within the 5 %.
    few = label_accuracy([*clash, *plain(50, first=10)], None, 95)
    assert verdict(few) == ("warn", (1, 2, 3))
    assert "1.9 % of all are wrong" in few.detail
    # One of 13: 7.7 %.
    assert label_accuracy([*clash, *plain(10, first=10)], Sample(300, 0), 95).status == "fail"
    assert label_accuracy([*clash, *plain(50, first=10)], Sample(300, 0), 95).status == "warn"


def test_long_answers_may_differ() -> None:
    answers = [("Write a poem", "la " * 40), ("Write a poem", "lo " * 40)]
    assert label_accuracy(all_features(answers), None, 95).status == "unknown"


def test_what_is_like_production_passes_and_what_is_not_fails_with_a_test() -> None:
    train = plain(200)
    assert distribution_match(train, None).status == "unknown"
    assert distribution_match(train, plain(19)).status == "unknown"
    assert distribution_match(train, plain(100, first=300)).status == "pass"
    longer = [features("question number one about it " * 5, "login", line=n) for n in range(100)]
    check = distribution_match(train, longer)
    assert check.status == "fail"
    assert "lengths of requests 1.00 apart" in check.detail
    # All 100 are login, against half of the training examples.
    assert "labels 0.50 apart" in check.detail


def test_edge_cases_are_those_far_from_the_bulk() -> None:
    bulk = [
        features(f"what is {n} and {n} " + "more " * (n % 5), "yes it is", line=n)
        for n in range(90)
    ]
    far = [features("word " * (200 + n), "yes it is", line=n) for n in range(90, 100)]
    check = edge_cases([*bulk, *far], EDGES)
    assert verdict(check) == ("pass", tuple(range(90, 100)))
    assert "10 requests by length" in check.detail
    few = edge_cases(bulk, EDGES)
    assert few.status == "warn"
    assert "add difficult ones" in few.detail
    assert edge_cases(bulk[:19], EDGES).status == "unknown"


def test_a_rare_label_is_an_edge_case() -> None:
    rare = [features("question number x about it", "other", line=n) for n in (101, 102)]
    # Three labels of 102: an even share is 34, a fifth of it 6.8, above the 2.
    assert "2 with a rare label" in edge_cases([*plain(100), *rare], EDGES).detail


@pytest.mark.parametrize(
    ("answers", "status", "says"),
    [
        (["Rome", "Paris is a city in the north of France"], "pass", "all answers are"),
        (['{"a": 1}', '{"a": 2}'], "pass", "all answers are JSON with a"),
        (['{"a": 1}'] * 30 + ['{"b": 2}'], "warn", "1 JSON with b"),
        (['{"a": 1}'] * 3 + ['{"a": 1'], "fail", "75 % are JSON with a; 1 prose"),
        (['{"a": 1}'] * 3 + ['{"a": }'], "fail", "1 broken JSON"),
        (["billing"] * 9 + ["Billing."], "warn", "differ in spelling only: 'billing', 'Billing.'"),
    ],
)
def test_answers_have_one_form(answers: list[str], status: str, says: str) -> None:
    check = consistent_format(all_features((f"q{n}", answer) for n, answer in enumerate(answers)))
    assert check.status == status
    assert says in check.detail


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        ("", "nothing"),
        ("{}", "an empty JSON object"),
        ("[1, 2]", "a JSON list"),
        ("{curly} start", "prose"),
        ("[x] done and dusted it is", "prose"),
        ("```py\nx\n```", "code between fences"),
        ("<b>x</b>", "markup"),
        ("Label: spam", 'text after "Label: "'),
        ("- one\n- two", "a list"),
        ("yes", "a few words"),
        ("this is an answer of many words", "prose"),
    ],
)
def test_each_answer_has_a_form(answer: str, shape: str) -> None:
    assert form_of(answer) == shape


def test_what_the_test_file_shares_is_leaked_whatever_the_answers() -> None:
    train = all_features(
        [("what is the capital of France", "Paris"), ("and of Italy then", "Rome")]
    )
    test = all_features([("what is the capital of France", "Lyon"), ("nothing alike here", "x")])
    pairs = find_leaks(train, test, lambda _: {}, lambda _: {})
    assert pairs == {(0, 0)}
    check = leakage(train, test, pairs, NONE)
    assert verdict(check) == ("fail", (1,))
    assert "1 of 2 test examples (50 %)" in check.detail
    assert leakage(train, test, set(), NONE).status == "pass"
    assert leakage(train, None, set(), NONE).status == "unknown"


@pytest.mark.parametrize(("copies", "status"), [(0, "pass"), (1, "pass"), (5, "pass"), (6, "fail")])
def test_five_percent_may_repeat(copies: int, status: str) -> None:
    places = (*range(100 - copies), *([0] * copies))
    check = duplicates(plain(100), Repeats(exact=places, near=places), FIVE)
    assert check.status == status
    assert len(check.lines) == copies


def test_a_file_of_two_formats_is_mixed() -> None:
    both = [features(line=1), features(line=2), features(line=3, format="text")]
    check = format_check(both, [])
    assert verdict(check) == ("fail", (3,))
    assert "2 chat, 1 text" in check.detail


def noted(says: str, *lines: int) -> RecordIssue:
    """Return a note that these lines have."""
    return RecordIssue(says, is_fatal=False, count=len(lines), lines=list(lines))


def test_what_is_odd_about_records_is_listed_with_lines() -> None:
    notes = [noted("a message is empty", 4, 7, 9), noted("lines end as on Windows", 1)]
    check = format_check([features()], notes)
    assert verdict(check) == ("warn", (1, 4, 7, 9))
    assert "a message is empty (line 4 and 2 more)" in check.detail
    many = [noted(f"kind {n}", n) for n in range(1, 9)]
    assert format_check([features()], many).detail.endswith("and 3 more kinds")


def test_no_source_states_how_many_preferences_are_enough() -> None:
    data = data_lens(framework().training_set_tiers, examples=9, wanted=100, provider_minimum=10)
    check = minimum_examples(data, "A model", "preference")
    assert (check.status, "preference tuning" in check.detail) == ("unknown", True)


def test_a_file_without_answers_has_no_output_form() -> None:
    check = consistent_format([features(shape=""), features(shape="")])
    assert (check.status, check.detail) == ("unknown", "the file holds no answers to learn")
    # What has no answer is passed over: the others agree.
    assert consistent_format([features(shape=""), features(shape="prose")]).status == "pass"


@pytest.mark.parametrize(
    ("number", "status"),
    [(9, "fail"), (49, "fail"), (50, "warn"), (99, "warn"), (100, "pass"), (20_000, "pass")],
)
def test_the_number_is_that_of_provider_tier_and_question(number: int, status: str) -> None:
    tiers = framework().training_set_tiers
    data = data_lens(tiers, examples=number, wanted=100, provider_minimum=10)
    assert minimum_examples(data, "A model", "supervised").status == status


def test_an_example_over_the_limit_is_named_with_what_is_cut() -> None:
    some = [features(line=1), features(line=2)]
    check = too_long(some, [90, 130], 100, Cut(1, 30), "A model")
    assert verdict(check) == ("warn", (2,))
    assert "30 tokens at its end are cut off" in check.detail
    both = too_long(some, [101, 130], 100, Cut(2, 31), "A model")
    assert "31 tokens at their ends are cut off" in both.detail
    token = too_long(some, [90, 101], 100, Cut(1, 1), "A model")
    assert "1 token at its end is cut off" in token.detail
    assert too_long(some, [90, 100], 100, Cut(0, 0), "A model").status == "pass"
    assert too_long(some, [90, 100], None, Cut(0, 0), "A model").status == "unknown"


def test_shots_are_left_over_where_most_prompts_hold_them() -> None:
    some = plain(10)
    assert leftover_shots(some, {1: 3, 2: 3, 3: 0}).status == "warn"
    assert leftover_shots(some, {1: 3, 2: 0, 3: 0}).status == "pass"
    same = [each._replace(opening=77) for each in some[:6]] + some[6:]
    assert verdict(leftover_shots(same, {})) == ("warn", (1, 2, 3, 4, 5, 6))


@pytest.mark.parametrize(
    ("part", "of", "shown"), [(0, 5, "0 %"), (1, 200, "0.5 %"), (1, 2, "50 %"), (0, 0, "0 %")]
)
def test_a_small_share_keeps_a_decimal(part: int, of: int, shown: str) -> None:
    assert percent(part, of) == shown


ONE = plain(1)
TIERS = framework().training_set_tiers
SINGLE: dict[str, tuple[DatasetCheck, str]] = {
    "the format": (format_check(ONE, []), "the only record is of the format chat"),
    "a further kind": (
        format_check(ONE, [noted(f"kind {n}", n) for n in range(1, 7)]),
        "and 1 more kind",
    ),
    "too few": (
        minimum_examples(data_lens(TIERS, examples=1, wanted=100), "A model", "supervised"),
        "1 training example: too few for any use of tuning",
    ),
    "one short": (
        minimum_examples(data_lens(TIERS, examples=99, wanted=100), "A model", "supervised"),
        "1 more is enough to tune",
    ),
    "edge cases": (edge_cases(ONE, EDGES), "cannot be told from 1 example: 20 show a bulk"),
    "production": (distribution_match(ONE, ONE), "1 request of production is too few to compare"),
    "not leaked": (leakage(ONE, ONE, set(), NONE), "the only test example is not in the file"),
    "leaked": (leakage(ONE, ONE, {(0, 0)}, NONE), "1 of 1 test example (100 %) is in the"),
    "leftovers": (leftover_shots(ONE, {1: 3}), "1 of 1 prompt looked at holds worked examples"),
}


@pytest.mark.parametrize("case", SINGLE)
def test_one_of_anything_is_said_in_the_singular(case: str) -> None:
    check, says = SINGLE[case]
    assert check.detail.startswith(says) or check.detail.endswith(says)
