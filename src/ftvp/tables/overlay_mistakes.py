"""What in an overlay does not fit the price table that it is laid over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ftvp.errors import nearest
from ftvp.tables.names import Names, names_of
from ftvp.tables.overlay import ADDED, Overlay
from ftvp.tables.pricing import Pricing

Path = tuple[str | int, ...]
Mistake = tuple[Path, str]
"""Where in the overlay a mistake stands, and what is wrong."""


def mistakes(pricing: Pricing, overlay: Overlay) -> Iterator[Mistake]:
    """Yield every reference of an overlay that leads nowhere, and every name it takes twice."""
    names = names_of(pricing.models)
    yield from _taken(pricing, overlay)
    for name in overlay.models:
        if names.at_its_seller(name) is None:
            yield from _not_whole(pricing, overlay, name)
    yield from _models(pricing, overlay)
    yield from _aliases(names, overlay)
    yield from _discounts(names, overlay)
    for path, source in _citations(overlay):
        known = _names("sources", pricing, overlay)
        yield from _unknown((*path, "source"), "source", source, known)
    yield from _past(pricing, overlay)


def _taken(pricing: Pricing, overlay: Overlay) -> Iterator[Mistake]:
    for block in ADDED:
        theirs = getattr(pricing, block)
        for name, row in getattr(overlay, block).items():
            if theirs.get(name, row) != row:
                yield (block, name), f"'{name}' is the price table's own: choose another name"


def _models(pricing: Pricing, overlay: Overlay) -> Iterator[Mistake]:
    for name, row in overlay.models.items():
        for key, block in (("tokenizer", "tokenizers"), ("caching", "caching")):
            told = getattr(row, key)
            if told:
                known = _names(block, pricing, overlay)
                yield from _unknown(("models", name, key), key, told, known)


def _not_whole(pricing: Pricing, overlay: Overlay, name: str) -> Iterator[Mistake]:
    row = overlay.models[name]
    missing = [key for key in ("name", "tokenizer", "base") if not getattr(row, key)]
    if not missing:
        return
    close = nearest(name, pricing.models)
    hint = f" Or did you mean '{close}'?" if close else ""
    says = f"'{name}' is not in the price table; a new model needs {' and '.join(missing)}.{hint}"
    yield ("models", name), says


def _aliases(names: Names, overlay: Overlay) -> Iterator[Mistake]:
    owners = dict(names.exact)
    for name, row in overlay.models.items():
        model_id = names.at_its_seller(name) or name
        for alias in (name, *row.aliases):
            owner = owners.setdefault(alias.casefold(), model_id)
            if owner != model_id:
                yield ("models", name, "aliases"), f"'{alias}' names both {owner} and {model_id}"


def _discounts(names: Names, overlay: Overlay) -> Iterator[Mistake]:
    for place, discount in enumerate(overlay.discounts):
        path = ("discounts", place)
        if discount.provider is not None:
            yield from _unknown(
                (*path, "provider"), "provider", discount.provider, sorted(names.providers)
            )
        if discount.model is not None and len(names.meant(discount.model)) != 1:
            wanted = discount.model.casefold()
            yield from _unknown((*path, "model"), "model in the table", wanted, names.exact)


def _past(pricing: Pricing, overlay: Overlay) -> Iterator[Mistake]:
    """Yield every price that rests on a record of past prices, which nobody would believe sold."""
    sources = pricing.sources | overlay.sources
    for model_id, model in overlay.models.items():
        for path, name in model.citations():
            if path[0] in ("base", "tuned") and name in sources and sources[name].past:
                says = f"'{name}' is a record of past prices: cite where the price stands now"
                yield ("models", model_id, *path, "source"), says


def _citations(overlay: Overlay) -> Iterator[tuple[Path, str]]:
    """Yield the path of everything that cites a source, and the source."""
    for block in ("tokenizers", "caching"):
        for name, row in getattr(overlay, block).items():
            yield (block, name), row.source
    for place, discount in enumerate(overlay.discounts):
        yield ("discounts", place), discount.source
    for model_id, model in overlay.models.items():
        for path, source in model.citations():
            yield ("models", model_id, *path), source


def _names(block: str, pricing: Pricing, overlay: Overlay) -> list[str]:
    return [*getattr(pricing, block), *getattr(overlay, block)]


def _unknown(path: Path, kind: str, name: str, known: Iterable[str]) -> Iterator[Mistake]:
    known = list(known)
    if name not in known:
        close = nearest(name, known)
        yield path, f"no {kind} named '{name}'.{f' Did you mean {close!r}?' if close else ''}"
