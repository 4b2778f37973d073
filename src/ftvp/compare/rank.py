"""The options that are on sale on a day, and their order by what they cost by the horizon.

Each model prompted, in batches, tuned. The scenario's own options are the ones that
`ftvp breakeven` bills, so one option has one amount. What ranks them includes own work and the
errors avoided.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import NamedTuple

from ftvp.cost.bill import Bill, Course, bill, prompted_course, tuned_course
from ftvp.cost.inputs import Inputs, Model, Numbers
from ftvp.cost.option import FLOOR_REASON, Kind, Option, is_floor
from ftvp.cost.outcome import Outcome
from ftvp.cost.serving import Prepared, longer_than_context, prompted_option, tuned_option
from ftvp.cost.weigh import Weighed, difference, first_crossing, requests_per_month
from ftvp.errors import UnknownPriceError, UnmatchedPatternError
from ftvp.tables.entries import Served, SizeClass
from ftvp.units import PERCENT, Record

SIZES: tuple[SizeClass, ...] = ("small", "medium", "large")


class OptionAnswer(Record):
    """One way of serving the scenario. Money is USD; `horizon_usd` is its total by the horizon."""

    id: str
    """The model with kind, shots kept, serving and commitment: no other option has it."""
    model: str
    """Its id in the price table; of the user's own prices, the id of the option."""
    name: str
    kind: Kind
    now: bool = False
    """Whether it is the scenario's own prompted option."""
    size_class: SizeClass | None
    """Its place in its vendor's line-up; None where it is not known."""
    served: Served
    """By the token, or on copies paid by the hour."""
    commitment_months: int
    """Months for which it must be paid; 0 for none."""
    cached: bool
    """Whether some tokens of a request are counted as cached."""
    thinks: bool
    """Whether hidden reasoning is billed."""
    shots: int | None
    """Worked examples kept in the prompt; None where the prompt is as told."""
    replicas: float | None
    """Copies that carry the volume; None where it is served by the token."""
    floor: bool
    """Whether the amounts are only a floor, since what one copy carries is not known."""
    floor_reason: str | None
    """What is not known; None where `floor` is false."""
    upfront_usd: float
    """Training, labels and told work, paid once; 0 for prompting."""
    monthly_usd: float
    """The first month."""
    usd_per_request: float
    """All tries of one request, without what is fixed by the month."""
    horizon_usd: float
    """Paid once and by the month up to the horizon, whatever follows its end included."""
    ranked_usd: float
    """What the ranking goes by: the total, own work, less the errors avoided."""
    payback_months: float | None
    """Of tuning against the scenario's own prompted option; None for prompting, or for never."""
    ends_on: date | None
    """When its model is shut down; None where no end is announced."""
    quality: float | None
    """Percent, told or measured; None where nobody did."""
    p_cheapest: float | None = None
    """Chance, 0 to 1, to rank first; 0 where it is not worth drawing, None without odds."""
    tokens_exact: bool
    """False where tokens were converted or estimated for this model."""
    estimate: str | None
    """Why its serving price is an estimate; None where a source states it."""
    dominated_by: str | None
    """An option that costs no more in any amount at no stated loss of quality; None without one."""
    seconds_saved_per_request: float | None
    """On input tokens fewer than now, at --input-tokens-per-second; None where not told."""


class Instead(Record):
    """What can be tuned where the tuned model cannot be had; its quality must be measured."""

    model: str
    name: str
    size_class: SizeClass | None
    """Its place in its vendor's line-up; None where it is not known."""
    smaller: bool
    """Whether it is of a smaller class than what was asked for, or may be."""
    monthly_usd: float
    """The first month."""
    upfront_usd: float
    """Training, labels and told work, paid once."""
    net_benefit_usd: float
    """By the horizon against prompting now, before untold own work."""


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
    inputs, now, told = prepared.inputs, prepared.sides.now, prepared.sides.tuned
    now_id = with_own_id(now).id
    asked = asked_models(inputs)
    for model in asked:
        own = now.model is not None and now.model.id == model.id
        found += (
            option
            for option in _of_model(prepared, model, tuned=tuned)
            if not (isinstance(option, Option) and own and option.id == now_id)
        )
    if tuned and told is not None and prepared.closed is None:
        sold = told.model is not None and told.model.row.offers("tuned", inputs.day)
        if not sold and (told.model is None or told.model in asked):
            found += _checked(inputs, told)
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
    told = inputs.scenario
    if told.models is None and told.providers is None:
        return [Model(model_id, row) for model_id, row in inputs.tables.pricing.models.items()]
    found = []
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
                yield from _checked(inputs, option)
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
                yield from _checked(inputs, option)
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


