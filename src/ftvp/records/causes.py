"""What may change between two answers, in groups, and the scenario in which only some of it did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

from ftvp.cost.inputs import Inputs, Readings, require, resolve
from ftvp.cost.outcome import Outcome
from ftvp.cost.serving import prepare
from ftvp.decide.answer import EvalSummary
from ftvp.errors import FtvpError
from ftvp.odds.forecast import forecasted
from ftvp.records.record import Command, fitted, framework_used, id_in, quality_used
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Tables
from ftvp.tables.entries import Dated
from ftvp.tables.overlay import differences, entries
from ftvp.tables.pricing import DefaultModel, PricedModel, Pricing
from ftvp.wording import (
    count_of,
)

VOLUME, PROMPT, MODELS, DATES = "volume", "prompt and answer", "choice of models", "ends and dates"
WORK, TRAINING, SERVING, QUALITY = "work", "training", "serving", "quality"
OWN_PRICES, ASSUMED, VERSION = "own prices", "assumptions", "ftvp"
PRICES_OF = "prices of "
FIELDS: Mapping[str, tuple[str, ...]] = {
    VOLUME: ("usage", "days_per_month", "volume", "turns", "attempts", "tuned_attempts"),
    PROMPT: (
        *("prompt", "tuned_prompt", "prompt_tokens", "tuned_prompt_tokens", "request_tokens"),
        *("output_tokens", "tuned_output_tokens", "thinking_tokens", "tuned_thinking_tokens"),
        *("thinking", "shots", "hybrid_shots"),
    ),
    MODELS: ("model", "tuned_model", "successor", "models", "providers"),
    OWN_PRICES: (
        *("prompted_price", "tuned_price", "prompted_request_cost", "tuned_request_cost"),
        *("prices", "discounts", "max_price_age", "currency", "fx"),
    ),
    TRAINING: (
        *("dataset", "training_examples", "training_tokens", "epochs", "training_runs"),
        *("training_cost", "gpu_hours", "retrains_per_year"),
    ),
    WORK: (
        *("labelling_cost", "labelled_by", "renewed_examples", "engineering_hours"),
        *("hourly_rate", "pilot_hours", "item_cost", "maintenance", "rebuild_hours"),
    ),
    SERVING: (
        *("cache", "tuned_cache", "batch_share", "prompted_batch_share", "tuned_batch_share"),
        *("batchable", "active_hours", "hosting", "hours_per_day", "replicas"),
        *("adapters_sharing", "input_tokens_per_second", "output_tokens_per_second"),
        *("peak_to_mean", "utilisation"),
    ),
    QUALITY: (
        *("task", "examples", "quality_gap", "prompting_quality", "tuned_quality"),
        *("target_quality", "cost_per_error", "high_error_cost", "format_task", "eval_improves"),
        *(
            "unknown",
            "evals",
            "evals_lower_is_better",
            "evals_id",
            "evals_score",
            "evals_cluster",
            "evals_scale",
        ),
        *("evals_margin", "qualities", "min_quality"),
    ),
    DATES: (
        *("existing_customer", "horizon", "price_decline", "discount_rate", "retune", "as_of"),
    ),
}
"""The fields of a scenario by the group in which they change."""
NAMES = ("prompt", "tuned_prompt", "dataset", "evals", "prices", "usage")
"""Fields that name files: what the files say may change, their names do not matter."""
NO_PRICES = ("effective_from", "checked_on", "source", "note", "estimate")
MAX_GROUPS = 10
When = Literal["before", "after"]


@dataclass(frozen=True)
class Side:
    """All that an answer is computed from."""

    command: Command
    scenario: Scenario
    tables: Tables
    day: date
    readings: Readings
    evals: EvalSummary | None = None

    @cached_property
    def inputs(self) -> Inputs:
        """The inputs of the answer; raises FtvpError where it has none."""
        found = resolve(self.scenario, self.tables, self.day, self.readings)
        return forecasted(found)

    @property
    def net_usd(self) -> float:
        """The net benefit of tuning that decides; 0 where tuning is not to be had or not known."""
        try:
            require(self.inputs.scenario)
            outcome = Outcome(prepare(self.inputs))
        except FtvpError:
            return 0.0
        weighed = outcome.weighed
        if weighed is None or outcome.is_floor or outcome.prepared.closed is not None:
            return 0.0
        return weighed.least - weighed.work

    @cached_property
    def models(self) -> list[str]:
        """The ids of the models that the bills rest on."""
        pricing, told = self.tables.pricing, self.scenario
        default = pricing.default_model(self.day)
        own = told.prompted_price is not None or told.prompted_request_cost is not None
        meant = told.model or self.readings.named_model or (None if own else default)
        names = (meant, told.tuned_model, told.successor, told.labelled_by)
        known = (id_in(pricing, name) for name in names if name)
        return [each for each in dict.fromkeys(known) if each]


@dataclass(frozen=True)
class Group:
    """Something that changed, with what it was and what it is, in words."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class BothSides:
    """Two sides, and every scenario between them."""

    before: Side
    after: Side

    @cached_property
    def groups(self) -> list[Group]:
        """What changed between the two, each group once."""
        found = [group for name in FIELDS if (group := self._told(name))]
        prices = [group for model in self.models if (group := self._prices(model))]
        if len(found) + len(prices) + 1 > MAX_GROUPS and prices:
            both = (
                "; ".join(part) for part in zip(*((p.before, p.after) for p in prices), strict=True)
            )
            prices = [Group("prices", *both)]
        return [*found, *prices, *self._assumed()]

    @cached_property
    def models(self) -> list[str]:
        """The models of either side."""
        return list(dict.fromkeys((*self.before.models, *self.after.models)))

    def _told(self, name: str) -> Group | None:
        """Return a group of the scenario's fields, with what files and dates have to do with it."""
        old, new = self.before, self.after
        changed = [
            (field, _said(old, field), _said(new, field))
            for field in FIELDS[name]
            if _differs(old, new, field)
        ]
        if name == DATES:
            ends = [(f"ends of {model}", *self._ends(model)) for model in self.models]
            days = [("day", str(old.day), str(new.day))] if old.day != new.day else []
            changed = [c for c in changed if c[0] != "as_of"] + days
            changed += [(what, one, other) for what, one, other in ends if one != other]
        if name == QUALITY and not changed:
            changed = self._quality_table()
        if not changed:
            return None
        before, after = (
            ", ".join(f"{field.replace('_', ' ')} {each[place]}" for field, *each in changed)
            for place in (0, 1)
        )
        return Group(name, before, after)

    def _ends(self, model: str) -> tuple[str, str]:
        rows = (side.tables.pricing.models.get(model) for side in (self.before, self.after))
        one, other = (
            ", ".join(f"{end.kind.replace('_', ' ')} {end.closes_on}" for end in row.ends)
            if row and row.ends
            else "none announced"
            for row in rows
        )
        return one, other

    def _prices(self, model: str) -> Group | None:
        """Return how a model's prices, limits or rules differ, each side on its own day."""
        if self._signature("before", model) == self._signature("after", model):
            return None
        old, new = (entries(side.tables.pricing, side.day) for side in (self.before, self.after))
        found = [
            change
            for key in dict.fromkeys((*old, *new))
            if key[0] == model
            for change in differences(key, old.get(key), new.get(key))
        ]
        before, after = (
            ", ".join(
                f"{change.side} {change.price} {'not known' if usd is None else f'{usd:g}'}"
                for change in found
                for usd in [getattr(change, end)]
            )
            for end in ("old", "new")
        )
        return Group(f"{PRICES_OF}{model}", before or "as listed then", after or "as listed now")

    def _signature(self, when: When, model: str) -> object:
        """Return all that is priced of a model, by the days from the side's own day on."""
        side = getattr(self, when)
        pricing = side.tables.pricing
        row = pricing.models.get(model)
        if row is None:
            return None
        rule = pricing.caching.get(row.caching or "")
        timed = [
            [
                (
                    max(0, (each.effective_from - side.day).days),
                    each.model_dump(exclude=set(NO_PRICES)),
                )
                for each in _from_on(getattr(row, block), side.day)
            ]
            for block in ("base", "tuned", "training")
        ]
        return timed, row.limits, row.traits, rule, pricing.tokenizers[row.tokenizer]

    def _quality_table(self) -> list[tuple[str, str, str]]:
        """Return the days of the quality tables, where what they say of the task differs."""
        sides = (self.before, self.after)
        try:
            rows = [quality_used(each.tables, each.scenario.task) for each in sides]
        except FtvpError:  # a record of an answer that asked for no quality
            return []
        one, other = (row.model_dump(exclude={"updated_on"}) for row in rows)
        was, now = (f"of {row.updated_on}" for row in rows)
        return [] if one == other else [("table", was, now)]

    def _assumed(self) -> list[Group]:
        """Return the framework's assumptions, where they changed."""
        found = []
        old, new = (framework_used(each.tables.framework) for each in (self.before, self.after))
        if old.model_dump(exclude={"updated_on"}) != new.model_dump(exclude={"updated_on"}):
            days = (f"framework of {each.updated_on}" for each in (old, new))
            found.append(Group(ASSUMED, *days))
        return found

    def between(self, now: Iterable[str]) -> Side:
        """Return the side at which the named groups are as after, and all others as before."""
        names = set(now)
        told, read = self._of(names, QUALITY), self._of(names, PROMPT)
        fields = {
            field: getattr(self._of(names, group).scenario, field)
            for group, members in FIELDS.items()
            for field in members
        }
        dates = self._of(names, DATES)
        pricing = self._pricing(names, read, dates)
        training = self._of(names, TRAINING).readings
        readings = fitted(read.readings, read.tables.pricing.tokenizers, pricing.tokenizers)
        readings = readings._replace(
            training_sizes=fitted(
                training, self._of(names, TRAINING).tables.pricing.tokenizers, pricing.tokenizers
            ).training_sizes,
            quality=told.readings.quality,
        )
        tables = Tables(
            pricing=pricing,
            framework=self._of(names, ASSUMED).tables.framework,
            read_quality=lambda: quality_used(told.tables, told.scenario.task),
            quality_updated_on=told.tables.quality_updated_on,
        )
        scenario = dates.scenario.model_copy(update={**fields, "as_of": dates.day})
        command = self.after.command
        return Side(command, scenario, tables, dates.day, readings, told.evals)

    def _of(self, now: set[str], group: str) -> Side:
        return self.after if group in now else self.before

    def _pricing(self, now: set[str], read: Side, dates: Side) -> Pricing:
        """Return a price table with each model's prices and ends from the side they are to have.

        Prices move with the day: what was in force on its side's day is in force here.
        """
        chosen = self._of(now, MODELS)
        default = chosen.tables.pricing.default_model(chosen.day)
        old, new = self.before.tables.pricing, self.after.tables.pricing
        models = {**old.models, **new.models}
        rules, tokenizers = {**old.caching, **new.caching}, dict(read.tables.pricing.tokenizers)
        for model in self.models:
            side = self._of(now, self._group_of(model))
            row = side.tables.pricing.models.get(model)
            if row is None:
                models.pop(model)
                continue
            ends = dates.tables.pricing.models.get(model, row)
            models[model] = _moved(row, dates.day - side.day, ends)
            if row.caching is not None:
                rules[row.caching] = side.tables.pricing.caching[row.caching]
        for row in models.values():
            for table in (new, old):
                if row.tokenizer in table.tokenizers:
                    tokenizers.setdefault(row.tokenizer, table.tokenizers[row.tokenizer])
        begun = (DefaultModel(effective_from=date.min, model=default, why="the default"),)
        return new.model_copy(
            update={
                "models": models,
                "caching": rules,
                "tokenizers": tokenizers,
                "sources": {**old.sources, **new.sources},
                "default_models": begun if default else (),
            }
        )

    def _group_of(self, model: str) -> str:
        names = {group.name for group in self.groups}
        return f"{PRICES_OF}{model}" if "prices" not in names else "prices"


