"""Tokens of a training file: content, what is billed around it, and the cookbook's figure."""

from __future__ import annotations

import pytest

from ftvp.dataset.examples import billed, cookbook_tokens, cut_at, is_estimate, per_example
from tests.training_files import features

THREE = features("one two three", "four", system="be brief")
TWO = features("one two three", "four")


def test_three_messages_are_billed_thirteen_tokens_more() -> None:
    # 2 + 3 + 1 words, a token each; 3 * 4 + 1.
    assert billed([THREE]) == [6 + 13]
    assert not is_estimate([THREE])


def test_two_messages_are_billed_nine_more_as_an_estimate() -> None:
    assert billed([TWO]) == [4 + 9]
    assert is_estimate([THREE, TWO])


def test_the_cookbook_counts_two_more_for_each_example() -> None:
    assert cookbook_tokens([THREE, TWO]) == (6 + 15) + (4 + 11)


def test_the_cookbook_cuts_each_example_at_the_limit() -> None:
    assert cookbook_tokens([THREE, TWO], limit=17) == 17 + 15


def test_a_ratio_scales_the_content_alone() -> None:
    assert billed([THREE], ratio=1.5) == [9 + 13]


def test_the_spread_names_the_longest_lines() -> None:
    some = [features(line=line) for line in (3, 5, 8)]
    spread = per_example(some, [10, 30, 20])
    assert (spread.min, spread.median, spread.mean, spread.max) == (10, 20, 20, 30)
    # 90 % of the way from 20 to 30.
    assert spread.p95 == pytest.approx(29)
    assert [each.line for each in spread.longest] == [5, 8, 3]


def test_nothing_is_cut_without_a_limit() -> None:
    assert cut_at([5, 10**6], None) == (0, 0)
