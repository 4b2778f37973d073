"""The document of `ftvp breakeven`: the verdict of the money, its grounds, and warnings."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field

from ftvp.compare.rank import Instead, OptionAnswer
from ftvp.cost.answer import AssumptionAnswer, Costs
from ftvp.cost.bill import Bill
from ftvp.cost.costs import citations
from ftvp.cost.inputs import Input, Inputs
from ftvp.cost.option import Option
from ftvp.cost.outcome import Outcome
from ftvp.decide.verdict import Weighing
from ftvp.odds.answer import Odds, PilotAnswer, QualityForecast
from ftvp.scenario import flag
from ftvp.tables.bundle import Header
from ftvp.tables.entries import Citation, age_warning
from ftvp.tables.framework import Choice
from ftvp.units import DAYS_PER_MONTH, Record
from ftvp.wording import agreeing, count_text, listing, noun_of


class EvalSummary(Record):
    """What the user's own eval set says, in short. Percent, points, and USD a month."""

    headline: str
    n: int
    """Items that both sides were scored on."""
    prompted: float
    """Mean score in percent."""
    tuned: float
    """Mean score in percent."""
    points: float
    """Tuned less prompted: above 0 where tuning is better."""
    low: float
    """The lower end of the 95 % interval of `points`."""
    high: float
    """The upper end."""
    p_value: float
    """Of the paired test that both sides are equally good, 0 to 1."""
    conclusion: Literal["better", "worse", "not_shown", "equivalent"]
    next_step: str | None
    """What would settle a difference that is not shown."""
    worth_usd_per_month: float | None
    """Of the errors avoided; None where volume or the cost of an error is not known."""


class Grounds(Record):
    """What a verdict rests on beside the costs."""

    tree_text: str | None = None
    """The reason of the five questions, in words."""
    points: float | None = None
    """Tuned less prompting quality: measured, else forecast for one model, else the told gap."""
    measured: bool = False
    """Whether the user measured what tuning does, if only by a yes or no to question 5."""
    examples: int | None = None
    """Labelled examples at hand; None where nobody told."""
    examples_wanted: int = 0
    """As many as question 2 and the provider of the tuned model ask for."""
    closed: str | None = None
    """Why the tuned model cannot be had."""
    pilot: PilotAnswer | None = None
    """None where the tuned option has no bill."""


class CostVerdict(Record):
    """The choice, the code of its reason, and the answer in a sentence or two."""

    choice: Choice
    because: str
    """The rule that decided, such as `saves_money` or `costs_more`."""
    headline: str
    grounds: Grounds


class CostAnswer(Costs):
    """The money of a scenario with the verdict that it alone gives, and what that rests on."""

    turning_price_usd: float | None
    """The cost of an error at which the matter turns."""
    instead: Instead | None
    """None where the tuned model is to be had to the horizon, or nothing else can be tuned."""
    evals: EvalSummary | None = None
    """None without eval results."""
    odds: Odds | None = None
    """None where tuning is not to be had, or a bill is only a floor."""
    quality: QualityForecast | None = None
    """What is forecast of the quality; None where it was measured."""
    verdict: CostVerdict
    """By the money and what was measured, without the five questions."""
    assumptions: tuple[AssumptionAnswer, ...]
    """What nobody told and changes an amount within its range, or bears on what was told."""
    warnings: tuple[str, ...]
    """On the money, in order of weight, after those on the files read."""
    sources: tuple[Citation, ...]
    """Of the prices in force of the options billed."""
    cheaper: OptionAnswer | None
    """The cheapest option of the same or a larger class, where it beats both sides."""


