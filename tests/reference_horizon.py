"""The horizon of the independent reference: totals, payback and volumes of section 6.

Written from the specification alone, as `reference` is; no code of the calculation is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Literal

from tests.reference import DAYS, Month, assumed, is_floor, month, told
from tests.reference_forecast import Gain, gain_of
from tests.reference_options import Plan

Line = Literal["now", "tuned", "changed"]
FIVE_YEARS = 60.0
MOST_WHOLE_REPLICAS = 32
EVERY_DAY = 360


@dataclass(frozen=True)
class Payback:
    """When tuning is first ahead, and when it falls behind again; None for never."""

    months: float | None
    until: float | None = None


class Course(Plan):
    """A scenario over time, at its own volume or any other."""

    @cached_property
    def horizon(self) -> float:
        """Months to look ahead."""
        return told(self.scenario.horizon, assumed(self.tables, "horizon_months"))

    def months_to(self, day: date | None) -> float:
        """Return the months from today to a day, infinite where there is none."""
        return math.inf if day is None else (day - self.today).days / DAYS

    @cached_property
    def tuned_end(self) -> float:
        """When the tuned model ends."""
        row = self.row(self.tuned_name)
        return self.months_to(row.tuned_ends_on(self.today) if row else None)

    @cached_property
    def prompted_end(self) -> float:
        """When the prompted model ends."""
        row = self.row(self.prompted)
        return self.months_to(row.ends_on("base_shutdown", self.today) if row else None)

    @cached_property
    def training_end(self) -> float:
        """When no more training jobs are taken."""
        row = self.row(self.tuned_name)
        return self.months_to(row.ends_on("training_closed", self.today) if row else None)

    @cached_property
    def up(self) -> float:
        """How long the tuned model serves."""
        return math.inf if self.scenario.retune else self.tuned_end

    def cuts(self, until: float) -> list[float]:
        """Return the times between which every bill stays as it is, from 0 to `until`."""
        options = [self.now, self.tuned, self.changed, self.successor]
        days = {day for option in options if option for day in option.changes()}
        times = {self.months_to(day) for day in days}
        times |= {self.tuned_end, self.prompted_end, self.training_end}
        return [0.0, *sorted(t for t in times if 0 < t < until), until]

    def bill(self, line: Line, at: float, volume: float, real_above: float = math.inf) -> Month:
        """Return the bill of a month that begins at a time."""
        day = self.today + timedelta(days=round(at * DAYS))
        if line == "changed" and self.changed is not None:
            return month(self.changed, day, volume, real_above)
        if line == "tuned" and at < self.up:
            bill = month(self.tuned, day, volume, real_above)
            return replace(bill, retraining=0.0) if at >= self.training_end else bill
        ended = self.successor is not None and at >= self.prompted_end
        option = self.successor if ended and self.successor is not None else self.now
        return month(option, day, volume, real_above)

    def tokens_for(self, start: float, end: float) -> float:
        """Return the sum of the months from start to end, each as its prices have fallen."""
        fall = 1 - told(self.scenario.price_decline, 0) / 100
        if fall == 1:
            return end - start
        first, last = math.floor(start), math.ceil(end)
        parts = ((min(k + 1, end) - max(k, start), fall ** (k / 12)) for k in range(first, last))
        return float(sum(length * factor for length, factor in parts))

    def retune_cost(self, until: float) -> float:
        """Return what tuning again costs before a time."""
        s = self.scenario
        if not s.retune or not 0 < self.tuned_end <= until:
            return 0.0
        return self.run + told(s.rebuild_hours, 0) * told(s.hourly_rate, 0)

    def spent(self, line: Line, until: float, volume: float, real_above: float = math.inf) -> float:
        """Return what a line has cost from today until a time."""
        total = self.tuned.one_off + self.retune_cost(until) if line == "tuned" else 0.0
        for start, end in pairwise(self.cuts(until)):
            bill = self.bill(line, start, volume, real_above)
            total += bill.tokens * self.tokens_for(start, end)
            total += (bill.fixed + bill.retraining) * (end - start)
        return total

    # Net benefit

    def errors_a_month(self, volume: float) -> float:
        """Return what a month's avoided errors are worth, 0 where that is not known."""
        s = self.scenario
        if s.prompting_quality is None or s.cost_per_error is None:
            return 0.0
        if s.tuned_quality is not None:
            points = s.tuned_quality - s.prompting_quality
        elif self.same_model and s.eval_improves is None:
            points = self.gain.points
        else:
            return 0.0
        return volume * self.days * points / 100 * s.cost_per_error

    @cached_property
    def gain(self) -> Gain:
        """The forecast of what tuning gains in quality."""
        trained, same = self.training_examples, self.same_model
        return gain_of(self.scenario, self.tables, same_model=same, trained=trained)

    def errors_avoided(self, until: float, volume: float) -> float:
        """Return what avoided errors are worth until a time, while the tuned model is up."""
        return min(until, self.up) * self.errors_a_month(volume)

    @property
    def days(self) -> float:
        """Days with traffic in a month."""
        return told(self.scenario.days_per_month, assumed(self.tables, "days_per_month"))

    def money(self, volume: float, line: Line = "now", real_above: float = math.inf) -> float:
        """Return what tuning saves over the horizon against a line, errors apart."""
        spent = self.spent(line, self.horizon, volume, real_above)
        return spent - self.spent("tuned", self.horizon, volume, real_above)

    def net(self, volume: float, line: Line = "now", real_above: float = math.inf) -> float:
        """Return the net benefit of tuning over the horizon, before own work."""
        return self.money(volume, line, real_above) + self.errors_avoided(self.horizon, volume)

    def smaller_net(self, volume: float, real_above: float = math.inf) -> float:
        """Return the net benefit, where the models differ the smaller of the two."""
        lines: list[Line] = ["now"] if self.changed is None else ["now", "changed"]
        return min(self.net(volume, line, real_above) for line in lines)

    @property
    def volume(self) -> float:
        """Requests a day."""
        return told(self.scenario.volume, 0)

    @property
    def ahead(self) -> bool:
        """Return whether tuning is ahead at the horizon, own work counted."""
        return self.smaller_net(self.volume) > self.work

    def ahead_at(self, volume: float) -> bool:
        """Return whether tuning is ahead at a volume, many replicas a real number."""
        return self.smaller_net(volume, MOST_WHOLE_REPLICAS) > self.work

    def floors(self) -> tuple[bool, bool]:
        """Return whether the prompted and the tuned bill are only floors."""
        return is_floor(self.now, self.today), is_floor(self.tuned, self.today)

    # The payback

    def payback(self) -> Payback:
        """Return the later of the paybacks against now and against the changed model."""
        found = [self.payback_against("now")]
        if self.changed is not None:
            found.append(self.payback_against("changed"))
        months = [each.months for each in found]
        if None in months:
            return Payback(None)
        ends = [each.until for each in found if each.until is not None]
        return Payback(max(m for m in months if m is not None), min(ends, default=None))

    def payback_against(self, line: Line) -> Payback:
        """Walk the difference of the cumulative costs, a straight line between two times."""
        volume = self.volume
        reach = max(FIVE_YEARS, self.horizon)
        times = sorted({*self.cuts(reach), *range(1, math.ceil(reach))})
        gap, met = self.tuned.one_off + self.work, None
        for start, end in pairwise(times):
            if self.scenario.retune and start == self.tuned_end:
                gap += self.retune_cost(math.inf)
            mine, other = self.bill("tuned", start, volume), self.bill(line, start, volume)
            fall = self.tokens_for(start, end) / (end - start)
            slope = (mine.tokens - other.tokens) * fall + mine.fixed + mine.retraining
            slope -= other.fixed + other.retraining
            slope -= self.errors_a_month(volume) if start < self.up else 0
            after = gap + slope * (end - start)
            if met is None and start >= self.up:
                return Payback(None)
            if met is None and after < 0 <= gap:
                met = start + gap / -slope
            elif met is None and after <= 0 < gap:
                met = end
            elif met is not None and after > 0 >= gap:
                return Payback(met, start + gap / -slope)
            gap = after
        return Payback(met)

    def day_after(self, months: float) -> date:
        """Return the first day on which so many months are over."""
        return self.today + timedelta(days=math.ceil(months * DAYS - 1e-9))

    def present_value(self) -> float:
        """Return the net benefit, each month's part discounted from the month's end."""
        growth = (1 + told(self.scenario.discount_rate, 0) / 100) ** (1 / 12)
        ends = [0.0, *(float(m) for m in range(1, math.ceil(self.horizon))), self.horizon]
        gains = [self.gained(end) for end in ends]
        parts = (
            (b - a) / growth**end for a, b, end in zip(gains, gains[1:], ends[1:], strict=False)
        )
        return float(gains[0] + sum(parts))

    def gained(self, until: float) -> float:
        """Return what tuning has brought against now until a time, before own work."""
        spent = self.spent("now", until, self.volume) - self.spent("tuned", until, self.volume)
        return spent + self.errors_avoided(until, self.volume)
