"""What the commands on prices show: the price list, an import, a comparison, an overlay's check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ftvp.prices.answer import (
    Checked,
    OverlayAnswer,
    PriceDiffAnswer,
    PricedVerdict,
    PricingAnswer,
    VerdictChange,
)
from ftvp.prices.review import EndOffered, ImportAnswer, NewPrices
from ftvp.prices.sheet import listed_warnings, sheet
from ftvp.render.document import (
    Block,
    Items,
    Lead,
    Paragraph,
    Row,
    Table,
    age_text,
    basis,
)
from ftvp.tables.entries import SIDES, Offer, TrainingPrice, in_force
from ftvp.tables.overlay import PriceChange
from ftvp.tables.pricing import PricedModel
from ftvp.wording import (
    USD,
    Money,
    count_of,
)

LISTED = ("input", "output", "cached", "training", "an hour", "ends")
"""The columns of the price list, of which each table shows those in use."""
MAX_NAMED_MODELS = 3
"""Models of one source that are named; more are counted."""
SIDE_WORDS = {"base": "", "tuned": " tuned", "training": " training"}


def price_list(answer: PricingAnswer) -> tuple[Block, ...]:
    """Return the price list of the day, or one model with its history, sources and ends."""
    if answer.stale:
        return tuple(_checked_longest_ago(answer))
    if len(answer.models) == 1:
        return tuple(sheet(answer))
    money, day = Money(answer.currency), answer.as_of
    listed = {
        name: rows
        for name, model in answer.models.items()
        if (rows := _rows(money, name, model, day))
    }
    others = [name for name in answer.models if name not in listed]
    many = count_of(len(listed), "model")
    return (
        Lead(
            f"{many} on {day}, in {money.code} per million tokens. One with its "
            "history and sources: ftvp pricing MODEL."
        ),
        *_providers(listed),
        Paragraph(
            f"An hour is what keeping the model served costs, in {money.code}. A price that is not "
            "listed is not known: it is never 0. An end that is not listed is not announced."
        ),
        *_listed("Ended, or without a price on this day", [", ".join(others)] if others else []),
        *listed_warnings(answer),
        *basis(answer.overlays, answer.currency),
        Paragraph(_ages(answer, listed)),
    )


def _checked_longest_ago(answer: PricingAnswer) -> Iterator[Block]:
    """Yield what rests on each source, the one checked longest ago first."""
    oldest = answer.stale[0]
    age = age_text(oldest.checked_on, answer.as_of)
    yield Lead(f"Of the prices on {answer.as_of}, those of {oldest.name} were {age}.")
    rows = tuple(map(_checked_row, answer.stale))
    yield Table("Checked longest ago", ("checked", "days", "models"), rows)
    addresses = {each.name: each.url for each in answer.stale if each.url}
    yield Items("Addresses", tuple(f"{name}: {url}" for name, url in addresses.items()))
    yield Paragraph(f"The price table last changed on {answer.updated_on}.")


def _checked_row(checked: Checked) -> Row:
    named, more = checked.models[:MAX_NAMED_MODELS], len(checked.models) - MAX_NAMED_MODELS
    models = ", ".join(named) + (f" and {more} more" if more > 0 else "")
    return Row(checked.name, (str(checked.checked_on), str(checked.days), models))


def _providers(listed: dict[str, list[Row]]) -> Iterator[Block]:
    """Yield the rows of each provider as a table."""
    providers: dict[str, list[Row]] = {}
    for name, rows in listed.items():
        providers.setdefault(name.partition("/")[0], []).extend(rows)
    for provider, rows in providers.items():
        used = [n for n, _ in enumerate(LISTED) if any(row.cells[n] for row in rows)]
        yield Table(
            f"{provider}/",
            tuple(LISTED[n] for n in used),
            tuple(Row(row.label, tuple(row.cells[n] for n in used)) for row in rows),
        )


def _rows(money: Money, name: str, model: PricedModel, day: date) -> list[Row]:
    """Return the row of a model and that of its tuned version; none once it has ended."""
    short, rows = name.partition("/")[2], []
    base = model.offers("base", day) if model.ended_on(day) is None else []
    last = model.ends_on("base_shutdown", day)
    if base:
        rows.append(Row(short, _cells(money, base[0], None, last)))
    if model.ended_on(day, "tuned") is None:
        tuned, training = model.offers("tuned", day), in_force(model.training, day)
        if tuned or training:
            cells = _cells(money, tuned[0] if tuned else None, training, model.tuned_ends_on(day))
            rows.append(Row(f"{short}, tuned", cells))
    return rows


def _cells(
    money: Money, offer: Offer | None, training: TrainingPrice | None, last: date | None
) -> tuple[str | None, ...]:
    """Return the columns of `LISTED`, prices without the currency, which the list names once."""

    def price(entry: Offer | TrainingPrice | None, field: str) -> str | None:
        usd = getattr(entry, field, None)
        return None if usd is None else money.price_digits(usd)

    hourly = price(training, "usd_per_gpu_hour") or price(training, "usd_per_training_hour")
    hosted = offer is not None and offer.hosting_usd_per_hour
    return (
        price(offer, "input_usd_per_mtok"),
        price(offer, "output_usd_per_mtok"),
        price(offer, "cached_input_usd_per_mtok"),
        f"{hourly}/h" if hourly else price(training, "usd_per_mtok"),
        price(offer, "hosting_usd_per_hour") if hosted else None,
        str(last) if last else None,
    )


def _ages(answer: PricingAnswer, listed: Iterable[str]) -> str:
    """Return when the table changed, and when the prices of the day were last checked."""
    day, models = answer.as_of, [answer.models[name] for name in listed]
    offers = [o for model in models for side in SIDES for o in model.offers(side, day)]
    changed = f"The price table last changed on {answer.updated_on}"
    if not offers:
        return f"{changed}."
    first, last = (pick(o.checked_on for o in offers) for pick in (min, max))
    return f"{changed}; these prices were {age_text(last, day)}, the oldest {age_text(first, day)}."


STATED = {
    "input": "input_usd_per_mtok",
    "output": "output_usd_per_mtok",
    "cached": "cached_input_usd_per_mtok",
    "batch input": "batch_input_usd_per_mtok",
    "batch output": "batch_output_usd_per_mtok",
}


def imported(answer: ImportAnswer) -> tuple[Block, ...]:
    """Return the differences in blocks, their number first."""
    models = len({change.model for change in answer.changed})
    gone = [", ".join(answer.gone)] if answer.gone else []
    return (
        Lead(
            f"{answer.source}: {count_of(len(answer.changed), 'price')} of "
            f"{count_of(models, 'known model')} changed, {len(answer.added)} new, "
            f"{len(answer.gone)} gone, {len(answer.refused)} refused, {answer.unchanged} as known."
        ),
        *_listed("Warnings", answer.warnings),
        *changed_prices(answer.changed),
        *_new_prices(answer.added),
        *_listed("Ends to look into, which are not taken over", map(_end_offered, answer.ends)),
        *_listed("Gone: on sale by the table, not named by the list", gone),
        *_listed(
            "Refused",
            (f"{r.entry} ({r.model}{SIDE_WORDS[r.side]}): {r.reason}." for r in answer.refused),
        ),
        *_listed("Surcharges on long prompts, as the list has them", _surcharged(answer)),
        *_listed("Not looked at", (f"{n:,} {why}" for why, n in answer.left_out.items())),
        Paragraph(
            "Training, hosting and the ends of known models are not taken from a price list. "
            "--write FILE writes the changed and the new prices as an overlay, --models PATTERN "
            f"only some; then --prices FILE uses it. Its prices are dated {answer.made_on}. As of "
            f"{answer.as_of}; the price table last changed on {answer.updated_on}."
        ),
    )


def _listed(title: str, items: Iterable[str]) -> Iterator[Block]:
    listed = tuple(items)
    if listed:
        yield Items(title, listed)


def _surcharged(answer: ImportAnswer) -> Iterator[str]:
    """Yield each surcharge with the models that have it."""
    alike: dict[str, list[str]] = {}
    for each in answer.surcharges:
        times = f"{each.input_times:g} times the input, {each.output_times:g} times the output"
        alike.setdefault(f"above {each.above_tokens:,} tokens {times}", []).append(each.model)
    yield from (f"{terms}: {', '.join(models)}" for terms, models in alike.items())


def _end_offered(end: EndOffered) -> str:
    says = f"shut down on {end.closes_on}" if end.closes_on else "ended, without a day"
    known = f"on {end.known}" if end.known else "no end"
    return f"{end.model}: {says} by {end.entry}; the table has {known}"


def _new_prices(added: Sequence[NewPrices]) -> Iterator[Block]:
    rows = []
    for new in added:
        prices = [new.prices.get(field) for field in STATED.values()]
        cells = tuple(None if price is None else USD.price(price) for price in prices)
        rows.append(Row(f"{new.model}{SIDE_WORDS[new.side]}", cells))
    if rows:
        yield Table("New, USD per million tokens", tuple(STATED), tuple(rows))


def compared(answer: PriceDiffAnswer | OverlayAnswer) -> tuple[Block, ...]:
    """Return the differences in blocks, their number first."""
    return tuple(_sound(answer) if isinstance(answer, OverlayAnswer) else _diff(answer))


def _sound(answer: OverlayAnswer) -> Iterator[Block]:
    models = len({change.model for change in answer.changes})
    changes = f"It changes {count_of(models, 'model')}." if models else "It changes nothing."
    doubts = len(answer.doubts)
    is_so = f"can be used, with {count_of(doubts, 'doubt')}" if doubts else "is a sound overlay"
    yield Lead(f"{answer.file} of {answer.updated_on} {is_so}. {changes}")
    yield from _listed("Doubtful, more likely a mistake than a price", answer.doubts)
    yield from _listed("Changes", (f"{c.model}: {c.says}" for c in answer.changes))


def _diff(answer: PriceDiffAnswer) -> Iterator[Block]:
    old, new = answer.old, answer.new
    models = count_of(len({change.model for change in answer.changes}), "model")
    prices = (
        f"{count_of(len(answer.changes), 'price')} of {models}" if answer.changes else "No price"
    )
    yield Lead(
        f"{prices} changed, {count_of(len(answer.added), 'model')} added and "
        f"{len(answer.gone)} removed."
    )
    if answer.verdicts:
        changed = sum(verdict.changed for verdict in answer.verdicts)
        title = f"{changed} of {count_of(len(answer.verdicts), 'verdict')} changed"
        yield Items(title, tuple(map(_verdict_change, answer.verdicts)))
    yield from changed_prices(answer.changes)
    for title, names in (
        ("On sale only after", answer.added),
        ("On sale only before", answer.gone),
    ):
        yield from _listed(title, [", ".join(names)] if names else [])
    yield Paragraph(
        f"From {old.name} (as of {old.day}, last changed {old.updated_on}) to {new.name} (as of "
        f"{new.day}, last changed {new.updated_on})."
    )


def changed_prices(changes: Sequence[PriceChange]) -> Iterator[Block]:
    """Yield prices that differ, the old, the new, and the change in percent."""
    rows = []
    for change in changes:
        old, new = (
            None if value is None else f"{value:g}" if change.unit == "times" else USD.price(value)
            for value in (change.old, change.new)
        )
        percent = change.percent
        digits = ".0f" if percent is None or abs(percent) >= 1 else ".2g"
        cells = (old, new, None if percent is None else f"{percent:+{digits}} %")
        rows.append(Row(f"{change.model}{SIDE_WORDS[change.side]}, {change.price}", cells))
    if rows:
        yield Table("Changed, USD per million tokens", ("old", "new", "change"), tuple(rows))


def _verdict_change(verdict: VerdictChange) -> str:
    old, new = _verdict(verdict.old), _verdict(verdict.new)
    moves = []
    for move in verdict.moves:
        if move.old is None:
            moves.append(f"{move.way} is new at {move.new}")
        elif move.new is None:
            moves.append(f"the option {move.way} is no longer there")
        else:
            moves.append(f"{move.way} goes from {move.old} to {move.new}")
    ranking = f" In the ranking, {'; '.join(moves)}." if moves else ""
    why = f" Net benefit of tuning: {said}" if (said := _parts(verdict)) else ""
    if not verdict.changed:
        return f"{verdict.scenario}: as before, {new}{ranking}{why}"
    return f"{verdict.scenario}: was {old} Now {new}{ranking}{why}"


def _parts(verdict: VerdictChange) -> str:
    """Return what each cause adds to the net benefit, and which alone would turn the verdict."""
    parts = [part for part in verdict.parts if part.usd]
    if not parts:
        return ""
    signs = ("+" if part.usd > 0 else "" for part in parts)
    said = [
        f"{sign}{USD.usd(part.usd)} by {part.group}"
        for sign, part in zip(signs, parts, strict=True)
    ]
    alone = "".join(f" The {name} alone would have changed it." for name in verdict.alone)
    return f"{', '.join(said)}.{alone}"


def _verdict(verdict: PricedVerdict) -> str:
    if verdict.choice is None:
        return f"no answer: {verdict.headline}"
    cheapest = f" Cheapest: {verdict.cheapest}." if verdict.cheapest else ""
    return f"{verdict.headline}{cheapest}"
