"""Amounts, prices, counts and months as text. The currency is an argument, never ambient."""

import math
from datetime import date
from textwrap import wrap
from typing import NamedTuple

from ftvp.units import TWELVE_DIGITS, Currency

TWELVE = 12
"""Digits of an operand, beyond which a float holds nothing but rounding error."""
WHOLE_FROM = 100
"""Amounts from here up are shown in whole units."""
LINE = 80
"""The columns of a line of a first screen."""
LEAD_LINES = 2


def rounded_text(number: float, form: str) -> str:
    """Return a number in a format, halves away from zero, also those that a float falls short of.

    >>> rounded_text(86.25, ".1f"), rounded_text(-1.005, "+.2f"), rounded_text(0.125, ".0%")
    ('86.3', '-1.01', '13%')
    """
    return f"{number * (1 + TWELVE_DIGITS):{form}}"


class Money(NamedTuple):
    """US dollars as text, in the currency that they are to be shown in; None for dollars.

    >>> from datetime import date
    >>> euro = Currency(code="EUR", rate=0.92, dated=date(2026, 11, 20))
    >>> Money().usd(18.689), Money(euro).usd(18.689)
    ('$18.69', 'EUR 17.19')
    """

    currency: Currency | None = None

    @property
    def code(self) -> str:
        """The code of the currency."""
        return self.currency.code if self.currency else "USD"

    def text(self, digits: str) -> str:
        """Return digits, with the currency before them.

        >>> Money().text("0")
        '$0'
        """
        return f"{self.currency.code} {digits}" if self.currency else f"${digits}"

    def converted(self, usd: float) -> float:
        """Return dollars in the currency."""
        return usd * self.currency.rate if self.currency else usd

    def price_digits(self, usd: float) -> str:
        """Return a price with all its digits and at least cents; a converted one with six digits.

        >>> Money().price_digits(0.0825), Money().price_digits(3), Money().price_digits(0.00007)
        ('0.0825', '3.00', '0.00007')
        """
        shown = usd if self.currency is None else float(f"{self.converted(usd):.6g}")
        digits = f"{shown:.12f}".rstrip("0")
        decimals = len(digits.partition(".")[2])
        return f"{float(digits):,.{max(2, decimals)}f}"

    def price(self, usd: float) -> str:
        """Return a price with its currency.

        >>> Money().price(0.0825), Money().price(3)
        ('$0.0825', '$3.00')
        """
        return self.text(self.price_digits(usd))

    def usd(self, usd: float) -> str:
        """Return a cost: cents below 100, whole units from there up.

        >>> Money().usd(18.689), Money().usd(-135), Money().usd(20380.4), Money().usd(0.0004)
        ('$18.69', '-$135', '$20,380', '<$0.01')
        """
        amount = self.converted(usd)
        if 0 < abs(amount) < 0.005:  # noqa: PLR2004  what would round to 0.00
            return f"{'-' if amount < 0 else ''}<{self.text('0.01')}"
        cents = rounded_text(abs(amount), ".2f")
        digits = rounded_text(abs(amount), f",.{0 if float(cents) >= WHOLE_FROM else 2}f")
        return ("-" if amount < 0 else "") + self.text(digits)

    def cents(self, usd: float) -> str:
        """Return a cost to the cent, as columns need it that are summed.

        >>> Money().cents(108.689625), Money().cents(0.0004)
        ('$108.69', '<$0.01')
        """
        amount = self.converted(usd)
        if 0 < amount < 0.005:  # noqa: PLR2004  what would round to 0.00
            return f"<{self.text('0.01')}"
        return ("-" if amount < 0 else "") + self.text(rounded_text(abs(amount), ",.2f"))

    def about(self, usd: float) -> str:
        """Return an amount at which something turns, with three digits, whole units from 100 up.

        >>> Money().about(0.0044421), Money().about(4.8), Money().about(1250)
        ('$0.00444', '$4.80', '$1,250')
        """
        if self.converted(usd) >= WHOLE_FROM:
            return self.usd(usd)
        rate = self.currency.rate if self.currency else 1
        return self.price(float(rounded_text(usd * rate, ".3g")) / rate)

    def exactly(self, usd: float) -> str:
        """Return an operand of a formula with all the digits that matter, twelve at most.

        >>> Money().exactly(683.51), Money().exactly(0.000123)
        ('$683.51', '$0.000123')
        """
        amount = self.converted(usd)
        digits = f"{amount:.{_decimals(amount)}f}".rstrip("0")
        decimals = len(digits.partition(".")[2])
        return self.text(f"{amount:,.{max(2, decimals)}f}")


USD = Money()


def pilot_costs(usd: float, hours: float, money: Money) -> str:
    """Return what a pilot costs, in money and hours of work.

    >>> pilot_costs(40, 6, USD)
    'A pilot costs about $40.00 and 6 hours of work'
    """
    work = f" and {hours:g} {noun_of(hours, 'hours')} of work" if hours else ""
    return f"A pilot costs about {money.usd(usd)}{work}"


def count_text(number: float) -> str:
    """Return a count with thousands separators and no needless decimals.

    >>> count_text(300000), count_text(6666.6667), count_text(11.5), count_text(0.001)
    ('300,000', '6,666.67', '11.5', '0.001')
    """
    if 0 < abs(number) < 0.01:  # noqa: PLR2004  what would round to 0
        return rounded_text(number, ".2g")
    return rounded_text(number, ",.2f").rstrip("0").rstrip(".")


