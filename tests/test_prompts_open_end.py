"""Examples without labels, known by a request of the same form; and what only resembles it."""

from __future__ import annotations

import pytest

from ftvp.prompts import parse_prompt

ROWS = [
    pytest.param("Emoji.\n\nStar Wars: ⭐\nTitanic: 🚢\n\n{title}:\n", ["⭐", "🚢"], id="colons"),
    pytest.param(
        "To ISO.\n\n3 May 2020 = 2020-05-03\n1 June 21 = 2021-06-01\n{date} =\n",
        ["2020-05-03", "2021-06-01"],
        id="equal signs",
    ),
    pytest.param(
        "Countries.\n\ncity,country\nOslo,Norway\nLima,Peru\n{city},\n",
        ["Norway", "Peru"],
        id="comma-separated rows below the names of the columns",
    ),
]
PARAGRAPHS = [
    pytest.param(
        "-- orders(id)\n-- customers(id)\n\n-- How many orders?\nSELECT count(*) FROM orders;"
        "\n\n-- How many customers?\nSELECT count(*) FROM customers;\n\n-- {question}\nSELECT\n",
        ["-- How many orders?", "-- How many customers?"],
        id="questions in comments, with the tables above",
    ),
    pytest.param(
        "Questions on stars.\n\nNearest star?\nA. Vega\nB. The Sun\nAnswer: B\n\n"
        "Most moons?\nA. Saturn\nB. Mars\nAnswer: A\n\n{question}\nA. {a}\nB. {b}\nAnswer:\n",
        ["Nearest star?", "Most moons?"],
        id="multiple choice",
    ),
]
NOT_SHOTS = [
    pytest.param(
        "Use this guide.\n\n### Problem: no light\nSolution: plug it in.\n\n"
        "### Problem: red light\nSolution: restart it.\n\nUser says: {message}\n",
        id="a guide to troubles, and a message under another label",
    ),
    pytest.param(
        "Tools:\n\n### get_weather\nDescription: the weather\nInput: a city\nOutput: degrees\n\n"
        "### get_time\nDescription: the time\nInput: a city\nOutput: hours\n\nUser: {{query}}\n",
        id="tools, each in its section",
    ),
    pytest.param("Return:\nname: text\n{field}:\n", id="one row is no pattern"),
]


@pytest.mark.parametrize(("text", "answers"), ROWS)
def test_rows_above_an_open_row_are_shots(text: str, answers: list[str]) -> None:
    prompt = parse_prompt(text, "prompt.txt")
    assert [shot.answer for shot in prompt.shots] == answers
    assert "{" in prompt.request[0].text


@pytest.mark.parametrize(("text", "heads"), PARAGRAPHS)
def test_paragraphs_above_an_open_one_of_their_form_are_shots(text: str, heads: list[str]) -> None:
    prompt = parse_prompt(text, "prompt.txt")
    assert [shot.text.split("\n")[0] for shot in prompt.shots] == heads
    assert "{question}" in prompt.request[0].text


@pytest.mark.parametrize("text", NOT_SHOTS)
def test_entries_of_a_manual_are_no_shots(text: str) -> None:
    assert not parse_prompt(text, "prompt.txt").shots


def test_a_reply_named_late_in_a_sentence_does_not_describe_a_format() -> None:
    text = (
        "Rate how formal it is.\n\n1. Sentence: Yo!\n   Rating: 1\n"
        "2. Sentence: I would be grateful for your reply.\n   Rating: 5\n"
        "3. Sentence: {sentence}\n   Rating:\n"
    )
    assert len(parse_prompt(text, "prompt.txt").shots) == 2


def test_the_request_may_stand_above_the_shots() -> None:
    text = "Translate {text} into Latin.\n\nExamples:\nEnglish: I am.\nLatin: Sum.\n\n"
    prompt = parse_prompt(text + "English: You are.\nLatin: Es.\n", "prompt.txt")
    assert [part.kind for part in prompt.parts] == ["request", "instructions", "shot", "shot"]
