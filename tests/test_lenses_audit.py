"""What recomputing the article's cost figures gives, each against worked arithmetic."""

from __future__ import annotations

from datetime import date

import pytest

from ftvp.cost.answer import article_answer
from ftvp.guide.answer import audit
from ftvp.guide.audit_costs import AuditFinding, priced_scenarios
from ftvp.tables.framework import Framework
from tests.shipped import framework, pricing, quality

TODAY = date(2026, 11, 23)
EARLIER = date(2025, 1, 15)
BEFORE_ANY_PRICE = date(2020, 1, 1)


def findings(day: date = TODAY, tables: Framework | None = None) -> dict[str, AuditFinding]:
    """Audit the shipped tables."""
    found = audit(tables or framework(), quality(), pricing(), day=day)
    return {finding.id: finding for finding in found}


@pytest.mark.parametrize(
    ("finding", "recomputed", "holds"),
    [
        # 300,000 x 600 x $0.30 / 1e6 = $54, and so on
        ("formula_simple_classification", "$54.00 a month", True),
        ("formula_entity_extraction", "$72.00 a month", True),
        ("formula_content_generation", "$135 a month", True),
        ("formula_complex_analysis", "$180 a month", True),
        # 300,000 x (800 x $0.15 + 50 x $0.60 - 200 x $0.30 - 50 x $1.20) / 1e6 = 45 - 36 = $9
        ("bill_simple_classification", "$9.00 a month", False),
        # (1,200 x 0.15 + 200 x 0.60) x 0.3 = 90; (400 x 0.30 + 200 x 1.20) x 0.3 = 108
        ("bill_entity_extraction", "-$18.00 a month", False),
        # (2,000 x 0.15 + 1,000 x 0.60) x 0.3 = 270; (500 x 0.30 + 1,000 x 1.20) x 0.3 = 405
        ("bill_content_generation", "-$135 a month", False),
        # (3,000 x 0.15 + 2,000 x 0.60) x 0.3 = 495; (1,000 x 0.30 + 2,000 x 1.20) x 0.3 = 810
        ("bill_complex_analysis", "-$315 a month", False),
        # 15 / 54 and 75 / 54; 15 / 9 and 75 / 9
        (
            "breakeven_simple_classification",
            "0.3 to 1.4 months by the formula, 1.7 to 8.3 months by the bill",
            False,
        ),
        # 15 / 72 and 75 / 72
        (
            "breakeven_entity_extraction",
            "0.2 to 1.0 months by the formula, never by the bill",
            False,
        ),
        # 15 / 135 and 75 / 135
        (
            "breakeven_content_generation",
            "0.1 to 0.6 months by the formula, never by the bill",
            False,
        ),
        # 15 / 180 and 75 / 180
        (
            "breakeven_complex_analysis",
            "0.1 to 0.4 months by the formula, never by the bill",
            False,
        ),
        # 15 / 180 to 75 / 54; 15 / 9 to 75 / 9
        (
            "breakeven_high_volume",
            "0.1 to 1.4 months by the formula, 1.7 to 8.3 months by the bill",
            False,
        ),
        # a hundredth of the savings: 15 / 1.80 to 75 / 0.54; 15 / 0.09 to 75 / 0.09
        (
            "breakeven_low_volume",
            "8.3 to 138.9 months by the formula, 166.7 to 833.3 months by the bill",
            False,
        ),
        ("training_price_openai_gpt_4o_mini", "$3.00 per Mtok", True),
        ("training_price_openai_gpt_4o", "$25.00 per Mtok", True),
        ("training_price_bedrock_claude", "not known", None),
        ("training_price_vertex_gemini", "$1.00 to $25.00 per Mtok", False),
        ("training_price_self_hosted_llama_70b", "$1.19 to $3.673 a GPU hour", False),
        ("training_price_self_hosted_llama_8b", "$1.00 to $1.006 a GPU hour", True),
        ("minimum_openai_gpt_4o_mini", "10 training examples", True),
        ("minimum_bedrock_claude", "32 training examples", True),
        ("minimum_vertex_gemini", "not known", None),
        # 500 x 3 x (200 + 50 + 13) x $3 / 1e6 and 2,000 x 3 x (1,000 + 2,000 + 13) x $3 / 1e6
        ("run_openai_gpt_4o_mini", "$1.18 to $54.23", False),
        # the same tokens at $25
        ("run_openai_gpt_4o", "$9.86 to $452", False),
        ("run_vertex_gemini", "not known", None),
        # 4 x $2 and 20 x $5
        ("run_self_hosted_llama_70b", "$8.00 to $100", False),
        # 4 x $1 and 20 x $2
        ("run_self_hosted_llama_8b", "$4.00 to $40.00", False),
        # 300,000 x 50 x $0.60 / 1e6 and 300,000 x 2,000 x $0.60 / 1e6
        ("hidden_output", "$9.00 to $360 a month more if tuned", False),
        # 2 x $15 / 12 and 4 x $75 / 12
        ("hidden_retraining", "$2.50 to $25.00 a month", False),
        # 600 and 800 are below 1,024; 2,000 gives 1,024 + 7 x 128 = 1,920: x 0.3 x $0.075 = $43.20
        ("hidden_caching", "$0.00 to $43.20 a month less once it is cached", False),
        # from 2026-11-23 to 2027-01-14
        ("life_high_volume", "52 days, 1.7 months", False),
    ],
)
def test_figure_is_recomputed(finding: str, recomputed: str, *, holds: bool | None) -> None:
    found = findings()[finding]
    assert (found.recomputed, found.holds) == (recomputed, holds)


