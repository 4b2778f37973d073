"""What the commands on prices show: the price list, an import, a comparison, an overlay's check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ftvp.prices.diff import Move, Outcome, OverlayAnswer, PriceDiffAnswer, VerdictChange
from ftvp.prices.reference import Checked, PricingAnswer
from ftvp.prices.review import EndOffered, ImportAnswer, NewPrices
from ftvp.prices.sheet import listed_warnings, sheet
from ftvp.render.document import (
    Block,
    Items,
    Paragraph,
    Row,
    Table,
    Verdict,
    age_text,
    basis,
    count_of,
)
from ftvp.tables.changes import PriceChange
from ftvp.tables.entries import Offer, TrainingPrice, in_force
from ftvp.tables.pricing import PricedModel
from ftvp.wording import USD, Money

LISTED = ("input", "output", "cached", "training", "an hour", "ends")


def price_list(answer: PricingAnswer) -> tuple[Block, ...]:
    """Return the price list of the day, or one model with its history, sources and ends."""
    if answer.stale:
        return tuple(_checked_longest_ago(answer))
    if len(answer.models) == 1:
        return tuple(sheet(answer))
    money = Money(answer.currency)
    day, code = answer.as_of, money.code
    listed = {
        name: rows for name, row in answer.models.items() if (rows := _rows(money, name, row, day))
    }
    return (
        Verdict(
            f"{len(listed)} models on {day}, in {code} per million tokens. One with its history "
            "and sources: ftvp pricing MODEL."
        ),
        *_providers(listed),
        Paragraph(
            f"An hour is what keeping the model served costs, in {code}. A price that is not "
            "listed is not known: it is never 0. An end that is not listed is not announced."
        ),
        *_unlisted(answer, set(listed)),
        *listed_warnings(answer),
        *basis(answer.overlays, answer.currency),
        Paragraph(_ages(answer, set(listed))),
    )


def _checked_longest_ago(answer: PricingAnswer) -> Iterator[Block]:
    """Yield what rests on each source, what was looked at longest ago first."""
    oldest = answer.stale[0]
    age = age_text(oldest.checked_on, answer.as_of)
    yield Verdict(f"Of the prices on {answer.as_of}, those of {oldest.name} were {age}.")
    yield Table(
        "Checked longest ago", ("checked", "days", "models"), tuple(map(_checked_row, answer.stale))
    )
    addresses = {each.name: each.url for each in answer.stale if each.url}
    yield Items("Addresses", tuple(f"{name}: {url}" for name, url in addresses.items()))
    yield Paragraph(f"The price table last changed on {answer.updated_on}.")


def _checked_row(checked: Checked) -> Row:
    shown, more = checked.models[:SHOWN_MODELS], len(checked.models) - SHOWN_MODELS
    models = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
    return Row(checked.name, (str(checked.checked_on), str(checked.days), models))


SHOWN_MODELS = 3
"""Models of one source that are named; more are counted."""


def _providers(listed: dict[str, list[Row]]) -> Iterator[Block]:
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
    ends = {kind: model.end(kind, day) for kind in ("base_shutdown", "tuned_shutdown")}
    over = model.ended_on(day, "tuned") is not None
    base = [] if model.ended_on(day) else model.offers("base", day)[:1]
    tuned = [] if over else model.offers("tuned", day)[:1]
    last = {kind: str(end.closes_on) if end else None for kind, end in ends.items()}
    training = None if over else in_force(model.training, day)
    short = name.partition("/")[2]
    rows = [
        Row(short, (*_offer(money, offer), None, _hourly(money, offer), last["base_shutdown"]))
        for offer in base
    ]
    if tuned or training:
        prices = _offer(money, tuned[0]) if tuned else (None, None, None)
        hourly = _hourly(money, tuned[0]) if tuned else None
        end = last["tuned_shutdown"] or last["base_shutdown"]
        rows.append(Row(f"{short}, tuned", (*prices, _training(money, training), hourly, end)))
    return rows


def _offer(money: Money, offer: Offer) -> tuple[str | None, str | None, str | None]:
    prices = (
        offer.input_usd_per_mtok,
        offer.output_usd_per_mtok,
        offer.cached_input_usd_per_mtok,
    )
    first, second, third = (_bare(money, price) for price in prices)
    return first, second, third


def _hourly(money: Money, offer: Offer) -> str | None:
    return _bare(money, offer.hosting_usd_per_hour) if offer.hosting_usd_per_hour else None


def _training(money: Money, price: TrainingPrice | None) -> str | None:
    if price is None:
        return None
    hourly = price.usd_per_gpu_hour or price.usd_per_training_hour
    return f"{_bare(money, hourly)}/h" if hourly else _bare(money, price.usd_per_mtok)


def _bare(money: Money, usd: float | None) -> str | None:
    """Return a price without its currency, which the list names once."""
    return None if usd is None else money.price_digits(usd)


def _ages(answer: PricingAnswer, listed: set[str]) -> str:
    """Return when the table changed, and when the prices of the day were last checked."""
    day, rows = answer.as_of, [answer.models[name] for name in listed]
    offers = [o for row in rows for o in (*row.offers("base", day), *row.offers("tuned", day))]
    changed = f"The price table last changed on {answer.updated_on}"
    if not offers:
        return f"{changed}."
    first, last = (pick(o.checked_on for o in offers) for pick in (min, max))
    return f"{changed}; these prices were {age_text(last, day)}, the oldest {age_text(first, day)}."


def _unlisted(answer: PricingAnswer, listed: set[str]) -> Iterator[Block]:
    rest = [name for name in answer.models if name not in listed]
    if rest:
        yield Items("Ended, or without a price on this day", (", ".join(rest),))


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
    return (
        Verdict(
            f"{answer.source}: {count_of(len(answer.changed), 'price')} of "
            f"{count_of(models, 'known model')} changed, {len(answer.added)} new, "
            f"{len(answer.gone)} gone, {len(answer.refused)} refused, {answer.unchanged} as known."
        ),
        *_listed("Warnings", answer.warnings),
        *changed_prices(answer.changed),
        *_added(answer.added),
        *_listed("Ends to look into, which are not taken over", map(_end_offered, answer.ends)),
        *_gone(answer.gone),
        *_refused(answer),
        *_listed("Surcharges on long prompts, as the list has them", _surcharged(answer)),
        *_listed("Not looked at", (f"{n:,} {why}" for why, n in answer.left_out.items())),
        Paragraph(
            "Training, hosting and the ends of known models are not taken from a price list. "
            "--write FILE writes the changed and the new prices as an overlay, --models PATTERN "
            f"only some; then --prices FILE uses it. Its prices are dated {answer.made_on}. As of "
            f"{answer.as_of}; the price table last changed on {answer.updated_on}."
        ),
    )


def _added(added: tuple[NewPrices, ...]) -> Iterator[Block]:
    if added:
        yield Table("New, USD per million tokens", tuple(STATED), tuple(map(_added_row, added)))


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


def _added_row(new: NewPrices) -> Row:
    prices = (new.prices.get(field) for field in STATED.values())
    cells = tuple(None if price is None else USD.price(price) for price in prices)
    return Row(f"{new.model}{SIDES[new.side]}", cells)


def _gone(gone: tuple[str, ...]) -> Iterator[Block]:
    if gone:
        yield Items("Gone: on sale by the table, not named by the list", (", ".join(gone),))


def _refused(answer: ImportAnswer) -> Iterator[Block]:
    if answer.refused:
        said = (f"{r.entry} ({r.model}{SIDES[r.side]}): {r.reason}." for r in answer.refused)
        yield Items("Refused", tuple(said))


SIDES = {"base": "", "tuned": " tuned", "training": " training"}


def compared(answer: PriceDiffAnswer | OverlayAnswer) -> tuple[Block, ...]:
    """Return the differences in blocks, their number first."""
    return tuple(_sound(answer) if isinstance(answer, OverlayAnswer) else _diff(answer))


def _sound(answer: OverlayAnswer) -> Iterator[Block]:
    models = len({change.model for change in answer.changes})
    changes = f"It changes {count_of(models, 'model')}." if models else "It changes nothing."
    doubts = len(answer.doubts)
    is_so = f"can be used, with {count_of(doubts, 'doubt')}" if doubts else "is a sound overlay"
    yield Verdict(f"{answer.file} of {answer.updated_on} {is_so}. {changes}")
    yield from _listed("Doubtful, more likely a mistake than a price", answer.doubts)
    yield from _listed("Changes", (f"{c.model}: {c.says}" for c in answer.changes))


def _diff(answer: PriceDiffAnswer) -> Iterator[Block]:
    old, new = answer.old, answer.new
    models = count_of(len({change.model for change in answer.changes}), "model")
    prices = (
        f"{count_of(len(answer.changes), 'price')} of {models}" if answer.changes else "No price"
    )
    yield Verdict(
        f"{prices} changed, {count_of(len(answer.added), 'model')} came and "
        f"{count_of(len(answer.gone), 'model')} went."
    )
    yield from _verdicts(answer.verdicts)
    yield from changed_prices(answer.changes)
    for title, names in (
        ("On sale only after", answer.added),
        ("On sale only before", answer.gone),
    ):
        if names:
            yield Items(title, (", ".join(names),))
    yield Paragraph(
        f"From {old.name} (as of {old.day}, last changed {old.updated_on}) to {new.name} (as of "
        f"{new.day}, last changed {new.updated_on})."
    )


def changed_prices(changes: Sequence[PriceChange]) -> Iterator[Block]:
    """Yield prices that differ, the old, the new, and the change in percent."""
    if changes:
        rows = tuple(Row(_name(c), (*_both(c), _percent_text(c.percent))) for c in changes)
        yield Table("Changed, USD per million tokens", ("old", "new", "change"), rows)


def _name(change: PriceChange) -> str:
    return f"{change.model}{SIDES[change.side]}, {change.price}"


def _both(change: PriceChange) -> tuple[str | None, str | None]:
    old, new = (
        None if value is None else f"{value:g}" if change.unit == "times" else USD.price(value)
        for value in (change.old, change.new)
    )
    return old, new


def _percent_text(percent: float | None) -> str | None:
    """Return a change in percent, None where there is none to state.

    >>> _percent_text(-33.333), _percent_text(0.05), _percent_text(None)
    ('-33 %', '+0.05 %', None)
    """
    if percent is None:
        return None
    return f"{percent:+.0f} %" if abs(percent) >= 1 else f"{percent:+.2g} %"


def _verdicts(verdicts: Sequence[VerdictChange]) -> Iterator[Block]:
    if verdicts:
        changed = sum(verdict.changed for verdict in verdicts)
        yield Items(
            f"{changed} of {count_of(len(verdicts), 'verdict')} changed",
            tuple(_verdict(verdict) for verdict in verdicts),
        )


def _verdict(verdict: VerdictChange) -> str:
    old, new = _outcome(verdict.old), _outcome(verdict.new)
    moved = "; ".join(map(_move, verdict.moves))
    ranking = f" In the ranking, {moved}." if moved else ""
    if not verdict.changed:
        return f"{verdict.scenario}: as before, {new}{ranking}"
    return f"{verdict.scenario}: was {old} Now {new}{ranking}"


def _move(move: Move) -> str:
    if move.old is None:
        return f"{move.way} is new at {move.new}"
    return f"{move.way} goes from {move.old} to {move.new}" if move.new else f"{move.way} is gone"


def _outcome(outcome: Outcome) -> str:
    if outcome.choice is None:
        return f"no answer: {outcome.headline}"
    cheapest = f" Cheapest: {outcome.cheapest}." if outcome.cheapest else ""
    return f"{outcome.headline}{cheapest}"