class BreakevenAnswer(CostAnswer, Header):
    """The document `ftvp.breakeven/2`."""

    schema_: Literal["ftvp.breakeven/2"] = Field(default="ftvp.breakeven/2", alias="schema")

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return each line of the bills as a row with both sides in USD, the totals last."""
        rows: list[dict[str, Any]] = []
        for paid, part in (("monthly", "monthly"), ("one-off", "upfront")):
            amounts: dict[str, dict[str, float]] = {"prompted_usd": {}, "tuned_usd": {}}
            for side, bill in zip(amounts, (self.prompted, self.tuned), strict=True):
                if bill is not None:
                    amounts[side] = {line.item: line.usd for line in getattr(bill, f"{part}_lines")}
                    amounts[side]["total"] = getattr(bill, f"{part}_usd")
            items = dict.fromkeys(item for each in amounts.values() for item in each)
            for item in sorted(items, key="total".__eq__):
                found = {side: each.get(item) for side, each in amounts.items()}
                rows.append({"paid": paid, "item": item} | found)
        return rows


def cost_warnings(weighing: Weighing) -> Iterator[str]:
    """Yield the warnings on the money, in order of weight."""
    outcome, inputs = weighing.outcome, weighing.inputs
    if outcome is None:
        yield from _default_is_closed(weighing)
        return
    horizon = timedelta(days=min(36_500, outcome.numbers["horizon"] * DAYS_PER_MONTH))
    sides = outcome.sides
    options = [each for each in (sides.now, sides.tuned, sides.changed) if each is not None]
    for option in options:
        yield from _prices_change(option, inputs.day, inputs.day + horizon)
    yield from _ends(outcome, inputs.day + horizon)
    yield from _too_few_examples(outcome)
    for option in options:
        if option.estimate is not None:
            yield f"The serving price of {option.name} is an estimate: {option.estimate}"
    yield from _nothing_removed(outcome)
    for side, costs in (("prompted", outcome.now), ("tuned", outcome.tuned)):
        if costs is not None:
            yield from _to_mark(side, costs)
            yield from _uncounted_cache(side, costs, outcome)
    sources = citations(inputs, options)
    yield from age_warning(sources, inputs.day, inputs.scenario.max_price_age)
    yield from _without_effect(weighing, outcome)


def _prices_change(option: Option, day: date, last: date) -> Iterator[str]:
    if option.model is None:
        return
    entries = option.model.row.tuned if option.is_tuned else option.model.row.base
    for offer in entries:
        same = (offer.served, offer.commitment_months) == (option.served, option.commitment_months)
        if same and day < offer.effective_from <= last:
            name = f"tuned {option.name}" if option.is_tuned else option.name
            yield f"The price of {name} changes on {offer.effective_from} (counted in)."


def _ends(outcome: Outcome, last: date) -> Iterator[str]:
    """Yield the ends of models inside the horizon, and what is taken to follow."""
    now, tuned = outcome.sides.now, outcome.sides.tuned
    if now.ends_on is not None and now.ends_on <= last:
        follows = "its price is taken to go on (--successor)"
        if outcome.sides.successor:
            follows = "its successor follows"
        yield f"{now.name} ends on {now.ends_on}: {follows}."
    if tuned is not None and tuned.ends_on is not None and tuned.ends_on <= last:
        follows = "its successor is tuned" if outcome.sides.retune else "prompting takes over"
        yield f"Tuned {tuned.name} is shut down on {tuned.ends_on}: then {follows}."


def _too_few_examples(outcome: Outcome) -> Iterator[str]:
    model, told = outcome.inputs.tuned, outcome.inputs.scenario
    limits = model.row.limits if model else None
    least = limits.minimum_examples if limits else None
    count = outcome.numbers["training_examples"]
    if model is not None and least is not None and count < least and told.training_cost is None:
        yield (
            f"{model.row.name} asks for at least {least:,} training "
            f"{noun_of(least, 'examples')}; there {agreeing(count)} {count_text(count)}."
        )


def _nothing_removed(outcome: Outcome) -> Iterator[str]:
    told, tuned = outcome.inputs.scenario, outcome.sides.tuned
    if tuned is None or outcome.removed > 0 or told.prompted_request_cost is not None:
        return
    counts = outcome.inputs.readings.prompt
    found = len(next(iter(counts.values())).shots) if counts else 0
    if told.prompt and not found and not told.tuned_prompt and told.tuned_prompt_tokens is None:
        yield (
            "No worked example was found in the prompt, so the tuned prompt is the same. See what "
            "was found with ftvp tokens --parts; mark examples with <example> tags, or say what "
            "the tuned model is sent with --tuned-prompt or --tuned-prompt-tokens."
        )
    elif told.prompt_tokens is not None and told.tuned_prompt_tokens is None:
        yield (
            "The tuned prompt is taken to be as long as the prompt, so nothing is removed. Say "
            "what the tuned model is sent with --tuned-prompt-tokens."
        )


def _to_mark(side: str, costs: Bill) -> Iterator[str]:
    """Yield what the caller must do for the caching that is counted."""
    option, found, rule = costs.option, costs.cached, costs.option.rule
    if found.tokens and option.cache == "auto" and rule is not None and rule.mode == "breakpoint":
        missed = {
            "written_each_time": "unmarked, each call writes the prompt anew and reads none",
            "not_cached": "unmarked, nothing is cached",
        }
        life = (
            f", kept for {count_text(found.life.seconds)} s"
            if found.life and found.life.seconds
            else ""
        )
        of_side = "" if side == "prompted" else f" of the {side} model"
        yield (
            f"Caching is counted{of_side}: mark the end of the prompt's fixed part. Mark it as a "
            f"cache breakpoint{life} ({missed[rule.unmarked or 'not_cached']})."
        )


def _uncounted_cache(side: str, costs: Bill, outcome: Outcome) -> Iterator[str]:
    """Yield what of caching is not counted, or counted though the provider would not cache it."""
    option, found = costs.option, costs.cached
    told = outcome.inputs.scenario.cache
    rates, rule = option.periods[0].rates, option.rule
    unknown = rule is None or rule.mode == "unknown"
    if rates.cached_input is not None and option.cache == "auto" and unknown:
        yield (
            f"Caching of the {side} prompt is not counted: how {option.name} caches is not known. "
            "Say what share of requests finds its prompt with --cache SHARE."
        )
    if side == "tuned" and isinstance(told, float) and option.cache == "off":
        yield (
            f"Caching is not counted for tuned {option.name}, which has no cached price: "
            "--tuned-price ...,cached_input=USD."
        )
    in_batches = outcome.numbers[option.batch_field] and rates.batch_cached_input is None
    if option.cache == "share" and in_batches and rates.request_usd is None:
        yield (
            f"--cache is not counted for {side} requests in batches: no source gives a cached "
            f"batch price of {option.name}."
        )
    least = rule.minimum_prefix_tokens if rule else None
    if option.cache == "share" and found.hits and least is not None and 0 < found.tokens < least:
        yield (
            f"--cache is counted for a {side} prefix of {count_text(found.tokens)} tokens, though "
            f"{option.name} caches from {least:,} on."
        )


def _without_effect(weighing: Weighing, outcome: Outcome) -> Iterator[str]:
    """Yield what was told in vain, so that nothing is ignored in silence."""
    told = outcome.inputs.scenario
    facts = (field for field in FACTS if getattr(told, field) is not None)
    unheard = [field for field in facts if weighing.without(field).says == weighing.says]
    fields = [*outcome.unused(), *unheard]
    if (
        told.adapters_sharing
        and outcome.sides.tuned
        and told.adapters_sharing > outcome.sides.tuned.adapters
    ):
        fields = [field for field in fields if field != "adapters_sharing"]
        yield (
            f"--adapters-sharing is not counted: {outcome.sides.tuned.name} is not known to let "
            f"{told.adapters_sharing:,} tuned models share one deployment."
        )
    if fields:
        verb = agreeing(len(fields), "does", "do")
        flags = [flag(field, told=getattr(told, field, None)) for field in fields]
        yield f"{listing(flags)} {verb} not change this verdict."


FACTS = (
    "task",
    "quality_gap",
    "prompting_quality",
    "tuned_quality",
    "target_quality",
    "cost_per_error",
    "high_error_cost",
    "format_task",
    "eval_improves",
)
"""What is told of quality, of errors and of the task, all of which only the verdict may hear."""


def open_inputs(weighing: Weighing) -> Iterator[Input]:
    """Yield what is taken for granted where something was told or is announced, beside it."""
    inputs, outcome = weighing.inputs, weighing.outcome
    told = inputs.scenario
    if inputs.own_work_told:
        for field, what in (
            ("labelling_cost", "USD for labelling a training example"),
            ("engineering_hours", "hours of engineering"),
        ):
            if getattr(told, field) is None and told.labelled_by is None:
                yield Input(field, 0, "assumed", "nothing told", what)
    if outcome is None or outcome.sides.successor is not None:
        return
    now = outcome.sides.now
    if now.ends is not None and now.ends < outcome.numbers["horizon"]:
        what = f"price after {now.name} ends on {now.ends_on}"
        yield Input("successor", "the same", "assumed", "ours", what)


def _default_is_closed(weighing: Weighing) -> Iterator[str]:
    """Yield a warning where nobody named a model and the default one cannot be tuned."""
    inputs: Inputs = weighing.inputs
    told, model = inputs.scenario, inputs.tuned
    if told.model or told.tuned_model or model is None or weighing.tree.choice == "prompt":
        return
    existing = bool(told.existing_customer)
    closed = model.row.closed_because(inputs.day, existing_customer=existing)
    if closed is not None:
        name = f"{model.row.name}, the default model,"
        yield f"{name} cannot be tuned: {closed}. Name another: --model."
