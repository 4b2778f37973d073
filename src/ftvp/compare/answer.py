"""The document of `ftvp compare`: every option that is on sale on the day, by its cost.

Each model prompted, in batches, tuned. The scenario's own options are the ones that
`ftvp breakeven` bills, so one option has one amount.
"""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple

from pydantic import Field

from ftvp.compare.rank import OptionAnswer, Ranking, dominates, marked, ranked, ranking
from ftvp.cost.answer import AssumptionAnswer, InputUsed
from ftvp.cost.costs import (
    assumption_answer,
    citations,
    inputs_used,
    resolved,
)
from ftvp.cost.inputs import Inputs, Model
from ftvp.cost.option import Kind, Option
from ftvp.cost.outcome import Outcome
from ftvp.cost.serving import Prepared, longer_than_context, prompted_option, tuned_option
from ftvp.errors import UnknownPriceError, UnmatchedPatternError
from ftvp.odds.answer import CheapestChance, Odds
from ftvp.odds.draws import Uncertain, each_future, values_of
from ftvp.odds.shapes import POINTS, SHIFTS
from ftvp.scenario import ToldScenario
from ftvp.tables.bundle import Header, header
from ftvp.tables.entries import Citation, age_warning
from ftvp.units import Record

IN_BATCHES: dict[Kind, Kind] = {"prompted": "prompted_batch", "tuned": "tuned_batch"}


class LeftOut(NamedTuple):
    """An option that cannot be had or priced, and why."""

    model: str
    why: str
    kind: Kind = "prompted"


def options_of(prepared: Prepared, *, tuned: bool = True) -> list[Option | LeftOut]:
    """Return every option that the scenario's patterns ask for, and those left out, with why.

    `tuned` says whether those of tuning are among them.
    """
    found: list[Option | LeftOut] = []
    now = prepared.sides.now
    now_id = with_own_id(now).id
    for model in asked_models(prepared.inputs):
        own = now.model is not None and now.model.id == model.id
        found += (
            option
            for option in _of_model(prepared, model, tuned=tuned)
            if not (isinstance(option, Option) and own and option.id == now_id)
        )
    return found


def with_own_id(option: Option) -> Option:
    """Return an option under an id that no other has: model, kind, shots, serving."""
    parts = [option.model.id if option.model else option.id, option.kind]
    parts += [f"{option.shots}-shots"] if option.shots else []
    parts += [option.served] if option.served != "per_token" else []
    parts += [f"{option.commitment_months}-months"] if option.commitment_months else []
    return option._replace(id=" ".join(parts))


def asked_models(inputs: Inputs) -> list[Model]:
    """Return the models that patterns ask for; UnmatchedPatternError where one matches none."""
    told, found = inputs.scenario, []
    if told.models is None and told.providers is None:
        return [Model(model_id, row) for model_id, row in inputs.tables.pricing.models.items()]
    unmatched = {("--models", each) for each in told.models or ()}
    unmatched |= {("--providers", each) for each in told.providers or ()}
    for model_id, row in inputs.tables.pricing.models.items():
        names = (model_id, *row.aliases, row.name)
        provider = (model_id.partition("/")[0],)
        models = _matching(told.models, names)
        providers = _matching(told.providers, provider)
        unmatched -= {("--models", each) for each in models or ()}
        unmatched -= {("--providers", each) for each in providers or ()}
        if models != [] and providers != []:
            found.append(Model(model_id, row))
    if unmatched:
        flag, pattern = min(unmatched)
        raise UnmatchedPatternError(flag, pattern, list(inputs.tables.pricing.models))
    return found


def _matching(patterns: tuple[str, ...] | None, names: tuple[str, ...]) -> list[str] | None:
    """Return the patterns that a name matches, None where there are no patterns."""
    if patterns is None:
        return None
    return [
        pattern
        for pattern in patterns
        if any(fnmatchcase(name.casefold(), pattern.casefold()) for name in names)
    ]


def _of_model(prepared: Prepared, model: Model, *, tuned: bool) -> Iterator[Option | LeftOut]:
    inputs = prepared.inputs
    gone = model.row.end("base_shutdown", inputs.day)
    if gone is not None and gone.closes_on <= inputs.day:
        yield LeftOut(model.id, f"it was shut down on {gone.closes_on}")
        return
    counts = inputs.readings.prompt
    shots: list[int | None] = [None]
    if counts is not None:
        found = len(counts[inputs.tokenizer_name(model)].shots)
        shots += [kept for kept in inputs.scenario.shots or () if kept < found]
    for offer in model.row.offers("base", inputs.day):
        if not inputs.tables.pricing.sources[offer.source].past:
            for kept in dict.fromkeys(shots):
                option = prompted_option(inputs, model, offer, kept=kept)
                yield from _checked(inputs, model, option)
    if tuned:
        yield from _tuned(prepared, model)


