"""From a weighed scenario to the documents of `ftvp breakeven` and `ftvp odds`."""

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from ftvp.compare.rank import Instead, OptionAnswer, cheaper_than_both, instead, options_of, ranking
from ftvp.cost.costs import assumption_answer, citations, cost_fields
from ftvp.cost.inputs import Inputs
from ftvp.cost.option import Option
from ftvp.cost.outcome import Outcome
from ftvp.decide.answer import (
    BreakevenAnswer,
    CostAnswer,
    EvalSummary,
    Grounds,
    cost_warnings,
    open_inputs,
)
from ftvp.decide.headline import HeadlineParts, sentences
from ftvp.decide.verdict import Judgement, Weighing
from ftvp.odds.answer import (
    CheapestChance,
    Odds,
    OddsAnswer,
    QualityForecast,
    forecast_answer,
    odds_of,
    pilot_answer,
)
from ftvp.scenario import BOOLEANS, PAIRS, Exchange, OwnPrice, Scenario, flag
from ftvp.tables.bundle import header
from ftvp.tables.framework import TUNES
from ftvp.wording import USD

if TYPE_CHECKING:
    from ftvp.decide.decision import DecisionAnswer
    from ftvp.evals.answer import EvalFindings


class Beside(NamedTuple):
    """What is found outside a scenario's own options and evals, for its answer."""

    evals: EvalSummary | None = None
    cheaper: OptionAnswer | None = None
    instead: Instead | None = None
    warnings: tuple[str, ...] = ()


def beside_of(outcome: Outcome | None, inputs: Inputs, evals: EvalSummary | None) -> Beside:
    """Return what stands beside a scenario's own options: evals, a cheaper one, what to tune."""
    warnings = inputs.readings.warnings
    told = (inputs.scenario.prompt, inputs.scenario.prompt_tokens)
    if outcome is None or told == (None, None):
        return Beside(evals=evals, warnings=warnings)
    dies = outcome.weighed is not None and outcome.weighed.up < outcome.weighed.horizon
    to_be_had = outcome.prepared.closed is None and outcome.sides.tuned is not None
    stays = to_be_had and not dies
    # Where tuning stays to be had, a tuned option counts for its told quality alone.
    found = options_of(outcome.prepared, tuned=not stays or bool(inputs.qualities))
    options = [each for each in found if isinstance(each, Option)]
    rank = ranking(outcome)
    return Beside(
        evals=evals,
        warnings=warnings,
        cheaper=cheaper_than_both(rank, options),
        instead=None if stays else instead(rank, options),
    )


def eval_summary(found: "EvalFindings") -> EvalSummary:
    """Return what eval results say in short."""
    return EvalSummary(
        headline=found.headline,
        n=found.n,
        prompted=found.prompted,
        tuned=found.tuned,
        points=found.difference.points,
        low=found.difference.low,
        high=found.difference.high,
        p_value=found.p_value,
        conclusion=found.conclusion,
        next_step=found.next_step,
        worth_usd_per_month=found.worth.usd_per_month if found.worth else None,
    )


def breakeven_answer(weighing: Weighing, beside: Beside) -> BreakevenAnswer:
    """Return the document of `ftvp breakeven`."""
    fields = cost_answer_fields(weighing, beside, weighing.money_alone) or {}
    inputs = weighing.inputs
    opening = header(inputs.tables, inputs.day, inputs.scenario.shown_in)
    return with_headline(BreakevenAnswer(**opening, **fields), weighing)


C = TypeVar("C", bound=CostAnswer)


def with_headline(answer: C, weighing: Weighing) -> C:
    """Return an answer on costs with the headline that words it."""
    verdict = answer.verdict
    said = said_of(weighing.money_alone, weighing, verdict.grounds, answer.evals)
    worded = verdict.model_copy(update={"headline": " ".join(sentences(said, answer, USD))})
    return answer.model_copy(update={"verdict": worded})