def factor_text(number: float) -> str:
    """Return a factor of a formula with all the digits that matter.

    >>> factor_text(300000), factor_text(22404.1668), factor_text(0.25), factor_text(1.5e-13)
    ('300,000', '22,404.1668', '0.25', '0.00000000000015')
    """
    return f"{number:,.{_decimals(number)}f}".rstrip("0").rstrip(".")


def _decimals(number: float) -> int:
    """Return the decimals with which a number has twelve digits that matter, at least one."""
    return max(1, TWELVE - 1 - math.floor(math.log10(abs(number)))) if number else 1


def months_text(months: float) -> str:
    """Return a number of months with one decimal, and its unit.

    >>> months_text(2.4766), months_text(1), months_text(0.02)
    ('2.5 months', '1.0 months', 'less than 0.1 months')
    """
    if 0 <= months < 0.05:  # noqa: PLR2004  what would round to 0.0
        return "less than 0.1 months"
    return f"{rounded_text(months, ',.1f')} months"


def span_text(months: float) -> str:
    """Return a span of months without needless decimals.

    >>> span_text(12), span_text(1.63)
    ('12 months', '1.6 months')
    """
    number = rounded_text(months, ",.1f").removesuffix(".0")
    return f"{number} month{'' if number == '1' else 's'}"


def points_text(low: float, high: float) -> str:
    """Return a difference of qualities, or the range of one, in points.

    >>> points_text(-1, -1), points_text(10, 15), points_text(-5, -2)
    ('-1 point', '+10 to +15 points', '-5 to -2 points')
    """
    ends = [rounded_text(end, "+.4g") for end in dict.fromkeys((low, high))]
    return f"{' to '.join(ends)} point{'' if ends in (['+1'], ['-1']) else 's'}"


def size_text(points: float) -> str:
    """Return how large a difference of qualities is, without its sign.

    >>> size_text(-3.5), size_text(1)
    ('3.5 points', '1 point')
    """
    number = rounded_text(abs(points), ".3g")
    return f"{number} point{'' if number == '1' else 's'}"


def volume_text(requests: float) -> str:
    """Return requests a day as a person says them: whole from ten up.

    >>> volume_text(41598.16), volume_text(2.4)
    ('41,598', '2.4')
    """
    if requests >= 10:  # noqa: PLR2004  two digits
        return rounded_text(requests, ",.0f")
    return count_text(float(rounded_text(requests, ".2g")))


def a_day(requests: float) -> str:
    """Return a volume with its unit.

    >>> a_day(41598.16), a_day(1)
    ('41,598 requests a day', '1 request a day')
    """
    return with_noun(volume_text(requests), "requests a day")


def count_of(number: int, noun: str) -> str:
    """Return a number of things.

    >>> count_of(1, "shot"), count_of(1200, "shot")
    ('1 shot', '1,200 shots')
    """
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def with_noun(number: str, what: str) -> str:
    """Return a written number with what it counts, of which the first word is a plural.

    >>> with_noun("1", "tokens of the prompt"), with_noun("0.5", "hours of work")
    ('1 token of the prompt', '0.5 hours of work')
    """
    many, space, rest = what.partition(" ")
    return f"{number} {noun_of(1, many) if number == '1' else many}{space}{rest}"


def a_month(usd: float, end: date | None, money: Money) -> str:
    """Return an amount a month, until its end where it has one.

    >>> from datetime import date
    >>> a_month(37_500, date(2027, 1, 14), USD), a_month(4.2, None, USD)
    ('$37,500 a month until 2027-01-14', '$4.20 a month')
    """
    return f"{money.usd(usd)} a month{f' until {end}' if end else ''}"


def agreeing(number: float, one: str = "is", many: str = "are") -> str:
    """Return the verb that agrees with a number of things.

    >>> agreeing(1), agreeing(25), agreeing(1, "repeats", "repeat")
    ('is', 'are', 'repeats')
    """
    return one if number == 1 else many


def noun_of(number: float, many: str) -> str:
    """Return the noun that stands after a number, given its plural.

    >>> noun_of(1, "runs"), noun_of(1, "copies"), noun_of(0.25, "rounds")
    ('run', 'copy', 'rounds')
    """
    if number != 1:
        return many
    return f"{many.removesuffix('ies')}y" if many.endswith("ies") else many.removesuffix("s")


def opening(headline: str) -> str:
    """Return what a headline decides: its words up to the reason.

    >>> opening("Keep prompting: tuning costs $2 a month more. It ..."), opening("Keep prompting.")
    ('Keep prompting', 'Keep prompting')
    """
    return headline.partition(": ")[0].removesuffix(".")


def is_lead(text: str) -> bool:
    """Return whether a text fits the two lines that a reader of a first screen sees first."""
    return len(wrap(text, LINE, break_on_hyphens=False)) <= LEAD_LINES


def listing(words: list[str], last: str = "and") -> str:
    """Return words as a list in a sentence.

    >>> listing(["a", "b", "c"]), listing(["a"])
    ('a, b and c', 'a')
    """
    *early, final = words
    return f"{', '.join(early)} {last} {final}" if early else final


def rounded_up(number: float) -> int:
    """Return a whole number that is at least `number`, rounding noise aside."""
    return math.ceil(number * (1 - 1e-12))
