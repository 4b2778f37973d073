"""The interview of `ftvp decide` in a real pseudo-terminal: its traps, one test each."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ftvp.cli.interview import GUIDE
from tests.terminals import INTERRUPT, at_terminal

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).parent.parent / "examples"
DAY = ["--as-of", "2026-11-23"]
MODEL = "gpt-4.1-mini"
REST = ["", ""]
"""Enter at what a wrong answer and one's own work cost."""


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("FTVP_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    text = (EXAMPLES / "entity_extraction.txt").read_text("utf-8")
    Path("triage.txt").write_text(text, "utf-8")


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (120, 40)])
def test_the_whole_interview_leads_to_money_and_a_verdict(columns: int, rows: int) -> None:
    answers = ["triage.txt", "nova-2-lite", "", "?", "4", "3k", "500", "88 95", "n", "?"]
    found = at_terminal([*answers, "0.10", "60 90"], "decide", *DAY, columns=columns, rows=rows)
    assert found.code == 0
    assert "Prompt file [none]: triage.txt" in found.lines
    assert "     1,200 tokens, 800 in 5 worked examples" in found.lines
    assert "Tokens of an answer [106, from the prompt]:" in found.lines
    assert "1/5  Requests a day: 3k" in found.lines
    assert "     3,000: enough to go on" in found.lines
    assert "     7 points short: worth closing" in found.lines
    assert "4/5  Is it mainly format or style? [yes, from the task]: n" in found.lines
    assert "Money: " in found.text
    assert max(map(len, found.lines)) <= columns


def test_the_guide_of_the_interview_fits_a_terminal() -> None:
    assert len(GUIDE) < 80
    assert "list" in GUIDE
    assert "keeps" not in GUIDE


def test_no_line_is_printed_twice() -> None:
    answers = ["triage.txt", "nova-2-lite", "", "4", "3000", "500", "88 95", "n", "?", *REST]
    asked, verdict = at_terminal(answers, "decide", *DAY).text.split("\n\n", 2)[1:]
    lines = asked.splitlines()
    assert len(lines) == 15
    assert sorted(lines) == sorted(set(lines))
    assert not set(lines) & set(verdict.splitlines())


def test_a_blank_line_parts_the_questions_from_the_verdict() -> None:
    answers = ["", "", "", "", "3000", "500", "88 95", "n", "?", *REST]
    assert "\n\nRun a pilot first" in at_terminal(answers, "decide", *DAY).text


def test_what_is_not_known_does_not_end_the_interview() -> None:
    answers = ["", "", "", "", "?", "?", "?", "?", "?", *REST]
    found = at_terminal(answers, "decide", *DAY)
    assert found.code == 0
    assert "5/5  Did tuning beat the prompt" in found.text
    assert "Your own work: hours and hourly rate" in found.text


def test_a_no_does_not_end_the_interview() -> None:
    answers = ["", "", "", "", "500", "20", "94 95", "n", "n", *REST]
    found = at_terminal(answers, "decide", *DAY)
    assert found.code == 0
    assert "     500: few" in found.lines
    assert "     20: few" in found.lines
    assert "     1 point short: good enough already" in found.lines


def test_going_back_reaches_every_question_and_keeps_each_answer() -> None:
    back = ["b", "b", "b", "b", "b"]
    kept = ["", "", "", "", "20000"]
    answers = ["triage.txt", MODEL, "90", "ner", "3000", *back, *kept, "500", "88 95"]
    found = at_terminal([*answers, "n", "?", *REST], "decide", *DAY, "--save", "s.yaml")
    assert found.code == 0
    for asked in ("Prompt file [triage.txt]:", f"Model [{MODEL}]:", "Tokens of an answer [90]:"):
        assert asked in found.lines
    assert "1/5  Requests a day [3000]: 20000" in found.lines
    saved = Path("s.yaml").read_text("utf-8")
    for told in ("prompt: triage.txt", "output_tokens: 90", "volume: 20000", "task: entity"):
        assert told in saved


def test_what_the_task_says_can_be_contradicted() -> None:
    answers = ["", "", "", "brand voice", "20000", "500", "88 95", "n", "?", *REST]
    found = at_terminal(answers, "decide", *DAY, "--explain")
    assert "[yes, from the task]: n" in found.text
    assert "--no-format-task" in found.text


@pytest.mark.parametrize("typed", ["3,000", "3k", "90k/month"])
def test_numbers_are_read_as_people_write_them(typed: str) -> None:
    found = at_terminal(["", "", "", "", typed, INTERRUPT], "decide", *DAY)
    assert "     3,000: enough to go on" in found.lines
    assert "--volume 3000" in found.text


