"""What `ftvp quality`, `ftvp guide` and its audit show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, NamedTuple

from ftvp.guide.answer import SUPPORT, GuideAnswer, QualityAnswer
from ftvp.render.document import (
    CHOICES,
    Block,
    Items,
    Lead,
    Paragraph,
    Row,
    Table,
    percent_text,
    sentence,
)
from ftvp.tables.quality import Evidence, Figure, Method, Task
from ftvp.wording import (
    USD,
    count_of,
    count_text,
    points_text,
)

HOLDS = {True: "yes", False: "no", None: "not known"}
FORMAT_TASK = {True: "yes", False: "no"}


def audit_blocks(answer: GuideAnswer) -> Iterator[Block]:
    """Yield how many figures hold, then each finding."""
    found = Counter(finding.holds for finding in answer.findings)
    yield Lead(
        f"Of {len(answer.findings)} published figures {found[True]} hold and {found[False]} do "
        f"not; {found[None]} cannot be told."
    )
    rows = []
    for finding in answer.findings:
        recomputed = f"Recomputed: {finding.recomputed}. " if finding.recomputed else ""
        rows.append(Row(HOLDS[finding.holds], (f"{finding.claim} {recomputed}{finding.why}",)))
    yield Table("Does it hold?", ("",), tuple(rows), numeric=False)
    yield Paragraph(
        f"Recomputed with the prices of {answer.as_of}. The framework last changed on "
        f"{answer.updated_on}."
    )


def quality_view(answer: QualityAnswer) -> tuple[Block, ...]:
    """Return one task in full, or the table of all."""
    if len(answer.tasks) == 1:
        return (*_task(answer.tasks[0]), Paragraph(_method(answer.method)))
    against = tuple(f"{t.id}: {t.contradiction}" for t in answer.tasks if t.contradiction)
    title = "Where the published evidence speaks against the table"
    return (
        Paragraph(
            f"What tuning gains {len(answer.tasks)} kinds of task, by the article's table of "
            f"{answer.updated_on}. Qualities are percent, gains points; format says whether the "
            "task asks for form or style. One with its evidence: ftvp quality TASK."
        ),
        Table(
            "Task",
            ("prompting", "tuned", "gain", "format", "evidence"),
            tuple(_task_row(task) for task in answer.tasks),
        ),
        Items(
            "Whether tuning is justified",
            tuple(f"{t.id}: {sentence(t.justified or t.no_row or '')}" for t in answer.tasks),
        ),
        *([Items(title, against)] if against else []),
        Paragraph(_method(answer.method)),
    )


def _task_row(task: Task) -> Row:
    evidence = "disagrees" if task.contradiction else None
    cells: tuple[str | None, ...] = (None, None, None)
    if task.row is not None:
        gain = f"{task.row.delta.low:+g} to {task.row.delta.high:+g}"
        cells = (percent_text(task.row.prompting), percent_text(task.row.tuned), gain)
    return Row(task.id, (*cells, FORMAT_TASK[task.format_task], evidence))


def _task(task: Task) -> Iterator[Block]:
    """Yield one task in full: its row, what speaks against it, and its evidence."""
    yield Lead(f"{task.name}: {_table_says(task)}")
    kind = "a format or style task" if task.format_task else "no format or style task"
    yield Paragraph(f"It counts as {kind}. {sentence(task.format_task_reason)}")
    notes = tuple(note for note in (task.contradiction, task.delta_note) if note)
    if notes:
        yield Items("What speaks against the row", notes)
    if task.evidence:
        title = f"{count_of(len(task.evidence), 'published comparison')}, each on its own scale"
        yield Items(title, tuple(_evidence(found) for found in task.evidence))
    names = ", ".join((task.id, *task.aliases))
    yield Paragraph(f"Also known as: {names}.")


def _table_says(task: Task) -> str:
    row = task.row
    if row is None:
        return sentence(task.no_row or "")
    gain = points_text(row.delta.low, row.delta.high)
    return (
        f"prompting {percent_text(row.prompting)}, tuned {percent_text(row.tuned)}, {gain}. "
        f"{sentence(row.justified)}"
    )


def _evidence(found: Evidence) -> str:
    parts = [
        f"{found.dataset}, {found.metric}: {found.prompted_system} ({found.baseline}) "
        f"{_figure(found.prompted_score)}, {found.tuned_system} {_figure(found.tuned_score)}"
        + (f", a difference of {_figure(found.delta)}." if found.delta is not None else ".")
    ]
    sizes = {"trained on": found.training_examples, "tested on": found.test_size}
    known = [
        f"{what} {size if isinstance(size, str) else count_text(size)}"
        for what, size in sizes.items()
        if size is not None
    ]
    if known:
        parts.append(sentence(", ".join(known)))
    read = "Read first-hand" if found.first_hand else "Not read first-hand"
    parts.append(f"{read}: {found.citation}.")
    if found.note:
        parts.append(sentence(found.note))
    return " ".join(parts)


def _figure(value: Figure | None) -> str:
    if value is None:
        return "not stated"
    return value if isinstance(value, str) else f"{value:g}"


def _method(method: Method) -> str:
    return (
        f"Prompting: {sentence(method.prompting)} Tuned: {sentence(method.tuned)} "
        f"{sentence(method.metric)} {sentence(method.caveat)}"
    )


Entry = Mapping[str, Any]
"""A row of the framework as an answer carries it."""


class Layout(NamedTuple):
    """Which key of a table's rows is the label, and which keys are columns, by their titles."""

    title: str
    label: str
    columns: Mapping[str, str]


