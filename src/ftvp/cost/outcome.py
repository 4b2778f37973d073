"""Everything that is known in numbers of prompting against tuning: bills, payback, volumes, ends.

Nothing here is worded. What decides (odds, verdict) and what shows (answer, view) read it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from ftvp.cost.bill import Bill, Month, bill, prompted_course, totals
from ftvp.cost.inputs import Input, Inputs, NotedReads, Numbers
from ftvp.cost.serving import Prepared
from ftvp.cost.weigh import (
    Payback,
    Sides,
    Unmoved,
    Volumes,
    Weighed,
    difference,
    first_crossing,
    payback,
    turning_price,
    volumes_ahead,
    weigh,
)
from ftvp.units import PERCENT, TWELVE_DIGITS

Never = Literal[
    "input_price",
    "output_price",
    "input_and_output_price",
    "request_cost",
    "nothing_removed",
    "fixed_costs",
    "falling_prices",
    "not_on_sale",
    "shutdown",
    "own_work",
    "beyond_five_years",
    "capacity_unknown",
]


@dataclass(frozen=True, eq=False, repr=False)
class Outcome:
    """A scenario's options with what they cost and bring. Money is USD."""

    prepared: Prepared

    @property
    def inputs(self) -> Inputs:
        """What everything is computed from."""
        return self.prepared.inputs

    @property
    def numbers(self) -> Numbers:
        """The numbers of the point answer."""
        return self.inputs.numbers

    @property
    def sides(self) -> Sides:
        """The options of the scenario."""
        return self.prepared.sides

    @cached_property
    def now(self) -> Bill:
        """The bill of prompting."""
        return bill(self.sides.now, self.numbers)

    @cached_property
    def tuned(self) -> Bill | None:
        """The bill of tuning; None where it is not to be had."""
        return bill(self.sides.tuned, self.numbers) if self.sides.tuned else None

    @cached_property
    def changed(self) -> Bill | None:
        """The bill of the same prompt on the tuned model's base, where the models differ."""
        return bill(self.sides.changed, self.numbers) if self.sides.changed else None

    @cached_property
    def weighed(self) -> Weighed | None:
        """The courses of the options; None where tuning is not to be had."""
        return weigh(self.sides, self.numbers)

    def unmoved(self, others: Collection[str]) -> Unmoved:
        """Return what no change of these inputs alters of the costs."""
        moved = {*others, *(last for first, last, _ in self.inputs.followers if first in others)}
        return Unmoved._make(
            cost if moved.isdisjoint(reads.asked) else unknown
            for cost, reads, unknown in zip(*self._costs, Unmoved(), strict=True)
        )

    @cached_property
    def _costs(self) -> tuple[Unmoved, list[NotedReads]]:
        """What is known of the costs, and the numbers that each part reads.

        No other number alters a step of it.
        """
        now, tuned, changed, successor, _ = self.sides
        of_now, of_changed, of_tuned = reads = [NotedReads(self.numbers) for _ in Unmoved._fields]
        served = tuned and tuned._replace(training=None)
        months = (Month(served, of_tuned, each) for each in served.periods) if served else ()
        found = Unmoved(
            prompted_course(now, of_now, successor),
            changed and prompted_course(changed, of_changed),
            tuple(map(totals, months)),
        )
        return found, reads

    @property
    def is_floor(self) -> bool:
        """Whether a bill is only a floor, so that nothing is said of times and volumes."""
        return self.now.floor or (self.tuned is not None and self.tuned.floor)

    @property
    def points(self) -> float | None:
        """Tuned minus prompting quality, where both are known, in points."""
        return difference(self.numbers)

    @cached_property
    def payback(self) -> Payback:
        """When tuning has paid for itself, its own work included."""
        if self.weighed is None or self.is_floor:
            return Payback(None)
        return payback(self.weighed)

    @cached_property
    def volumes(self) -> list[Volumes]:
        """The requests a day at which tuning is ahead; none of a floor."""
        if self.is_floor or self.prepared.closed is not None:
            return []
        return volumes_ahead(self.sides, self.numbers)

    @property
    def saving(self) -> float | None:
        """What a first month saves, errors avoided left aside."""
        return None if self.tuned is None else self.now.monthly_usd - self.tuned.monthly_usd

    @property
    def removed(self) -> float:
        """Input tokens of a request that tuning makes unnecessary, each in its model's tokens."""
        tuned = self.sides.tuned
        if tuned is None:
            return 0
        before = self.sides.now.lengths.tokens(self.numbers)[0]
        return before - tuned.lengths.tokens(self.numbers)[0]

    @cached_property
    def never(self) -> Never | None:
        """Why tuning never pays back at this volume; None where it does."""
        if self.weighed is None or self.tuned is None:
            return "not_on_sale"
        if self.is_floor:
            return "capacity_unknown"
        return None if self.payback.months is not None else self._why_never(self.weighed)

    def _why_never(self, weighed: Weighed) -> Never:
        """Return why tuning does not pay against one of the two that it is compared with."""
        tuned_usd = self.tuned.monthly_usd if self.tuned else 0
        for against, course in ((self.now, weighed.now), (self.changed, weighed.changed)):
            if against is None or course is None:
                continue
            first = against.monthly_usd - tuned_usd + weighed.errors_usd_per_month
            paid_back = first_crossing(weighed, course, weighed.work).months is not None
            if first <= TWELVE_DIGITS * against.monthly_usd and not paid_back:
                return self._blamed(against)
        if payback(self._endless).months is not None and weighed.up < weighed.horizon * 5:
            return "shutdown"
        alone = payback(weighed, work=0)
        if weighed.work and alone.months is not None and alone.until is None:
            return "own_work"
        return "falling_prices" if weighed.now.decline else "beyond_five_years"

    @property
    def _endless(self) -> Weighed:
        """What would be if no tuned model ended."""
        tuned = self.sides.tuned
        open_ended = tuned and tuned._replace(ends=None)
        found = weigh(self.sides._replace(tuned=open_ended), self.numbers)
        if found is None:  # pragma: no cover  asked only where tuning is to be had
            raise TypeError
        return found

    @property
    def ahead_without_end(self) -> bool:
        """Whether tuning would be ahead if the tuned model did not end."""
        return self.weighed is not None and self._endless.ahead

    def _blamed(self, against: Bill) -> Never:
        """Return which price or cost keeps tuning from saving anything against another option."""
        tuned = self.tuned
        if tuned is None or tuned.request_usd < against.request_usd:
            return "fixed_costs"
        if against.blamed_usd("request_cost") or tuned.blamed_usd("request_cost"):
            return "request_cost"
        before, after = (each.option.lengths.tokens(self.numbers)[0] for each in (against, tuned))
        if before <= after:
            return "nothing_removed"
        dearer_input = tuned.blamed_usd("input_price") > against.blamed_usd("input_price")
        dearer_output = tuned.blamed_usd("output_price") > against.blamed_usd("output_price")
        if dearer_input and dearer_output:
            return "input_and_output_price"
        if dearer_output:
            return "output_price"
        return "input_price" if dearer_input else "fixed_costs"

    @cached_property
    def no_volume(self) -> Never | None:
        """Why no volume makes tuning pay; None where one does."""
        if self.weighed is None or self.prepared.closed is not None:
            return "not_on_sale"
        if self.is_floor:
            return "capacity_unknown"
        if self.volumes:
            return None
        if self.weighed.work and volumes_ahead(self.sides, {**self.numbers, "own_work_usd": 0.0}):
            return "own_work"
        at_most = replace(self.inputs, numbers={**self.numbers, "volume": 1e9})
        busy = Outcome(self.prepared._replace(inputs=at_most))
        if busy.never is not None:
            return busy.never
        # It pays back, but is not ahead at the horizon: the smaller net benefit decides that.
        decides = busy.weighed and busy.weighed.net_of_tuning == busy.weighed.least
        return busy._blamed(busy.changed if decides and busy.changed else busy.now)

    def turning(self, points: float | None) -> float | None:
        """Return the cost of an error at which the matter turns, for a difference in points."""
        if self.weighed is None or self.is_floor:
            return None
        return turning_price(self.weighed, self.numbers, points)

    @cached_property
    def mattering(self) -> tuple[Input, ...]:
        """What was assumed and changes an amount at an end of its range."""
        base, found = self._amounts(self.numbers), []
        for each in self.inputs.used.values():
            if each.origin != "assumed" or isinstance(each.value, str):
                continue
            ends = [end for end in (each.low, each.high) if end is not None]
            if each.field in ASSUMED_WITHOUT_RANGE:
                ends = [each.value / 4, each.value * 4]
            changed = (self._amounts({**self.numbers, each.field: end}) for end in ends)
            if any(amounts != base for amounts in changed):
                found.append(each)
        return tuple(found)

    def _amounts(self, numbers: Numbers) -> tuple[float, ...]:
        """Return every amount that a number may change."""
        found = weigh(self.sides, numbers)
        if found is None:
            return tuple(line.usd for line in bill(self.sides.now, numbers).lines)
        courses = [each for each in (found.now, found.tuned, found.changed) if each]
        months = (1, found.horizon)
        costs = tuple(course.cost(month) for course in courses for month in months)
        return (*costs, found.errors_usd(found.horizon), found.work)

    def unused(self) -> Iterator[str]:
        """Yield each told number that changes no amount of this answer, by field."""
        base = self._amounts(self.numbers)
        used = UNCOUNTED if self.weighed is None else UNCOUNTED | USED_BY_TUNING
        used = used - {"discount_rate"} if self.is_floor else used
        for each in self.inputs.used.values():
            if each.origin != "told" or isinstance(each.value, str) or each.field in used:
                continue
            changed = ({each.field: value} for value in _others(each.field, each.value))
            others = map(self.inputs.with_values, changed)
            if all(self._amounts(numbers) == base for numbers in others):
                yield each.field
        # Labels, where none is paid and no work would be assumed.
        told = self.inputs.scenario
        labels = "labelling_cost" if told.labelled_by is None else "labelled_by"
        if getattr(told, labels) is not None and told.engineering_hours is not None:
            dearer = {**self.numbers, "labelling_cost": self.numbers["labelling_cost"] + 1}
            if self._amounts(dearer) == base:
                yield labels
        yield from self._not_followed()

    def _not_followed(self) -> Iterator[str]:
        """Yield what was told of prices, caching and a model's end, where it changes nothing."""
        told, sides = self.inputs.scenario, self.sides
        if told.prompted_request_cost is not None and told.prompted_price is not None:
            yield "prompted_price"
        if told.tuned_request_cost is not None and told.tuned_price is not None:
            yield "tuned_price"
        tuned = sides.tuned
        if tuned is not None and told.tuned_cache is None:
            tuned = tuned._replace(cache="auto")
        cached = sides._replace(
            now=sides.now._replace(cache="auto"),
            tuned=tuned,
            changed=sides.changed and sides.changed._replace(cache="auto"),
        )
        for field, asked, other in (
            ("cache", told.cache == "off", cached),
            ("successor", told.successor, sides._replace(successor=None)),
            ("retune", told.retune, sides._replace(retune=False)),
        ):
            if asked and self._over_time(other) == self._over_time(sides):
                yield field

    def _over_time(self, sides: Sides) -> tuple[object, ...]:
        """Return what options cost as time goes on, in the first month where none is tuned."""
        found = weigh(sides, self.numbers)
        if found is None:
            return bill(sides.now, self.numbers).lines
        return found.now, found.least, payback(found)


