"""`--fail-if`: which conditions hold of which values, and what the command exits with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import pytest
from pydantic import Field
from typer.testing import CliRunner

from ftvp.cli.app import app
from ftvp.errors import GateError
from ftvp.records.gate import read_gate
from ftvp.units import Record
from tests.asked import costs

pytestmark = pytest.mark.slow

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
SCENARIO = str(EXAMPLES / "multi_label.yaml")
DAY = ["--as-of", "2026-11-23"]


class Point(Record):
    """A break-even as documents have it."""

    months: float | None
    date: str | None = None
    requests: float | None = None


class Way(Record):
    """An entry of a list."""

    model: str


class Odds(Record):
    """A part that may be missing."""

    p: float


class Doc(Record):
    """A small document."""

    name: str = "fine_tune"
    count: int = 3
    share: float = 0.25
    changed: bool = True
    nothing: float | None = None
    day: str = "2026-11-23"
    breakeven: Point = Field(default_factory=lambda: Point(months=6.5))
    odds: Odds | None = None
    verdict: Literal["prompt", "fine_tune"] | None = "prompt"
    ways: tuple[Way, ...] = (Way(model="a"), Way(model="b"))


NEVER = Doc(breakeven=Point(months=None))
TRUTH: list[tuple[str, bool]] = [
    ("count == 3", True),
    ("count == 3.0", True),
    ("verdict == prompt", True),
    ("verdict != fine_tune", True),
    ("verdict == null", False),
    ("count != 3", False),
    ("count < 3", False),
    ("count <= 3", True),
    ("count > 2.5", True),
    ("count >= 4", False),
    ("count>2", True),
    ("share < 0.3", True),
    ("share == 2.5e-1", True),
    ("name == fine_tune", True),
    ("name == 'fine_tune'", True),
    ('name == "fine_tune"', True),
    ("name != fine_tune", False),
    ("name != prompt", True),
    ("changed", True),
    ("changed == true", True),
    ("changed != true", False),
    ("changed == false", False),
    ("day > 2026-11-22", True),
    ("day < 2026-11-22", False),
    ("day == 2026-11-23", True),
    ("breakeven.months > 6", True),
    ("breakeven.months > 7", False),
    ("ways.0.model == a", True),
    ("ways[1].model == b", True),
    # null is what is not known: it is equal to null and satisfies nothing else
    ("nothing == null", True),
    ("nothing != null", False),
    ("nothing == 3", False),
    ("nothing != 3", False),
    ("nothing < 3", False),
    ("nothing > 3", False),
    ("nothing >= null", False),
    ("count == null", False),
    ("count != null", True),
    ("odds == null", True),
    ("odds.p < 0.7", False),
    ("odds.p == null", True),
    ("ways.7.model == null", True),
]
NEVERS: list[tuple[str, bool]] = [
    # but of a break-even it is never: later and more than any value
    ("breakeven.months > 6", True),
    ("breakeven.months >= 6", True),
    ("breakeven.months < 6", False),
    ("breakeven.months <= 6", False),
    ("breakeven.months == 6", False),
    ("breakeven.months == null", True),
    ("breakeven.months != null", False),
    ("breakeven.requests > 1e9", True),
    ("breakeven.date > 2027-01-01", True),
    ("breakeven.date < 2027-01-01", False),
]


@pytest.mark.parametrize(("condition", "holds"), TRUTH)
def test_a_condition_holds_or_not(condition: str, holds: bool) -> None:  # noqa: FBT001
    assert read_gate(condition).holds(Doc()) is holds


@pytest.mark.parametrize(("condition", "holds"), NEVERS)
def test_a_break_even_that_never_comes_is_later_than_all(condition: str, holds: bool) -> None:  # noqa: FBT001
    assert read_gate(condition).holds(NEVER) is holds


REFUSED: list[tuple[str, str]] = [
    ("", "cannot be read"),
    ("== 3", "cannot be read"),
    ("count =", "cannot be read"),
    ("count === 3", "cannot be read"),
    ("count == ", "cannot be read"),
    ("__import__('os').system('true')", "cannot be read"),
    ("name == fine tune", "put text in quotes"),
    ("count == [3]", "one number, text"),
    ("count < 1e999", "must be finite"),
    ("cuont > 3", "Did you mean 'count'?"),
    ("breakeven.month > 3", "Did you mean 'breakeven.months'?"),
    ("odds.q > 3", "the answer has no 'odds.q'"),
    ("count.more > 3", "the answer has no 'count.more'"),
    ("breakeven > 3", "is no single value: breakeven.months"),
    ("ways > 3", "is no single value"),
    ("ways.model == a", "is a list: name a place in it, such as ways.0"),
    ("name > 3", "is text, which '>' does not compare with a number"),
    ("count == three", "is a number, which '==' does not compare with text"),
    ("share < 30%", "leave the % out (a chance is 0 to 1, a quality 0 to 100)"),
    ("name > prompt", "orders numbers and days"),
    ("changed > true", "is true or false"),
    ("verdict == fine-tune", "'verdict' is never 'fine-tune'. Did you mean 'fine_tune'?"),
    ("verdict != soon", "'verdict' is never 'soon': it is one of prompt, fine_tune"),
    ("count", "is a number, which '==' does not compare with true or false"),
]


@pytest.mark.parametrize(("condition", "says"), REFUSED)
def test_a_condition_that_does_not_fit_says_why(condition: str, says: str) -> None:
    with pytest.raises(GateError) as error:
        read_gate(condition).holds(Doc())
    assert says in str(error.value).replace(" =", " =")


def test_the_age_of_prices_is_that_of_the_oldest_one_used() -> None:
    answer = costs(volume=10_000, prompt_tokens=1_200, output_tokens=200, model="nova-2-lite")
    oldest = min(each.checked_on for each in answer.sources if each.checked_on)
    age = (answer.as_of - oldest).days
    assert read_gate(f"price_age_days == {age}").holds(answer)
    assert not read_gate(f"price_age_days > {age}").holds(answer)


EXITS: dict[str, tuple[list[str], int]] = {
    "none holds": (["breakeven", SCENARIO, "--fail-if", "verdict.choice == prompt"], 0),
    "one holds": (["breakeven", SCENARIO, "--fail-if", "verdict.choice != prompt"], 3),
    "one of two holds": (
        [
            *("breakeven", SCENARIO, "--fail-if", "odds.p_tuned_ahead < 0.7"),
            *("--fail-if", "price_age_days > 90"),
        ],
        3,
    ),
    "unknown path": (["breakeven", SCENARIO, "--fail-if", "verdict.choise == prompt"], 2),
    "unreadable": (["breakeven", SCENARIO, "--fail-if", "verdict.choice ="], 2),
    "wrong input comes first": (["breakeven", "--fail-if", "verdict.choice == prompt"], 2),
    "the money of a decision": (["decide", SCENARIO, "--fail-if", "breakeven.months > 0.1"], 3),
    "the same by its whole path": (
        ["decide", SCENARIO, "--fail-if", "cost.breakeven.months > 0.1"],
        3,
    ),
    "a way of a comparison": (["compare", SCENARIO, "--fail-if", "ways.0.monthly_usd > 1"], 3),
    "a table": (["quality", "--fail-if", "as_of > 2026-01-01"], 3),
}


@pytest.mark.long
@pytest.mark.parametrize(("words", "code"), EXITS.values(), ids=EXITS)
def test_the_exit_code_says_whether_a_condition_holds(words: list[str], code: int) -> None:
    found = CliRunner().invoke(app, [*words, *DAY])
    assert found.exit_code == code, found.stderr
    assert bool(found.stdout) is (code != 2)
    if code == 3:
        assert "--fail-if holds: " in found.stderr


def test_a_condition_that_holds_does_not_keep_files_from_being_written(tmp_path: Path) -> None:
    name = str(tmp_path / "a.json")
    words = ["breakeven", SCENARIO, "--fail-if", "price_age_days > 1", "--output", name, *DAY]
    found = CliRunner().invoke(app, words)
    assert found.exit_code == 3
    assert json.loads(Path(name).read_text("utf-8"))["schema"] == "ftvp.breakeven/2"


def test_a_condition_that_does_not_fit_writes_nothing(tmp_path: Path) -> None:
    name = tmp_path / "a.json"
    words = ["breakeven", SCENARIO, "--fail-if", "price > 1", "--output", str(name), *DAY]
    assert CliRunner().invoke(app, words).exit_code == 2
    assert not name.exists()


ENDED = [
    *("--model", "gpt-4o-mini", "--volume", "5000", "--prompt-tokens", "900"),
    *("--output-tokens", "50", "--as-of", "2027-03-01"),
]
UNKNOWN = ["--unknown", "examples,quality_gap,format_task,eval_improves"]


@pytest.mark.parametrize("command", ["breakeven", "decide", "compare", "odds"])
def test_a_model_that_has_ended_is_an_answer_under_a_condition(command: str) -> None:
    words = [command, *ENDED, *(UNKNOWN if command == "decide" else [])]
    refused = CliRunner().invoke(app, words)
    assert (refused.exit_code, refused.stdout) == (2, "")
    gate = "ways.0.monthly_usd > 9" if command == "compare" else "odds.p_tuned_ahead > 0.9"
    passed = CliRunner().invoke(app, [*words, "--json", "--fail-if", gate])
    assert passed.exit_code == 0, passed.stderr
    document = json.loads(passed.stdout)
    assert document["verdict"]["because"] == "not_on_sale"
    assert "2027-01-14" in document["verdict"]["headline"]


def test_a_gate_on_the_verdict_holds_where_a_model_has_ended() -> None:
    gate = ["--fail-if", "verdict.choice != fine_tune"]
    found = CliRunner().invoke(app, ["breakeven", *ENDED, *gate])
    assert found.exit_code == 3
    assert found.stdout.startswith("openai/gpt-4o-mini")
    typo = CliRunner().invoke(app, ["breakeven", *ENDED, "--fail-if", "verdict.choise == x"])
    assert typo.exit_code == 2