LAYOUTS = {
    "tradeoffs": Layout("Dimension", "dimension", {"prompting": "prompting", "tuned": "tuned"}),
    "volume_bands": Layout("Requests a day", "id", {"advice": "advice", "why": "why"}),
    "training_set_tiers": Layout(
        "Training examples",
        "id",
        {"expected quality": "expected_quality", "good for": "use_case"},
    ),
    "checklist": Layout("Criterion", "criterion", {"meaning": "meaning", "why": "why"}),
    "hybrid_layers": Layout("Layer", "layer", {"technique": "technique", "handles": "handles"}),
    "mistakes": Layout(
        "Mistake", "mistake", {"what happens": "what_happens", "how to avoid it": "how_to_avoid"}
    ),
}
TOPICS = {
    "tradeoffs": "what prompting and tuning each ask for",
    "volume": "what the number of requests a day advises",
    "tree": "the five questions and where each answer leads",
    "training": "what training costs, and what is known today",
    "scenarios": "four workloads, the formula and what it claims",
    "data": "what a number of training examples promises",
    "checklist": "six things to check in a training file",
    "hybrid": "what to tune and what to leave to the prompt",
    "mistakes": "what goes wrong, and how to avoid it",
    "apply": "how to go about it",
    "limits": "what the numbers do not cover",
    "audit": "every cost figure recomputed, every other claim beside what is published",
}


def view(answer: GuideAnswer) -> tuple[Block, ...]:
    """Return the tables of a topic, the audit, or the list of topics."""
    if answer.topic is None:
        topics = (Row(topic, (TOPICS.get(topic, ""),)) for topic in answer.topics)
        return (Table("ftvp guide TOPIC", ("shows",), tuple(topics), numeric=False),)
    if answer.topic == "audit":
        return tuple(audit_blocks(answer))
    day = f"The framework last changed on {answer.updated_on}."
    return (*(b for name in answer.content for b in _part(name, answer.content)), Paragraph(day))


def _part(name: str, content: Mapping[str, Any]) -> Iterator[Block]:
    value = content[name]
    if name in LAYOUTS:
        yield _table(LAYOUTS[name], value)
    elif name in PARTS:
        yield from PARTS[name](value)


def _table(layout: Layout, rows: list[Entry]) -> Table:
    return Table(
        layout.title,
        tuple(layout.columns),
        tuple(
            Row(row[layout.label], tuple(row[k] for k in layout.columns.values())) for row in rows
        ),
        numeric=False,
    )


