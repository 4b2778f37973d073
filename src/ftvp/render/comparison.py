"""What `ftvp compare` shows: every way of serving the scenario, the cheapest first."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.advice.comparison import ComparisonAnswer
from ftvp.advice.ranked import RankedWay
from ftvp.render.breakeven import assumed, listed, versions
from ftvp.render.document import Block, Items, Paragraph, Row, Table, Verdict, basis, count_of
from ftvp.units import count_text, usd_text

KINDS = {
    "prompted": "prompted",
    "prompted_cached": "prompted, cached",
    "prompted_batch": "in batches",
    "tuned": "tuned",
    "hybrid": "tuned, keeping shots",
}
MOST_LEFT_OUT = 5


def view(answer: ComparisonAnswer) -> tuple[Block, ...]:
    """Return the ranking in blocks, the cheapest way and what it saves first."""
    return (
        Verdict(_verdict(answer)),
        *_note(answer.quality_note),
        *_table(answer),
        *_paybacks(answer),
        *_folded(answer),
        *_estimated_tokens(answer),
        *listed("Estimated", tuple(dict.fromkeys(_estimates(answer)))),
        *_left_out(answer),
        *listed("Warnings", answer.warnings),
        *assumed(answer.assumptions),
        *_sources(answer),
        *basis(answer.overlays, {way.model for way in answer.ways}),
        Paragraph(versions(answer)),
    )


def _verdict(answer: ComparisonAnswer) -> str:
    if not answer.ways:
        return "Nothing that was asked for is on sale, or good enough."
    best = answer.ways[0]
    said = f"Cheapest: {_called(best)}, {usd_text(best.monthly_usd)} a month"
    said += f" and {usd_text(best.upfront_usd)} before." if best.upfront_usd else "."
    own = next((w for w in answer.ways if w.model in answer.own_models and w is not best), None)
    if own is None:
        return said
    more = usd_text(own.horizon_usd - best.horizon_usd)
    return f"{said} {_called(own)} costs {more} more over {answer.horizon_months:g} months."


def _called(way: RankedWay) -> str:
    return f"{way.name} {KINDS[way.kind]}"


def _note(note: str | None) -> Iterator[Block]:
    if note is not None:
        yield Paragraph(note)


def _table(answer: ComparisonAnswer) -> Iterator[Block]:
    if not answer.ways:
        return
    cells = [_cells(way, answer.horizon_months) for way in answer.ways]
    used = [column for column in cells[0] if any(row[column] for row in cells)]
    yield Table(
        f"{count_text(answer.inputs.volume or 0)} requests a day",
        tuple(used),
        tuple(
            Row(way.name, tuple(row[column] for column in used), detail=_detail(way))
            for way, row in zip(answer.ways, cells, strict=True)
        ),
    )


def _paybacks(answer: ComparisonAnswer) -> Iterator[Block]:
    if any(way.payback_months is not None for way in answer.ways):
        yield Paragraph("Payback: months until it is ahead of the cheapest prompted way.")


def _cells(way: RankedWay, months: float) -> dict[str, str | None]:
    payback = way.payback_months
    return {
        "before": usd_text(way.upfront_usd) if way.upfront_usd else None,
        "a month": usd_text(way.monthly_usd),
        "per 1K": usd_text(1000 * way.usd_per_request),
        f"{months:g} months": usd_text(way.horizon_usd),
        "payback": f"{payback:,.1f}" if payback is not None else None,
        "ends": str(way.ends_on) if way.ends_on else None,
        "quality": f"{way.quality:g} %" if way.quality is not None else None,
    }


def _detail(way: RankedWay) -> str:
    parts = [way.model.partition("/")[0], KINDS[way.kind]]
    parts += [count_of(way.shots, "shot")] if way.shots is not None else []
    parts += [f"{way.replicas} hosted"] if way.replicas is not None else []
    parts += [f"{way.commitment_months} months' commitment"] if way.commitment_months else []
    saved = way.seconds_saved_per_request
    parts += [f"{saved:.2g} s sooner"] if saved else []
    parts += [] if way.tokens_exact else ["~ tokens"]
    parts += ["dominated"] if way.dominated_by else []
    return ", ".join(parts)


def _folded(answer: ComparisonAnswer) -> Iterator[Block]:
    if answer.folded:
        yield Paragraph(
            f"{count_of(answer.folded, 'more way')} cost more before, a month and over "
            f"{answer.horizon_months:g} months than one of these, at no stated gain in quality: "
            "--all shows them."
        )


def _estimated_tokens(answer: ComparisonAnswer) -> Iterator[Block]:
    if not all(way.tokens_exact for way in answer.ways):
        yield Paragraph("~ tokens: the model publishes no tokenizer, its tokens are estimated.")


def _estimates(answer: ComparisonAnswer) -> Iterator[str]:
    for way in answer.ways:
        if way.estimate is not None:
            yield f"{way.model}: {way.estimate}"


def _left_out(answer: ComparisonAnswer) -> Iterator[Block]:
    if not answer.left_out:
        return
    lines = [f"{way.model}, tuned: {way.why}" for way in answer.left_out]
    more = len(lines) - MOST_LEFT_OUT
    shown = lines[:MOST_LEFT_OUT] + ([f"and {more} more (--json)"] if more > 0 else [])
    yield Items("Left out", tuple(shown))


def _sources(answer: ComparisonAnswer) -> Iterator[Block]:
    days = [source.checked_on for source in answer.sources if source.checked_on]
    if days:
        checked = f"checked {min(days)} to {max(days)}"
        yield Paragraph(
            f"Prices: {count_of(len(answer.sources), 'source')}, {checked} (--json lists them; "
            "ftvp pricing MODEL shows those of one)."
        )
