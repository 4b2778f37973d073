"""The cost side of every answer: what a view shows and what JSON holds, in the contract's order."""

import math
from datetime import date

from pydantic import ConfigDict, Field

from ftvp.cost.inputs import Origin
from ftvp.cost.outcome import Never
from ftvp.scenario import ToldScenario
from ftvp.tables.entries import SizeClass
from ftvp.units import DAYS_PER_MONTH, TOKENS_PER_MTOK, TWELVE_DIGITS, Record


class Line(Record):
    """One line of a bill: its amount, the formula with its numbers, and its source.

    `times` x `each` x `price_usd` is the amount; a price in "Mtok" is for a million of them.
    """

    item: str
    """The component's name in code: `input`, `output`, `hosting`, `training` ..."""
    label: str
    usd: float
    """Of a month in monthly lines, of all runs, labels or hours together in upfront lines."""
    formula: str
    """The multiplication in words, prices in USD with all their digits."""
    source: str
    """The name of the source of its price; "given" where the user told it."""
    times: float
    """Requests, copies, rounds, runs, examples, hours or months, as `words` names them."""
    each: float | None
    """How many of a unit (tokens, hours) for each of `times`; None counts as 1."""
    price_usd: float
    """For one unit, or for a million where the last of `words` is "Mtok"."""
    words: tuple[str, str, str]
    """What `times` counts, what `each` counts, and what the price is for; empty for nothing."""


class BillAnswer(Record):
    """All costs of one option in its first month, USD, and what is paid before it."""

    model: str | None
    """Its id; None where the user's own prices stand for it."""
    requests_per_month: float
    """As they are billed: each try for a usable answer counts."""
    usd_per_request: float
    """All tries of one request, without what is fixed by the month."""
    cache_hit_rate: float | None
    """Share of requests, 0 to 1, that find their prefix cached; None where none is cached."""
    cached_tokens: float
    """Tokens of a request that are cached where they can be; 0 where nothing is."""
    monthly_usd: float
    """The sum of `monthly_lines`: the first month, retraining included."""
    monthly_lines: tuple[Line, ...]
    upfront_usd: float
    """The sum of `upfront_lines`: training, labels and told work, paid once."""
    upfront_lines: tuple[Line, ...]
    floor: bool = False
    """Whether the amounts are only a floor."""
    floor_reason: str | None = None
    """What is not known, so that the amounts are a floor; None where they are not."""

    def usd(self, *items: str) -> float:
        """Return what the named monthly lines cost together, USD."""
        return sum(line.usd for line in self.monthly_lines if line.item in items)


class TokenCounts(Record):
    """The tokens of one request on both sides, each in its own model's tokens."""

    prompted_input: float | None
    """Of the prompt with its request, and the history that is resent; None without a prompt."""
    tuned_input: float | None
    """Of the tuned prompt likewise; None without a prompt or a tuned option."""
    output: float | None
    """Of the answer, hidden reasoning left aside; None where `prompted_input` is."""
    tuned_output: float | None
    """Of the tuned model's answer likewise; None where `tuned_input` is."""
    shots: int
    """Worked examples found in the prompt file; 0 without a file."""
    shot_tokens: int
    """Tokens of all of them together."""
    encoding: str | None
    """What the prompt file was counted with; None without a file."""
    exact: bool
    """False where another model's encoding was scaled; true without a file."""
    error_percent: float
    """How far the count may be off, either way; 0 where it is exact."""
    request: float | None = None
    """Tokens that vary from request to request, in the prompted model's."""
    thinking: float | None = None
    """Tokens of hidden reasoning, billed as output; None where `output` is."""
    tuned_thinking: float | None = None
    """The same of the tuned model; None where `tuned_output` is."""
    converted: bool = False
    """Whether told numbers were converted to another model's tokens."""


