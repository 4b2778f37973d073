"""Every view is kept word for word; a change is wanted when `python -m tests.goldens` shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, reject

from ftvp.errors import FtvpError
from ftvp.guide.audit_costs import AuditFinding
from ftvp.render import text_of
from tests.asked import decided
from tests.goldens import ANSWERS, GOLDENS, path_of, shown
from tests.laws import law
from tests.scenarios import EXTREME

COPIED = ("ftvp decide", "https://")
"""How the lines begin that are copied, and so never wrapped."""
WRITTEN: tuple[str, ...] = ("rich", "plain", "markdown", "json")


@pytest.mark.slow
@pytest.mark.parametrize(("name", "form"), GOLDENS)
def test_an_answer_reads_as_kept(name: str, form: str) -> None:
    assert shown(name, form) == path_of(name, form).read_text("utf-8")


def test_no_kept_answer_is_left_over() -> None:
    kept = {path.name for path in path_of("breakeven", "rich").parent.iterdir()}
    assert kept == {path_of(name, form).name for name, form in GOLDENS}


@pytest.mark.slow
@pytest.mark.parametrize("form", ["rich", "plain"])
@pytest.mark.parametrize(
    "width", [40, 80, *(pytest.param(width, marks=pytest.mark.long) for width in (60, 100))]
)
@pytest.mark.parametrize("name", ANSWERS)
def test_no_line_is_longer_than_the_screen(name: str, width: int, form: str) -> None:
    text = shown(name, form) if width == 80 else text_of(ANSWERS[name](), form, width=width)
    lines = text.splitlines()
    assert [line for line in lines if len(line) > width and not line.startswith(COPIED)] == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["breakeven", "decision", "breakeven_own_prices"])
def test_the_verdict_fits_the_first_two_lines(name: str) -> None:
    lines = shown(name, "rich").splitlines()
    assert lines[2] == ""


@pytest.mark.slow
@pytest.mark.parametrize("form", ["rich", "plain", "markdown"])
@pytest.mark.parametrize("name", ANSWERS)
def test_without_a_terminal_there_are_no_escape_codes(name: str, form: str) -> None:
    assert "\x1b" not in shown(name, form)


@pytest.mark.slow
@pytest.mark.parametrize("name", ANSWERS)
def test_plain_has_no_columns_boxes_or_drawings(name: str) -> None:
    assert list(_drawn(shown(name, "plain"))) == []


def _drawn(answer: str) -> Iterator[str]:
    for line in answer.splitlines():
        aligned = "   " in line.strip()
        if aligned or set(line) & set("│─┃━┏┓|") or "+--" in line:
            yield line


@pytest.mark.slow
@pytest.mark.parametrize("width", [40, 80])
def test_every_amount_of_the_bill_is_shown_at_any_width(width: int) -> None:
    shown = text_of(ANSWERS["breakeven_hosted"](), "rich", width=width)
    # 720 hours x $1.70 = $1,224.00; tuned input 300,000 x 400 x $0.40/Mtok = $48.00.
    assert "$1,224.00" in shown
    assert "$48.00" in shown


def test_every_finding_of_the_audit_is_shown() -> None:
    answer = ANSWERS["guide_audit"]()
    findings: tuple[AuditFinding, ...] = vars(answer)["findings"]
    said = text_of(answer, "plain", width=10_000)
    assert [f.id for f in findings if f.claim.replace(" -> ", " to ") not in said] == []


def test_no_topic_of_the_guide_is_empty() -> None:
    topics = ANSWERS["guide_None"]()
    assert all(topic in shown("guide_None", "plain") for topic in vars(topics)["topics"])


@law()
@given(told=EXTREME)
def test_the_strangest_scenario_can_be_shown(told: dict[str, Any]) -> None:
    try:
        answer = decided(**told)
    except FtvpError:
        reject()
    for form in WRITTEN:
        lines = text_of(answer, form).splitlines()
        assert form in {"json", "markdown"} or max(map(len, lines[:2])) <= 80
