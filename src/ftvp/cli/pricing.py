"""`ftvp pricing`: the price table on a day, or one model with its history."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ftvp.cli.options import AsOf, Format, How, Json, Output, asked_prices, day_of, show
from ftvp.units import shown_in

Model = Annotated[str | None, typer.Argument(metavar="[MODEL]", help="One model, by id or alias.")]
Prices = Annotated[
    list[str] | None, typer.Option("--prices", metavar="FILE", help="Overlay on the price table.")
]
MaxAge = Annotated[
    Any, typer.Option("--max-price-age", metavar="DAYS", help="Refuse prices checked longer ago.")
]
Code = Annotated[
    Any, typer.Option("--currency", metavar="CODE", help="Show prices in another currency.")
]
Fx = Annotated[
    Any,
    typer.Option("--fx", metavar="RATE@DATE", help="What a US dollar is worth in it, and when."),
]


def command(  # noqa: PLR0913  one parameter a flag
    model: Model = None,
    *,
    prices: Prices = None,
    max_price_age: MaxAge = None,
    currency: Code = None,
    fx: Fx = None,
    as_of: AsOf = None,
    json: Json = False,
    format: Format = None,  # noqa: A002  the flag's name
    output: Output = None,
) -> None:
    """The price table on a day, or one model with its history, sources and end dates.

    Also: ftvp pricing validate, ftvp pricing import and ftvp pricing diff.
    """
    from ftvp.api import pricing

    how = How(json=json, format=format, output=output)
    asked = asked_prices(prices, max_price_age, currency, fx)
    with shown_in(how.currency(asked.shown_in)):
        answer = pricing(
            model,
            as_of=day_of(as_of),
            prices=asked.prices or (),
            max_price_age=asked.max_price_age,
            currency=asked.shown_in,
        )
        show(answer, how)
