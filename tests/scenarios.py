"""Scenarios for property tests: any two sides at any prices, and every field at its extremes."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

TOKENS = st.integers(1, 5_000)
PRICES = st.fixed_dictionaries(
    {
        "input": st.floats(0.01, 100),
        "output": st.floats(0.01, 100),
        "cached_input": st.none() | st.floats(0.01, 100),
    }
)
TWO_SIDES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "volume": st.floats(1, 1e6),
        "prompt_tokens": TOKENS,
        "tuned_prompt_tokens": TOKENS,
        "output_tokens": TOKENS,
        "tuned_output_tokens": TOKENS,
        "prompted_price": PRICES,
        "tuned_price": PRICES,
        "cache": st.sampled_from(["auto", "off", 0.3]),
        "training_cost": st.floats(0, 1e5),
        "retrains_per_year": st.floats(0, 12),
        "maintenance": st.floats(0, 1e4),
        "horizon": st.floats(1, 60),
        "days_per_month": st.floats(1, 31),
    }
)
"""The user's own prices on both sides, so that no table has a say."""

MONEY = st.sampled_from([0, 1e-300, 0.01, 1, 1e12])
COUNT = st.sampled_from([0, 1, 500, 10**9])
EXTREME: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"volume": st.sampled_from([0.001, 1, 1e12]), "prompt_tokens": COUNT},
    optional={
        "tuned_prompt_tokens": COUNT,
        "request_tokens": COUNT,
        "output_tokens": COUNT,
        "model": st.sampled_from(["gpt-4o-mini", "nova-micro", "claude-haiku-5-5"]),
        "tuned_model": st.sampled_from(["gpt-4.1-mini", "together/qwen3.5-9b"]),
        "prompted_price": st.fixed_dictionaries({"input": MONEY, "output": MONEY}),
        "tuned_price": st.fixed_dictionaries({"input": MONEY, "output": MONEY}),
        "prompted_request_cost": MONEY,
        "tuned_request_cost": MONEY,
        "cache": st.sampled_from(["off", 0, 1]),
        "training_examples": COUNT,
        "training_tokens": st.sampled_from([0, 10**15]),
        "epochs": st.sampled_from([1, 1000]),
        "training_cost": MONEY,
        "labelling_cost": MONEY,
        "renewed_examples": COUNT,
        "engineering_hours": st.sampled_from([0, 1e9]),
        "hourly_rate": MONEY,
        "retrains_per_year": st.sampled_from([0, 1e4]),
        "hosting": MONEY,
        "maintenance": MONEY,
        "horizon": st.sampled_from([1e-300, 12, 1200]),
        "price_decline": st.sampled_from([0, 1e-300, 50, 99.999999999999]),
        "discount_rate": st.sampled_from([0, 1000]),
        "days_per_month": st.sampled_from([1, 31]),
        "existing_customer": st.booleans(),
        "cost_per_error": MONEY,
        "prompting_quality": st.sampled_from([0, 100]),
        "tuned_quality": st.sampled_from([0, 100]),
    },
)
