"""The document of `ftvp decide`: the verdict with the five answers, and what each table says."""

from collections.abc import Iterator, Sequence
from typing import Literal

from pydantic import Field

from ftvp.cost.answer import AssumptionAnswer
from ftvp.cost.costs import assumption_answer, resolved
from ftvp.decide.answer import CostAnswer, EvalSummary, Grounds, cost_warnings
from ftvp.decide.compose import (
    Beside,
    cost_answer_fields,
    equivalent_command,
    grounds_of,
    said_of,
    with_headline,
)
from ftvp.decide.facts import TreeResult, assumed_facts
from ftvp.decide.headline import sentences
from ftvp.decide.verdict import Judgement, Weighing
from ftvp.ranges import at_middle
from ftvp.scenario import ToldScenario
from ftvp.tables.bundle import Header, header
from ftvp.tables.entries import Range, widest_difference
from ftvp.tables.framework import TUNES, Band, Choice, Condition, DataResult, Lean, data_lens
from ftvp.tables.quality import Evidence, Task
from ftvp.units import Record
from ftvp.wording import (
    USD,
    a_month,
    agreeing,
    count_of,
    noun_of,
    points_text,
)

Missing = Literal["quality_delta", "high_error_cost"]


class ConditionResult(Record):
    """A band's condition: whether it holds, None when facts are missing to tell."""

    text: str
    """Such as "delta above 3 points"."""
    holds: bool | None
    missing: tuple[Missing, ...]
    """The facts without which it cannot be told; empty where it can."""


class VolumeResult(Record):
    """The band of a volume, its advice, and which way it leans once its condition is weighed."""

    requests_per_day: float
    band: str
    """The id of its row in the volume table, such as "1,000-10,000"."""
    advice: str
    why: str
    leans: Lean
    """As the band leans; once its condition is known, what that makes of it."""
    condition: ConditionResult | None
    """None where the band has none."""


def volume_lens(
    bands: Sequence[Band],
    *,
    requests_per_day: float,
    delta: Range | None = None,
    high_error_cost: bool | None = None,
) -> VolumeResult:
    """Return the band of a volume; a boundary belongs to the lower band, save where it is `below`.

    `delta` is tuned minus prompting quality in points, its ends equal when it was measured.
    Source: article, "The Volume Decision".
    """
    band = next(band for band in bands if band.reaches(requests_per_day))
    condition, leans = band.condition, band.leans
    weighed = _weigh(condition, delta, high_error_cost=high_error_cost)
    if condition is not None and weighed is not None and weighed.holds is not None:
        leans = condition.then if weighed.holds else condition.otherwise
    return VolumeResult(
        requests_per_day=requests_per_day,
        band=band.id,
        advice=band.advice,
        why=band.why,
        leans=leans,
        condition=weighed,
    )


def _weigh(
    condition: Condition | None, delta: Range | None, *, high_error_cost: bool | None
) -> ConditionResult | None:
    if condition is None:
        return None
    least = condition.delta_above
    facts: dict[Missing, bool | None] = {"quality_delta": None}
    if delta is not None and not delta.low <= least < delta.high:
        facts["quality_delta"] = delta.low > least
    text = f"delta above {least:g} {noun_of(least, 'points')}"
    if condition.high_error_cost:
        facts["high_error_cost"] = high_error_cost
        text += " and a high cost of error"
    missing = tuple(fact for fact, holds in facts.items() if holds is None)
    failed = False in facts.values()
    return ConditionResult(
        text=text,
        holds=False if failed else None if missing else True,
        missing=() if failed else missing,
    )


class QualityResult(Record):
    """Both sides' quality in percent, their delta in points, and what is published on the task."""

    task: str | None
    """Its id in the quality table; None where none was told."""
    prompting: Range
    """Percent; both ends equal where the user measured it."""
    tuned: Range
    """Percent; both ends equal where the user measured it."""
    delta: Range
    """Tuned less prompting; from far end to far end where a side was measured."""
    justified: str | None
    """What the table says of tuning for this task; None where it has no row."""
    measured: bool
    """True when both qualities were measured by the user, False when any is the table's."""
    evidence: tuple[Evidence, ...]
    """Published comparisons on the task, each on its own scale."""
    contradiction: str | None
    """Where the evidence speaks against the table's row; None where it does not."""
    delta_note: str | None
    """Why the table's delta does not follow from its ranges; None where it does, or is not used."""


