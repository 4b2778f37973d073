"""JSON is the answer itself: it reads back as the same document, to twelve digits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ftvp.decide.answer import BreakevenAnswer
from ftvp.prompts.answer import FileTokens, Parts, TokensAnswer
from ftvp.render import text_of
from ftvp.render.formats import rounded
from tests.asked import costs
from tests.goldens import ANSWERS, shown


def document(name: str) -> dict[str, Any]:
    """Return an answer as a program reads it."""
    read: dict[str, Any] = json.loads(shown(name, "json"), parse_constant=pytest.fail)
    return read


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERS)
def test_the_schema_stands_first(name: str) -> None:
    assert next(iter(document(name))) == "schema"


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERS)
def test_the_document_ends_in_one_line_break(name: str) -> None:
    written = shown(name, "json")
    assert written.endswith("}\n")


def test_the_keys_stand_in_the_order_of_the_contract() -> None:
    head = "schema tool_version as_of tables inputs tokens prompted tuned usd_saved_per_request"
    tail = "monthly_saving_usd breakeven breakeven_volume life horizon article verdict"
    keys = [*f"{head} {tail}".split(), "assumptions", "warnings", "sources"]
    found = [key for key in document("breakeven") if key in keys]
    assert sorted(found, key=keys.index) == keys


def test_never_is_null_and_dates_are_iso() -> None:
    never = document("breakeven")
    assert never["breakeven"]["months"] is None
    assert never["as_of"] == "2026-11-23"


def test_money_has_twelve_digits() -> None:
    # 300,000 x (1,200 x 0.15 + 200 x 0.60) / 1e6 = 90; tuned 300,000 x (400 x 0.30 + 200 x 1.20)
    # / 1e6 = 108, and a quarter of a run of 1,000 x 613 x 3 x 3 / 1e6 = 5.517.
    assert document("breakeven")["monthly_saving_usd"] == -19.37925


@pytest.mark.slow
@pytest.mark.parametrize("name", ["breakeven", "breakeven_pays", "breakeven_hosted"])
def test_the_document_reads_back_as_the_answer(name: str) -> None:
    written = shown(name, "json")
    assert text_of(BreakevenAnswer.model_validate_json(written), "json") == written


def test_text_stays_utf_8_and_half_characters_are_escaped() -> None:
    name = "prompt 摘要 \udce9.txt"
    file = FileTokens(
        file=name,
        format="text",
        model="openai/gpt-4o-mini",
        tokens=1,
        characters=1,
        encoding="o200k_base",
        exact=True,
        error_percent=0,
        parts=Parts(instructions=1, shots=(), request=0),
    )
    answer = TokensAnswer(tool_version="0", model="openai/gpt-4o-mini", files=(file,), total=1)
    written = text_of(answer, "json")
    assert "摘要" in written
    assert json.loads(written.encode("utf-8"))["files"][0]["file"] == name


@pytest.mark.slow
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_rounding_keeps_twelve_digits(number: float) -> None:
    found = rounded(number)
    assert found == pytest.approx(number, rel=5e-12, abs=0)
    assert rounded(found) == found


def test_the_tuned_side_is_null_where_none_is_sold() -> None:
    answer = costs(prompt_tokens=1200, model="claude-haiku-5-5")
    assert json.loads(text_of(answer, "json"))["tuned"] is None