def _questions(rows: list[Entry]) -> Iterator[Block]:
    numbers = {row["id"]: number for number, row in enumerate(rows, 1)}

    def leads(outcome: Entry) -> str:
        if outcome["next"]:
            return f"question {numbers[outcome['next']]}"
        choice = CHOICES[outcome["choice"]]
        return f"{choice}: {outcome['text']}" if outcome["text"] else choice

    yield Table(
        "Question",
        ("yes", "no", "not known"),
        tuple(
            Row(
                f"{numbers[row['id']]}. {row['question']}",
                tuple(leads(row[branch]) for branch in ("if_yes", "if_no", "if_unknown")),
            )
            for row in rows
        ),
        numeric=False,
    )
    why = tuple(f"{row['why']} Answer it with {row['flag']}." for row in rows)
    yield Items("Why each is asked", why, numbered=True)


def _training(rows: list[Entry]) -> Iterator[Block]:
    columns = ("price", "minimum_examples", "typical_run", "time")
    yield Table(
        "Model, as published",
        ("price", "at least", "typical run", "time"),
        tuple(
            Row(f"{row['provider']} {row['model']}", tuple(row["claim"][key] for key in columns))
            for row in rows
        ),
        numeric=False,
    )
    known = (
        f"{row['provider']} {row['model']}: "
        + " ".join(text for text in (row["mended"], row["contradiction"]) if text)
        for row in rows
        if row["mended"] or row["contradiction"]
    )
    yield Items("What is known beside it", tuple(known))


def _scenarios(rows: list[Entry]) -> Iterator[Block]:
    yield Table(
        "Workload, in requests and tokens",
        ("a day", "input", "output", "saving", "months"),
        tuple(
            Row(
                row["name"],
                (
                    count_text(row["requests_per_day"]),
                    f"{count_text(row['prompted_input'])} -> {count_text(row['tuned_input'])}",
                    count_text(row["output"]),
                    USD.usd(row["claimed_saving_usd"]),
                    _range(row["breakeven_months"]),
                ),
            )
            for row in rows
        ),
    )


def _formula(formula: Entry) -> Iterator[Block]:
    yield Paragraph(f"The formula: {formula['text']}.")
    said = (
        f"At {count_text(claim['requests_per_day'])} requests a day: {_range(claim['months'])} "
        f"months. {sentence(claim['conclusion'])}"
        for claim in formula["claims"]
    )
    yield Items("What is claimed with it (ftvp guide audit recomputes it)", tuple(said))


def _advice(rows: list[Entry]) -> Iterator[Block]:
    steps = tuple(f"{row['title']}. {row['text']}" for row in rows)
    yield Items("How to apply it", steps, numbered=True)


def _insight(text: str) -> Iterator[Block]:
    yield Paragraph(text)


def _cycles(cycles: Entry) -> Iterator[Block]:
    yield Paragraph(f"Retraining: {_range(cycles)} rounds a year.")


def _claims(rows: list[Entry], title: str = "Claimed, and what is found") -> Iterator[Block]:
    """Yield claims with the conclusion from the evidence, and what is published on them."""
    claims, published = [], []
    for row in rows:
        support = row["support"] and f"{SUPPORT[row['support']]} ({row['checked_on']})."
        claims.append(" ".join(filter(None, (row["claim"], support, row["finding"]))))
        name = row["id"].replace("_", " ")
        for of in row["evidence"]:
            source = f"{of['source']}, {of['published']}: {of['url']}"
            published.append(f"{name}: {of['says']} {source}")
    yield Items(title, tuple(claims))
    if published:
        yield Items("Published on it", tuple(published))


def _range(of: Entry) -> str:
    low, high = of["low"], of["high"]
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


PARTS: dict[str, Callable[[Any], Iterator[Block]]] = {
    "questions": _questions,
    "training_costs": _training,
    "cost_scenarios": _scenarios,
    "formula": _formula,
    "how_to_apply": _advice,
    "key_insight": _insight,
    "retraining_cycles_per_year": _cycles,
    "claims": _claims,
    "claims_elsewhere": partial(_claims, title="Claimed elsewhere in it, and what is found"),
}