def _checked(inputs: Inputs, option: Option) -> Iterator[Option | LeftOut]:
    """Yield an option and the same in batches, or why they cannot be had."""
    name = option.model.id if option.model else option.name
    most = longer_than_context(option, inputs)
    if most is not None:
        why = f"a request is longer than its context of {most:,} tokens"
        yield LeftOut(name, why, option.kind)
        return
    if option.ends is not None and option.commitment_months > option.ends:
        months = option.commitment_months
        length = "a month's" if months == 1 else f"{months} months'"
        why = f"{length} commitment, but it ends on {option.ends_on}"
        yield LeftOut(name, why, option.kind)
        return
    priced = all(period.rates.batch_input is not None for period in option.periods)
    if inputs.numbers[option.batch_field] and not priced:
        yield LeftOut(name, "no batch price is known", option.kind)
        return
    yield with_own_id(option)
    if inputs.scenario.batchable and priced and option.kind in IN_BATCHES:
        kind = IN_BATCHES[option.kind]
        yield with_own_id(option._replace(kind=kind, batch_share=1.0))


class Counted(NamedTuple):
    """An option with its bill, its course, and the amount by which it is ranked, USD."""

    option: Option
    bill: Bill
    course: Course
    quality: float | None
    ranked_usd: float


@dataclass(frozen=True, eq=False, repr=False)
class Ranking:
    """What options are counted against: the scenario's own prompted one, with the same numbers."""

    outcome: Outcome
    numbers: Numbers
    now: Course

    def count(self, option: Option) -> Counted:
        """Return an option with what it costs by the horizon and how it ranks."""
        course = self.course(option)
        costs, quality = bill(option, self.numbers), self.quality(option)
        return Counted(option, costs, course, quality, self.ranked_usd(option, course))

    def course(self, option: Option) -> Course:
        """Return what an option costs over time."""
        if option.is_tuned:
            retune = self.outcome.sides.retune
            return tuned_course(option, self.numbers, self.now, retune=retune)
        if option is self.outcome.sides.now:
            return self.now
        return prompted_course(option, self.numbers)

    def ranked_usd(self, option: Option, course: Course) -> float:
        """Return what ranks an option: its total with own work, less the errors avoided."""
        horizon = self.numbers["horizon"]
        work = self.numbers.get("own_work_usd", 0.0) if option.is_tuned else 0.0
        return course.cost(horizon) + work - self._errors_avoided(option, horizon)

    def quality(self, option: Option) -> float | None:
        """Return the quality in percent that is told or measured of an option."""
        numbers, sides = self.numbers, self.outcome.sides
        if option.model is None:
            return numbers.get("tuned_quality" if option.is_tuned else "prompting_quality")
        prefix = "tuned:" if option.is_tuned else ""
        told = self.outcome.inputs.qualities.get(prefix + option.model.id)
        if told is not None:
            return told
        own = sides.tuned if option.is_tuned else sides.now
        if own is not None and own.model is not None and own.model.id == option.model.id:
            return numbers.get("tuned_quality" if option.is_tuned else "prompting_quality")
        return None

    def _errors_avoided(self, option: Option, horizon: float) -> float:
        """Return what fewer errors than now are worth by the horizon; 0 where not known.

        A forecast of the quality gained counts as in the bill.
        """
        numbers, sides = self.numbers, self.outcome.sides
        if "cost_per_error" not in numbers:
            return 0
        quality, before = self.quality(option), self.quality(sides.now)
        is_own = sides.tuned is not None and option.is_tuned and option.model == sides.tuned.model
        points = difference(numbers) if is_own else None
        if quality is not None and before is not None:
            points = quality - before
        if points is None:
            return 0
        up = min(horizon, self.up(option)) if option.is_tuned else horizon
        errors = requests_per_month(numbers) * up * points / PERCENT
        return errors * numbers["cost_per_error"]

    def up(self, option: Option) -> float:
        """Return the months that a tuned option serves, infinite where its successor is tuned."""
        return math.inf if option.ends is None or self.outcome.sides.retune else option.ends

    def net_benefit(self, counted: Counted) -> float:
        """Return what an option brings by the horizon against prompting now, before the work."""
        horizon = self.numbers["horizon"]
        errors = self._errors_avoided(counted.option, horizon)
        return self.now.cost(horizon) - counted.course.cost(horizon) + errors