def cost_answer_fields(
    weighing: Weighing, beside: Beside, decided: Judgement
) -> dict[str, Any] | None:
    """Return the fields of a `CostAnswer` but its headline; the odds go by what was `decided`."""
    outcome = weighing.outcome
    if outcome is None:
        return None
    sides = outcome.sides
    options = [each for each in (sides.now, sides.tuned, sides.changed) if each is not None]
    named = weighing.inputs.used.get("model")
    assumed = [named] if named is not None and named.origin == "assumed" else []
    assumed += [*outcome.mattering, *open_inputs(weighing)]
    fields = cost_fields(outcome)
    gain = weighing.gain
    forecast = None if gain is None else forecast_answer(gain, weighing.inputs)
    judged = weighing.money_alone
    return {
        **fields,
        "turning_price_usd": weighing.turning_usd,
        "instead": beside.instead,
        "evals": beside.evals,
        "cheaper": beside.cheaper,
        "odds": odds_answer(weighing, decided),
        "quality": forecast and QualityForecast(forecast=forecast),
        "assumptions": tuple(map(assumption_answer, assumed)),
        "warnings": (*beside.warnings, *cost_warnings(weighing)),
        "sources": citations(outcome.inputs, options),
        "verdict": {
            "choice": judged.choice,
            "because": judged.because,
            "headline": "",
            "grounds": grounds_of(weighing, None),
        },
    }


def odds_answer(weighing: Weighing, decided: Judgement, *, thorough: bool = False) -> Odds | None:
    """Return the odds of a scenario, None where tuning is not to be had or a bill is a floor."""
    if weighing.futures is None:
        return None
    tunes = decided.choice in TUNES
    return odds_of(weighing.futures, tunes=tunes, pilot=weighing.pilot, thorough=thorough)


def odds_document(
    weighing: Weighing, beside: Beside, ways: tuple[CheapestChance, ...]
) -> OddsAnswer:
    """Return the document of `ftvp odds`; `ways` are the chances of options to be the cheapest."""
    inputs = weighing.inputs
    odds = odds_answer(weighing, weighing.money_alone, thorough=True)
    cost = breakeven_answer(weighing, beside)
    return OddsAnswer(
        **header(inputs.tables, inputs.day, inputs.scenario.shown_in),
        inputs=cost.inputs,
        choice=cost.verdict.choice,
        headline=cost.verdict.headline,
        horizon_months=inputs.numbers["horizon"],
        odds=odds and odds.model_copy(update={"ways": ways}),
        quality=cost.quality,
        warnings=cost.warnings,
    )


def grounds_of(weighing: Weighing, tree_text: str | None) -> Grounds:
    """Return what the verdict rests on beside the costs."""
    pilot = weighing.pilot
    return Grounds(
        tree_text=tree_text,
        points=weighing.points,
        measured=weighing.measured is not None,
        examples=None if weighing.facts.examples is None else round(weighing.facts.examples),
        examples_wanted=round(weighing.examples_wanted),
        closed=weighing.closed,
        pilot=None if pilot is None else pilot_answer(pilot),
    )


def said_of(
    judged: Judgement, weighing: Weighing, grounds: Grounds, evals: EvalSummary | None
) -> HeadlineParts:
    """Return what a headline is made of."""
    return HeadlineParts(
        judged.choice, judged.because, weighing.inputs.day, grounds, evals.n if evals else None
    )


def said_by(answer: "BreakevenAnswer | DecisionAnswer", day: date) -> HeadlineParts:
    """Return what the headline of a document is made of, to word it in another currency."""
    verdict = answer.verdict
    items = answer.evals.n if answer.evals else None
    return HeadlineParts(verdict.choice, verdict.because, day, verdict.grounds, items)


def equivalent_command(command: str, told: Scenario) -> str:
    """Return the command with a flag for everything that was told.

    >>> equivalent_command("ftvp decide", Scenario(volume=5000, format_task=False))
    'ftvp decide --volume 5000 --no-format-task'
    """
    words = [command]
    for name in Scenario.model_fields:
        value = getattr(told, name)
        if value is not None:
            words += _words(name, value)
    return " ".join(words)


def _words(name: str, value: object) -> list[str]:
    from shlex import quote

    if name in BOOLEANS:
        return [flag(name, told=value)]
    if name in PAIRS and isinstance(value, tuple):
        return [flag(name), quote(value[0]), quote(value[-1])]
    return [flag(name), quote(_text(value))]


def _text(value: object) -> str:
    if isinstance(value, OwnPrice):
        value = value.model_dump(exclude_none=True)
    if isinstance(value, Exchange):
        return f"{value.rate:.12g}@{value.dated}"
    if isinstance(value, dict):
        return ",".join(f"{key}={number:.12g}" for key, number in value.items())
    if isinstance(value, tuple):
        return ",".join(map(_text, value))
    if isinstance(value, float):
        return f"{value:.12g}"
    return value.isoformat() if isinstance(value, date) else str(value)