def _tuned(prepared: Prepared, model: Model) -> Iterator[Option | LeftOut]:
    inputs = prepared.inputs
    offers = model.row.offers("tuned", inputs.day)
    if not offers:
        return
    existing = bool(inputs.scenario.existing_customer)
    closed = model.row.closed_because(inputs.day, existing_customer=existing)
    if closed is not None:
        yield LeftOut(model.id, closed, "tuned")
        return
    own = prepared.sides.tuned
    is_own = own is not None and own.model is not None and own.model.id == model.id
    for place, offer in enumerate(offers):
        try:
            for kind, kept in _kept(inputs, model):
                tuned = tuned_option(inputs, model, offer, kept=kept, is_own=is_own)
                option = tuned._replace(kind=kind)
                if own is not None and is_own and place == 0 and kind == "tuned":
                    option = own
                yield from _checked(inputs, model, option)
        except UnknownPriceError as error:
            yield LeftOut(model.id, str(error), "tuned")
            return


def _kept(inputs: Inputs, model: Model) -> Iterator[tuple[Kind, int]]:
    """Yield the tuned prompt without worked examples, then with those it is to keep."""
    yield "tuned", 0
    counts, kept = inputs.readings.prompt, inputs.scenario.hybrid_shots
    if counts is not None and kept:
        found = len(counts[inputs.tokenizer_name(model)].shots)
        if found:
            yield "hybrid", min(kept, found)


def _checked(inputs: Inputs, model: Model, option: Option) -> Iterator[Option | LeftOut]:
    """Yield an option and the same in batches, or why they cannot be had."""
    most = longer_than_context(option, inputs)
    if most is not None:
        why = f"a request is longer than its context of {most:,} tokens"
        yield LeftOut(model.id, why, option.kind)
        return
    if option.ends is not None and option.commitment_months > option.ends:
        why = f"{option.commitment_months} months' commitment, but it ends on {option.ends_on}"
        yield LeftOut(model.id, why, option.kind)
        return
    priced = all(period.rates.batch_input is not None for period in option.periods)
    if inputs.numbers[option.batch_field] and not priced:
        yield LeftOut(model.id, "no batch price is known", option.kind)
        return
    yield with_own_id(option)
    if inputs.scenario.batchable and priced and option.kind in IN_BATCHES:
        kind = IN_BATCHES[option.kind]
        yield with_own_id(option._replace(kind=kind, batch_share=1.0))


UNMEASURED = (
    "Different models are not equally good: these are prices, and prices alone do not choose "
    "between models. Say what you measured with --quality MODEL=PCT."
)
MOST_SHOWN = 10
FEW_POINTS = 16
"""Draws of a shift for an everyday comparison."""
MAX_OPTIONS = 10
"""So many of the options worth choosing are drawn, the cheapest first."""


class LeftOutAnswer(Record):
    """An option that cannot be had or priced, and why."""

    model: str
    why: str
    kind: str


class ComparisonAnswer(Header):
    """The document `ftvp.comparison/2`."""

    schema_: Literal["ftvp.comparison/2"] = Field(default="ftvp.comparison/2", alias="schema")
    inputs: ToldScenario
    inputs_used: tuple[InputUsed, ...]
    horizon_months: float
    work_untold: bool
    """Whether tuned options rank by their total and assumed work of your own."""
    ways: tuple[OptionAnswer, ...]
    """The scenario's own option first, then the others in their order."""
    folded: int = 0
    """Options that are not listed."""
    left_out: tuple[LeftOutAnswer, ...]
    quality_note: str | None
    odds: Odds | None = None
    """None where the scenario's own tuned model is not to be had, or a bill is only a floor."""
    assumptions: tuple[AssumptionAnswer, ...]
    warnings: tuple[str, ...]
    sources: tuple[Citation, ...]

    def csv_rows(self) -> list[dict[str, Any]]:
        """Return the options as the rows of a table."""
        return [way.model_dump(mode="json") for way in self.ways]

    def worth_showing(self) -> "ComparisonAnswer":
        """Return the comparison with only the options worth choosing, and those asked for.

        Models with a told quality and the tuned one come before others; floors are left out.
        """
        told = self.inputs
        asked = {told.tuned_model} if told.tuned_model else set()
        asked |= {name.removeprefix("tuned:") for name in told.qualities or {}}
        kept = [
            way
            for way in self.ways
            if way.now or not (way.floor or (way.dominated_by and way.model not in asked))
        ]
        first = sorted(kept, key=lambda way: (not way.now, way.model not in asked))[:MOST_SHOWN]
        shown = tuple(way for way in kept if way in first)
        return self.model_copy(update={"ways": shown, "folded": len(self.ways) - len(shown)})