def ranking(outcome: Outcome, numbers: Numbers | None = None) -> Ranking:
    """Return what options are counted against, with the point answer's numbers or with others."""
    sides, used = outcome.sides, outcome.numbers if numbers is None else numbers
    return Ranking(outcome, used, prompted_course(sides.now, used, sides.successor))


def ranked(rank: Ranking, options: Iterable[Option]) -> list[Counted]:
    """Return options that reach the quality asked for, in their order.

    With --min-quality those that nobody measured come after all that were, and floors come last.
    """
    least = rank.outcome.inputs.scenario.min_quality
    counted = [rank.count(option) for option in options]
    good = [c for c in counted if least is None or c.quality is None or c.quality >= least]

    def place(each: Counted) -> tuple[bool, bool, float, str]:
        unmeasured = least is not None and each.quality is None
        return each.bill.floor, unmeasured, each.ranked_usd, each.option.id

    return sorted(good, key=place)


def option_answer(rank: Ranking, counted: Counted, *, dominated_by: str | None) -> OptionAnswer:
    """Return an option as an answer lists it."""
    option, costs = counted.option, counted.bill
    outcome = rank.outcome
    horizon = outcome.numbers["horizon"]
    model = option.model
    tokens = option.lengths.tokens(outcome.numbers)
    removed = outcome.sides.now.lengths.tokens(outcome.numbers)[0] - tokens[0]
    speed = outcome.numbers.get("input_tokens_per_second")
    return OptionAnswer(
        id=option.id,
        model=model.id if model else option.id,
        name=option.name,
        kind=option.kind,
        now=option is outcome.sides.now,
        size_class=model.row.size_class if model else None,
        served=option.served,
        commitment_months=option.commitment_months,
        cached=costs.cached.tokens > 0,
        thinks=tokens[4] > 0,
        shots=option.shots,
        replicas=costs.copies if option.is_hosted else None,
        floor=costs.floor,
        floor_reason=FLOOR_REASON if costs.floor else None,
        upfront_usd=costs.upfront_usd,
        monthly_usd=costs.monthly_usd,
        usd_per_request=costs.request_usd / requests_per_month(outcome.numbers),
        horizon_usd=counted.course.cost(horizon),
        ranked_usd=counted.ranked_usd,
        payback_months=_payback(rank, counted),
        ends_on=option.ends_on,
        quality=counted.quality,
        tokens_exact=option.exact,
        estimate=option.estimate,
        dominated_by=dominated_by,
        seconds_saved_per_request=removed / speed if speed and removed else None,
    )


def _payback(rank: Ranking, counted: Counted) -> float | None:
    """Return the months until a tuned option has paid for itself against prompting now.

    The scenario's own also against the changed model, as in its answer.
    """
    option, numbers = counted.option, rank.outcome.numbers
    if not option.is_tuned or counted.bill.floor or rank.outcome.is_floor:
        return None
    own = rank.outcome.sides.tuned
    if own is not None and with_own_id(own).id == option.id:
        return rank.outcome.payback.months
    horizon = numbers["horizon"]
    errors = rank._errors_avoided(option, horizon)  # noqa: SLF001  one module
    up = min(horizon, rank.up(option))
    against = Weighed(
        now=rank.now,
        tuned=counted.course,
        changed=None,
        errors_usd_per_month=errors / up if up else 0,
        up=rank.up(option),
        work=numbers.get("own_work_usd", 0.0),
        horizon=horizon,
    )
    return first_crossing(against, rank.now, against.work).months


def marked(rank: Ranking, counted: Sequence[Counted]) -> list[OptionAnswer]:
    """Return ranked options with the dominated named: a cheaper one is at no stated loss."""
    best: list[Counted] = []
    answers = []
    for each in counted:
        better = next((other for other in best if dominates(other, each)), None)
        name = better.option.id if better else None
        answers.append(option_answer(rank, each, dominated_by=name))
        if better is None and not each.bill.floor:
            best.append(each)
    return answers