class Breakeven(Record):
    """The point where the two cumulative costs are equal; all None when they never are."""

    months: float | None
    """Months of 30 days until the savings have paid what is due once and untold own work."""
    requests: float | None
    """The requests of those months, each counted once however often it is tried."""
    date: date | None
    """The day of the answer and those months, rounded up to whole days."""
    until_months: float | None = None
    """Where the costs cross back, None where they do not."""
    reason: Never | None
    """Why tuning never pays back at this volume; None where it does."""


class VolumeInterval(Record):
    """Requests a day between which tuning is ahead."""

    from_: float = Field(alias="from")
    """The lower end, in requests a day."""
    to: float | None
    """The upper end, in requests a day; None where there is none."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)


class BreakevenVolume(Record):
    """The requests a day at which tuning is ahead; none with a reason."""

    requests_per_day: float | None
    """The lower end of the first interval; None where there is none."""
    intervals: tuple[VolumeInterval, ...] = ()
    """Every one, lowest first; empty where no volume makes tuning pay, or that is not known."""
    reason: Never | None
    """Why no volume makes tuning pay; None where one does."""


class Life(Record):
    """The ends of the models as they were announced by the day of the answer."""

    tuned_shutdown_on: date | None = None
    """By its own end, else with its base; None where neither is announced."""
    training_closed_to_new_on: date | None = None
    """The day from which new customers cannot tune it; None where none is announced."""
    training_closed_on: date | None = None
    """The day from which nobody can tune it; None where none is announced."""
    days_left: int | None = None
    """Days from the answer's to `tuned_shutdown_on`; None where that is."""
    in_time: bool = False
    """Payback comes within the horizon."""
    closed: str | None = None
    """Why the tuned model cannot be had on the day, or None."""
    prompted_ends_on: date | None = None
    """When the prompted model is shut down; None where no end is announced."""


class Horizon(Record):
    """What tuning brings by the horizon, USD: net = money + quality (errors avoided)."""

    months: float
    """The horizon, in months of 30 days."""
    net_benefit_usd: float
    """Against prompting now, before untold own work; below 0 where tuning loses."""
    net_benefit_after_work_usd: float
    """The same less own work at its assumed cost; equal where work was told."""
    money_usd: float
    """The costs of prompting less those of tuning, what is paid once included."""
    quality_usd: float
    """Errors avoided, below 0 where there are more; 0 where their worth is not known."""
    npv_usd: float
    """`net_benefit_usd` with each month's part discounted from its end at --discount-rate."""
    roi_percent: float | None
    """`net_benefit_usd` in percent of what is paid once; None where hardly anything is."""


class Swap(Record):
    """The same prompt on the tuned model's base, where the two models differ."""

    model: str
    """The id of the tuned model's base."""
    name: str
    size_class: SizeClass | None
    """Its place in its vendor's line-up; None where it is not known."""
    monthly_usd: float
    """Its first month."""
    monthly_lines: tuple[Line, ...]
    horizon_usd: float
    """All that it costs by the horizon."""
    saving_from_model_usd: float
    """A month: prompting now less this; below 0 where this costs more."""
    saving_from_tuning_usd: float
    """A month: this less the tuned option; below 0 where tuning costs more."""
    net_benefit_of_tuning_usd: float
    """By the horizon against this, errors avoided counted, before untold own work."""


class ArticleAnswer(Record):
    """The article's own formula with its numbers, kept beside the full bill.

    months = training cost / (requests per month x removed tokens x $/token)

    Its published savings come out exactly, and only, with the tuned input price as `$/token`.
    Output, retraining, caching and the tuned model's life are not in it. Months are None where they
    cannot be told.
    """

    usd_per_mtok: float
    """The tuned side's input price, USD per million tokens."""
    removed_tokens: float
    """Input tokens of a request that tuning takes away; below 0 where it adds some."""
    monthly_saving_usd: float
    """Requests a month x removed tokens x price; below 0 where tokens are added."""
    training_low_usd: float | None
    """The article's lowest typical run, or the told cost; None where it has no row."""
    training_high_usd: float | None
    """The highest, or the told cost; None where it has no row."""
    months_low: float | None
    """For `training_low_usd`; None where that is, or nothing is saved."""
    months_high: float | None
    """For `training_high_usd`; None where that is, or nothing is saved."""


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
    """What the value counts, in words: its unit."""
    value: float | str
    """A number in that unit, the middle of its range; text for a model or a yes or no."""
    flag: str
    """The flag that tells it."""
    field: str
    """Its name as a scenario field, or as an assumption of the framework."""
    low: float | None = None
    """The lower end of its range, in the unit of the value; None where it has none."""
    high: float | None = None
    """The upper end, likewise."""
    source: str
    """Where the value is from, or why it was chosen."""


