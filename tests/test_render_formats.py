"""What every format does with every block, and with text that others wrote."""

from __future__ import annotations

import pytest

from ftvp.render import FORMATS, write
from ftvp.render.document import Block, Items, Lead, Paragraph, Quote, Row, Table, Verbatim
from ftvp.render.formats import Medium, docstrings, json_schema
from ftvp.render.markdown import escaped
from ftvp.scenario import Scenario
from ftvp.units import Record
from tests.rows import of_each

READ = tuple(name for name, form in FORMATS.items() if not form.is_data)
HOSTILE = {
    "markup": "[/x]",
    "markup with a style": "[bold red]loud[/]",
    "an emoji code": ":smile:",
    "a link": "[link=https://example.org]here[/link]",
}
BILL = Table(
    "A month at 10 requests a day",
    ("prompted", "tuned"),
    (
        Row("input", ("$54.00", "$36.00"), detail="1,200 -> 400 tokens"),
        Row("hosting", (None, "$72.00"), note="due at any volume", decides="against"),
        Row("total", ("$54.00", "$108.00"), level="total"),
    ),
)


def written(block: Block, form: str, *, width: int = 80, colour: bool = False) -> str:
    """Return one block in a format."""
    return write([block], form, Medium(width, colour))


def holding(text: str) -> dict[str, Block]:
    """Return every block that can hold a text."""
    return {
        "lead": Lead(text),
        "paragraph": Paragraph(text),
        "items": Items("Mind", (text,)),
        "verbatim": Verbatim(text),
        "quote": Quote("prompt", text),
        "label": Table("Model", ("price",), (Row(text, ("$1",)),)),
        "cell": Table("Model", ("name",), (Row("one", (text,)),), numeric=False),
    }


EACH_FORM = {f"{block} as {form}": (block, form) for block in holding("") for form in READ}


@of_each(
    {
        f"{block} as {form}: {name}": (block, form, text)
        for block in holding("")
        for form in ("rich", "plain")
        for name, text in HOSTILE.items()
    }
)
def test_text_that_looks_like_markup_is_shown_as_it_is(row: tuple[str, str, str]) -> None:
    block, form, text = row
    assert text in written(holding(text)[block], form)


@of_each(EACH_FORM)
def test_control_characters_are_visible_and_do_nothing(row: tuple[str, str]) -> None:
    block, form = row
    shown = written(holding("a\x1b[2Jb\x07c\u202ed")[block], form)
    assert not set(shown) & {"\x1b", "\x07", "\u202e"}
    assert "u202e" in shown


@of_each(EACH_FORM)
def test_other_scripts_stay_readable(row: tuple[str, str]) -> None:
    block, form = row
    assert "摘要　质量 é" in written(holding("摘要　质量 é")[block], form)


@pytest.mark.parametrize("form", READ)
def test_a_half_character_does_not_stop_the_answer(form: str) -> None:
    assert b"\\udce9" in written(Paragraph("name \udce9"), form).encode("utf-8")


@pytest.mark.parametrize("form", READ)
def test_a_line_to_copy_stays_whole(form: str) -> None:
    command = "ftvp decide " + " ".join(f"--flag-{number} value" for number in range(30))
    lines = written(Verbatim(command), form, width=40).splitlines()
    assert any(line == command or f">{command}<" in line for line in lines)


@pytest.mark.parametrize("form", ["rich", "plain"])
def test_a_quoted_prompt_keeps_its_lines(form: str) -> None:
    lines = written(Quote("request", "one\n\n\ttwo\r\nthree\n\n"), form).splitlines()
    assert [line.strip() for line in lines] == ["request:", "one", "", "two", "three"]


def test_colour_marks_the_verdict() -> None:
    assert written(Lead("Fine-tune.", "fine_tune"), "rich", colour=True).startswith("\x1b[1;32m")


def test_colour_marks_the_deciding_row_alone() -> None:
    lines = written(BILL, "rich", colour=True).splitlines()
    assert ["\x1b[31m" in line for line in lines] == [False, False, True, False]


