"""The shipped price table says on 2026-11-26 what was gathered of each model until that day.

`facts/prices_2026-11-26.jsonl` has one model a line: prices in the order of PRICES, a caching
rule as mode, minimum, step and seconds, an end as kind, day and day of its announcement. What a
fact does not state is absent there, and stays absent here.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from ftvp.cli.app import app
from tests.rows import of_each
from tests.shipped import pricing

DAY = date(2026, 11, 26)
FACTS = [
    json.loads(line)
    for line in (Path(__file__).parent / "facts" / f"prices_{DAY}.jsonl")
    .read_text("utf-8")
    .splitlines()
]
OF_EACH_FACT = of_each({fact["model"]: fact for fact in FACTS})
PRICES = (
    "input_usd_per_mtok",
    "output_usd_per_mtok",
    "cached_input_usd_per_mtok",
    "cache_write_usd_per_mtok",
    "cache_write_long_usd_per_mtok",
    "batch_input_usd_per_mtok",
    "batch_output_usd_per_mtok",
    "batch_cached_input_usd_per_mtok",
)
ROUNDED_BY_THE_SOURCE = {("openai/gpt-5.4", "batch_cached_input_usd_per_mtok"): 0.125}
"""Half of the cached price is meant; the source prints 0.13."""
LARGER_MINIMUM = {"anthropic/claude-sonnet-4-6": 2048}
"""Documented as 1,024 and measured as 2,048."""
DATED_BY_AN_OLDER_LIST = {"google/gemini-1.5-flash": "2025-09-29"}


NAMES_OF_OTHERS = {
    ("google-vertex/gemini-2.5-pro", "gemini-2.5-pro"),  # retired there, still sold by Google
    ("aws-bedrock/nova-2-lite", "amazon.nova-2-lite-v1:0:256k"),  # the global profile's as well
}


@cache
def answered() -> dict[str, Any]:
    """Return what `ftvp pricing --json` answers on the day."""
    told = CliRunner().invoke(app, ["pricing", "--json", "--as-of", str(DAY)])
    assert told.exit_code == 0
    answer: dict[str, Any] = json.loads(told.output)
    return answer


def in_force(model: str, side: str, served: str = "per_token") -> dict[str, Any]:
    """Return the entry of a side in force on the day, {} where there is none."""
    begun = [
        entry
        for entry in answered()["models"][model][side]
        if entry["effective_from"] <= str(DAY) and entry.get("served", served) == served
    ]
    return begun[-1] if begun else {}


def told(fact: dict[str, Any], side: str) -> dict[str, float | None]:
    """Return the prices that a fact states of a side, by their fields."""
    prices = dict(zip(PRICES, fact.get(side) or [None] * len(PRICES), strict=True))
    for (model, field), price in ROUNDED_BY_THE_SOURCE.items():
        if fact["model"] == model and prices.get(field) and side == "base":
            prices[field] = price
    return prices


def test_every_model_of_that_day_is_there() -> None:
    assert set(answered()["models"]) >= {fact["model"] for fact in FACTS}
    assert len({fact["model"] for fact in FACTS}) == len(FACTS)


@OF_EACH_FACT
def test_the_prompted_model_costs_what_is_known_and_no_more(fact: dict[str, Any]) -> None:
    entry = in_force(fact["model"], "base")
    assert {field: entry.get(field) for field in PRICES} == told(fact, "base")
    long = entry.get("long_prompt")
    assert (list(long.values()) if long else None) == fact.get("long_prompt")


@OF_EACH_FACT
def test_a_price_began_when_it_is_said_to(fact: dict[str, Any]) -> None:
    if "since" in fact:
        row = answered()["models"][fact["model"]]
        starts = {entry["effective_from"] for entry in (*row["base"], *row["tuned"])}
        assert fact["since"] in starts or not starts


@OF_EACH_FACT
def test_what_is_scheduled_stands_in_the_table(fact: dict[str, Any]) -> None:
    later = [
        entry
        for entry in answered()["models"][fact["model"]]["base"]
        if entry["effective_from"] > str(DAY)
    ]
    found = {entry["effective_from"]: [entry[field] for field in PRICES] for entry in later}
    assert found.items() >= fact.get("changes", {}).items()


@OF_EACH_FACT
def test_the_tuned_model_costs_what_is_known_and_no_more(fact: dict[str, Any]) -> None:
    prices = told(fact, "tuned")
    entry = in_force(fact["model"], "tuned")
    if prices["input_usd_per_mtok"] is None or prices["output_usd_per_mtok"] is None:
        assert not entry  # half a price is none
    else:
        assert {field: entry.get(field) for field in PRICES} == prices
        assert entry["hosting_usd_per_hour"] == fact.get("hosting")
        assert entry["storage_usd_per_month"] == fact.get("storage")


@OF_EACH_FACT
def test_a_hosted_model_costs_what_is_known(fact: dict[str, Any]) -> None:
    hosted = [e for e in answered()["models"][fact["model"]]["tuned"] if e["served"] != "per_token"]
    found = {str(e["commitment_months"]): e["hosting_usd_per_hour"] for e in hosted}
    known = dict(fact.get("committed", {}))
    if hosted and "0" not in known:
        known["0"] = fact["hosting"]
    assert found == known
    if "adapters" in fact:
        assert {e["adapters_per_deployment"] for e in hosted} == {fact["adapters"]}


@OF_EACH_FACT
def test_training_costs_what_is_known(fact: dict[str, Any]) -> None:
    known, row = fact.get("training", {}), answered()["models"][fact["model"]]
    entry = row["training"][-1] if row["training"] else {}
    assert entry.get("usd_per_mtok") == known.get("usd_per_mtok")
    hourly = entry.get("usd_per_gpu_hour") or entry.get("usd_per_training_hour")
    assert hourly == known.get("usd_per_hour")
    assert entry.get("minimum_charge_usd", 0) == known.get("minimum_usd", 0)
    if "minimum_examples" in known:
        assert row["limits"]["minimum_examples"] == known["minimum_examples"]


@OF_EACH_FACT
def test_a_model_has_the_traits_that_are_known(fact: dict[str, Any]) -> None:
    traits = answered()["models"][fact["model"]]["traits"] or {}
    for name in ("thinking", "size_class", "context_tokens", "max_output_tokens"):
        assert traits.get(name) == fact.get(name)
    for name in traits.get("unknown", ()):
        assert not answered()["models"][fact["model"]].get(name)


@OF_EACH_FACT
def test_a_prefix_is_cached_as_is_known(fact: dict[str, Any]) -> None:
    mode, minimum, step, seconds = fact["caching"]
    name = answered()["models"][fact["model"]]["caching"]
    if name is None:
        assert mode == "unknown"
        return
    rule = answered()["caching"][name]
    minimum = LARGER_MINIMUM.get(fact["model"], minimum)
    assert (rule["mode"], rule["minimum_prefix_tokens"]) == (mode, minimum)
    assert rule["step_tokens"] == (step or 1)
    life = rule["lives"][0] if rule["lives"] else {}
    assert (life.get("seconds") or life.get("up_to_seconds")) == seconds


@OF_EACH_FACT
def test_the_ends_that_are_known_stand_in_the_table(fact: dict[str, Any]) -> None:
    row = answered()["models"][fact["model"]]
    found = {end["kind"]: end for end in row["ends"]}
    for kind, day, announced in fact.get("ends", ()):
        if kind == "not_sooner_than":
            assert row["not_sooner_than"]["than"] == day
            continue
        serverless = kind == "base_shutdown" and "serverless_shutdown" in found
        end = found["serverless_shutdown" if serverless else kind]
        assert end["closes_on"] == DATED_BY_AN_OLDER_LIST.get(fact["model"], day)
        assert announced in (None, end["announced_on"])


@OF_EACH_FACT
def test_a_new_customer_can_tune_what_is_known_to_be_open(fact: dict[str, Any]) -> None:
    row = answered()["models"][fact["model"]]
    closings = {"closed_to_new_customers", "training_closed", "base_shutdown"}
    closed = any(e["kind"] in closings and e["closes_on"] <= str(DAY) for e in row["ends"])
    if "open" in fact and (row["training"] or row["tuned"]):
        assert closed != fact["open"]


@pytest.mark.slow
@OF_EACH_FACT
def test_a_name_finds_its_model(fact: dict[str, Any]) -> None:
    for name in fact.get("names", ()):
        of_many = fact["model"].startswith("tinker/") and "/" in name
        if not of_many and (fact["model"], name) not in NAMES_OF_OTHERS:
            assert pricing().find(name)[0] == fact["model"], name


@OF_EACH_FACT
def test_no_source_is_older_than_what_was_read(fact: dict[str, Any]) -> None:
    if "checked" in fact:
        row = answered()["models"][fact["model"]]
        blocks = [*row["base"], *row["tuned"], *row["training"], row["traits"], *row["ends"]]
        assert max(block["checked_on"] for block in blocks if block) >= fact["checked"]
