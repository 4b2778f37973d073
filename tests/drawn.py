"""Scenarios drawn at random for the laws: every field, both sides, days around prices and ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from ftvp.files.tables import load_tables
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Tables
from ftvp.tables.entries import Offer, Side

FIRST_DAY, LAST_DAY = date(2024, 8, 1), date(2027, 6, 30)
Fields = dict[str, Any]


@dataclass(frozen=True)
class Drawn:
    """A scenario's fields and the day of its answer."""

    fields: Fields
    day: date

    @property
    def scenario(self) -> Scenario:
        """The scenario of the fields."""
        return Scenario(**self.fields)

    def but(self, **fields: object) -> Drawn:
        """Return the same scenario with some fields told otherwise, None where not told."""
        return Drawn(told({**self.fields, **fields}), self.day)

    def __str__(self) -> str:
        """Return the scenario as it can be pasted into a test."""
        return f"{self.day}: {self.fields}"


@cache
def tables() -> Tables:
    """Return the shipped tables, loaded once."""
    return load_tables()


def told(fields: Fields) -> Fields:
    """Return the fields without those that are not told."""
    return {name: value for name, value in fields.items() if value is not None}


@cache
def models() -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the models that are sold for prompting, that can be tuned, and that are hosted."""
    base: list[str] = []
    tuned: list[str] = []
    hosted: list[str] = []
    for name, row in tables().pricing.models.items():
        if row.base:
            base.append(name)
        if row.tuned and row.training:
            (tuned if row.tuned[0].served == "per_token" else hosted).append(name)
    return tuple(base), tuple(tuned), tuple(hosted)


@cache
def days() -> tuple[date, ...]:
    """Return the days on which a price begins or a door closes, within the days drawn."""
    found = set()
    for row in tables().pricing.models.values():
        entries = (*row.base, *row.tuned, *row.training)
        found |= {entry.effective_from for entry in entries}
        found |= {each for end in row.ends for each in (end.closes_on, end.announced_on)}
    return tuple(sorted(day for day in found if FIRST_DAY <= day <= LAST_DAY))


def on_sale(name: str, side: Side, day: date) -> bool:
    """Return whether a side of a model is sold on a day."""
    row = tables().pricing.models[name]
    ends = filter(None, (row.ends_on("base_shutdown", day), row.tuned_ends_on(day)))
    return all(end > day for end in ends) and bool(row.offers(side, day))


def drawn(random: Random) -> Drawn:
    """Return any scenario: token prices or hosted, own prices or the table's."""
    day = drawn_day(random)
    fields = {**_models(random, day), **_work(random), **_training(random), **_time(random)}
    if random.random() < 0.6:
        fields |= _facts(random)
    if random.random() < 0.25:
        fields |= _own_prices(random, fields)
    if random.random() < 0.35:
        fields |= _hosted(random)
    if random.random() < 0.15:
        fields |= _of_models(random, fields)
    if random.random() < 0.05:
        fields |= _long(random, day)
    fields = told(fields)
    return Drawn(answerable(fields, day) if random.random() < 0.85 else fields, day)


def answerable(fields: Fields, day: date) -> Fields:
    """Return the fields without what most often has no answer: prices not known, long prompts."""
    names = [fields.get("model"), fields.get("tuned_model") or fields.get("model")]
    offers = [first_offer(name, side, day) for name, side in zip(names, SIDES, strict=True)]
    prompted = fields.get("prompted_price") or told({"cached_input": cached_price(offers[0])})
    if isinstance(fields.get("cache"), float) and "cached_input" not in prompted:
        fields = fields | {"cache": "auto"}
    own = "prompted_price" in fields or "tuned_price" in fields
    if own or any(offer is None or offer.batch_input_usd_per_mtok is None for offer in offers):
        batches = ("batch_share", "prompted_batch_share", "tuned_batch_share")
        fields = {name: value for name, value in fields.items() if name not in batches}
    rows = [tables().pricing.models[name] for name in names if name]
    if any(row.traits and (row.traits.context_tokens or 1e9) < 250_000 for row in rows):
        parts = {n: fields[n] for n in ("prompt_tokens", "tuned_prompt_tokens") if n in fields}
        fields = fields | {name: 1 + value % 4_000 for name, value in parts.items()}
    most = min(fields["prompt_tokens"], fields.get("tuned_prompt_tokens", 10**9))
    if fields.get("request_tokens", 0) > most:
        fields = fields | {"request_tokens": most}
    return fields


SIDES: tuple[Side, Side] = ("base", "tuned")


