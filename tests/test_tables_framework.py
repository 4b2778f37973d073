"""The framework's tables against those of the article, row by row."""

from __future__ import annotations

import pytest

from ftvp.errors import UnknownNameError
from ftvp.tables.entries import Range
from ftvp.tables.framework import TrainingCost
from tests import article
from tests.shipped import framework


def ends(of: Range) -> tuple[float, float]:
    """Return both ends of a range."""
    return of.low, of.high


def numbers(row: TrainingCost) -> tuple[float | str, ...]:
    """Return the numbers read out of a training-cost row."""
    price, runs, time = row.price, row.typical_run_usd, row.time_hours
    return (*ends(price), price.per, row.minimum_examples, *ends(runs), *ends(time))


def test_tradeoffs_are_those_of_the_article() -> None:
    assert [(r.dimension, r.prompting, r.tuned) for r in framework().tradeoffs] == article.TRADEOFFS


def test_training_cost_cells_are_those_of_the_article() -> None:
    rows = framework().training_costs
    cells = [(r.provider, r.model, r.claim.price, r.claim.minimum_examples) for r in rows]
    assert cells == [row[:4] for row in article.TRAINING]
    assert [row.claim.typical_run for row in rows] == [row[4] for row in article.TRAINING]
    assert [row.claim.time for row in rows] == article.TIMES


def test_training_cost_numbers_are_read_out_of_the_cells() -> None:
    assert [numbers(row) for row in framework().training_costs] == article.TRAINING_NUMBERS


def test_runs_are_of_500_to_2000_training_examples_or_4_to_20_gpu_hours() -> None:
    rows = framework().training_costs
    assert [r.run_training_examples and ends(r.run_training_examples) for r in rows] == [
        (500, 2000),
        (500, 2000),
        None,
        None,
        None,
        None,
    ]
    assert [r.run_gpu_hours and ends(r.run_gpu_hours) for r in rows[4:]] == [(4, 20), (4, 20)]


def test_only_the_gemini_row_is_mended_and_says_so() -> None:
    mended = {row.model: row.mended for row in framework().training_costs if row.mended}
    assert list(mended) == ["Gemini (via Vertex AI)"]
    assert "one column" in mended["Gemini (via Vertex AI)"]


def test_each_training_cost_row_says_what_does_not_hold() -> None:
    assert all(row.contradiction for row in framework().training_costs)


def test_training_cost_is_found_by_the_model_it_speaks_of() -> None:
    row = framework().training_cost("openai/gpt-4o-mini")
    assert row is not None
    assert row.id == "openai_gpt_4o_mini"
    assert framework().training_cost("openai/gpt-6-luna") is None


def test_cost_scenarios_are_those_of_the_article() -> None:
    rows = [
        (
            r.id,
            r.name,
            r.prompted_input,
            r.tuned_input,
            r.output,
            r.claimed_saving_usd,
            *ends(r.breakeven_months),
        )
        for r in framework().cost_scenarios
    ]
    assert rows == article.SCENARIOS


def test_cost_scenarios_are_at_10000_requests_a_day_on_gpt_4o_mini() -> None:
    places = {(r.model, r.requests_per_day) for r in framework().cost_scenarios}
    assert places == {("openai/gpt-4o-mini", 10_000)}


def test_removed_tokens_are_prompted_less_tuned_input() -> None:
    # 800 - 200, 1,200 - 400, 2,000 - 500, 3,000 - 1,000
    assert [r.removed_tokens for r in framework().cost_scenarios] == [600, 800, 1500, 2000]


def test_formula_claims_are_those_of_the_article() -> None:
    claims = [(c.requests_per_day, *ends(c.months)) for c in framework().formula.claims]
    assert claims == [(10_000, 1, 2), (100, 6, 18)]


def test_volume_bands_are_those_of_the_article() -> None:
    assert [(band.id, band.advice, band.why) for band in framework().volume_bands] == article.BANDS


def test_volume_conditions_are_those_of_the_article() -> None:
    found = {band.id: band.condition for band in framework().volume_bands if band.condition}
    assert {k: (c.delta_above, c.high_error_cost) for k, c in found.items()} == {
        "100-1,000": (5, True),
        "1,000-10,000": (3, False),
    }


