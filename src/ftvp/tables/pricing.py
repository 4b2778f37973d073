"""The schema of `data/pricing.yaml`: dated, sourced prices and ends of each model."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ftvp.errors import AmbiguousNameError, NameToTuneError, UnknownNameError
from ftvp.tables.entries import (
    Dated,
    End,
    EndKind,
    NotSooner,
    Offer,
    Positive,
    Side,
    SizeClass,
    Source,
    SourceId,
    TrainingPrice,
    Traits,
    TuningLimits,
    in_force,
)
from ftvp.units import MisplacedError, Record, Tokens, Usd, UsdPerMtok, Whole

Encoding = Literal["o200k_base", "cl100k_base"]
ModelId = Annotated[str, Field(pattern=r"^[a-z0-9-]+/[A-Za-z0-9._-]+$")]
"""`provider/model`, for instance `openai/gpt-4o-mini`."""
CacheMode = Literal["automatic", "breakpoint", "none", "unknown"]
CacheWrite = Literal["cache_write_usd_per_mtok", "cache_write_long_usd_per_mtok"]
CACHING: frozenset[CacheMode] = frozenset({"automatic", "breakpoint"})
"""The modes in which a repeated prefix can be billed at the cached price."""
CLOSINGS: frozenset[EndKind] = frozenset(
    {"closed_to_new_customers", "closed_to_inactive_customers", "training_closed"}
)
"""The ends that close tuning, before any model is shut down."""
ASSUMED_MINIMUM_PREFIX = 1024
"""Tokens that a prefix needs to be cached, where the provider does not say."""


class CacheLife(Record):
    """How long an unused prefix stays, and which price of the offer storing it costs."""

    seconds: Positive | None = None
    """Absent where no source says, or only what it is at most."""
    up_to_seconds: Positive | None = None
    """What an unpublished life is at most; absent where no source says."""
    published: bool = True
    """False where the provider promises no time."""
    write: CacheWrite | None = None
    """None where writing costs what input costs."""

    @model_validator(mode="after")
    def _is_known_if_published(self) -> Self:
        if self.published != (self.seconds is not None):
            msg = "a published life has seconds, another at most up_to_seconds"
            raise ValueError(msg)
        return self


class CacheRule(Record):
    """When a repeated prefix is billed at the cached price."""

    mode: CacheMode
    """Automatic, for a prefix that the caller marks, not offered, or not documented."""
    minimum_prefix_tokens: Tokens | None = None
    """None where it is not known: ASSUMED_MINIMUM_PREFIX is taken."""
    step_tokens: Whole = Field(default=1, ge=1)
    """Beyond the minimum the cached prefix grows by so many."""
    lives: tuple[CacheLife, ...] = ()
    """The ways to store a prefix, the shortest first; none where nothing is cached."""
    unmarked: Literal["not_cached", "written_each_time"] | None = None
    """What happens to a prefix whose end the caller does not mark."""
    checked_on: date
    source: SourceId
    note: str | None = None

    @model_validator(mode="after")
    def _fits_its_mode(self) -> Self:
        if (self.mode in CACHING) != bool(self.lives):
            msg = "mode automatic and breakpoint need lives, none and unknown have none"
            raise ValueError(msg)
        if (self.mode == "breakpoint") != (self.unmarked is not None):
            msg = "mode breakpoint, and it alone, says what becomes of an unmarked prefix"
            raise ValueError(msg)
        return self

    def cacheable(self, prefix_tokens: int) -> int:
        """Return how many tokens of a fixed prefix can be cached: 0, or rounded down to the step.

        >>> rule = CacheRule(mode="automatic", minimum_prefix_tokens=1024, step_tokens=128,
        ...                  lives=[CacheLife(seconds=300)], checked_on=date(2026, 11, 23),
        ...                  source="x")
        >>> rule.cacheable(1_000), rule.cacheable(1_500)
        (0, 1408)
        """
        least = self.minimum_prefix_tokens
        least = ASSUMED_MINIMUM_PREFIX if least is None else least
        if self.mode not in CACHING or prefix_tokens < max(1, least):
            return 0
        return prefix_tokens - (prefix_tokens - least) % self.step_tokens


class Tokenizer(Record):
    """How a model's tokens are counted: by an encoding, exactly, or by a ratio to one."""

    encoding: Encoding
    """What texts are counted with."""
    ratio: Positive = 1.0
    """Tokens of the model for each token counted; 1 where the encoding is its own."""
    low: Positive | None = None
    """The 5 % end of the measured ratios; absent where the count is exact."""
    high: Positive | None = None
    """The 95 % end, likewise."""
    cjk_encoding: Encoding | None = None
    """Used instead where over 30 % of the characters are Chinese, Japanese or Korean."""
    cjk_ratio: Positive | None = None
    """The ratio to `cjk_encoding`."""
    source: SourceId
    note: str | None = None

    @property
    def exact(self) -> bool:
        """True when the encoding is the model's own."""
        return self.low is None

    @model_validator(mode="after")
    def _interval_is_whole(self) -> Self:
        if (self.low is None) != (self.high is None):
            msg = "low and high go together"
            raise ValueError(msg)
        if self.low is None and self.ratio != 1:
            msg = "a ratio other than 1 needs its interval: low and high"
            raise ValueError(msg)
        return self