def test_the_same_stands_with_and_without_colour() -> None:
    import re

    coloured = re.sub(r"\x1b\[[0-9;]*m", "", written(BILL, "rich", colour=True))
    bare = written(BILL, "rich")
    assert [line.rstrip() for line in coloured.splitlines()] == bare.splitlines()


def test_plain_says_a_row_in_a_sentence() -> None:
    assert written(BILL, "plain") == (
        "A month at 10 requests a day:\n"
        "  input, 1,200 to 400 tokens: prompted $54.00; tuned $36.00\n"
        "  hosting: tuned $72.00; due at any volume\n"
        "total: prompted $54.00; tuned $108.00\n"
    )


def test_markdown_tables_are_those_of_github() -> None:
    assert written(BILL, "markdown") == (
        "| A month at 10 requests a day | prompted | tuned |  |\n"
        "| --- | ---: | ---: | --- |\n"
        "| input (1,200 -> 400 tokens) | $54.00 | $36.00 |  |\n"
        "| hosting |  | $72.00 | due at any volume |\n"
        "| **total** | **$54.00** | **$108.00** |  |\n"
    )


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        pytest.param("a|b", r"a\|b", id="a pipe would end the cell"),
        pytest.param("<script>", r"\<script>", id="a tag would vanish"),
        pytest.param("[a](https://b)", r"\[a](https://b)", id="a link would hide its target"),
        pytest.param("*a* `b` ~c~", r"\*a\* \`b\` \~c\~", id="emphasis and code"),
        pytest.param("# a", r"\# a", id="a heading"),
        pytest.param("> a", r"\> a", id="a quotation"),
        pytest.param("snake_case _a_", r"snake_case \_a\_", id="underscores at a word's edge"),
        pytest.param("C:\\new", r"C:\\new", id="a backslash"),
    ],
)
def test_markdown_escapes_what_would_mark_up(text: str, safe: str) -> None:
    assert escaped(text) == safe


def test_a_fence_is_longer_than_any_inside() -> None:
    lines = written(Quote("shot 1", "```\ncode\n```"), "markdown").splitlines()
    assert (lines[2], lines[-1]) == ("````text", "````")


def test_numbers_that_do_not_fit_are_told_in_sentences() -> None:
    shown = written(BILL, "rich", width=30)
    assert shown == written(BILL, "plain", width=30)


@pytest.mark.slow
def test_a_schema_describes_each_field_by_the_docstring_below_it() -> None:
    row = json_schema("volumes")["$defs"]["VolumeRow"]["properties"]["deciding_net_usd"]
    assert (
        row["description"] == "The same, against the other model without tuning where that is less."
    )
    volume = json_schema("scenario")["properties"]["volume"]
    assert volume["description"] == Scenario.model_fields["volume"].description


def test_a_docstring_below_a_field_says_null_for_none() -> None:
    class Told(Record):
        first: int
        """Kept on
        one line; None where nobody told."""
        second: int
        third: int
        """The last."""

    assert docstrings(Told) == {
        "first": "Kept on one line; null where nobody told.",
        "third": "The last.",
    }


WANTS = "wants at least 3 examples"
JOBS = Table(
    "One training job",
    ("cost",),
    (Row("a model with a long name", ("$1.00",), note=WANTS), Row("another", ("$2.00",))),
)


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        pytest.param(
            80,
            [
                f"a model with a long name  $1.00  {WANTS}",
                "another                   $2.00",
            ],
            id="room behind the numbers",
        ),
        pytest.param(
            50,
            [
                "a model with a long name     $1.00",
                f"  {WANTS}",
                "another                      $2.00",
            ],
            id="none",
        ),
    ],
)
def test_a_note_stands_below_its_row_where_it_has_no_room_behind_it(
    width: int, lines: list[str]
) -> None:
    _, *found = written(JOBS, "rich", width=width).splitlines()
    assert [line.rstrip() for line in found] == lines