def first_offer(name: str | None, side: Side, day: date) -> Offer | None:
    """Return the offer that a side of a model is billed by on a day, None where there is none."""
    offers = tables().pricing.models[name].offers(side, day) if name else []
    return offers[0] if offers else None


def cached_price(offer: Offer | None) -> float | None:
    """Return the price of cached input, None where there is none."""
    return offer.cached_input_usd_per_mtok if offer else None


def maybe(random: Random, chance: float, draw: Callable[[], object]) -> object:
    """Return a drawn value with a chance, else None for not told."""
    return draw() if random.random() < chance else None


def around(random: Random, low: float, high: float) -> float:
    """Return a number between two, each power of ten as likely as another."""
    return float(f"{low * (high / low) ** random.random():.6g}")


def drawn_day(random: Random) -> date:
    """Return a day: half of them within a fortnight of a price or an end."""
    if random.random() < 0.5:
        return random.choice(days()) + timedelta(days=random.randint(-14, 14))
    late = date(2026, 8, 1) if random.random() < 0.7 else FIRST_DAY
    return late + timedelta(days=random.randint(0, (LAST_DAY - late).days))


def _models(random: Random, day: date) -> Fields:
    """Return two models, most of them on sale; one in three tunes the one it prompts."""
    base, tuned, hosted = models()
    able = hosted if random.random() < 0.15 else tuned
    tries = 30 if random.random() < 0.9 else 1
    tuned_model = picked(random, able, "tuned", day, tries)
    same = random.random() < 0.35 and bool(tables().pricing.models[tuned_model].base)
    model = tuned_model if same else picked(random, base, "base", day, tries)
    return {
        "model": model,
        "tuned_model": None if same else tuned_model,
        "existing_customer": maybe(random, 0.7, lambda: True),
        "successor": maybe(random, 0.08, lambda: random.choice(base)),
        "retune": maybe(random, 0.15, lambda: True),
    }


def picked(random: Random, names: tuple[str, ...], side: Side, day: date, tries: int) -> str:
    """Return one of the models, on sale that day if so many tries find one."""
    found = [random.choice(names) for _ in range(tries)]
    return next((name for name in found if on_sale(name, side, day)), found[0])