def quality_lens(
    task: Task | None,
    *,
    prompting_quality: float | None = None,
    tuned_quality: float | None = None,
) -> QualityResult | None:
    """Return the qualities of a task in percent, None when neither table nor user gives both.

    With a measured value on either side the delta is worked out again: between a measured value
    and a range of the table it is every difference that they allow.
    """
    row = task.row if task else None
    prompting = _ours(prompting_quality, row.prompting if row else None)
    tuned = _ours(tuned_quality, row.tuned if row else None)
    if prompting is None or tuned is None:
        return None
    nothing_measured = prompting_quality is None and tuned_quality is None
    published = row.delta if row and nothing_measured else None
    return QualityResult(
        task=task.id if task else None,
        prompting=prompting,
        tuned=tuned,
        delta=published or widest_difference(tuned, prompting),
        justified=task.justified if task else None,
        measured=prompting_quality is not None and tuned_quality is not None,
        evidence=task.evidence if task else (),
        contradiction=task.contradiction if task else None,
        delta_note=task.delta_note if task and published else None,
    )


def _ours(measured: float | None, published: Range | None) -> Range | None:
    return published if measured is None else Range(low=measured, high=measured)


class Verdict(Record):
    """The choice, the code of its reason, the answer in a sentence, and every reason in words."""

    choice: Choice
    because: str
    """The rule or the question that decided, such as `costs_more` or `collect_data_first`."""
    headline: str
    reasons: tuple[str, ...]
    """What the questions and the evals say, and what errors avoided are worth."""
    grounds: Grounds


class Disagreement(Record):
    """A table, or the money, that would have answered otherwise."""

    lens: Literal["volume", "quality", "data", "cost", "tree"]
    """Which table, `cost` for the money, `tree` for the five questions."""
    says: str
    """What it would have answered."""
    why: str


class DecisionAnswer(Header):
    """The document `ftvp.decision/2`."""

    schema_: Literal["ftvp.decision/2"] = Field(default="ftvp.decision/2", alias="schema")
    inputs: ToldScenario
    """The scenario, with the models, days, horizon and answer used; ranges by their middle."""
    verdict: Verdict
    """Of everything: the five questions, what was measured, and the money."""
    tree: TreeResult
    """Where the five questions alone lead."""
    volume: VolumeResult | None
    """None where the volume is not known."""
    quality: QualityResult | None
    """None where neither table nor user gives both sides; the table has none of two models."""
    evals: EvalSummary | None
    """What the user's own eval set answers to question 5."""
    data: DataResult | None
    """None where the number of labelled examples is not known."""
    cost: CostAnswer | None
    """None where volume or prompt was not told; its own verdict is the money's alone."""
    disagreements: tuple[Disagreement, ...]
    """Empty where the choice is a pilot."""
    warnings: tuple[str, ...]
    """On the money, then the common mistakes that the facts match."""
    assumptions: tuple[AssumptionAnswer, ...]
    """Of the bills, then the facts that the quality table gave."""
    next_steps: tuple[str, ...]
    """What to do now, the most useful first."""
    equivalent_command: str
    """With a flag for everything that was told."""


