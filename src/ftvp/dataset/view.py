"""What `ftvp dataset` shows: whether the file is fit, its size, the jobs, the checklist."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.dataset.answer import DatasetAnswer
from ftvp.dataset.checks import DatasetCheck
from ftvp.render.document import Block, Items, Lead, Paragraph, Row, Table, sentence
from ftvp.wording import (
    USD,
    agreeing,
    count_of,
    count_text,
)

MAX_JOBS = 12

MAX_LINES = 5
NAMES = {
    "format": "Format",
    "label_accuracy": "Label accuracy",
    "distribution_match": "Distribution match",
    "edge_cases": "Edge cases",
    "consistent_format": "Consistent format",
    "leakage": "No leakage",
    "duplicates": "Diversity",
    "minimum_examples": "Number",
    "too_long": "Length",
    "leftover_shots": "Prompt leftovers",
}
STATUS = {"pass": "pass", "warn": "warn", "fail": "FAIL", "unknown": "open"}


def view(answer: DatasetAnswer) -> tuple[Block, ...]:
    """Return a training file's answer in blocks, the verdict first."""
    return (
        Lead(_verdict(answer)),
        Items("Checklist", tuple(_checked(check) for check in answer.checks)),
        _sizes(answer),
        Paragraph(_billing(answer)),
        *_jobs(answer),
        *_written(answer),
        *_sources(answer),
    )


def _verdict(answer: DatasetAnswer) -> str:
    failed = [f"'{NAMES[check.id]}'" for check in answer.checks if check.status == "fail"]
    warned = sum(check.status == "warn" for check in answer.checks)
    unknown = sum(check.status == "unknown" for check in answer.checks)
    number = count_of(answer.examples, "training example")
    if failed:
        fails = f"{', '.join(failed)} {agreeing(len(failed), 'fails', 'fail')}"
        return f"Not ready: {fails}. {number}, {answer.format}, in {answer.file}."
    rest = [f"{n} to {act}" for n, act in ((warned, "look at"), (unknown, "find out")) if n]
    tail = f"; {', '.join(rest)}" if rest else ""
    return f"Nothing failed{tail}. {number}, {answer.format}, in {answer.file}."


def _checked(check: DatasetCheck) -> str:
    lines = ", ".join(str(line) for line in check.lines[:MAX_LINES])
    more = ", ..." if len(check.lines) > MAX_LINES else ""
    word = "Line" if len(check.lines) == 1 else "Lines"
    where = f" {word} {lines}{more}." if lines and check.status in {"warn", "fail"} else ""
    return f"{STATUS[check.status]}: {NAMES[check.id]}. {sentence(check.detail)}{where}"


def _sizes(answer: DatasetAnswer) -> Table:
    spread = answer.tokens_per_example
    cells = (spread.min, spread.median, spread.mean, spread.p95, spread.max)
    longest = ", ".join(f"line {each.line}" for each in spread.longest[:3])
    return Table(
        "Tokens",
        ("min", "median", "mean", "p95", "max"),
        (
            Row(
                "an example",
                tuple(count_text(round(c)) for c in cells),
                detail=f"longest: {longest}",
            ),
        ),
    )


def _billing(answer: DatasetAnswer) -> str:
    tokens, cookbook = answer.tokens, answer.cookbook
    exact = (
        f"counted with {tokens.encoding}"
        if tokens.exact
        else f"estimated from {tokens.encoding}, within {tokens.error_percent:.0f} %"
    )
    if answer.goal == "reinforcement":
        return f"The tasks hold {count_text(tokens.content)} tokens ({exact}).{_uncounted(answer)}"
    billed = (
        f"One epoch bills {count_text(tokens.billed_per_epoch)} tokens on {answer.model}: "
        f"{count_text(tokens.content)} of content ({exact}; "
        f"{100 * tokens.assistant_share:.0f} % are answers) and {count_text(tokens.overhead)} "
        "around it."
    )
    words = [billed]
    cut = tokens.content + tokens.overhead - tokens.billed_per_epoch
    if cut:
        words.append(
            f"{count_text(cut)} {agreeing(cut)} cut off at {count_text(answer.limit or 0)} "
            "an example."
        )
    within = [
        f"{count_text(number)} {what}"
        for number, what in ((tokens.reasoning, "of reasoning"), (tokens.tools, "of tools"))
        if number
    ]
    words += [f"The content has {' and '.join(within)} in it."] if within else []
    words += [f"An estimate: {tokens.estimate}."] if tokens.estimate else []
    words.append(
        f"OpenAI's cookbook counts {count_text(cookbook.tokens)}, {count_text(cookbook.billed)} "
        f"in {count_of(cookbook.epochs, 'epoch')}."
    )
    return " ".join(words) + _uncounted(answer)


def _uncounted(answer: DatasetAnswer) -> str:
    listed = [
        f"{count_of(each.number, each.kind)} in {count_of(each.examples, 'training example')}"
        for each in answer.uncounted
    ]
    return f" Not counted, and billed on top: {', '.join(listed)}." if listed else ""


def _jobs(answer: DatasetAnswer) -> Iterator[Block]:
    shown = answer.training[:MAX_JOBS]
    if not shown:
        why = answer.unpriced or "No model that can be tuned on the day bills by the token."
        yield Paragraph(why)
        return
    rows = []
    for job in shown:
        epochs = count_text(job.epochs) + ("?" if job.epochs_assumed else "")
        tokens = ("" if job.exact else "~") + count_text(job.tokens)
        cost = "by the hour" if job.usd is None else USD.cents(job.usd)
        rows.append(Row(job.name, (epochs, tokens, cost), note="; ".join(job.notes)))
    yield Table("One training job", ("epochs", "tokens", "cost"), tuple(rows))
    notes = ["~ is an estimate"] if not all(job.exact for job in shown) else []
    left = len(answer.training) - len(shown)
    notes += [f"{count_of(left, 'dearer model')} not shown (--json, or --model ID)"] if left else []
    if notes:
        yield Paragraph(sentence("; ".join(notes)))


def _written(answer: DatasetAnswer) -> Iterator[Block]:
    lines = tuple(
        f"{each.file}: {count_of(each.records, 'record')}, {each.left_out:,} left out ({each.why})"
        for each in answer.written
    )
    if lines:
        yield Items("Written", lines)


def _sources(answer: DatasetAnswer) -> Iterator[Block]:
    days = sorted(source.checked_on for source in answer.sources if source.checked_on)
    if days:
        first, last = days[0], days[-1]
        span = f"on {last}" if first == last else f"between {first} and {last}"
        said = f"Training prices were checked {span} (ftvp pricing MODEL names each source)."
        yield Paragraph(f"As of {answer.as_of}. {said}")
