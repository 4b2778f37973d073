"""The article's own formula, kept beside the full bill.

    months = training cost / (requests per month x removed tokens x $/token)

Its published savings come out exactly, and only, with the tuned input price as `$/token`. Output,
retraining, caching and the tuned model's life are not in it.
"""

from __future__ import annotations

from ftvp.units import TOKENS_PER_MTOK, TWELVE_DIGITS, Record


class ArticleAnswer(Record):
    """The article's formula with its numbers; months are None where they cannot be told."""

    usd_per_mtok: float
    removed_tokens: float
    monthly_saving_usd: float
    training_low_usd: float | None
    training_high_usd: float | None
    months_low: float | None
    months_high: float | None


def article_answer(
    *,
    requests_per_month: float,
    removed_tokens: float,
    usd_per_mtok: float,
    training_usd: tuple[float, float] | None,
) -> ArticleAnswer:
    """Return the article's break-even, in months, for a range of training costs in USD.

    >>> answer = article_answer(requests_per_month=300_000, removed_tokens=600,
    ...                         usd_per_mtok=0.30, training_usd=(15, 75))
    >>> round(answer.monthly_saving_usd, 2), round(answer.months_high, 2)
    (54.0, 1.39)
    """
    saving = requests_per_month * removed_tokens * usd_per_mtok / TOKENS_PER_MTOK
    low, high = training_usd or (None, None)
    return ArticleAnswer(
        usd_per_mtok=usd_per_mtok,
        removed_tokens=removed_tokens,
        monthly_saving_usd=saving,
        training_low_usd=low,
        training_high_usd=high,
        months_low=_months(low, saving),
        months_high=_months(high, saving),
    )


def _months(training_usd: float | None, saving: float) -> float | None:
    if training_usd is None or saving <= TWELVE_DIGITS * training_usd:
        return None
    return training_usd / saving
