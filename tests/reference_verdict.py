"""The verdict of the independent reference: the tree, the eight rules, turning price and pilot.

Written from the specification alone, as `reference` is; no code of the calculation is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from tests.reference import RefusedError, assumed, token_cost, told
from tests.reference_horizon import Course, Line

P_SUCCESS = 0.5
PASSED = ("volume_too_low", "good_enough")
OPEN = {
    "volume_unknown",
    "examples_unknown",
    "quality_gap_unknown",
    "format_task_unknown",
    "eval_missing",
}
TUNES = {"format_task", "eval_confirms"}
Said = tuple[str, str]


@dataclass(frozen=True)
class Pilot:
    """What a small tune with an eval costs, and what it is worth."""

    usd: float
    worth: float


class Weighed(Course):
    """A scenario with everything that its verdict is made of."""

    @cached_property
    def had(self) -> bool:
        """Whether there is a tuned bill: RefusedError where a price is missing that is needed."""
        if not self.sold:
            return False
        try:
            return bool(self.tuned)
        except RefusedError as refused:
            if self.closed and str(refused) == "training":
                return False
            raise

    # What was measured

    @cached_property
    def difference(self) -> float | None:
        """Tuned less prompting quality in points, None where not both are told."""
        s = self.scenario
        if s.tuned_quality is None or s.prompting_quality is None:
            return None
        return s.tuned_quality - s.prompting_quality

    @cached_property
    def outcome(self) -> str:
        """What measurement says: better, worse, equal, or nothing."""
        if self.difference is not None:
            return "better" if self.difference > 0 else "worse" if self.difference < 0 else "equal"
        improves = self.scenario.eval_improves
        return {True: "better", False: "equal", None: "nothing"}[improves]

    @cached_property
    def gap(self) -> float | None:
        """Target less prompting quality in points, told or from the two."""
        s = self.scenario
        if s.quality_gap is not None:
            return s.quality_gap
        if s.target_quality is None or s.prompting_quality is None:
            return None
        return s.target_quality - s.prompting_quality

    @property
    def points(self) -> float | None:
        """The difference that a cost of errors turns on."""
        if self.difference is not None:
            return self.difference
        forecast = self.same_model and self.scenario.eval_improves is None
        return self.gain.points if forecast else self.gap

    # The tree

    @cached_property
    def tree_gap(self) -> float | None:
        """The gap that question 3 asks for, where need be with the task's row of the table."""
        s = self.scenario
        if self.gap is not None or s.task is None or s.target_quality is None:
            return self.gap
        row = self.tables.quality.find(s.task).prompting
        return None if row is None else s.target_quality - (row.low + row.high) / 2

    def walk(self, passed: tuple[str, ...] = ()) -> tuple[str, bool]:
        """Return the tree's word, and whether a stop was passed over on the way."""
        s, over = self.scenario, False
        for word, fact in (
            ("volume_too_low", None if s.volume is None else s.volume > 1_000),
            ("collect_data_first", None if s.examples is None else s.examples >= 100),
            ("good_enough", None if self.tree_gap is None else self.tree_gap > 5),
        ):
            if fact is None:
                unknown = {"collect_data_first": "examples", "good_enough": "quality_gap"}
                return f"{unknown.get(word, 'volume')}_unknown", over
            if not fact and word not in passed:
                return word, over
            over = over or not fact
        return self._last_two(), over

    def _last_two(self) -> str:
        """Return the tree's word of questions 4 and 5."""
        s = self.scenario
        if s.format_task is None and s.task is None:
            return "format_task_unknown"
        form = s.format_task
        if form is None:
            form = self.tables.quality.find(s.task or "").format_task
        if form:
            return "format_task"
        improves = s.eval_improves
        if improves is None and self.difference is not None:
            improves = self.difference > 0
        words = {True: "eval_confirms", False: "eval_denies", None: "eval_missing"}
        return words[improves]

    # What would turn it

    @cached_property
    def turning_price(self) -> float | None:
        """The cost of an error at which tuning begins, or ceases, to pay; None where none does."""
        requests = self.volume * self.days * min(self.horizon, self.up)
        if not self.points or not requests:
            return None
        lines: list[Line] = ["now"] if self.changed is None else ["now", "changed"]
        money = min(self.money(self.volume, line) for line in lines)
        if (self.points > 0) == (money > self.work):
            return None
        return -(money - self.work) / (requests * self.points / 100)

    @cached_property
    def pilot(self) -> Pilot:
        """Price and worth of a pilot, hours only where their rate is told."""
        s = self.scenario
        hours = told(s.pilot_hours, assumed(self.tables, "pilot_hours"))
        usd = self.run + self.missing * self.label_cost() + hours * told(s.hourly_rate, 0)
        after = self.smaller_net(self.volume) - self.work
        lost = self.tuned.one_off + self.work
        likely = P_SUCCESS if self.outcome != "nothing" else self.gain.chance(self.wanted)
        blind = likely * after - (1 - likely) * lost
        return Pilot(usd, likely * max(0.0, after) - max(0.0, blind))

    @property
    def wanted(self) -> float:
        """The points that a pilot must show to succeed."""
        s = self.scenario
        if s.target_quality is not None and s.prompting_quality is not None:
            return s.target_quality - s.prompting_quality
        return max(0.0, s.quality_gap or 0.0)

    @cached_property
    def price_speaks_for_it(self) -> bool:
        """Return whether an error is dear enough, or may be, for a loss in money."""
        s, turning = self.scenario, self.turning_price
        request = s.prompted_request_cost
        if request is None:
            request = token_cost(self.now, self.today, self.volume)
        cheap = s.cost_per_error is None and turning is not None and turning <= request
        high = bool(s.high_error_cost) and (self.points is None or self.points > 0)
        apart = s.cost_per_error is not None and not self.errors_a_month(1)
        apart = apart and self.difference is None
        dear = apart and turning is not None and told(s.cost_per_error, 0) > turning
        return cheap or high or dear

    # The rules

    def verdict(self, *, tree: bool) -> Said:
        """Return choice and reason, of `decide` with the tree or of `breakeven` without."""
        said = self._rules(tree=tree)
        if said[0] == "fine_tune" and self.volume > 100_000:
            return "hybrid", "volume_very_high"
        return said

    def _rules(self, *, tree: bool) -> Said:
        early = self._not_to_be_had() or self._floor()
        if early is not None:
            return early
        if self.outcome == "worse":
            saves = self.scenario.cost_per_error is not None and self.ahead
            return ("fine_tune", "saves_money") if saves else ("prompt", "eval_denies")
        if self.changed is not None:
            spent = self.spent("changed", self.horizon, self.volume)
            cheaper = spent < self.spent("now", self.horizon, self.volume) * (1 - 1e-12)
            if cheaper and self.net(self.volume, "changed") <= self.work:
                return "prompt", "cheaper_model"
        money = ("fine_tune", "saves_money") if self.ahead else ("prompt", "costs_more")
        if self.outcome == "equal":
            return money
        if not tree:
            return self._without_tree(money)
        return self._tree_and_ahead() if self.ahead else self._tree_and_behind()

    def _not_to_be_had(self) -> Said | None:
        """Rule 1."""
        if not self.sold or self.closed:
            return "prompt", "not_on_sale"
        if not any(self.floors()) and self.up < self.horizon and not self.ahead:
            forever = type(self)(self.scenario, self.tables, self.today)
            forever.tuned_end = math.inf
            if forever.ahead:
                return "prompt", "dies_first"
        return None

    def _floor(self) -> Said | None:
        """Rule 2."""
        prompted, tuned = self.floors()
        if prompted and tuned:
            return "prompt", "capacity_unknown"
        if tuned:
            return "prompt", "capacity_unknown" if self.ahead else "costs_more"
        return ("prompt", "capacity_unknown") if prompted and not self.ahead else None

    def _without_tree(self, money: Said) -> Said:
        if self._too_few() and self.outcome != "better" and self.ahead:
            return "prompt", "collect_data_first"
        if self.ahead and self.changed_models and self.outcome == "nothing":
            return "pilot", "unmeasured"
        if self.ahead and self.outcome == "nothing" and self.errors_a_month(1):
            without = self.smaller_net(self.volume) - self.errors_avoided(self.horizon, self.volume)
            return ("pilot", "unmeasured") if without <= self.work else money
        return money

    @property
    def changed_models(self) -> bool:
        """Return whether two models stand on the two sides."""
        return not self.same_model

    def _too_few(self) -> bool:
        """Return whether labelled examples are too few for question 2 or for the provider."""
        examples, row = self.scenario.examples, self.row(self.tuned_name)
        limits = row.limits if row else None
        least = (limits.minimum_examples or 0) if limits else 0
        return examples is not None and examples < max(100, least)

    def _tree_and_behind(self) -> Said:
        """Rule 6."""
        word, _ = self.walk()
        if word not in OPEN | TUNES:
            return "prompt", word
        tunes = word in TUNES or self.outcome == "better"
        if tunes and self.price_speaks_for_it:
            if self.changed_models and self.outcome == "nothing":
                return "pilot", "unmeasured"
            return "fine_tune", word if word in TUNES else "eval_confirms"
        if not tunes and (self.price_speaks_for_it or self.pilot.worth > self.pilot.usd):
            return "pilot", "eval_missing"
        return "prompt", "costs_more"

    def _tree_and_ahead(self) -> Said:
        """Rule 7."""
        better = self.outcome == "better"
        word, over = self.walk((*PASSED, "collect_data_first") if better else PASSED)
        if not better and (word == "collect_data_first" or self._too_few()):
            return "prompt", "collect_data_first"
        if self.changed_models and self.outcome == "nothing":
            return "pilot", "unmeasured"
        if word in TUNES or better:
            if over:
                return "fine_tune", "money_overrules"
            return "fine_tune", word if word in TUNES else "eval_confirms"
        if self.pilot.worth > self.pilot.usd:
            return "pilot", "eval_missing"
        return "fine_tune", "saves_money"