def dominates(one: Counted, other: Counted) -> bool:
    """Return whether an option costs no more on any line, at no stated loss of quality.

    A smaller model dominates a larger one only where both were measured.
    """
    if one.bill.floor or other.bill.floor:
        return False
    cheaper = (
        one.bill.upfront_usd <= other.bill.upfront_usd
        and one.bill.monthly_usd <= other.bill.monthly_usd
        and one.ranked_usd <= other.ranked_usd
    )
    if other.quality is not None:
        return cheaper and one.quality is not None and one.quality >= other.quality
    return cheaper and not is_smaller(one.option, other.option)


def size_of(option: Option) -> SizeClass | None:
    """Return the size class of an option's model, None where it is not known."""
    return option.model.row.size_class if option.model else None


def is_smaller(one: Option, other: Option) -> bool:
    """Return whether a model is of a smaller class than another; one of no known class may be."""
    alike = one.model and other.model and one.model.id == other.model.id
    return not alike and is_below(size_of(one), size_of(other))


def is_below(size: SizeClass | None, wanted: SizeClass | None) -> bool:
    """Return whether a size class is below the one that is wanted; an unknown one may be."""
    if wanted is None:
        return False
    return size is None or SIZES.index(size) < SIZES.index(wanted)


def cheaper_than_both(rank: Ranking, options: Iterable[Option]) -> OptionAnswer | None:
    """Return the cheapest option that beats both sides and may take their place, None without one.

    It is of the same or a larger class than now, or its quality was told and suffices.
    """
    outcome = rank.outcome
    sides = [
        each for each in (outcome.sides.now, outcome.sides.tuned, outcome.sides.changed) if each
    ]
    own = {(each.model.id if each.model else None, each.is_tuned) for each in sides}
    taken = [rank.count(each) for each in (outcome.sides.now, outcome.sides.tuned) if each]
    taken = [each for each in taken if not each.bill.floor]
    if not taken:
        return None
    least = min(each.ranked_usd for each in taken), min(e.bill.monthly_usd for e in taken)
    found = [
        each
        for each in options
        if (each.model.id if each.model else None, each.is_tuned) not in own
        and _may_replace(rank, each)
    ]
    if not found:
        return None
    cheapest = min(found, key=lambda each: (rank.ranked_usd(each, rank.course(each)), each.id))
    best = rank.count(cheapest)
    if best.ranked_usd >= least[0] or best.bill.monthly_usd >= least[1]:
        return None
    return option_answer(rank, best, dominated_by=None)


def _may_replace(rank: Ranking, option: Option) -> bool:
    """Return whether an option may be named in place of the scenario's own."""
    now, wanted = rank.outcome.sides.now, rank.outcome.inputs.scenario
    if is_floor(option, rank.numbers):
        return False
    quality = rank.quality(option)
    if quality is not None:
        needed = (wanted.min_quality, rank.outcome.numbers.get("target_quality"), rank.quality(now))
        return all(each is None or quality >= each for each in needed)
    if wanted.min_quality is not None or size_of(now) is None:
        return False
    return not is_smaller(option, now) and not option.is_tuned


def instead(rank: Ranking, options: Iterable[Option]) -> Instead | None:
    """Return what can be tuned instead: the highest net benefit of the same or a larger class.

    Where there is none of those, of any class, which is then called smaller.
    """
    tuned = rank.outcome.inputs.tuned
    wanted = tuned.row.size_class if tuned else size_of(rank.outcome.sides.now)
    found = [
        rank.count(option)
        for option in options
        if option.kind == "tuned"
        and (tuned is None or not option.model or option.model.id != tuned.id)
    ]
    found = [each for each in found if not each.bill.floor]
    same = [each for each in found if not is_below(size_of(each.option), wanted)]
    best = max(same or found, key=rank.net_benefit, default=None)
    if best is None or best.option.model is None:
        return None
    return Instead(
        model=best.option.model.id,
        name=best.option.name,
        size_class=size_of(best.option),
        smaller=not same,
        monthly_usd=best.bill.monthly_usd,
        upfront_usd=best.bill.upfront_usd,
        net_benefit_usd=rank.net_benefit(best),
    )
