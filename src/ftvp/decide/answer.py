"""The documents of `ftvp decide` and `ftvp breakeven`: the verdict, and everything it rests on."""

from typing import Any, Literal

from pydantic import Field

from ftvp.compare.rank import Instead, OptionAnswer
from ftvp.cost.answer import AssumptionAnswer, Costs
from ftvp.decide.facts import QualityResult, TreeResult, VolumeResult
from ftvp.odds.answer import Odds, PilotAnswer, QualityForecast
from ftvp.scenario import Scenario
from ftvp.tables.bundle import Header
from ftvp.tables.entries import Citation
from ftvp.tables.framework import Choice, DataResult
from ftvp.units import Record


class EvalSummary(Record):
    """What the user's own eval set says, in short. Percent, points, and USD a month."""

    headline: str
    n: int
    prompted: float
    tuned: float
    points: float
    low: float
    high: float
    p_value: float
    conclusion: Literal["better", "worse", "not_shown", "equivalent"]
    next_step: str | None
    """What would settle a difference that is not shown."""
    worth_usd_per_month: float | None


class Grounds(Record):
    """What a verdict rests on beside the costs."""

    tree_text: str | None = None
    """The reason of the five questions, in words."""
    points: float | None = None
    """Tuned minus prompting quality: measured, else the gap to the target."""
    measured: bool = False
    """Whether the user measured both sides."""
    examples: int | None = None
    examples_wanted: int = 0
    closed: str | None = None
    """Why the tuned model cannot be had."""
    pilot: PilotAnswer | None = None


class CostVerdict(Record):
    """The choice, the code of its reason, and the answer in a sentence or two."""

    choice: Choice
    because: str
    headline: str
    grounds: Grounds


class CostAnswer(Costs):
    """The money of a scenario with the verdict that it alone gives, and what that rests on."""

    turning_price_usd: float | None
    """The cost of an error at which the matter turns."""
    instead: Instead | None
    evals: EvalSummary | None = None
    odds: Odds | None = None
    """None where tuning is not to be had, or a bill is only a floor."""
    quality: QualityForecast | None = None
    """What is forecast of the quality; None where it was measured."""
    verdict: CostVerdict
    assumptions: tuple[AssumptionAnswer, ...]
    warnings: tuple[str, ...]
    sources: tuple[Citation, ...]
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


class Verdict(Record):
    """The choice, the code of its reason, the answer in a sentence, and every reason in words."""

    choice: Choice
    because: str
    headline: str
    reasons: tuple[str, ...]
    grounds: Grounds


class Disagreement(Record):
    """A table, or the money, that would have answered otherwise."""

    lens: Literal["volume", "quality", "data", "cost", "tree"]
    says: str
    why: str


class DecisionAnswer(Header):
    """The document `ftvp.decision/2`."""

    schema_: Literal["ftvp.decision/2"] = Field(default="ftvp.decision/2", alias="schema")
    inputs: Scenario
    verdict: Verdict
    tree: TreeResult
    volume: VolumeResult | None
    quality: QualityResult | None
    evals: EvalSummary | None
    """What the user's own eval set answers to question 5."""
    data: DataResult | None
    cost: CostAnswer | None
    disagreements: tuple[Disagreement, ...]
    warnings: tuple[str, ...]
    assumptions: tuple[AssumptionAnswer, ...]
    next_steps: tuple[str, ...]
    equivalent_command: str