def comparison_answer(
    outcome: Outcome, found: list[Option | LeftOut], odds: Odds | None = None
) -> ComparisonAnswer:
    """Return every option of a scenario that is on sale, the scenario's own first."""
    likely = {each.id: each.p_cheapest for each in odds.ways} if odds else {}
    inputs, rank = outcome.inputs, ranking(outcome)
    own = with_own_id(outcome.sides.now)
    others = [each for each in found if isinstance(each, Option)]
    counted = ranked(rank, others)
    first = rank.count(outcome.sides.now)
    ways = marked(rank, [first._replace(option=own), *counted])
    ways[0] = ways[0].model_copy(update={"now": True})
    ways = [
        way.model_copy(update={"p_cheapest": likely.get(way.id, 0.0)}) if likely else way
        for way in ways
    ]
    cited = citations(inputs, [own, *others])
    aged = age_warning(cited, inputs.day, inputs.scenario.max_price_age)
    return ComparisonAnswer(
        **header(inputs.tables, inputs.day, inputs.scenario.shown_in),
        inputs=resolved(inputs),
        inputs_used=tuple(inputs_used(inputs)),
        horizon_months=outcome.numbers["horizon"],
        work_untold=not inputs.own_work_told,
        ways=tuple(ways),
        left_out=tuple(_left_out(inputs, found)),
        odds=odds,
        quality_note=None if inputs.qualities else UNMEASURED,
        assumptions=tuple(assumption_answer(each) for each in outcome.mattering),
        warnings=(*inputs.readings.warnings, *aged),
        sources=cited,
    )


def _left_out(inputs: Inputs, found: list[Option | LeftOut]) -> list[LeftOutAnswer]:
    """Return what was left out, and each model asked for or told of that has no row."""
    missing = [each for each in found if isinstance(each, LeftOut)]
    listed = {each.model.id for each in found if isinstance(each, Option) and each.model}
    named_models = {key.removeprefix("tuned:") for key in inputs.qualities}
    unlisted = sorted(named_models - listed - {each.model for each in missing})
    missing += [LeftOut(model_id, "no price of the day is known") for model_id in unlisted]
    return [LeftOutAnswer(model=each.model, why=each.why, kind=each.kind) for each in missing]


def chances(
    of: Uncertain, found: Iterable[Option | LeftOut], points: int = POINTS
) -> tuple[CheapestChance, ...]:
    """Return how likely each option worth choosing is to cost least, the likeliest first.

    `points` are the draws of each random shift.
    """
    outcome = of.outcome
    options = worth_choosing(ranking(outcome), (each for each in found if isinstance(each, Option)))
    wins = dict.fromkeys((option.id for option in options), 0)
    values = values_of(of, points)
    for numbers in each_future(of, values, points * SHIFTS):
        future = ranking(outcome, numbers)
        best = min(options, key=lambda each: future.ranked_usd(each, future.course(each)))
        wins[best.id] += 1
    own = options[0]
    wins[with_own_id(own).id] = wins.pop(own.id)
    total = sum(wins.values())
    likely = sorted(wins.items(), key=lambda each: (-each[1], each[0]))
    return tuple(CheapestChance(id=name, p_cheapest=count / total) for name, count in likely)


def worth_choosing(rank: Ranking, options: Iterable[Option]) -> list[Option]:
    """Return the scenario's own option and the cheapest of those that none dominates."""
    own = rank.outcome.sides.now
    kept = [rank.count(own)]
    for each in ranked(rank, options):
        better = any(dominates(other, each) for other in kept[1:])
        if not better and not each.bill.floor and len(kept) < MAX_OPTIONS:
            kept.append(each)
    return [each.option for each in kept]