def test_typical_runs_imply_training_examples_longer_than_any_scenario() -> None:
    # 15 / 3 x 1e6 / (500 x 3) = 3,333; 75 / 3 x 1e6 / (2,000 x 3) = 4,167
    runs = findings()
    assert "3,333 to 4,167 tokens" in runs["run_openai_gpt_4o_mini"].why
    # 125 / 25 x 1e6 / 1,500 = 500 / 25 x 1e6 / 6,000 = 3,333
    assert "implies 3,333 tokens" in runs["run_openai_gpt_4o"].why
    assert "263 to 3,013" in runs["run_openai_gpt_4o"].why


def test_formula_finding_names_the_price_it_takes() -> None:
    why = findings()["formula_entity_extraction"].why
    assert "$0.30/Mtok, the tuned input price" in why
    # 300,000 x 800 x $0.15 / 1e6 = $36
    assert "$0.15, which gives $36.00" in why


@pytest.mark.parametrize("task", [task.id for task in quality().tasks if task.row])
def test_delta_finding_agrees_with_the_quality_table(task: str) -> None:
    row = quality().find(task).row
    assert row is not None
    assert findings()[f"delta_{task}"].holds == row.delta_follows


def test_a_task_without_a_row_has_no_delta_to_audit() -> None:
    assert "delta_text_classification" not in findings()


def test_delta_finding_shows_both_differences() -> None:
    # 94 - 85 and 98 - 92; 94 - 92 and 98 - 85
    assert findings()["delta_structured_output"].recomputed == (
        "+6 to +9 points between like ends of the two ranges, +2 to +13 between far ends"
    )


def test_prices_do_not_fall_by_50_to_80_percent_a_year() -> None:
    found = findings()["decline_falling_prices"]
    # GPT-3.5 Turbo to GPT-4o mini: (3 x 1 + 2 = 5) to (3 x 0.15 + 0.60 = 1.05) in 0.70 years
    assert found.recomputed is not None
    assert found.recomputed.startswith("-89% to +277% a year, median ")
    assert found.why.startswith(f"1 of {len(pricing().trends)} price histories")
    assert found.holds is False


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        ("volume_bands", "No public support was found (2026-11-26)."),
        ("label_noise", "Luo et al., RobustFT, 2024-12"),
        ("reasoning_today", "12 of 21 against another model"),
        ("lora_quality", "Biderman et al., LoRA Learns Less and Forgets Less, 2024-05"),
    ],
)
def test_a_claim_without_a_figure_is_held_against_what_is_published(claim: str, words: str) -> None:
    found = findings()[f"claim_{claim}"]
    assert (found.recomputed, found.holds) == (None, None)
    assert words in found.why


def test_falling_prices_are_one_finding_with_what_is_published_on_them() -> None:
    found = findings()
    assert "claim_falling_prices" not in found
    assert "Andreessen Horowitz, LLMflation" in found["decline_falling_prices"].why


def test_evidence_for_or_against_a_claim_decides() -> None:
    noise = next(claim for claim in framework().claims if claim.id == "label_noise")
    for support, holds in (("supported", True), ("contradicted", False)):
        claims = (noise.model_copy(update={"support": support}),)
        tables = framework().model_copy(update={"claims": claims})
        assert findings(tables=tables)["claim_label_noise"].holds is holds


def test_an_end_not_yet_announced_is_not_held_against_the_article() -> None:
    assert not [name for name in findings(EARLIER) if name.startswith("life_")]
    assert findings(EARLIER)["formula_simple_classification"].holds


def test_without_prices_a_figure_cannot_be_told() -> None:
    found = findings(BEFORE_ANY_PRICE)
    unpriced = [finding for name, finding in found.items() if name.startswith("unpriced_")]
    assert [finding.holds for finding in unpriced] == [None] * 4
    assert "openai/gpt-4o-mini has no price on both sides on 2020-01-01." in unpriced[0].why
    assert not [name for name in found if name.startswith(("formula_", "bill_", "decline_"))]


@pytest.mark.parametrize(("saving", "holds"), [(54, True), (55, False)])
def test_findings_follow_the_tables(saving: float, *, holds: bool) -> None:
    claimed = framework().cost_scenarios[0].model_copy(update={"claimed_saving_usd": saving})
    tables = framework().model_copy(update={"cost_scenarios": (claimed,)})
    assert findings(TODAY, tables)["formula_simple_classification"].holds is holds


def test_audit_and_article_formula_agree() -> None:
    rows, _ = priced_scenarios(framework(), pricing(), TODAY)
    assert rows
    for row in rows:
        answer = article_answer(
            requests_per_month=row.requests_per_month,
            removed_tokens=row.scenario.removed_tokens,
            usd_per_mtok=row.tuned.input,
            training_usd=(15, 75),
        )
        months = row.months(answer.monthly_saving_usd)
        assert answer.monthly_saving_usd == pytest.approx(row.formula_saving(row.tuned))
        assert months is not None
        assert (answer.months_low, answer.months_high) == pytest.approx((months.low, months.high))


def test_ids_are_unique() -> None:
    found = audit(framework(), quality(), pricing(), day=TODAY)
    assert len({finding.id for finding in found}) == len(found)


def test_every_training_cost_row_speaks_of_models_that_have_prices() -> None:
    named = [model for row in framework().training_costs for model in row.models]
    assert [model for model in named if model not in pricing().models] == []
    assert all(row.models for row in framework().training_costs)