def _moved(row: PricedModel, by: timedelta, ends: PricedModel) -> PricedModel:
    """Return a model whose prices begin so much later, with another one's ends."""
    blocks = {
        block: tuple(
            entry.model_copy(update={"effective_from": _later(entry.effective_from, by)})
            for entry in getattr(row, block)
        )
        for block in ("base", "tuned", "training")
    }
    return row.model_copy(
        update={**blocks, "ends": ends.ends, "not_sooner_than": ends.not_sooner_than}
    )


def _later(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return date.max if by.days > 0 else date.min


def _from_on(block: Iterable[Dated], day: date) -> list[Dated]:
    """Return the entries in force on a day or later: of each way of serving, the last one begun."""
    kept: dict[object, Dated] = {}
    later = []
    for entry in block:
        way = (getattr(entry, "served", ""), getattr(entry, "commitment_months", 0))
        if entry.effective_from <= day:
            kept[way] = entry
        else:
            later.append(entry)
    return [*kept.values(), *later]


def _differs(old: Side, new: Side, field: str) -> bool:
    """Return whether a field differs, or what the files that it names say."""
    one, other = (getattr(side.scenario, field) for side in (old, new))
    if field not in NAMES or one is None or other is None:
        return bool(one != other)
    if field == "usage":  # what it says stands in other fields
        return False
    if field == "evals":
        return old.readings.quality != new.readings.quality
    if field == "prices":
        return _said(old, field) != _said(new, field)
    read = "training_sizes" if field == "dataset" else field
    mine, theirs = (getattr(side.readings, read) or {} for side in (old, new))
    return any(mine[name] != theirs[name] for name in set(mine) & set(theirs))


def _said(side: Side, field: str) -> str:
    """Return what a side tells of a field; of a file, what it says, by its numbers."""
    value, readings = getattr(side.scenario, field), side.readings
    if value is None:
        return "not told"
    match field:
        case "prompt" | "tuned_prompt":
            counts = getattr(readings, field)
            total = next(iter(counts.values())).total if counts else 0
            said = f"of {count_of(total, 'token')}" if counts else "a file"
        case "dataset":
            sizes = next(iter((readings.training_sizes or {"": ()}).values()))
            examples = count_of(len(sizes), "example")
            said = f"of {examples}, {sum(sizes):,.0f} tokens"
        case "evals" if readings.quality is not None:
            found = readings.quality
            said = f"{found.prompting:g} % and {found.tuned:g} % of {found.items:,}"
        case "prices":
            said = ", ".join(f"of {each.updated_on}" for each in side.tables.overlays)
        case _ if isinstance(value, tuple):
            said = ", ".join(map(str, value))
        case _:
            said = f"{value:,.12g}" if isinstance(value, float) else str(value)
    return said