def decision_answer(weighing: Weighing, beside: Beside) -> DecisionAnswer:
    """Return the document of `ftvp decide`: the verdict with its path, tables, costs, and steps."""
    inputs, judged = weighing.inputs, weighing.judgement
    told = inputs.scenario
    fields = cost_answer_fields(weighing, beside, judged)
    cost = None if fields is None else with_headline(CostAnswer(**fields), weighing)
    tree_text = weighing.tree.text
    if beside.evals is not None and weighing.tree.because == "eval_missing":
        tree_text = f"no gain is shown on your {beside.evals.n:,} items, nor is it ruled out"
    grounds = grounds_of(weighing, tree_text)
    said = said_of(judged, weighing, grounds, beside.evals)
    warnings = cost.warnings if cost else (*beside.warnings, *cost_warnings(weighing))
    assumed = map(assumption_answer, assumed_facts(weighing.facts))
    return DecisionAnswer(
        **header(inputs.tables, inputs.day, told.shown_in),
        inputs=resolved(inputs)
        if cost
        else at_middle(told).model_copy(update={"as_of": inputs.day}),
        verdict=Verdict(
            choice=judged.choice,
            because=judged.because,
            headline=" ".join(sentences(said, cost, USD)),
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
        assumptions=(*(cost.assumptions if cost else ()), *assumed),
        next_steps=tuple(_steps(weighing, beside, judged)),
        equivalent_command=equivalent_command("ftvp decide", told),
    )


def _reasons(
    weighing: Weighing, cost: CostAnswer | None, evals: EvalSummary | None
) -> Iterator[str]:
    """Yield why: what the questions and the evals say, and what errors avoided are worth."""
    if weighing.tree.text:
        yield f"The five questions: {weighing.tree.text}."
    if evals is not None:
        yield evals.headline
    usd, end = cost.errors_avoided if cost else (0.0, None)
    if usd:
        word = "Fewer errors are worth" if usd > 0 else "More errors cost"
        yield f"{word} {a_month(abs(usd), end, USD)}."


def _data(weighing: Weighing) -> DataResult | None:
    known, inputs = weighing.facts, weighing.inputs
    if known.examples is None:
        return None
    told = inputs.scenario.model or inputs.scenario.tuned_model
    named = weighing.outcome is not None or told is not None
    limits = inputs.tuned.row.limits if inputs.tuned and named else None
    return data_lens(
        inputs.tables.framework.training_set_tiers,
        examples=round(known.examples),
        wanted=round(inputs.tables.framework.question("examples").threshold or 0),
        provider_minimum=limits.minimum_examples if limits else None,
    )


def _disagreements(weighing: Weighing, judged: Judgement) -> Iterator[Disagreement]:
    """Yield what speaks against the choice; a pilot contradicts nothing."""
    volume, quality, data = weighing.volume, weighing.quality, _data(weighing)
    if judged.choice == "pilot":
        return
    tuning = judged.choice != "prompt"
    leans = volume.leans if volume else None
    if volume is not None and leans in (("prompt",) if tuning else TUNES):
        yield Disagreement(lens="volume", says=volume.advice, why=volume.why)
    if quality is not None and tuning and quality.delta.high <= 0:
        yield Disagreement(lens="quality", says="tuning does not help", why=_gain(quality))
    gap = weighing.inputs.tables.framework.question("quality_gap").threshold or 0
    if quality is not None and not tuning and quality.delta.low > gap:
        yield Disagreement(lens="quality", says="tuning gains quality", why=_gain(quality))
    if data is not None and tuning and not data.enough:
        why = (
            f"{count_of(data.examples, 'example')}, {data.missing:,} more "
            f"{agreeing(data.missing)} needed"
        )
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
        step = last.if_unknown.text or last.question
        yield f"{step[:1].upper()}{step[1:]} ({last.flag})."
    data = _data(weighing)
    if data is not None and not data.enough:
        yield f"Collect {count_of(data.missing, 'more labelled example')}."
    if judged.choice in TUNES:
        share = next((r.limit for r in framework.mistakes if r.id == "insufficient_eval_set"), None)
        if share is not None:
            yield f"Hold out at least {share.low:g} % of the examples for the eval."
        cycles = framework.retraining_cycles_per_year
        yield f"Budget for {cycles.low:g} to {cycles.high:g} retraining rounds a year."
    if weighing.outcome is None:
        yield "See the money: give the prompt (--prompt FILE) and the answer's length."


def mistakes(weighing: Weighing, choice: Choice) -> tuple[str, ...]:
    """Return the framework's common mistakes that the facts match, each with its remedy."""
    matched = set(_matched(weighing, choice))
    return tuple(
        f"{row.mistake}: {row.what_happens}. {row.how_to_avoid}."
        for row in weighing.inputs.tables.framework.mistakes
        if row.id in matched
    )


def _matched(weighing: Weighing, choice: Choice) -> Iterator[str]:
    limits = {row.id: row.limit for row in weighing.inputs.tables.framework.mistakes}
    most_epochs, told = limits.get("over_training"), weighing.inputs.scenario
    if told.epochs is not None and most_epochs is not None and told.epochs > most_epochs.high:
        yield "over_training"
    if told.labelled_by is not None:
        yield "synthetic_data_only"
    if choice not in TUNES:
        return
    facts, row = weighing.facts, weighing.task.row if weighing.task else None
    if facts.format_task is False and row is not None and row.delta.high < 0:
        yield "tuning_for_reasoning"
    if facts.eval_improves is None:
        yield "insufficient_eval_set"
    tuned = weighing.outcome.sides.tuned if weighing.outcome else None
    if tuned is not None and tuned.ends_on is not None:
        yield "ignoring_base_model_updates"
