"""What moved in a ranking between two price tables."""

from __future__ import annotations

import pytest

from ftvp.prices.answer import moves


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("ab", "ab", [], id="nothing moved"),
        pytest.param("ab", "ba", [("b", 2, 1), ("a", 1, 2)], id="two changed places"),
        pytest.param("abc", "bc", [("a", 1, None)], id="one that went moves nobody"),
        pytest.param("bc", "abc", [("a", None, 1)], id="one that came moves nobody"),
        pytest.param("abcdefghijkl", "abcdefghijlk", [], id="beyond the tenth place"),
        pytest.param("", "a", [("a", None, 1)], id="no ranking before"),
    ],
)
def test_moves_are_told_of_the_first_ten(
    old: str, new: str, expected: list[tuple[str, int | None, int | None]]
) -> None:
    assert [(move.way, move.old, move.new) for move in moves(list(old), list(new))] == expected
