"""What cannot be counted is refused with its place, and nothing else is."""

from __future__ import annotations

import sys

import pytest

from ftvp.errors import LongRunError
from ftvp.tokens.counting import BLANKS, LONGEST_RUN, refuse_long_runs, specials

LONGEST = " " * LONGEST_RUN


@pytest.mark.slow
def test_blanks_are_unicodes_white_space_less_the_ends_of_lines() -> None:
    # Python also calls the four separators U+001C to U+001F space; Unicode does not
    spaces = {chr(i) for i in range(sys.maxunicode + 1) if chr(i).isspace()}
    assert set(BLANKS) == spaces - set("\n\r\x1c\x1d\x1e\x1f")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(LONGEST, id="the longest run"),
        pytest.param(f"a{LONGEST}\n{LONGEST}\r{LONGEST}b", id="runs broken by line ends"),
        pytest.param(LONGEST + "." + LONGEST, id="runs broken by a letter"),
        pytest.param("\n" * 3_000_000, id="line ends alone"),
    ],
)
def test_white_space_that_can_be_counted_is_let_through(text: str) -> None:
    refuse_long_runs(text)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param(LONGEST + " ", 1, id="one too many"),
        pytest.param("a\nb\n" + LONGEST + "\tc", 3, id="begins on the third line"),
        pytest.param("\n" * 5 + "x" * 1_234_567 + LONGEST + " y", 6, id="far into the text"),
        pytest.param(LONGEST + ".\n" + LONGEST + "\u3000", 2, id="the second of two runs"),
        pytest.param("\x85" * 4_000_000, 1, id="much too long"),
    ],
)
def test_a_run_too_long_is_refused_with_the_line_it_begins_on(text: str, line: int) -> None:
    with pytest.raises(LongRunError, match=f"from line {line}: "):
        refuse_long_runs(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("plain <b>text</b> | <|custom|>", (), id="none"),
        pytest.param(
            "<|im_start|>user<|im_end|><|im_start|>",
            ("<|im_start|>", "<|im_end|>"),
            id="each once, in order",
        ),
        pytest.param("a<|endoftext|>b", ("<|endoftext|>",), id="inside a word"),
        pytest.param("<|eot_id|>", ("<|eot_id|>",), id="llama's"),
        pytest.param("<|ENDOFTEXT|> <| endoftext |>", (), id="not quite"),
    ],
)
def test_special_tokens_written_out_are_found(text: str, found: tuple[str, ...]) -> None:
    assert specials(text) == found


@pytest.mark.parametrize("letter", ["a", "漢", "é"])
def test_letters_without_an_end_are_refused_with_their_line(letter: str) -> None:
    with pytest.raises(LongRunError, match="letters in a row, from line 3"):
        refuse_long_runs("one\ntwo\n" + letter * 2 * (LONGEST_RUN + 1))
    refuse_long_runs(f"{letter * LONGEST_RUN}. " * 2)
