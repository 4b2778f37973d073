"""Near duplicates: what is reported is exact, and what is alike is found."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.dataset.examples import (
    ALIKE,
    candidates,
    jaccard,
    resemblance,
    shingles,
    sketch,
    word_numbers,
)
from ftvp.dataset.repeats import find_repeats, together
from tests.training_files import all_features, features

LONG = " ".join(f"w{n}" for n in range(50))


def likeness(one: str, other: str) -> float:
    """Return the Jaccard similarity of two texts' shingles."""
    return jaccard(shingles(word_numbers(one)), shingles(word_numbers(other)))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        pytest.param("a b c d", "a b c d", 1, id="the same"),
        pytest.param("A b, c. D!", "a b c d", 1, id="case and punctuation apart"),
        pytest.param("a b c d e", "b c d e f", 0.5, id="two of four shingles"),
        pytest.param("a b c", "c b a", 0, id="other order"),
        pytest.param("yes", "yes", 1, id="one word"),
        pytest.param("yes", "no", 0, id="another word"),
        pytest.param(
            "我喜欢吃苹果", "我喜欢吃苹果了", 0.8, id="Chinese, a character a word: 4 of 5"
        ),
        # 48 shingles; a word more adds one: 48 / 49.
        pytest.param(LONG, f"{LONG} end", 48 / 49, id="a word more"),
    ],
)
def test_likeness_is_the_share_of_common_shingles(one: str, other: str, expected: float) -> None:
    assert likeness(one, other) == pytest.approx(expected)


def test_a_sketch_suggests_the_similarity() -> None:
    words = [f"w{n}" for n in range(3000)]
    one, other = " ".join(words[:2500]), " ".join(words[500:])
    # 1,998 of 2,998 shingles are shared: 0.67; 24 hashes stray by 0.1.
    pair = (sketch(word_numbers(text)) for text in (one, other))
    assert resemblance(*pair) == pytest.approx(0.67, abs=0.2)


def variants(number: int) -> list[tuple[str, str]]:
    """Return texts of which each third is the one before with two words changed."""
    found = []
    for n in range(number):
        words = [f"t{n - (n % 3 == 2)}w{place}" for place in range(60)]
        if n % 3 == 2:
            words[5], words[40] = "new", "newer"
        found.append((" ".join(words), "answer"))
    return found


def test_the_pairs_found_are_all_that_are_alike() -> None:
    texts = variants(90)
    found = all_features(texts)
    sets = {
        place: shingles(word_numbers(q) + word_numbers(a)) for place, (q, a) in enumerate(texts)
    }
    wanted = {
        (one, two)
        for one, two in combinations(range(90), 2)
        if jaccard(sets[one], sets[two]) >= ALIKE
    }
    # Two changed words change 6 of 59 shingles: 53 / 65 = 0.815.
    assert len(wanted) == 30
    result = find_repeats(found, lambda _: sets)
    assert {(first, place) for place, first in enumerate(result.near) if first != place} == wanted
    assert result.copies == []


def test_an_unlike_candidate_is_not_reported() -> None:
    found = [features("a b c d e f g", line=1), features("a b c d e f g", "another answer", line=2)]
    # The sketches say alike; the shingles that are read say not.
    twins = [each._replace(sketch=found[0].sketch) for each in found]
    unlike = {0: {1, 2, 3}, 1: {4, 5, 6}}
    assert find_repeats(twins, lambda _: unlike).all == []


def test_a_shared_system_prompt_is_no_likeness() -> None:
    one = features("where is my order", line=1, system=LONG)
    other = features("how do I log in", line=2, system=LONG)
    assert list(candidates([one.sketch, other.sketch])) == []


def test_equal_texts_are_copies_and_not_compared_again() -> None:
    found = all_features([("same", "a"), ("same", "a"), ("same", "b")])

    def never(_: object) -> dict[int, set[int]]:
        return {0: {1}, 2: {3}}

    result = find_repeats(found, never)
    assert result.copies == [1]


def test_many_alike_examples_are_compared_with_few() -> None:
    sketches = [features("the same words in every one of them", line=n).sketch for n in range(400)]
    # With one bucket of at most 8 in each of 8 bands, 400 meet at most 64 others each.
    assert len(list(candidates(sketches))) <= 400 * 64


@pytest.mark.slow
@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=30))
def test_places_are_together_when_a_chain_of_pairs_joins_them(pairs: list[tuple[int, int]]) -> None:
    first = together(21, pairs)
    assert all(first[one] == first[two] for one, two in pairs)
    assert all(first[place] <= place and first[first[place]] == first[place] for place in range(21))
    lonely = set(range(21)) - {place for pair in pairs for place in pair}
    assert all(first[place] == place for place in lonely)
