"""Any text at all: nothing lost, nothing counted twice, no crash, no slow path."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.errors import EmptyFileError, FtvpError, NotUtf8Error
from ftvp.prompts import parse_prompt, read_prompt

WORDS = [
    "Q:",
    "A:",
    "Input:",
    "Output:",
    "### Input",
    "Example 1:",
    "## Beispiel 2",
    "FAQ",
    "Examples:",
    "<example>",
    "</example>",
    "<examples>",
    "</examples>",
    "<input>",
    "</input>",
    "```",
    "---",
    "{x}",
    "{{x}}",
    "$TEXT",
    "=>",
    " // ",
    "->",
    "\n",
    "\n\n",
    "\r\n",
    " ",
    "a",
    "1",
    "1.",
    "**",
    "：",
    "输入",
    "ต",
    "😀",
    "\x00",
    "[",
    "{",
    '"',
    "<<x>>",
    "...",
]
KEYS = [
    "role",
    "content",
    "messages",
    "system",
    "tool_calls",
    "function",
    "name",
    "type",
    "examples",
    "input",
    "output",
    "prompt",
    "template",
    "example_prompt",
    "_type",
    "suffix",
    "text",
]
anything = st.text() | st.lists(st.sampled_from(WORDS)).map("".join)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(KEYS),
            inner | st.sampled_from(["user", "assistant", "system", "few_shot", "prompt"]),
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.slow
@given(anything)
def test_the_parts_of_any_text_are_the_text(text: str) -> None:
    try:
        prompt = parse_prompt(text, "prompt.md")
    except EmptyFileError:
        assert not text.strip()
        return
    if prompt.format == "markdown":
        assert "".join(part.text for part in prompt.parts) == text
        lines = [text[: text.index(prompt.parts[0].text)].count("\n") + 1]
        for part in prompt.parts[:-1]:
            lines.append(lines[-1] + part.text.count("\n"))
        assert [part.line for part in prompt.parts] == lines


@pytest.mark.slow
@given(json_values)
def test_any_json_is_a_prompt_or_a_sentence(value: object) -> None:
    try:
        prompt = parse_prompt(json.dumps(value), "prompt.json")
    except FtvpError:
        return
    assert prompt.text.strip()
    messages = "".join(message.content for message in prompt.messages)
    assert messages in {"", prompt.text}


@pytest.mark.slow
@given(anything)
def test_a_shot_and_its_answer_say_something(text: str) -> None:
    prompt = parse_prompt(text + ".", "prompt.txt")
    assert all(shot.text.strip() for shot in prompt.shots)
    assert all(shot.answer != "" for shot in prompt.shots)
    assert "shot" not in {part.kind for part in prompt.without_shots().parts}


@pytest.mark.slow
@pytest.mark.parametrize(
    "repeated",
    [
        "Q:\n",
        "Q: a\nA: b\n",
        " ",
        "\n",
        "\n ",
        "#",
        "-",
        "=",
        "*",
        "_",
        "`",
        "{",
        "{{a",
        "<",
        "[",
        ":",
        "<example>",
        "<example>a</example>\n",
        "```\n",
        "->",
        "a -> b\n",
        "Example 1:\n",
        "1. ",
        "a: b: ",
        "   \n",
        "**a**\n",
        "example ",
        "A1: ",
        "[INST]",
        "<|im_start|>user\n",
        "{{#user}}",
        "|a|b|\n",
        "|-|\n",
        "<a>",
        '{"a": 1, "b": 2}\n',
        "- a\n  b\n  c\n",
        "user:\n",
        "[Start of a]\n",
        "(",
        "a\n===\n",
    ],
)
@pytest.mark.long
@pytest.mark.parametrize("blanks", [False, True], ids=["to the end", "then blanks"])
def test_twice_the_text_never_takes_four_times_as_long(repeated: str, *, blanks: bool) -> None:
    takes_in_proportion(*(hazard(repeated, size, blanks=blanks) for size in (25_000, 50_000)))


@pytest.mark.long
def test_twice_the_kinds_of_fences_never_take_four_times_as_long() -> None:
    takes_in_proportion(fences(100), fences(200))


def fences(kinds: int) -> str:
    """Return a text of three fences of each kind, with labels and headings of their own."""
    words = [f"{chr(97 + kind % 26)}{chr(97 + kind // 26)}" for kind in range(kinds)]
    fence = "## Part {0} {1}\n```\nin{0}: {1}\nout{0}: {1}\n```\n\n"
    return "".join(fence.format(word, number) for word in words for number in range(3))


def takes_in_proportion(once: str, twice: str) -> None:
    """Fail where a text twice as long takes three times as long or more."""
    fast = slow = math.inf
    for _ in range(9):  # the least of several turns, since the machine may be busy
        fast, slow = min(fast, seconds(once)), min(slow, seconds(twice))
        if slow < 3 * fast:
            return
    pytest.fail(f"{fast:.3f} s, then {slow:.3f} s for twice the text")


def hazard(repeated: str, size: int, *, blanks: bool) -> str:
    """Return a text of one repeated piece, or with a shot of blanks as its last third."""
    ending = f"\nQ: a\nA:{' ' * (size // 3)}x" if blanks else "x"
    return (repeated * size)[: size - len(ending)] + ending


def seconds(text: str) -> float:
    """Return the processor time in which a prompt is read."""
    started = time.process_time()
    parse_prompt(text, "prompt.txt")
    return time.process_time() - started


def test_special_tokens_are_text_like_any_other() -> None:
    text = "Q: a\nA: <|endoftext|>\n\nQ: b\nA:"
    assert parse_prompt(text, "prompt.txt").shots[0].answer == "<|endoftext|>"


def test_a_file_is_read_with_its_mark_and_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "prompt.md"
    path.write_bytes(b"\xef\xbb\xbfQ: a\r\nA: b\r\n\r\nQ: c\r\nA:")
    prompt = read_prompt(path)
    assert prompt.format == "markdown"
    assert [part.text for part in prompt.parts] == ["Q: a\r\nA: b\r\n\r\n", "Q: c\r\nA:"]


@pytest.mark.parametrize("suffix", [".txt", ".json", ".yaml"])
def test_another_encoding_is_refused_for_every_kind(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"prompt{suffix}"
    path.write_bytes(b"caf\xe9")
    with pytest.raises(NotUtf8Error, match="line 1"):
        read_prompt(path)


def test_an_empty_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    for path in (tmp_path / "empty.txt", tmp_path):
        with pytest.raises(FtvpError, match=path.name):
            read_prompt(path)


def test_a_fence_that_closes_below_an_example_is_no_answer() -> None:
    text = "```\nExample:\nTask: add one\n\n```\n\nTask: {task}\n"
    assert parse_prompt(text, "p.txt").text == text
