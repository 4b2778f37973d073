"""What `ftvp guide` shows: the framework's tables by topic, and the audit of its figures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from ftvp.advice.reference import GuideAnswer
from ftvp.render.audit import audit_blocks
from ftvp.render.blocks import Block, Items, Paragraph, Row, Table
from ftvp.render.phrases import CHOICES, sentence
from ftvp.units import count_text, usd_text

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
    "audit": "every cost figure recomputed",
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
    yield Table(
        "Question",
        ("yes", "no", "not known"),
        tuple(
            Row(
                f"{numbers[row['id']]}. {row['question']}",
                tuple(_leads(row[way], numbers) for way in ("if_yes", "if_no", "if_unknown")),
            )
            for row in rows
        ),
        numeric=False,
    )
    why = tuple(f"{row['why']} Answer it with {row['flag']}." for row in rows)
    yield Items("Why each is asked", why, numbered=True)


def _leads(outcome: Entry, numbers: Mapping[str, int]) -> str:
    if outcome["next"]:
        return f"question {numbers[outcome['next']]}"
    choice = CHOICES[outcome["choice"]]
    return f"{choice}: {outcome['text']}" if outcome["text"] else choice


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
                    usd_text(row["claimed_saving_usd"]),
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


def _claims(rows: list[Entry]) -> Iterator[Block]:
    said = (" ".join(text for text in (row["claim"], row["finding"]) if text) for row in rows)
    yield Items("Claimed, and what is found", tuple(said))


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
}
