"""Which models of the price table a name means: ids, dated, regional and display names.

A name is read from the whole to its core: the tags of a fine-tune, a version, a date, `-latest`,
a region and the names of sellers and vendors are taken off one after the other, and the first
spelling that some model bears decides. Spellings are compared by their letters and digits alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ftvp.tables.pricing import PricedModel

SELLERS = {
    "azure": "azure-openai",
    "azure_ai": "azure-openai",
    "bedrock": "aws-bedrock",
    "bedrock_converse": "aws-bedrock",
    "bedrock_mantle": "aws-bedrock",
    "aws": "aws-bedrock",
    "dashscope": "alibaba",
    "fireworks_ai": "fireworks",
    "gemini": "google",
    "prime": "prime-intellect",
    "text-completion-openai": "openai",
    "together_ai": "together",
    "vertex": "google-vertex",
    "vertex_ai": "google-vertex",
    "vertex_ai-language-models": "google-vertex",
    "x-ai": "xai",
}
"""What others call the providers of the table."""
REGION = re.compile(r"^(us-gov|us|eu|apac|au|jp|ca|sa|global|regional)\.(?=[a-z])")
SAME_REGION = {"regional": "us"}
"""What genai-prices calls the geographic profiles, whose prices are those of the first."""
VENDOR = re.compile(r"^([a-z]+)\.(?=[a-z])")
TUNED = re.compile(r"^ft:([^:]+)(:.*)?$|^(.+)\.ft-.*$")
VERSION = re.compile(r"(-v?\d+(?=:))?(:\d+)?(:\d+k)?$")
DOTTED_VERSION = re.compile(r"-v\d+$")
"""A version as the ids of Bedrock end in it; elsewhere -v3 is part of a name."""
ENDINGS = (
    VERSION,
    re.compile(r"-00\d$"),
    re.compile(r"[-@](20\d{6}|20\d\d-\d\d-\d\d)$"),
    re.compile(r"-latest$"),
)
"""What may end a name, from its end inwards: a version, the day of a snapshot, a moving name."""
TRAINED = re.compile(r"(?<=\db)-(instruct|it)(?=-|$)")
"""How the names of open models, which state their size, say that they were trained to answer."""
WORDS = re.compile(r"[a-z0-9.]+")
MIN_LETTERS = 3
"""The least length of the longest word of a search."""
DOTTED = "aws-bedrock"
"""The provider whose ids begin with a region and a vendor, each with a dot."""


@dataclass(frozen=True, eq=False, repr=False)
class Spelling:
    """A name, taken apart: whose it is, and what it may be called there."""

    sellers: tuple[str, ...]
    """What stands before its slashes, as the table calls it; none of a bare name."""
    region: str | None
    vendor: str | None
    core: str

    @property
    def forms(self) -> tuple[str, ...]:
        """The core with less and less at its end, as keys: the most literal first."""
        found = [self.core, self._without_version]
        for ending in ENDINGS[1:]:
            found.append(ending.sub("", found[-1]))
        return tuple(dict.fromkeys(key for form in found for key in _keys(form)))

    @property
    def plain(self) -> str:
        """The core without version, day and `-latest`: what the model itself is called."""
        plain = self._without_version
        for ending in ENDINGS[2:]:
            plain = ending.sub("", plain)
        return f"{self.vendor}-{plain}" if re.match(r"v\d", plain) and self.vendor else plain

    @property
    def _without_version(self) -> str:
        plain = VERSION.sub("", self.core)
        return DOTTED_VERSION.sub("", plain) if self.region or self.vendor else plain

    @cached_property
    def borne(self) -> frozenset[str]:
        """The keys of a model that is named so: as it stands, and without its version."""
        return frozenset(key for form in (self.core, self._without_version) for key in _keys(form))


@lru_cache(maxsize=8_192)  # a table's names are taken apart for each name that is looked up
def spelling(name: str) -> Spelling:
    """Take a name apart.

    >>> found = spelling("us.anthropic.claude-sonnet-4-5-20250929-v1:0")
    >>> found.region, found.vendor, found.forms[-1]
    ('us', 'anthropic', 'claudesonnet45')
    """
    whole = name.strip().casefold()
    if tuned := TUNED.match(whole):
        whole = tuned[1] or tuned[3]
    path, _, last = whole.rpartition("/")
    region = REGION.match(last)
    bare = last[region.end() :] if region else last
    vendor = VENDOR.match(bare)
    sellers = [SELLERS.get(part, part) for part in path.split("/") if part]
    return Spelling(
        sellers=tuple(sellers) or ((DOTTED,) if region or vendor else ()),
        region=SAME_REGION.get(region[1], region[1]) if region else None,
        vendor=vendor[1] if vendor else None,
        core=bare[vendor.end() :] if vendor else bare,
    )


def _keys(form: str) -> Iterator[str]:
    """Yield the letters and digits of a name, with and without the mark of a trained model."""
    for text in (form, TRAINED.sub("", form)):
        yield "".join(filter(str.isalnum, text))


@dataclass(frozen=True, eq=False, repr=False)
class ModelNames:
    """The models of a table by their names."""

    providers: set[str]
    exact: dict[str, str] = field(default_factory=dict)
    """By id, display name and alias in lower case, the model."""
    own: dict[str, dict[str, None]] = field(default_factory=dict)
    """By key, the models that bear it alone."""
    at_seller: dict[str, dict[str, None]] = field(default_factory=dict)
    """By key, the models that bear it behind the name of a seller."""
    regions: dict[str, set[str]] = field(default_factory=dict)
    """By id, the regions that its aliases name; a model without any has one price for all."""

    def meant(self, name: str) -> list[str]:
        """Return the ids of the models that a name may mean, none where it means none."""
        if exact := self.exact.get(name.strip().casefold()):
            return [exact]
        spelt = spelling(name)
        sellers = [seller for seller in spelt.sellers if seller in self.providers]
        for key in spelt.forms:
            if found := self._bearers(key, spelt, sellers):
                return found
        return []

    def at_its_seller(self, name: str) -> str | None:
        """Return the one model that a name means at the seller it names, None for a new one."""
        meant, sellers = self.meant(name), spelling(name).sellers
        sold = {model.partition("/")[0] for model in meant}
        return meant[0] if len(meant) == 1 and sold <= set(sellers) else None

    def _bearers(self, key: str, spelt: Spelling, sellers: list[str]) -> list[str]:
        """Return the models named by a key, those of the first seller where one is named."""

        def in_region(model: str) -> bool:
            regions = self.regions.get(model)
            return not regions or spelt.region is None or spelt.region in regions

        own = [model for model in self.own.get(key, ()) if in_region(model)]
        others = [model for model in self.at_seller.get(key, ()) if in_region(model)]
        if not sellers:
            return own or others
        found = [m for m in dict.fromkeys((*own, *others)) if m.partition("/")[0] == sellers[0]]
        return found or (own if spelt.vendor else [])


def names_of(models: Mapping[str, PricedModel]) -> ModelNames:
    """Return the models of a table by every name they bear: id, display name and aliases."""
    names = ModelNames(providers={model_id.partition("/")[0] for model_id in models})
    for model_id, row in models.items():
        for name in (model_id, row.name, *row.aliases):
            names.exact.setdefault(name.casefold(), model_id)
            spelt = spelling(name)
            bearers = names.at_seller if spelt.sellers else names.own
            for key in spelt.borne:
                bearers.setdefault(key, {})[model_id] = None
            if spelt.region:
                names.regions.setdefault(model_id, set()).add(spelt.region)
    return names


def matching(models: Mapping[str, PricedModel], name: str) -> list[str]:
    """Return the ids of the models that a search finds.

    Each word of `name` must begin a word of the model's id, display name or aliases.
    """
    wanted = WORDS.findall(name.casefold())
    if max(map(len, wanted), default=0) < MIN_LETTERS:
        return []
    found = []
    for model_id, model in models.items():
        words = WORDS.findall(" ".join((model_id, model.name, *model.aliases)).casefold())
        if all(any(word.startswith(each) for word in words) for each in wanted):
            found.append(model_id)
    return found


def current_first(models: Mapping[str, PricedModel], ids: Iterable[str], day: date) -> list[str]:
    """Return ids in the order in which to offer them: no end known, then the latest end first."""

    def end(model_id: str) -> date:
        known = models[model_id].end("base_shutdown", day)
        return known.closes_on if known else date.max

    return sorted(ids, key=end, reverse=True)