def test_training_set_tiers_are_those_of_the_article() -> None:
    rows = [(t.id, t.expected_quality, t.use_case) for t in framework().training_set_tiers]
    assert rows == article.TIERS


def test_checklist_is_that_of_the_article() -> None:
    assert [
        (c.id, c.criterion, c.meaning, c.why) for c in framework().checklist
    ] == article.CHECKLIST


def test_checklist_limits_are_the_numbers_of_its_text() -> None:
    found = {c.id: (c.limit.low, c.limit.high) for c in framework().checklist if c.limit}
    assert found == {
        "label_accuracy": (95, 100),
        "edge_cases": (10, 20),
        "leakage": (0, 0),
        "duplicates": (0, 5),
    }


def test_hybrid_layers_are_those_of_the_article() -> None:
    assert [(r.layer, r.technique, r.handles) for r in framework().hybrid_layers] == article.LAYERS


def test_hybrid_claims_keep_80_and_20_percent() -> None:
    claims = " ".join(claim.claim for claim in framework().claims_on("hybrid"))
    assert "80%" in claims
    assert "20%" in claims


def test_questions_are_those_of_the_article() -> None:
    rows = [
        (q.question, q.if_yes.next or q.if_yes.text, q.if_no.next or q.if_no.text)
        for q in framework().questions
    ]
    assert rows == article.QUESTIONS


def test_every_question_says_why_and_which_flag_answers_it() -> None:
    flags = [question.flag for question in framework().questions]
    assert flags == ["--volume", "--examples", "--quality-gap", "--format-task", "--eval-improves"]
    assert all(question.why.endswith(".") for question in framework().questions)


def test_an_unknown_question_names_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'examples'"):
        framework().question("exampels")


def test_mistakes_are_those_of_the_article() -> None:
    assert [
        (m.mistake, m.what_happens, m.how_to_avoid) for m in framework().mistakes
    ] == article.MISTAKES


def test_mistake_limits_are_the_numbers_of_their_text() -> None:
    found = {m.id: (m.limit.low, m.limit.high) for m in framework().mistakes if m.limit}
    assert found == {
        "insufficient_eval_set": (20, 100),
        "synthetic_data_only": (50, 100),
        "over_training": (2, 4),
    }


def test_how_to_apply_has_the_four_steps_in_order() -> None:
    assert [step.id for step in framework().how_to_apply] == [
        "measure_prompt",
        "compare_quality",
        "start_with_prompting",
        "budget_for_retraining",
    ]


def test_retraining_is_planned_2_to_4_times_a_year() -> None:
    assert ends(framework().retraining_cycles_per_year) == (2, 4)
    assert "2 to 4 a year" in framework().how_to_apply[-1].text


@pytest.mark.parametrize(("claim_id", "words"), article.LIMITATIONS.items())
def test_limitation_is_carried(claim_id: str, words: tuple[str, ...]) -> None:
    claims = {claim.id: claim.claim for claim in framework().limitations}
    assert list(claims) == list(article.LIMITATIONS)
    assert not [word for word in words if word not in claims[claim_id]]


def test_falling_prices_say_what_price_history_shows() -> None:
    claim = next(c for c in framework().limitations if c.id == "falling_prices")
    assert claim.percent is not None
    assert ends(claim.percent) == (50, 80)
    assert "median is 0%" in (claim.finding or "")


def test_what_is_published_on_a_claim_is_older_than_the_day_it_was_read() -> None:
    weighed = [claim for claim in framework().claims if claim.support]
    assert {claim.id for claim in weighed} == {
        "falling_prices",
        "label_noise",
        "lora_quality",
        "reasoning_today",
        "volume_bands",
    }
    late = [
        of.url
        for claim in weighed
        for of in claim.evidence
        if of.published > str(claim.checked_on) or not of.url.startswith("https://")
    ]
    assert late == []


def test_opening_amounts_are_carried_as_claims() -> None:
    claims = " ".join(claim.claim for claim in framework().claims_on("tradeoffs"))
    assert not [word for word in ("$3,000", "$0.02", "1%", "$50,000", "$500") if word not in claims]


def test_assumptions_have_value_reason_and_flag() -> None:
    fields = dict(framework().assumptions)
    assert {n: (a.low, a.value, a.high, a.flag) for n, a in fields.items()} == article.ASSUMED
    assert all(a.why and a.source for a in fields.values())
