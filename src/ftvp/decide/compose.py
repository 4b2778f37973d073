"""From a weighed scenario to the documents of `ftvp decide` and `ftvp breakeven`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ftvp.compare.rank import Instead, OptionAnswer
from ftvp.cost.answer import AssumptionAnswer
from ftvp.cost.costs import assumption_answer, citations, cost_fields, resolved
from ftvp.cost.inputs import Input
from ftvp.decide.answer import (
    BreakevenAnswer,
    CostAnswer,
    DecisionAnswer,
    Disagreement,
    EvalSummary,
    Grounds,
    Verdict,
)
from ftvp.decide.command import equivalent_command
from ftvp.decide.facts import assumed_facts
from ftvp.decide.headline import Said, headline
from ftvp.decide.lenses import QualityResult
from ftvp.decide.notes import cost_warnings, mistakes, open_inputs
from ftvp.decide.verdict import Judgement
from ftvp.decide.weighing import Weighing
from ftvp.odds.answer import (
    CheapestChance,
    Odds,
    OddsAnswer,
    QualityForecast,
    forecast_answer,
    odds_of,
    pilot_answer,
)
from ftvp.ranged import at_middle
from ftvp.tables.bundle import header
from ftvp.tables.rules import DataResult, data_lens
from ftvp.units import Record
from ftvp.wording import USD, points_text


class Beside(Record):
    """What is found outside a scenario's own options and evals, for its answer."""

    evals: EvalSummary | None = None
    cheaper: OptionAnswer | None = None
    instead: Instead | None = None
    warnings: tuple[str, ...] = ()


def cost_answer(weighing: Weighing, beside: Beside) -> CostAnswer | None:
    """Return the cost side of a decision, None where no bill is known."""
    fields = _cost_fields(weighing, beside, weighing.judgement)
    return None if fields is None else CostAnswer(**fields)


def breakeven_answer(weighing: Weighing, beside: Beside) -> BreakevenAnswer:
    """Return the document of `ftvp breakeven`."""
    fields = _cost_fields(weighing, beside, weighing.money_alone) or {}
    inputs = weighing.inputs
    return BreakevenAnswer(**header(inputs.tables, inputs.day, inputs.scenario.shown_in), **fields)


def _cost_fields(weighing: Weighing, beside: Beside, decided: Judgement) -> dict[str, Any] | None:
    """Return the fields of a `CostAnswer`; the odds go by what was `decided`."""
    outcome = weighing.outcome
    if outcome is None:
        return None
    sides = outcome.sides
    options = [each for each in (sides.now, sides.tuned, sides.changed) if each is not None]
    assumed = [assumption_answer(each) for each in _assumed(weighing)]
    fields = cost_fields(outcome)
    judged = weighing.money_alone
    drafted = {
        **fields,
        "turning_price_usd": weighing.turning_usd,
        "instead": beside.instead,
        "evals": beside.evals,
        "cheaper": beside.cheaper,
        "odds": odds_answer(weighing, decided),
        "quality": quality_forecast(weighing),
        "assumptions": tuple(assumed),
        "warnings": (*beside.warnings, *cost_warnings(weighing)),
        "sources": citations(outcome.inputs, options),
    }
    verdict = {
        "choice": judged.choice,
        "because": judged.because,
        "headline": "",
        "grounds": _grounds(weighing, None),
    }
    draft = CostAnswer(**drafted, verdict=verdict)
    said = said_of(judged, weighing, draft.verdict.grounds, beside.evals)
    return {**drafted, "verdict": {**verdict, "headline": headline(said, draft, USD)}}


def odds_answer(weighing: Weighing, decided: Judgement, *, thorough: bool = False) -> Odds | None:
    """Return the odds of a scenario, None where tuning is not to be had or a bill is a floor."""
    if weighing.futures is None:
        return None
    tunes = decided.choice in ("fine_tune", "hybrid")
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
        headline=cost.verdict.headline,
        horizon_months=inputs.numbers["horizon"],
        odds=odds and odds.model_copy(update={"ways": ways}),
        quality=cost.quality,
        warnings=cost.warnings,
    )