def _others(field: str, value: float) -> tuple[float, ...]:
    """Return other values of a number: shares up to 1, what may be a percentage up to 100."""
    if field in SHARES:
        return value / 2, (value + 1) / 2
    more = (value + PERCENT) / 2 if value < PERCENT else value * 2
    return more, value / 2, (value + more) / 2


SHARES = frozenset(
    {
        "batch_share",
        "prompted_batch_share",
        "tuned_batch_share",
        "cache",
        "tuned_cache",
        "utilisation",
    }
)
ASSUMED_WITHOUT_RANGE = ("training_overhead", "minimum_prefix_tokens")
USED_BY_TUNING = frozenset(
    {
        "discount_rate",
        "engineering_hours",
        "hourly_rate",
        "labelling_cost",
        "pilot_hours",
        "tuned_request_cost",
    }
)
"""Numbers that matter otherwise than by the amounts of a month: what is shown beside them, and work
that, told, takes the place of what is assumed."""
UNCOUNTED = frozenset(
    {
        "prompted_request_cost",
        "examples",
        "quality_gap",
        "target_quality",
        "prompting_quality",
        "tuned_quality",
        "cost_per_error",
        "max_price_age",
        "evals_scale",
        "evals_margin",
        "min_quality",
        "item_cost",
        "hybrid_shots",
    }
)
"""Numbers of an option of its own, of quality, of the view or of a comparison."""