class InputUsed(Record):
    """A number of the answer, its range and where it comes from."""

    field: str
    """Its name as a scenario field, or as an assumption of the framework."""
    value: float | str
    """The number used, the middle of a range; the id of a model."""
    low: float | None
    """The lower end of its range, in the unit of the value; None where it has none."""
    high: float | None
    """The upper end, likewise."""
    origin: Origin
    """Said by the user, read from a file, a row of a table, or assumed."""
    source: str
    """The flag, the file with its line, or the source of a table or an assumption."""
    flag: str
    """The flag that tells it."""

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
    """The number of months of 30 days since the day of the answer, from 0."""
    prompted_usd: float
    tuned_usd: float | None
    """None where no tuned option has a bill."""


class Costs(Record):
    """What each side costs, and when tuning has paid for itself. Money is USD."""

    inputs: ToldScenario
    """The scenario, with the models, days, horizon and answer used; ranges by their middle."""
    inputs_used: tuple[InputUsed, ...]
    """Every number and model of the answer; one that is not known is left out."""
    tokens: TokenCounts
    prompted: BillAnswer
    tuned: BillAnswer | None
    """None without a price or room for a request; `life.closed` says why it may still be shut."""
    usd_saved_per_request: float | None
    """Without what is fixed by the month; below 0 where tuned costs more, None without it."""
    monthly_saving_usd: float | None
    """Of the first month, errors avoided left aside; below 0 where tuned costs more."""
    breakeven: Breakeven
    breakeven_volume: BreakevenVolume
    work_budget_usd: float | None
    """Own work up to which tuning is ahead, where nobody told what it costs."""
    swap: Swap | None
    """None where both models are the same, or the base cannot be had for the same prompt."""
    life: Life
    horizon: Horizon | None
    """None where `tuned` is, or a bill is only a floor."""
    article: ArticleAnswer | None
    """None where `tuned` is, or charges no input tokens."""
    names: Names
    cumulative: tuple[Cumulative, ...]
    """A row for the end of each month up to the horizon; month 0 is what is paid before."""

    @property
    def deciding_net_usd(self) -> float | None:
        """The net benefit that decides, own work deducted: the smaller where the models differ."""
        if self.horizon is None:
            return None
        net, after = self.horizon.net_benefit_usd, self.horizon.net_benefit_after_work_usd
        other = net if self.swap is None else self.swap.net_benefit_of_tuning_usd
        return min(net, other) - (net - after)

    @property
    def errors_avoided(self) -> tuple[float, date | None]:
        """What fewer errors are worth a month while the tuned model is up, USD, and when it ends.

        None where that is not within the horizon.
        """
        if self.horizon is None:
            return 0.0, None
        left, ends = self.life.days_left, self.life.tuned_shutdown_on
        up = math.inf if self.inputs.retune or left is None else left / DAYS_PER_MONTH
        months = self.horizon.months
        return self.horizon.quality_usd / min(up, months), ends if up < months else None

    @property
    def own_work_usd(self) -> float | None:
        """What own work is taken to cost, USD; None where it was told."""
        used = (each.value for each in self.inputs_used if each.field == "own_work_usd")
        value = next(used, None)
        return value if isinstance(value, float | int) else None
