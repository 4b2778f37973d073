"""One model of the price table in full: prices with their history, limits, ends and sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from ftvp.prices.answer import PricingAnswer
from ftvp.render.document import (
    Block,
    Items,
    Lead,
    Paragraph,
    age_text,
    basis,
    sentence,
)
from ftvp.tables.entries import (
    SIDES,
    EndKind,
    Offer,
    Source,
    Thinking,
    Throughput,
    TrainingPrice,
    Traits,
    TuningLimits,
)
from ftvp.tables.overlay import TOKEN_PRICES
from ftvp.tables.pricing import CacheLife, CacheRule, PricedModel, Tokenizer
from ftvp.wording import (
    Money,
    agreeing,
    count_of,
    count_text,
    noun_of,
)

ENDS: dict[EndKind, str] = {
    "closed_to_new_customers": "new customers can no longer tune it",
    "closed_to_inactive_customers": "customers who had stopped tuning can no longer tune it",
    "training_closed": "no more training jobs",
    "serverless_shutdown": "it is no longer sold by the token, only hosted",
    "base_shutdown": "the model is shut down",
    "tuned_shutdown": "its tuned versions are shut down",
}
CITING = ("base", "tuned", "training", "ends", "limits", "not_sooner_than", "traits")
"""The blocks of a model that cite sources, in the order of their addresses."""


def sheet(answer: PricingAnswer) -> Iterator[Block]:
    """Yield everything known of the one model of an answer."""
    ((name, model),) = answer.models.items()
    day, sources, money = answer.as_of, answer.sources, Money(answer.currency)
    yield Lead(f"{model.name} ({name}){_summary(money, model, day)}")
    yield from _history(money, f"Prompted, {money.code} per million tokens", model.base, answer)
    yield from _history(money, f"Tuned, {money.code} per million tokens", model.tuned, answer)
    yield from _history(money, "Training", model.training, answer)
    yield from _ends(model, day, sources)
    if model.not_sooner_than is not None:
        promise = model.not_sooner_than
        origin = f"{sources[promise.source].name}, {age_text(promise.checked_on, day)}"
        past = ", which is past: an end may be announced" if promise.than <= day else ""
        yield Paragraph(f"It will not be shut down before {promise.than}{past} ({origin}).")
    if model.traits is not None:
        yield from _traits(model.traits, sources, day)
    if model.limits is not None:
        yield Paragraph(_limits(model.limits, sources, day))
    if model.caching is not None:
        yield Paragraph(_caching(answer.caching[model.caching], sources, day))
    yield Paragraph(_tokenizer(answer.tokenizers[model.tokenizer], sources))
    if model.note:
        yield Paragraph(sentence(model.note))
    if model.aliases:
        yield Paragraph(f"Also known as: {', '.join(model.aliases)}.")
    yield from _addresses(model, answer)
    yield from listed_warnings(answer)
    yield from basis(answer.overlays, answer.currency, answer.models)
    yield Paragraph(f"As of {day}. The price table last changed on {answer.updated_on}.")


def listed_warnings(answer: PricingAnswer) -> Iterator[Block]:
    """Yield the warnings on the ages of the prices."""
    if answer.warnings:
        yield Items("Warnings", answer.warnings)


def _summary(money: Money, model: PricedModel, day: date) -> str:
    """Return the prices of the day and when the model is shut down, in one sentence."""
    said, by_token = [], False
    for side, word in zip(SIDES, ("prompted", "tuned"), strict=True):
        if offers := model.offers(side, day):
            said.append(f"{word} {_offered(money, offers[0], ('input', 'output'))}")
            by_token = by_token or offers[0].input_usd_per_mtok is not None
    end = model.end("tuned_shutdown", day) or model.end("base_shutdown", day)
    if end is not None:
        left = (end.closes_on - day).days
        said.append(
            f"shut down on {end.closes_on}" + (f", in {count_of(left, 'day')}" if left > 0 else "")
        )
    if not said:
        return f": no price is known on {day}."
    return f"{', per million tokens' if by_token else ''}: {'; '.join(said)}."


def _offered(
    money: Money, offer: Offer, wanted: Sequence[str] = tuple(TOKEN_PRICES.values())
) -> str:
    prices = [
        f"{word} {money.price(price)}"
        for field, word in TOKEN_PRICES.items()
        if word in wanted and (price := getattr(offer, field)) is not None
    ]
    if offer.hosting_usd_per_hour:
        prices.append(f"hosting {money.price(offer.hosting_usd_per_hour)} an hour")
    if offer.storage_usd_per_month:
        prices.append(f"storage {money.price(offer.storage_usd_per_month)} a month")
    return ", ".join(prices)


def _history(
    money: Money,
    title: str,
    entries: Sequence[Offer] | Sequence[TrainingPrice],
    answer: PricingAnswer,
) -> Iterator[Block]:
    """Yield dated entries, oldest first, each with its source and notes."""
    if entries:
        yield Items(title, tuple(_entry(money, entry, answer) for entry in entries))


def _entry(money: Money, entry: Offer | TrainingPrice, answer: PricingAnswer) -> str:
    prices = (
        _offer_terms(money, entry) if isinstance(entry, Offer) else _training_terms(money, entry)
    )
    notes = [sentence(entry.note)] if entry.note else []
    notes += [f"An estimate: {entry.estimate}"] if entry.estimate else []
    origin = f"{answer.sources[entry.source].name}, {age_text(entry.checked_on, answer.as_of)}"
    return " ".join((f"from {entry.effective_from}: {prices} ({origin}).", *notes))


def _offer_terms(money: Money, offer: Offer) -> str:
    terms = [_offered(money, offer)]
    if offer.served != "per_token":
        months = offer.commitment_months
        terms.append(offer.served + (f" for {count_of(months, 'month')}" if months else ""))
    if offer.hardware:
        terms.append(f"on {offer.hardware}")
    if offer.throughput:
        terms.append(_throughput(offer.throughput))
    if offer.adapters_per_deployment:
        terms.append(f"up to {offer.adapters_per_deployment} tuned versions on one")
    if offer.long_prompt:
        long = offer.long_prompt
        terms.append(
            f"above {count_text(long.above_tokens)} tokens of input {long.input_times:g} times "
            f"the input and {long.output_times:g} times the output price"
        )
    return ", ".join(term for term in terms if term)


def _throughput(found: Throughput) -> str:
    rates = (found.input_tokens_per_second, found.output_tokens_per_second)
    reads, writes = map(count_text, rates)
    if found.times is None:
        basis = f"fitted to runs of {found.lengths} lengths"
    else:
        basis = f"a guess from one length, times {found.times.low:g} to {found.times.high:g}"
    return f"{reads} input or {writes} output tokens a second ({basis})"


def _training_terms(money: Money, price: TrainingPrice) -> str:
    units = {
        "per million training tokens": price.usd_per_mtok,
        "a GPU hour": price.usd_per_gpu_hour,
        "a training hour": price.usd_per_training_hour,
    }
    cost = next(f"{money.price(usd)} {unit}" for unit, usd in units.items() if usd is not None)
    least = price.minimum_charge_usd
    return f"{cost}, {price.method}" + (f", at least {money.price(least)} a job" if least else "")


def _ends(model: PricedModel, day: date, sources: dict[str, Source]) -> Iterator[Block]:
    known = [end for kind in ENDS if (end := model.end(kind, day)) is not None]
    if known:
        said = (
            f"{'by ' if end.at_the_latest else ''}{end.closes_on}: {ENDS[end.kind]} "
            f"({sources[end.source].name}, announced {end.announced_on}, "
            f"{age_text(end.checked_on, day)})." + (f" {sentence(end.note)}" if end.note else "")
            for end in sorted(known, key=lambda end: end.closes_on)
        )
        yield Items("Ends", tuple(said))


THINKING: dict[Thinking, str] = {
    "none": "It does not think before it answers",
    "optional": "It thinks only when asked to",
    "default": "It thinks unless that is turned off",
    "always": "It always thinks before it answers",
}


def _traits(traits: Traits, sources: dict[str, Source], day: date) -> Iterator[Block]:
    """Yield the traits of the model, and why what is absent is not known."""
    said = [THINKING[traits.thinking]] if traits.thinking else []
    said += [f"a {traits.size_class} model of its line-up"] if traits.size_class else []
    if traits.context_tokens:
        said.append(f"up to {count_text(traits.context_tokens)} tokens of context")
    if traits.max_output_tokens:
        said.append(f"at most {count_text(traits.max_output_tokens)} of output")
    origin = f"{sources[traits.source].name}, {age_text(traits.checked_on, day)}"
    note = f" {sentence(traits.note)}" if traits.note else ""
    if said:
        yield Paragraph(f"{sentence(', '.join(said))[:-1]} ({origin}).{note}")
    if traits.unknown:
        reasons = (f"{name.replace('_', ' ')}: {why}" for name, why in traits.unknown.items())
        yield Items("Not known", tuple(reasons))


def _limits(limits: TuningLimits, sources: dict[str, Source], day: date) -> str:
    asks = {
        "at least {} training {examples}": limits.minimum_examples,
        "{} {are} recommended": limits.recommended_examples,
        "at most {}": limits.maximum_examples,
        "{} {tokens} in each": limits.maximum_tokens_per_example,
    }
    said = [
        text.format(
            count_text(n),
            examples=noun_of(n, "examples"),
            are=agreeing(n),
            tokens=noun_of(n, "tokens"),
        )
        for text, n in asks.items()
        if n is not None
    ]
    if limits.default_epochs is not None:
        policy = limits.default_epochs
        by_size = ", more or fewer by file size" if policy.least_total or policy.most_total else ""
        said.append(f"{policy.target} {noun_of(policy.target, 'epochs')} by default{by_size}")
    origin = f"{sources[limits.source].name}, {age_text(limits.checked_on, day)}"
    note = f" {sentence(limits.note)}" if limits.note else ""
    return f"Training file: {', '.join(said) or 'see the note'} ({origin}).{note}"


MODES = {
    "automatic": "automatic",
    "breakpoint": "for a prefix whose end the caller marks",
    "none": "not offered",
    "unknown": "not documented",
}
"""How each mode of caching is worded."""


def _caching(rule: CacheRule, sources: dict[str, Source], day: date) -> str:
    said = f"Caching is {MODES[rule.mode]}"
    if rule.minimum_prefix_tokens is not None:
        said += f", from {count_text(rule.minimum_prefix_tokens)} tokens of prefix"
    if rule.step_tokens > 1:
        said += f" in steps of {rule.step_tokens}"
    lives = " or ".join(filter(None, map(_life, rule.lives)))
    said += f", kept {lives}" if lives else ""
    note = f" {sentence(rule.note)}" if rule.note else ""
    return f"{said} ({sources[rule.source].name}, {age_text(rule.checked_on, day)}).{note}"


def _life(life: CacheLife) -> str | None:
    seconds, word = life.seconds or life.up_to_seconds, "for" if life.seconds else "for up to"
    return f"{word} {count_text(seconds / 60)} minutes" if seconds else None


def _tokenizer(tokenizer: Tokenizer, sources: dict[str, Source]) -> str:
    if tokenizer.exact:
        return f"Tokens are counted exactly, with {tokenizer.encoding}."
    return (
        f"Tokens are estimated: {tokenizer.ratio:g} times {tokenizer.encoding}, between "
        f"{tokenizer.low:g} and {tokenizer.high:g} ({sources[tokenizer.source].name})."
    )


def _addresses(model: PricedModel, answer: PricingAnswer) -> Iterator[Block]:
    """Yield the address of every source that the sheet cites, in the order of the sheet."""
    by_block: dict[str | int, list[str]] = {}
    for path, source in model.citations():
        by_block.setdefault(path[0], []).append(source)
    cited = [source for block in CITING for source in by_block.get(block, ())]
    cited += [answer.caching[model.caching].source] if model.caching else []
    cited += [answer.tokenizers[model.tokenizer].source]
    found = (answer.sources[name] for name in dict.fromkeys(cited))
    addresses = tuple(f"{source.name}: {source.url}" for source in found if source.url)
    if addresses:
        yield Items("Addresses", addresses)
