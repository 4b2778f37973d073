"""What `ftvp pricing` shows: every model's prices on a day, or one model in full."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ftvp.advice.reference import PricingAnswer
from ftvp.render.document import Block, Items, Paragraph, Row, Table, Verdict, age_text, basis
from ftvp.render.model import listed_warnings, model_blocks
from ftvp.tables.entries import Offer, TrainingPrice, in_force
from ftvp.tables.pricing import PricedModel
from ftvp.units import currency_code, price_digits

COLUMNS = ("input", "output", "cached", "training", "an hour", "ends")


def view(answer: PricingAnswer) -> tuple[Block, ...]:
    """Return the price list of the day, or one model with its history, sources and ends."""
    if len(answer.models) == 1:
        return tuple(model_blocks(answer))
    day, code = answer.as_of, currency_code()
    listed = {name: rows for name, row in answer.models.items() if (rows := _rows(name, row, day))}
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
        *basis(answer.overlays),
        Paragraph(_ages(answer, set(listed))),
    )


def _providers(listed: dict[str, list[Row]]) -> Iterator[Block]:
    providers: dict[str, list[Row]] = {}
    for name, rows in listed.items():
        providers.setdefault(name.partition("/")[0], []).extend(rows)
    for provider, rows in providers.items():
        used = [n for n, _ in enumerate(COLUMNS) if any(row.cells[n] for row in rows)]
        yield Table(
            f"{provider}/",
            tuple(COLUMNS[n] for n in used),
            tuple(Row(row.label, tuple(row.cells[n] for n in used)) for row in rows),
        )


def _rows(name: str, model: PricedModel, day: date) -> list[Row]:
    """Return the row of a model and that of its tuned version; none once it has ended."""
    ends = {kind: model.end(kind, day) for kind in ("base_shutdown", "tuned_shutdown")}
    over = model.ended_on(day, "tuned") is not None
    base = [] if model.ended_on(day) else model.offers("base", day)[:1]
    tuned = [] if over else model.offers("tuned", day)[:1]
    last = {kind: str(end.closes_on) if end else None for kind, end in ends.items()}
    training = None if over else in_force(model.training, day)
    short = name.partition("/")[2]
    rows = [
        Row(short, (*_offer(offer), None, _hourly(offer), last["base_shutdown"])) for offer in base
    ]
    if tuned or training:
        prices = _offer(tuned[0]) if tuned else (None, None, None)
        hourly = _hourly(tuned[0]) if tuned else None
        end = last["tuned_shutdown"] or last["base_shutdown"]
        rows.append(Row(f"{short}, tuned", (*prices, _training(training), hourly, end)))
    return rows


def _offer(offer: Offer) -> tuple[str | None, str | None, str | None]:
    prices = (
        offer.input_usd_per_mtok,
        offer.output_usd_per_mtok,
        offer.cached_input_usd_per_mtok,
    )
    first, second, third = (_bare(price) for price in prices)
    return first, second, third


def _hourly(offer: Offer) -> str | None:
    return _bare(offer.hosting_usd_per_hour) if offer.hosting_usd_per_hour else None


def _training(price: TrainingPrice | None) -> str | None:
    if price is None:
        return None
    hourly = price.usd_per_gpu_hour or price.usd_per_training_hour
    return f"{_bare(hourly)}/h" if hourly else _bare(price.usd_per_mtok)


def _bare(usd: float | None) -> str | None:
    """Return a price without its currency, which the list names once."""
    return None if usd is None else price_digits(usd)


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
