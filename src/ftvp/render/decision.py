"""What `ftvp decide` shows: the verdict, the path of questions, the money, and every lens."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.advice.decision import DecisionAnswer
from ftvp.decide.lenses import DataResult, QualityResult, VolumeResult
from ftvp.decide.tree import Step, TreeResult
from ftvp.render.breakeven import assumed, grounds, listed, money, priced, versions
from ftvp.render.document import (
    CHOICES,
    Block,
    Line,
    Paragraph,
    Row,
    Side,
    Table,
    Verdict,
    basis,
    count_of,
    percent_text,
    sentence,
)
from ftvp.tables.rules import Choice
from ftvp.units import count_text, points_text

ANSWERS = {True: "yes", False: "no", None: "unknown"}


def view(answer: DecisionAnswer) -> tuple[Block, ...]:
    """Return the answer in blocks, the verdict first."""
    against = [f"{d.lens}: {sentence(f'{d.says}: {d.why}')}" for d in answer.disagreements]
    return (
        Verdict(answer.verdict.headline, answer.verdict.choice),
        path_table(answer.tree, answer.verdict.choice),
        *listed("Why", answer.verdict.reasons),
        *(money(answer.cost) if answer.cost else ()),
        *_lenses(answer),
        *listed("What speaks against this", against),
        *listed("Warnings", answer.warnings),
        *listed("Next steps", answer.next_steps),
        *assumed(answer.assumptions),
        *(grounds(answer.cost, answer.as_of) if answer.cost else ()),
        Paragraph("The same answer without questions:"),
        Line(answer.equivalent_command),
        *basis(answer.overlays, priced(answer.cost) if answer.cost else ()),
        Paragraph(versions(answer)),
    )


def path_table(tree: TreeResult, chosen: Choice) -> Table:
    """Return the questions as they were answered, and where the answers lead.

    That last row decides the matter where what was `chosen` is what the tree leads to.
    """
    asked = [_step(number, step) for number, step in enumerate(tree.path, 1)]
    lead = f"{CHOICES[tree.choice]}: {tree.text}" if tree.text else CHOICES[tree.choice]
    way: Side = "against" if chosen == "prompt" else "for"
    so = Row("so", (lead,), decides=way if chosen == tree.choice else None)
    return Table("The five questions", ("",), (*asked, so), numeric=False)


def _step(number: int, step: Step) -> Row:
    answer = ANSWERS[step.answer]
    known = "" if step.because in (answer, "not known") else f" {step.because}."
    assumed = " Assumed from the quality table." if step.assumed else ""
    return Row(answer, (f"{number}. {step.question}{known}{assumed}",))


def _lenses(answer: DecisionAnswer) -> Iterator[Block]:
    said = [
        Row("volume", (_volume(answer.volume),)) if answer.volume else None,
        Row("quality", (_quality(answer.quality),)) if answer.quality else None,
        Row("data", (_data(answer.data),)) if answer.data else None,
    ]
    rows = tuple(row for row in said if row is not None)
    if rows:
        yield Table("What each lens says", ("",), rows, numeric=False)


def _volume(volume: VolumeResult) -> str:
    text = f"{volume.band} requests a day: {sentence(volume.advice)} {sentence(volume.why)}"
    if volume.condition is None:
        return text
    unknown = " and ".join(name.replace("_", " ") for name in volume.condition.missing)
    holds = {True: "holds", False: "does not hold", None: f"open until you know {unknown}"}
    return f"{text} Here {volume.condition.text}: {holds[volume.condition.holds]}."


def _quality(quality: QualityResult) -> str:
    gain = points_text(quality.delta.low, quality.delta.high)
    origin = "as measured" if quality.measured else "by the quality table"
    sides = f"Prompting {percent_text(quality.prompting)}, tuned {percent_text(quality.tuned)}"
    parts = [f"{sides}: {gain} {origin}."]
    if quality.evidence:
        found = count_of(len(quality.evidence), "published comparison")
        parts.append(f"{found} (ftvp quality {quality.task}).")
    parts += [sentence(text) for text in (quality.contradiction, quality.delta_note) if text]
    return " ".join(parts)


def _data(data: DataResult) -> str:
    have = f"{count_of(data.examples, 'labelled example')}: "
    parts = [have + sentence(data.expected_quality or "fewer than the smallest useful set")]
    if data.use_case:
        parts.append(f"Good for: {sentence(data.use_case)}")
    if data.missing:
        parts.append(f"{count_text(data.missing)} more are needed.")
    if data.next_tier:
        ahead = count_text(data.missing_to_next_tier or 0)
        parts.append(f"{ahead} more reach the next size, {data.next_tier}.")
    return " ".join(parts)