def _work(random: Random) -> Fields:
    """Return volume, tokens, caching, batches and tries."""
    prompt = random.choice([300, 1_500, 3_000, 6_000, 120_000])
    prompt = random.randint(prompt // 3, prompt)
    return {
        "volume": around(random, 0.01, 1e7) if random.random() < 0.5 else around(random, 50, 2e5),
        "prompt_tokens": prompt,
        "tuned_prompt_tokens": maybe(random, 0.8, lambda: random.randint(1, prompt)),
        "request_tokens": maybe(random, 0.3, lambda: random.randint(0, prompt // 4)),
        "output_tokens": maybe(random, 0.8, lambda: random.randint(1, 800)),
        "tuned_output_tokens": maybe(random, 0.3, lambda: random.randint(1, 800)),
        "thinking_tokens": maybe(random, 0.3, lambda: random.randint(0, 1_500)),
        "tuned_thinking_tokens": maybe(random, 0.2, lambda: random.randint(0, 1_500)),
        "turns": maybe(random, 0.1, lambda: random.choice([1, 2, 3.5, 12])),
        "attempts": maybe(random, 0.15, lambda: round(random.uniform(1, 3), 2)),
        "tuned_attempts": maybe(random, 0.1, lambda: round(random.uniform(1, 3), 2)),
        "active_hours": maybe(random, 0.15, lambda: random.choice([1, 8, 12, 24])),
        "cache": maybe(random, 0.5, lambda: random.choice(["auto", "off", random.random()])),
        "tuned_cache": maybe(random, 0.1, random.random),
        "batch_share": maybe(random, 0.2, lambda: random.choice([0, 0.25, 1])),
        "prompted_batch_share": maybe(random, 0.1, lambda: random.choice([0, 0.5])),
        "tuned_batch_share": maybe(random, 0.2, lambda: random.choice([0, 0, 0.5])),
    }


def _training(random: Random) -> Fields:
    """Return training, labels and work before the first tuned request."""
    worked = random.random() < 0.3
    teacher = random.random() < 0.1
    return {
        "training_examples": maybe(random, 0.3, lambda: random.randint(0, 5_000)),
        "training_tokens": maybe(random, 0.2, lambda: random.randint(0, 2_000_000)),
        "epochs": maybe(random, 0.3, lambda: random.randint(1, 8)),
        "training_runs": maybe(random, 0.3, lambda: random.randint(0, 5)),
        "training_cost": maybe(random, 0.3, lambda: around(random, 0.5, 5_000)),
        "gpu_hours": maybe(random, 0.2, lambda: round(random.uniform(0, 60), 1)),
        "labelling_cost": maybe(random, 0 if teacher else 0.2, lambda: around(random, 0.01, 2)),
        "labelled_by": "openai/gpt-4o" if teacher else None,
        "renewed_examples": maybe(random, 0.2, lambda: random.randint(0, 400)),
        "engineering_hours": random.choice([0, 2, 25]) if worked else None,
        "hourly_rate": random.choice([0, 40, 95.5]) if worked else None,
        "pilot_hours": maybe(random, 0.1, lambda: random.randint(0, 30)),
        "rebuild_hours": random.randint(0, 30) if worked and random.random() < 0.3 else None,
        "retrains_per_year": maybe(random, 0.5, lambda: random.choice([0, 1, 4, 12])),
        "maintenance": maybe(random, 0.2, lambda: around(random, 1, 500)),
        "hosting": maybe(random, 0.15, lambda: around(random, 1, 3_000)),
    }


def _time(random: Random) -> Fields:
    """Return the horizon and how prices fall."""
    return {
        "horizon": maybe(random, 0.5, lambda: random.choice([1, 3, 6.5, 12, 24, 36, 60, 115])),
        "price_decline": maybe(random, 0.3, lambda: random.choice([0, 10, 50, 95])),
        "discount_rate": maybe(random, 0.3, lambda: random.choice([0, 5, 100])),
        "days_per_month": maybe(random, 0.3, lambda: random.randint(22, 31)),
    }


def _facts(random: Random) -> Fields:
    """Return what the tree asks for, and what an error costs; qualities or the eval's word."""
    both = random.random() < 0.4
    quality = {
        "prompting_quality": maybe(
            random, 1 if both else 0.4, lambda: round(random.uniform(55, 95), 1)
        ),
        "tuned_quality": maybe(
            random, 1 if both else 0.1, lambda: round(random.uniform(55, 98), 1)
        ),
    }
    improves = None in quality.values() and random.random() < 0.3
    return quality | {
        "task": maybe(random, 0.1, lambda: "entity_extraction_custom"),
        "examples": maybe(random, 0.6, lambda: random.choice([0, 5, 60, 99, 100, 600, 2_000])),
        "quality_gap": maybe(random, 0.2, lambda: random.choice([-3, 0, 4, 5, 8, 20])),
        "target_quality": maybe(random, 0.4, lambda: round(random.uniform(70, 99), 1)),
        "cost_per_error": maybe(random, 0.35, lambda: random.choice([0, around(random, 1e-5, 10)])),
        "high_error_cost": maybe(random, 0.15, lambda: True),
        "format_task": maybe(random, 0.5, lambda: random.random() < 0.5),
        "eval_improves": random.random() < 0.5 if improves else None,
    }


def own_price(random: Random) -> Fields:
    """Return own prices of one side, cached ones with a chance."""
    price = around(random, 0.02, 20)
    cached = random.random() < 0.5
    return told(
        {
            "input": price,
            "output": around(random, 0.02, 60),
            "cached_input": price / 10 if cached else None,
            "cache_write": price * 1.25 if cached and random.random() < 0.5 else None,
        }
    )


def _own_prices(random: Random, fields: Fields) -> Fields:
    """Return own prices or request costs of either side, or of both without a model."""
    kind = random.random()
    own: Fields = {}
    if kind < 0.4:
        own |= {"tuned_price": own_price(random)}
    elif kind < 0.7:
        own |= {"prompted_price": own_price(random), "tuned_price": own_price(random)}
    elif kind < 0.85:
        own |= {"tuned_request_cost": around(random, 1e-6, 0.01)}
    else:
        own |= {"prompted_request_cost": around(random, 1e-6, 0.01)}
    if len(own) == 2 and random.random() < 0.5:
        cost = fields["training_cost"] or around(random, 1, 500)
        own |= {"model": None, "tuned_model": None, "training_cost": cost}
    return own


def _long(random: Random, day: date) -> Fields:
    """Return a prompt around the length from which a model's requests are dearer."""
    rows = tables().pricing.models
    dear = [n for n in models()[0] if any(offer.long_prompt for offer in rows[n].base)]
    name = picked(random, tuple(dear), "base", day, 30)
    prompt = random.choice([90_000, 110_000, 190_000, 210_000, 270_000, 280_000])
    return {
        "model": name,
        "prompt_tokens": prompt,
        "tuned_prompt_tokens": prompt // 2,
        "request_tokens": None,
        "prompted_price": None,
        "turns": random.choice([None, 1, 3]),
        "thinking": None,
    }


def cached_against_own(random: Random) -> Drawn:
    """Return a cached prompt against an own price near it, where the saving falls with volume."""
    day = date(2026, 11, 26)
    rows = tables().pricing.models
    cached = [n for n in models()[0] if rows[n].caching and on_sale(n, "base", day)]
    offers = ((name, first_offer(name, "base", day)) for name in cached)
    reads = [(name, offer) for name, offer in offers if cached_price(offer) is not None]
    name, offer = random.choice(reads)
    assert offer is not None
    price = (offer.input_usd_per_mtok or 0) * random.uniform(0.05, 0.6)
    prompt = random.randint(4_500, 9_000)
    fields = {
        "model": name,
        "prompt_tokens": prompt,
        "request_tokens": random.randint(30, 300),
        "tuned_prompt_tokens": int(prompt * random.uniform(0.3, 0.8)),
        "output_tokens": random.randint(1, 30),
        "thinking_tokens": 0,
        "tuned_price": {"input": price, "output": around(random, 0.05, 5)},
        "training_cost": around(random, 1, 500),
        "hosting": maybe(random, 0.5, lambda: around(random, 0.5, 20)),
        "retrains_per_year": 0,
        "labelling_cost": 0,
        "existing_customer": True,
        "volume": around(random, 5, 50_000),
    }
    return Drawn(told(fields), day)


def hosted_against_tokens(random: Random) -> Drawn:
    """Return a hosted model whose copies, when full, cost about what tokens do: a saw tooth."""
    day, reads = date(2026, 11, 26), around(random, 2_000, 40_000)
    name = random.choice([n for n in models()[2] if on_sale(n, "tuned", day)])
    offer = first_offer(name, "tuned", day)
    assert offer is not None
    # A copy reads a sixth of what it could: half its throughput, a third of its peak.
    a_day = reads * 86_400 / 6
    price = 24 * (offer.hosting_usd_per_hour or 0) / a_day * 1e6 * random.uniform(0.7, 1.5)
    fields = {
        "model": random.choice([n for n in models()[0] if on_sale(n, "base", day)]),
        "tuned_model": name,
        "existing_customer": True,
        "prompted_price": {"input": price, "output": 0},
        "prompt_tokens": 1_000,
        "output_tokens": 0,
        "thinking_tokens": 0,
        "tuned_thinking_tokens": 0,
        "input_tokens_per_second": reads,
        "output_tokens_per_second": reads,
        "adapters_sharing": random.choice([1, 4]),
        "training_cost": around(random, 1, 100),
        "retrains_per_year": 0,
        "labelling_cost": 0,
        "tuned_prompt_tokens": 1_000,
        "volume": around(random, 10, 1e6),
    }
    return Drawn(fields, day)


def _of_models(random: Random, fields: Fields) -> Fields:
    """Return what is told of models by their names: hidden reasoning, and measured quality."""
    names = [name for name in (fields["model"], fields["tuned_model"]) if name]
    thinking = {name: random.randint(0, 900) for name in names if random.random() < 0.5}
    measured = {name: round(random.uniform(50, 99), 1) for name in names[1:]}
    return {"thinking": thinking or None, "qualities": measured or None}


def _hosted(random: Random) -> Fields:
    """Return what a hosted model needs, most often its speeds."""
    speeds = random.random() < 0.6
    return {
        "input_tokens_per_second": around(random, 500, 50_000) if speeds else None,
        "output_tokens_per_second": around(random, 50, 5_000) if speeds else None,
        "replicas": maybe(random, 0.2, lambda: random.randint(1, 6)),
        "hours_per_day": maybe(random, 0.3, lambda: random.choice([2, 10, 24])),
        "adapters_sharing": maybe(random, 0.2, lambda: random.choice([1, 4, 150])),
        "peak_to_mean": maybe(random, 0.3, lambda: random.choice([1, 2.5, 6])),
        "utilisation": maybe(random, 0.3, lambda: random.choice([0.35, 0.6, 1])),
    }


def scenarios(seed: int, count: int) -> list[Drawn]:
    """Return so many scenarios, the same ones for the same seed."""
    random = Random(seed)  # noqa: S311  a seeded draw is meant
    return [drawn(random) for _ in range(count)]