def quality_forecast(weighing: Weighing) -> QualityForecast | None:
    """Return what is forecast of the quality, None where it was measured."""
    gain = weighing.gain
    if gain is None:
        return None
    return QualityForecast(forecast=forecast_answer(gain, weighing.inputs))


def _assumed(weighing: Weighing) -> Iterator[Input]:
    """Yield what nobody told and an amount depends on."""
    outcome = weighing.outcome
    model = weighing.inputs.used.get("model")
    if model is not None and model.origin == "assumed":
        yield model
    if outcome is not None:
        yield from outcome.mattering
        yield from open_inputs(weighing)


def _grounds(weighing: Weighing, tree_text: str | None) -> Grounds:
    """Return what the verdict rests on beside the costs."""
    pilot = weighing.pilot
    framework = weighing.inputs.tables.framework
    return Grounds(
        tree_text=tree_text,
        points=weighing.points,
        measured=weighing.measured is not None,
        examples=None if weighing.facts.examples is None else round(weighing.facts.examples),
        examples_wanted=round(framework.question("examples").threshold or 0),
        closed=weighing.closed,
        pilot=None if pilot is None else pilot_answer(pilot),
    )


def said_of(
    judged: Judgement, weighing: Weighing, grounds: Grounds, evals: EvalSummary | None
) -> Said:
    """Return what a headline is made of."""
    return Said(
        judged.choice, judged.because, weighing.inputs.day, grounds, evals.n if evals else None
    )


def decision_answer(weighing: Weighing, beside: Beside) -> DecisionAnswer:
    """Return the document of `ftvp decide`: the verdict with its path, tables, costs, and steps."""
    inputs, judged = weighing.inputs, weighing.judgement
    told = inputs.scenario
    cost = cost_answer(weighing, beside)
    grounds = _grounds(weighing, _tree_text(weighing, beside))
    said = said_of(judged, weighing, grounds, beside.evals)
    warnings = cost.warnings if cost else (*beside.warnings, *cost_warnings(weighing))
    return DecisionAnswer(
        **header(inputs.tables, inputs.day, told.shown_in),
        inputs=resolved(inputs)
        if cost
        else at_middle(told).model_copy(update={"as_of": inputs.day}),
        verdict=Verdict(
            choice=judged.choice,
            because=judged.because,
            headline=headline(said, cost, USD),
            reasons=tuple(_reasons(weighing, cost, beside.evals)),
            grounds=grounds,
        ),
        tree=weighing.tree,
        volume=weighing.volume,
        quality=weighing.quality,
        evals=beside.evals,
        data=_data(weighing),
        cost=cost,
        disagreements=tuple(_disagreements(weighing, judged)),
        warnings=(*warnings, *mistakes(weighing, judged.choice)),
        assumptions=(*(cost.assumptions if cost else ()), *_assumed_facts(weighing)),
        next_steps=tuple(_steps(weighing, beside, judged)),
        equivalent_command=equivalent_command("ftvp decide", told),
    )


def _assumed_facts(weighing: Weighing) -> tuple[AssumptionAnswer, ...]:
    return tuple(assumption_answer(each) for each in assumed_facts(weighing.facts))


def _tree_text(weighing: Weighing, beside: Beside) -> str | None:
    """Return the tree's reason in words; an eval that shows nothing is no missing one."""
    tree = weighing.tree
    if beside.evals is not None and tree.because == "eval_missing":
        return f"no gain is shown on your {beside.evals.n:,} items, nor is it ruled out"
    return tree.text


def _reasons(
    weighing: Weighing, cost: CostAnswer | None, evals: EvalSummary | None
) -> Iterator[str]:
    """Yield why: what the questions and the evals say, and what errors avoided are worth."""
    if weighing.tree.text:
        yield f"The five questions: {weighing.tree.text}."
    if evals is not None:
        yield evals.headline
    horizon = cost.horizon if cost else None
    if horizon is not None and horizon.quality_usd:
        word = "Fewer errors are worth" if horizon.quality_usd > 0 else "More errors cost"
        months = horizon.months
        yield f"{word} {USD.usd(abs(horizon.quality_usd) / months)} a month."


