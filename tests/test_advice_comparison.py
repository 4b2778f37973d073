"""Every way of serving a scenario, ranked: sizes, costs and order against arithmetic by hand."""

from __future__ import annotations

import csv
import io
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from ftvp.advice.comparison import ComparisonAnswer
from ftvp.advice.ranked import RankedWay
from ftvp.api import breakeven, compare, load_tables
from ftvp.errors import MissingInputError
from ftvp.render import text_of
from ftvp.scenario import Scenario

DAY = date(2026, 11, 23)
ARTICLE = {
    "simple classification": (800, 200, 50),
    "entity extraction": (1200, 400, 200),
    "content generation": (2000, 500, 1000),
    "complex analysis": (3000, 1000, 2000),
}


@cache
def article(name: str, **told: object) -> ComparisonAnswer:
    prompted, tuned, output = ARTICLE[name]
    scenario = Scenario.model_validate(
        {
            "volume": 10_000,
            "prompt_tokens": prompted,
            "tuned_prompt_tokens": tuned,
            "output_tokens": output,
            **told,
        }
    )
    return compare(scenario, load_tables(), DAY)


def way(answer: ComparisonAnswer, name: str) -> RankedWay:
    return next(each for each in answer.ways if each.id == name)


@pytest.mark.parametrize("name", ARTICLE)
def test_no_tuned_gpt_4o_mini_stands_above_prompted_gpt_6_luna(name: str) -> None:
    answer = article(name, existing_customer=True)
    order = [each.id for each in answer.ways]
    assert order.index("openai/gpt-6-luna prompted") < order.index("openai/gpt-4o-mini tuned")


def test_a_way_costs_what_its_prices_say() -> None:
    # 300,000 x (1,200 x $0.10 + 200 x $0.50) / 1e6 = $66.00 a month; twelve of them $792
    luna = way(article("entity extraction"), "openai/gpt-6-luna prompted")
    assert luna.monthly_usd == pytest.approx(66)
    assert luna.horizon_usd == pytest.approx(792)
    assert luna.upfront_usd == 0


def test_a_way_that_ends_is_begun_anew_at_the_same_cost() -> None:
    # Tuned GPT-4o mini: $2.7585 before and $108.69 a month for 52 / 30 months, then again:
    # (2.7585 / 1.7333 + 108.6896) x 12 = $1,323.37
    mini = way(article("entity extraction", existing_customer=True), "openai/gpt-4o-mini tuned")
    assert mini.horizon_usd == pytest.approx((2.7585 / (52 / 30) + 108.689625) * 12)
    assert mini.ends_on == date(2027, 1, 14)


def test_the_cheapest_stands_first_and_nothing_dominates_it() -> None:
    answer = article("entity extraction")
    totals = [each.horizon_usd for each in answer.ways]
    assert totals == sorted(totals)
    assert answer.ways[0].dominated_by is None


def test_a_dominated_way_is_dearer_on_every_line_than_the_one_named() -> None:
    answer = article("entity extraction")
    by_id = {each.id: each for each in answer.ways}
    dominated = [each for each in answer.ways if each.dominated_by]
    assert len(dominated) > 50
    for each in dominated:
        better = by_id[each.dominated_by or ""]
        assert better.upfront_usd <= each.upfront_usd
        assert better.monthly_usd <= each.monthly_usd
        assert better.horizon_usd <= each.horizon_usd


def test_a_stated_quality_keeps_a_dearer_way() -> None:
    stated = article("entity extraction", qualities="gpt-6-luna=88")
    plain = article("entity extraction")
    assert way(plain, "openai/gpt-6-luna prompted").dominated_by is not None
    assert way(stated, "openai/gpt-6-luna prompted").dominated_by is None
    assert plain.quality_note is not None
    assert stated.quality_note is None


def test_what_is_known_to_be_worse_is_left_out() -> None:
    answer = article("entity extraction", qualities="gpt-6-luna=88,nova-micro=70", min_quality=80)
    models = {each.model for each in answer.ways if each.kind == "prompted"}
    assert "openai/gpt-6-luna" in models
    assert "aws-bedrock/nova-micro" not in models
    assert "openai/gpt-4o-mini" in models  # nobody said how good it is


def test_new_customers_are_told_what_they_cannot_buy() -> None:
    left_out = {each.model: each.why for each in article("entity extraction").left_out}
    assert "2026-05-07" in left_out["openai/gpt-4o-mini"]
    sold = article("entity extraction", existing_customer=True)
    assert "openai/gpt-4o-mini" not in {each.model for each in sold.left_out}


