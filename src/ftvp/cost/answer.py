"""The cost side of every answer: what a view shows and what JSON holds, in the contract's order."""

from datetime import date

from pydantic import ConfigDict, Field

from ftvp.cost.inputs import Origin
from ftvp.cost.outcome import Never
from ftvp.scenario import ToldScenario
from ftvp.tables.entries import SizeClass
from ftvp.units import TOKENS_PER_MTOK, TWELVE_DIGITS, Record


class Line(Record):
    """One line of a bill: its amount, the formula with its numbers, and its source.

    `times` x `each` x `price_usd` is the amount; a price in "Mtok" is for a million of them.
    """

    item: str
    label: str
    usd: float
    formula: str
    source: str
    times: float
    each: float | None
    price_usd: float
    words: tuple[str, str, str]


class BillAnswer(Record):
    """All costs of one option in its first month, USD, and what is paid before it."""

    model: str | None
    requests_per_month: float
    usd_per_request: float
    cache_hit_rate: float | None
    cached_tokens: float
    monthly_usd: float
    monthly_lines: tuple[Line, ...]
    upfront_usd: float
    upfront_lines: tuple[Line, ...]
    floor: bool = False
    """Whether the amounts are only a floor."""
    floor_reason: str | None = None

    def usd(self, *items: str) -> float:
        """Return what the named monthly lines cost together, USD."""
        return sum(line.usd for line in self.monthly_lines if line.item in items)


class TokenCounts(Record):
    """The tokens of one request on both sides, each in its own model's tokens."""

    prompted_input: float | None
    tuned_input: float | None
    output: float | None
    tuned_output: float | None
    shots: int
    shot_tokens: int
    encoding: str | None
    exact: bool
    error_percent: float
    request: float | None = None
    """Tokens that vary from request to request, in the prompted model's."""
    thinking: float | None = None
    tuned_thinking: float | None = None
    converted: bool = False
    """Whether told numbers were converted to another model's tokens."""


class Breakeven(Record):
    """The point where the two cumulative costs are equal; all None when they never are."""

    months: float | None
    requests: float | None
    date: date | None
    until_months: float | None = None
    """Where the costs cross back, None where they do not."""
    reason: Never | None


class VolumeInterval(Record):
    """Requests a day between which tuning is ahead."""

    from_: float = Field(alias="from")
    to: float | None

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)


class BreakevenVolume(Record):
    """The requests a day at which tuning is ahead; none with a reason."""

    requests_per_day: float | None
    intervals: tuple[VolumeInterval, ...] = ()
    reason: Never | None


class Life(Record):
    """The ends of the models as they were announced by the day of the answer."""

    tuned_shutdown_on: date | None = None
    training_closed_to_new_on: date | None = None
    training_closed_on: date | None = None
    days_left: int | None = None
    in_time: bool = False
    """Payback comes within the horizon."""
    closed: str | None = None
    """Why the tuned model cannot be had on the day, or None."""
    prompted_ends_on: date | None = None


class Horizon(Record):
    """What tuning brings by the horizon, USD: net = money + quality (errors avoided)."""

    months: float
    net_benefit_usd: float
    net_benefit_after_work_usd: float
    money_usd: float
    quality_usd: float
    npv_usd: float
    roi_percent: float | None


class Swap(Record):
    """The same prompt on the tuned model's base, where the two models differ."""

    model: str
    name: str
    size_class: SizeClass | None
    monthly_usd: float
    monthly_lines: tuple[Line, ...]
    horizon_usd: float
    saving_from_model_usd: float
    saving_from_tuning_usd: float
    net_benefit_of_tuning_usd: float


class ArticleAnswer(Record):
    """The article's own formula with its numbers, kept beside the full bill.

    months = training cost / (requests per month x removed tokens x $/token)

    Its published savings come out exactly, and only, with the tuned input price as `$/token`.
    Output, retraining, caching and the tuned model's life are not in it. Months are None where they
    cannot be told.
    """

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
    months = [
        None if usd is None or saving <= TWELVE_DIGITS * usd else usd / saving
        for usd in (low, high)
    ]
    return ArticleAnswer(
        usd_per_mtok=usd_per_mtok,
        removed_tokens=removed_tokens,
        monthly_saving_usd=saving,
        training_low_usd=low,
        training_high_usd=high,
        months_low=months[0],
        months_high=months[1],
    )


class AssumptionAnswer(Record):
    """Something nobody told, the value used for it, its range, and the flag that replaces it."""

    what: str
    value: float | str
    flag: str
    field: str
    low: float | None = None
    high: float | None = None
    source: str


class InputUsed(Record):
    """A number of the answer, its range and where it comes from."""

    field: str
    value: float | str
    low: float | None
    high: float | None
    origin: Origin
    source: str
    flag: str

    @property
    def is_range(self) -> bool:
        """Whether it may be another number than its value."""
        return self.low is not None and self.low != self.high


class Names(Record):
    """What the models are called in sentences."""

    prompted: str
    tuned: str


class Cumulative(Record):
    """What each side has cost by the end of a month, upfront included, USD."""

    month: float
    prompted_usd: float
    tuned_usd: float | None


class Costs(Record):
    """What each side costs, and when tuning has paid for itself. Money is USD."""

    inputs: ToldScenario
    inputs_used: tuple[InputUsed, ...]
    tokens: TokenCounts
    prompted: BillAnswer
    tuned: BillAnswer | None
    """None where no tuned model is to be had."""
    usd_saved_per_request: float | None
    monthly_saving_usd: float | None
    breakeven: Breakeven
    breakeven_volume: BreakevenVolume
    work_budget_usd: float | None
    """Own work up to which tuning is ahead, where nobody told what it costs."""
    swap: Swap | None
    life: Life
    horizon: Horizon | None
    article: ArticleAnswer | None
    names: Names
    cumulative: tuple[Cumulative, ...]

    @property
    def deciding_net_usd(self) -> float | None:
        """The net benefit that decides, own work deducted: the smaller where the models differ."""
        if self.horizon is None:
            return None
        net, after = self.horizon.net_benefit_usd, self.horizon.net_benefit_after_work_usd
        other = net if self.swap is None else self.swap.net_benefit_of_tuning_usd
        return min(net, other) - (net - after)

    @property
    def own_work_usd(self) -> float | None:
        """What own work is taken to cost, USD; None where it was told."""
        used = (each.value for each in self.inputs_used if each.field == "own_work_usd")
        value = next(used, None)
        return value if isinstance(value, float | int) else None