class DefaultModel(Record):
    """The default model from a day on."""

    effective_from: date
    model: ModelId
    why: str


class Gpu(Dated):
    """An hourly price of one GPU at one provider."""

    gpu: str
    provider: str
    usd_per_hour: Usd
    """Of one GPU."""


class Trend(Record):
    """How the list price of a model, or of a class of models, moved between two dates."""

    series: str
    """What is followed, a model or a class of models."""
    from_model: str
    from_on: date
    from_input_usd_per_mtok: UsdPerMtok
    from_output_usd_per_mtok: UsdPerMtok
    to_model: str
    to_on: date
    to_input_usd_per_mtok: UsdPerMtok
    to_output_usd_per_mtok: UsdPerMtok
    source: SourceId


class PricedModel(Record):
    """A model of one provider: its two sides, its training, its limits and its ends."""

    name: str
    aliases: tuple[str, ...] = ()
    """Other names and dated snapshots."""
    tokenizer: str
    """Its name among `tokenizers`."""
    caching: str | None = None
    """The name of its cache rule; absent where none is known."""
    traits: Traits | None = None
    base: tuple[Offer, ...] = ()
    """What prompting it costs, oldest first."""
    tuned: tuple[Offer, ...] = ()
    """What serving a tuned version costs, oldest first; empty where none is sold."""
    training: tuple[TrainingPrice, ...] = ()
    """What a job costs, oldest first."""
    limits: TuningLimits | None = None
    """What the provider asks of a training file; absent where not known."""
    ends: tuple[End, ...] = ()
    """Those announced."""
    not_sooner_than: NotSooner | None = None
    """Until when it is promised; absent without a promise."""
    note: str | None = None

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        for block in ("base", "tuned", "training"):
            starts = [entry.effective_from for entry in getattr(self, block)]
            if starts != sorted(starts):
                msg = "entries stand oldest first: append the newest at the end"
                raise MisplacedError(msg, block)
        return self

    @model_validator(mode="after")
    def _closings_are_dated(self) -> Self:
        read = {entry.checked_on for entry in (*self.base, *self.tuned, *self.training)}
        for place, end in enumerate(self.ends):
            if end.kind in CLOSINGS and end.closes_on in read and not end.at_the_latest:
                msg = f"{end.kind} on the day a price was read: at_the_latest, if not since then"
                raise MisplacedError(msg, "ends", place)
        return self

    @model_validator(mode="after")
    def _unknown_is_absent(self) -> Self:
        for name in self.traits.unknown if self.traits else ():
            holder = self.traits if name in Traits.model_fields else self
            if name not in {*Traits.model_fields, *PricedModel.model_fields}:
                msg = f"'{name}' is no field of a model"
                raise MisplacedError(msg, "traits", "unknown")
            if getattr(holder, name):
                msg = f"'{name}' is known"
                raise MisplacedError(msg, "traits", "unknown")
        return self

    def citations(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield the path of every entry that cites a source, and the source."""
        for block in ("base", "tuned", "training", "ends"):
            for place, entry in enumerate(getattr(self, block)):
                yield (block, place), entry.source
        for block in ("limits", "not_sooner_than", "traits"):
            entry = getattr(self, block)
            if entry is not None:
                yield (block,), entry.source
        for block in ("base", "tuned"):
            for place, offer in enumerate(getattr(self, block)):
                if offer.throughput is not None:
                    yield (block, place, "throughput"), offer.throughput.source

    def ends_on(self, kind: EndKind, day: date) -> date | None:
        """Return the day of an end, as announced by `day`; None where it is not announced."""
        end = self.end(kind, day)
        return end.closes_on if end else None

    def tuned_ends_on(self, day: date) -> date | None:
        """Return when a tuned version is shut down: by its own end, else with its base."""
        return self.ends_on("tuned_shutdown", day) or self.ends_on("base_shutdown", day)

    def closed_because(self, day: date, *, existing_customer: bool) -> str | None:
        """Return why this customer cannot have a tuned version on a day, None where it can."""
        shutdown = self.tuned_ends_on(day)
        if shutdown is not None and shutdown <= day:
            return f"{self.name} was shut down on {shutdown}"
        to_all = self.ends_on("training_closed", day)
        if to_all is not None and to_all <= day:
            return f"{self.name} has taken no training jobs since {to_all}"
        to_new = self.ends_on("closed_to_new_customers", day)
        if to_new is not None and to_new <= day and not existing_customer:
            return f"new customers have not been able to tune {self.name} since {to_new}"
        return None

    @property
    def size_class(self) -> SizeClass | None:
        """The model's place in its vendor's line-up, None where it is not known."""
        return self.traits.size_class if self.traits else None

    def offers(self, side: Side, day: date) -> list[Offer]:
        """Return the offers in force on a day, one a way of serving, those per token first."""
        entries: Sequence[Offer] = self.base if side == "base" else self.tuned
        ways = {(entry.served, entry.commitment_months) for entry in entries}
        found = (
            in_force((e for e in entries if (e.served, e.commitment_months) == way), day)
            for way in sorted(ways, key=lambda way: (way[0] != "per_token", way))
        )
        return [offer for offer in found if offer is not None]

    def token_offer(self, side: Side, day: date) -> Offer | None:
        """Return the offer per token that is in force on a day, None where there is none."""
        return next((each for each in self.offers(side, day) if each.served == "per_token"), None)

    def end(self, kind: EndKind, day: date) -> End | None:
        """Return the end of a kind as announced by `day`; the last announcement wins."""
        known = [end for end in self.ends if end.kind == kind and end.announced_on <= day]
        return max(known, key=lambda end: end.announced_on, default=None)

    def ended_on(self, day: date, side: Side = "base") -> date | None:
        """Return the day on which a side was shut down, None while it is up on `day`.

        A tuned model whose own end nobody announced ends with its base.
        """
        end = self.end("tuned_shutdown", day) if side == "tuned" else None
        end = end or self.end("base_shutdown", day)
        return end.closes_on if end is not None and end.closes_on <= day else None


class Pricing(Record):
    """The price table: every model with its dated, sourced prices. Money is USD."""

    schema_version: Literal[2]
    updated_on: date
    currency: Literal["USD"]
    default_models: tuple[DefaultModel, ...] = Field(min_length=1)
    sources: dict[SourceId, Source]
    tokenizers: dict[str, Tokenizer]
    caching: dict[str, CacheRule]
    models: dict[ModelId, PricedModel]
    gpus: tuple[Gpu, ...] = ()
    trends: tuple[Trend, ...] = ()

    @model_validator(mode="after")
    def _names_resolve(self) -> Self:
        for model_id, model in self.models.items():
            if model.tokenizer not in self.tokenizers:
                msg = f"{model_id}: no tokenizer named '{model.tokenizer}'"
                raise MisplacedError(msg, "models", model_id, "tokenizer")
            if model.caching is not None and model.caching not in self.caching:
                msg = f"{model_id}: no caching rule named '{model.caching}'"
                raise MisplacedError(msg, "models", model_id, "caching")
        for place, default in enumerate(self.default_models):
            if default.model not in self.models:
                msg = f"no model named '{default.model}' for the default model"
                raise MisplacedError(msg, "default_models", place, "model")
        for path, source in self._citations():
            if source not in self.sources:
                msg = f"no source named {source}"
                raise MisplacedError(msg, *path, "source")
        return self

    @model_validator(mode="after")
    def _aliases_are_unique(self) -> Self:
        owners: dict[str, str] = {}
        for model_id, model in self.models.items():
            for alias in (model_id, *model.aliases):
                if owners.setdefault(alias, model_id) != model_id:
                    msg = f"'{alias}' names both {owners[alias]} and {model_id}"
                    raise MisplacedError(msg, "models", model_id, "aliases")
        return self

    def _citations(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield the path of everything that cites a source, and the source."""
        for block in ("tokenizers", "caching"):
            for name, row in getattr(self, block).items():
                yield (block, name), row.source
        for block in ("gpus", "trends"):
            for place, row in enumerate(getattr(self, block)):
                yield (block, place), row.source
        for model_id, model in self.models.items():
            for path, source in model.citations():
                yield ("models", model_id, *path), source

    def find(self, name: str) -> tuple[str, PricedModel]:
        """Return a model's id and row by id, alias, display name, or as `tables.names` reads it.

        UnknownNameError names the nearest; AmbiguousNameError lists all that a name fits.
        """
        wanted = name.strip().casefold()
        for model_id, model in self.models.items():
            if wanted in (n.casefold() for n in (model_id, *model.aliases, model.name)):
                return model_id, model
        # Where a name is an id, its patterns need not be compiled.
        from ftvp.tables.names import matching, names_of

        known = names_of(self.models)
        meant = known.meant(name)
        if len(meant) == 1:
            return meant[0], self.models[meant[0]]
        bare = name.rpartition("/")[2]
        fits = meant or known.meant(bare) or matching(self.models, name)
        if len(fits) > 1:
            raise AmbiguousNameError(name, self._offered(fits))
        names = {name: i for i, m in self.models.items() for name in (i, *m.aliases)}
        raise UnknownNameError("model", name, {name: fits[0]} if fits else names, "ftvp pricing")

    def find_to_tune(
        self, name: str, day: date, *, existing_customer: bool
    ) -> tuple[str, PricedModel]:
        """Return a model to tune, as `find` does.

        Where a name fits several, NameToTuneError lists those that can be tuned, of the seller that
        it names where that has any, each with what it costs kept served.
        """
        try:
            return self.find(name)
        except AmbiguousNameError:
            from ftvp.tables.names import matching

            seller, bare = name.casefold().rpartition("/")[::2]
            of_seller = [each for each in self.models if each.partition("/")[0] == seller]
            for fits in (of_seller, matching(self.models, bare)):
                rows = {model_id: self.models[model_id] for model_id in fits}
                served = {
                    model_id: row.offers("tuned", day)[0].served_text
                    for model_id, row in rows.items()
                    if row.offers("tuned", day)
                    and row.closed_because(day, existing_customer=existing_customer) is None
                }
                if served:
                    raise NameToTuneError(name, served) from None
            raise

    def _offered(self, ids: Iterable[str]) -> list[str]:
        """Return ids for a reader to choose from, those that have ended last and with their day."""
        from ftvp.tables.names import current_first

        ended = {model_id: self.models[model_id].ended_on(self.updated_on) for model_id in ids}
        return [
            f"{model_id} (ended {ended[model_id]})" if ended[model_id] else model_id
            for model_id in current_first(self.models, ended, self.updated_on)
        ]

    def default_model(self, day: date) -> str | None:
        """Return the id of the default model on a day, or None before the first."""
        begun = [d for d in self.default_models if d.effective_from <= day]
        return max(begun, key=lambda d: d.effective_from).model if begun else None