def test_patterns_choose_models_and_providers() -> None:
    answer = article("entity extraction", models="gpt-6*,claude-haiku-5-5", providers="openai")
    models = {each.model for each in answer.ways}
    assert "openai/gpt-6-luna" in models
    assert all(model.startswith("openai/gpt-6") for model in models)


def test_hosted_models_are_sized_by_their_peak() -> None:
    # 1,000,000 a day / 86,400 s x 3 (peak) x 200 tokens = 6,944 tokens/s;
    # one A10G gives 490 x 0.5 = 245 tokens/s: 29 of them
    answer = article("entity extraction", volume=1_000_000, models="self-hosted/llama-3.1-8b-a10g")
    hosted = next(each for each in answer.ways if each.kind == "prompted")
    assert hosted.replicas == 29
    assert hosted.monthly_usd == pytest.approx(29 * 730 * 1.006)


def test_batches_are_compared_where_answers_may_wait() -> None:
    # 300,000 x (1,200 x $0.05 + 200 x $0.25) / 1e6 = $33.00
    batch = way(article("entity extraction", batchable=True), "openai/gpt-6-luna prompted_batch")
    assert batch.monthly_usd == pytest.approx(33)


def test_other_tokenizers_scale_the_numbers_given() -> None:
    # Claude 4.7 and later count 1.42 times the tokens: 300,000 x (1,704 x 0.10 + 284 x 0.50) / 1e6
    haiku = way(article("entity extraction"), "anthropic/claude-haiku-5-5 prompted")
    assert haiku.monthly_usd == pytest.approx(300_000 * (1704 * 0.10 + 284 * 0.50) / 1e6)
    assert not haiku.tokens_exact


def test_the_time_saved_is_said_only_where_the_speed_is_known() -> None:
    # 800 removed tokens at 4,000 a second: 0.2 s
    known = article("entity extraction", existing_customer=True, prefill_tokens_per_second=4000)
    tuned = "openai/gpt-4o-mini tuned"
    assert way(known, tuned).seconds_saved_per_request == pytest.approx(0.2)
    unknown = article("entity extraction", existing_customer=True)
    assert way(unknown, tuned).seconds_saved_per_request is None


def test_a_prompt_is_compared_with_fewer_shots_and_hybrids(tmp_path: Path) -> None:
    prompt = tmp_path / "prompt.txt"
    shot = "Review: fine phone\nSentiment: positive\n\n"
    prompt.write_text(f"Say how it sounds.\n\n{shot * 3}Review: {{text}}\nSentiment:", "utf-8")
    scenario = Scenario(
        volume=1000, prompt=str(prompt), shots=(0, 1), hybrid_shots=2, existing_customer=True
    )
    answer = compare(scenario, load_tables(), DAY)
    luna = [w for w in answer.ways if w.model == "openai/gpt-6-luna"]
    assert {w.shots for w in luna} == {0, 1, 3}
    mini = {(w.kind, w.shots) for w in answer.ways if w.model == "openai/gpt-4o-mini"}
    assert {("tuned", 0), ("hybrid", 2), ("prompted", 3)} <= mini


def test_breakeven_names_a_way_that_beats_both_sides() -> None:
    told = Scenario(volume=10_000, prompt_tokens=1200, tuned_prompt_tokens=400, output_tokens=200)
    answer = breakeven(told, load_tables(), DAY)
    best = article("entity extraction").ways[0]
    assert answer.cheaper is not None
    assert answer.cheaper.id == best.id
    assert answer.cheaper.monthly_usd < answer.prompted.monthly_usd


def test_csv_has_a_line_a_way() -> None:
    answer = article("entity extraction")
    rows = list(csv.DictReader(io.StringIO(text_of(answer, "csv"))))
    assert [row["id"] for row in rows] == [each.id for each in answer.ways]


def test_the_short_view_keeps_the_scenarios_own_models() -> None:
    answer = article("entity extraction").without_dominated()
    assert answer.folded > 50
    assert "openai/gpt-4o-mini" in {each.model for each in answer.ways}


def test_volume_and_prompt_are_needed() -> None:
    with pytest.raises(MissingInputError, match=r"--volume N.*--prompt FILE"):
        compare(Scenario(), load_tables(), DAY)