def test_a_large_number_with_a_dot_is_asked_back_too() -> None:
    found = at_terminal(["", "", "", "", "20.000", "20k", INTERRUPT], "decide", *DAY)
    assert "     20 a day; 20,000 is written 20000? y, or another number: 20k" in found.lines
    assert "--volume 20000" in found.text


def test_a_number_that_may_be_meant_otherwise_is_asked_back() -> None:
    answers = ["", "", "", "", "3.000", "3000", "500", "0.88 0.95", "88 95", INTERRUPT]
    found = at_terminal(answers, "decide", *DAY)
    assert "     3 a day; 3,000 is written 3000? y, or another number: 3000" in found.lines
    assert "'prompting_quality'" not in found.text
    assert "0.88 %? In percent that is written 88." in found.text
    assert "--volume 3000" in found.text
    assert "--prompting-quality 88 --target-quality 95" in found.text


def test_few_requests_can_be_meant() -> None:
    found = at_terminal(["", "", "", "", "3", "y", INTERRUPT], "decide", *DAY)
    assert "     3: few" in found.lines
    assert "--volume 3 " in found.text


@pytest.mark.parametrize("key", [INTERRUPT, "\x04"], ids=["Ctrl-C", "end of input"])
def test_leaving_keeps_the_answers(key: str) -> None:
    answers = ["triage.txt", "", "", "", "3000", key]
    found = at_terminal(answers, "decide", *DAY, "--save", "s.yaml")
    assert found.code == 130
    assert "Traceback" not in found.text
    assert any(
        line.startswith("So far: ftvp decide --volume 3000 --prompt triage.txt --model")
        for line in found.lines
    )
    assert "Saved: s.yaml" in found.lines
    assert "volume: 3000\n" in Path("s.yaml").read_text("utf-8")


def test_a_folder_that_is_missing_is_named_before_the_first_question() -> None:
    found = at_terminal([], "decide", *DAY, "--save", "new/x.yaml")
    assert found.code == 2
    assert "new/x.yaml cannot be written: there is no folder new. Make it first." in found.text
    assert "Prompt file" not in found.text


def test_what_is_told_is_not_asked_and_a_saved_scenario_is_replayed_silently() -> None:
    told = ["--volume", "20000", "--examples", "500", "--quality-gap", "8", "--no-format-task"]
    first = at_terminal(["", "", "", "", "?", *REST], "decide", *told, *DAY, "--save", "s.yaml")
    assert "Requests a day" not in first.text
    again = at_terminal([], "decide", "s.yaml")
    assert again.code == 0
    assert again.text.startswith("Run a pilot first")


WRONG = {
    "a file that is not there": (["nosuch.txt"], "nosuch.txt does not exist"),
    "a model that is none": (["", "sonet"], "no model named 'sonet'"),
    "a task that is none": (["", "", "", "triage"], "no task named 'triage'. There are:"),
    "a task that is no number": (["", "", "", "99"], "Type a number from 1 to 11"),
    "Enter at a question": (["", "", "", "", ""], "Type a number, or ? if you don't know."),
    "Enter at yes or no": (
        ["", "", "", "", "?", "?", "?", ""],
        "Type y or n, or ? if you don't know.",
    ),
    "no number": (["", "", "", "", "many"], "'many' is not a number"),
    "one quality": (["", "", "", "", "?", "?", "88"], "two numbers, now and needed"),
    "x at yes or no": (["", "", "", "", "?", "?", "?", "x"], "Type y, n, ? or b."),
}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        pytest.param(
            [],
            "     It cannot be tuned: new customers have not been able to tune GPT-4o mini",
            id="closed to new customers",
        ),
        pytest.param(["--existing-customer"], "", id="an old customer"),
        pytest.param(["--tuned-model", "nova-micro"], "", id="another one is to be tuned"),
        pytest.param(["--tuned-price", "input=1,output=2"], "", id="at an own price"),
    ],
)
def test_a_model_that_cannot_be_tuned_is_known_at_once(words: list[str], says: str) -> None:
    found = at_terminal(["", "gpt-4o-mini", INTERRUPT], "decide", *DAY, *words)
    assert [line for line in found.lines if "cannot be tuned" in line] == ([says] if says else [])


def test_a_model_without_a_price_is_known_at_once() -> None:
    found = at_terminal(["", "ori/lora-10b-and-below", INTERRUPT], "decide", *DAY)
    assert "no source gives the serving price of ori/lora-10b-and-below" in found.text


@pytest.mark.parametrize(("typed", "says"), WRONG.values(), ids=WRONG)
def test_an_answer_that_is_none_is_asked_for_again(typed: list[str], says: str) -> None:
    found = at_terminal([*typed, INTERRUPT], "decide", *DAY)
    assert found.code == 130
    assert says in found.text.replace("\n     ", " ")
    assert "     again: ^C" in found.lines