def _data(weighing: Weighing) -> DataResult | None:
    known, inputs = weighing.facts, weighing.inputs
    if known.examples is None:
        return None
    limits = inputs.tuned.row.limits if inputs.tuned and _names_a_model(weighing) else None
    return data_lens(
        inputs.tables.framework.training_set_tiers,
        examples=round(known.examples),
        wanted=round(inputs.tables.framework.question("examples").threshold or 0),
        provider_minimum=limits.minimum_examples if limits else None,
    )


def _names_a_model(weighing: Weighing) -> bool:
    told = weighing.inputs.scenario
    return weighing.outcome is not None or (told.model or told.tuned_model) is not None


def _disagreements(weighing: Weighing, judged: Judgement) -> Iterator[Disagreement]:
    """Yield what speaks against the choice; a pilot contradicts nothing."""
    volume, quality, data = weighing.volume, weighing.quality, _data(weighing)
    if judged.choice == "pilot":
        return
    tuning = judged.choice != "prompt"
    leans = volume.leans if volume else None
    if volume is not None and leans in (("prompt",) if tuning else ("fine_tune", "hybrid")):
        yield Disagreement(lens="volume", says=volume.advice, why=volume.why)
    if quality is not None and tuning and quality.delta.high <= 0:
        yield Disagreement(lens="quality", says="tuning does not help", why=_gain(quality))
    gap = weighing.inputs.tables.framework.question("quality_gap").threshold or 0
    if quality is not None and not tuning and quality.delta.low > gap:
        yield Disagreement(lens="quality", says="tuning gains quality", why=_gain(quality))
    if data is not None and tuning and not data.enough:
        why = f"{data.examples:,} examples, {data.missing:,} more are needed"
        yield Disagreement(lens="data", says="too few examples", why=why)
    if tuning and weighing.tree.is_stopped:
        why = weighing.tree.text or ""
        yield Disagreement(lens="tree", says="the five questions say to keep prompting", why=why)
    ahead = weighing.case.priced and weighing.case.ahead
    if weighing.case.priced and weighing.case.to_be_had and ahead != tuning:
        says = "tuning costs more" if tuning else "tuning saves money"
        yield Disagreement(lens="cost", says=says, why="by the net benefit over the horizon")


def _gain(quality: QualityResult) -> str:
    where = "measured" if quality.measured else "by the quality table"
    return f"{points_text(quality.delta.low, quality.delta.high)} {where}"


def _steps(weighing: Weighing, beside: Beside, judged: Judgement) -> Iterator[str]:
    """Yield what to do now, the most useful first."""
    framework, tree = weighing.inputs.tables.framework, weighing.tree
    last = framework.question(tree.path[-1].id)
    if judged.choice == "pilot" and beside.evals is not None and beside.evals.next_step:
        yield beside.evals.next_step
    elif tree.is_open and judged.choice in ("prompt", "pilot"):
        yield f"Answer the open question: {last.question} ({last.flag})"
    data = _data(weighing)
    if data is not None and not data.enough:
        yield f"Collect {data.missing:,} more labelled examples."
    if judged.choice in ("fine_tune", "hybrid"):
        share = next((r.limit for r in framework.mistakes if r.id == "insufficient_eval_set"), None)
        if share is not None:
            yield f"Hold out at least {share.low:g} % of the examples for the eval."
        cycles = framework.retraining_cycles_per_year
        yield f"Budget for {cycles.low:g} to {cycles.high:g} retraining rounds a year."
    if weighing.outcome is None:
        yield "See the money: give the prompt (--prompt FILE) and the answer's length."


def said_by(answer: BreakevenAnswer | DecisionAnswer, day: date) -> Said:
    """Return what the headline of a document is made of, to word it in another currency."""
    verdict = answer.verdict
    items = answer.evals.n if answer.evals else None
    return Said(verdict.choice, verdict.because, day, verdict.grounds, items)
