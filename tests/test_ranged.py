"""Fields of a record that take a number or a range of it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import BeforeValidator, Field, ValidationError

from ftvp.ranges import (
    Definition,
    Ranged,
    RangedPercent,
    RangedPerDay,
    RangedShare,
    Spread,
    at_middle,
    definition,
    told_ranges,
)
from ftvp.units import Percent, Record, Share

SHARE = Definition(0, 1, "share")
QUALITY = Definition(0, 100, "percent")
POINTS = Definition(-100, 100, "percent")


class Toy(Record):
    """A record with a field of every kind that takes a range."""

    days_per_month: Annotated[float, Field(ge=1, le=31)] | None = None
    volume: RangedPerDay[Annotated[float, Field(ge=0.001, le=1e12)]] | None = None
    tokens: Ranged[Annotated[int, Field(ge=0, le=1_000)]] | None = None
    peak: Ranged[Annotated[float, Field(ge=1, le=1e6)]] = 3
    batch: RangedShare[Share] | None = None
    cache: Literal["auto", "off"] | RangedShare[Share] | None = None
    quality: RangedPercent[Percent] | None = None
    gap: RangedPercent[Annotated[float, Field(ge=-100, le=100)]] | None = None
    decline: RangedPercent[Annotated[float, Field(ge=0, lt=100)]] | None = None
    name: Annotated[str, BeforeValidator(str)] | None = None


def toy(**told: Any) -> Toy:  # noqa: ANN401  what a user may write is anything
    """Return the record of fields as a file or a flag would spell them."""
    return Toy.model_validate(told)


@pytest.mark.parametrize(
    ("field", "written", "read"),
    [
        ("volume", "5000..20000", Spread(5_000, 10_000, 20_000)),
        ("volume", 700, 700),
        ("volume", "700", 700),
        ("tokens", "1k", 1_000),
        ("tokens", "200 to 800", Spread(200, 400, 800)),
        ("tokens", "8..50", Spread(8, 20, 50)),
        ("batch", "40..60%", Spread(0.4, 0.5, 0.6)),
        ("cache", "auto", "auto"),
        ("cache", "25%", 0.25),
        ("cache", "0.4..0.6", Spread(0.4, 0.5, 0.6)),
        ("quality", "80%", 80),
        ("gap", "-5..5", Spread(-5, 0, 5)),
        ("peak", Spread(2, 3, 4), Spread(2, 3, 4)),
        ("volume", None, None),
    ],
)
def test_a_field_takes_a_number_or_a_range(field: str, written: object, read: object) -> None:
    found = getattr(toy(**{field: written}), field)
    if isinstance(read, Spread):
        assert isinstance(found, Spread)
        assert (found.low, found.high) == (read.low, read.high)
        assert found.mid == pytest.approx(read.mid)
    else:
        assert (found, isinstance(found, Spread)) == (read, False)


@pytest.mark.parametrize(
    ("field", "written", "says"),
    [
        ("volume", "0..5", "greater than or equal to 0.001"),
        ("volume", "5..1e13", "less than or equal to 1000000000000"),
        ("tokens", "1.5", "valid integer"),
        ("tokens", "1.5..4", "valid integer"),
        ("tokens", "10..2000", "less than or equal to 1000"),
        ("peak", "0.5..3", "greater than or equal to 1"),
        ("batch", "80..120%", "less than or equal to 1"),
        ("decline", "50..100", "less than 100"),
        ("quality", "high", "'high' is not a number"),
        ("volume", [5_000, 20_000], "valid number"),
        ("peak", "", "'' is empty"),
    ],
)
def test_every_number_of_a_range_keeps_the_fields_bounds(
    field: str, written: object, says: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        toy(**{field: written})
    assert says in str(caught.value)


def test_a_months_number_is_shared_among_its_days_with_traffic() -> None:
    assert toy(volume="240000/month").volume == 8_000
    assert toy(days_per_month=20, volume="240000/month").volume == 12_000
    assert toy(days_per_month=20, volume="50/hour").volume == 1_200


def test_a_record_with_ranges_can_be_written_and_read_again() -> None:
    first = toy(volume="5k..20k", tokens="10..30..90", cache="0.4..0.6", quality="80%", gap="-1..2")
    for dumped in (first.model_dump(), first.model_dump(mode="json"), first.model_dump_json()):
        again = (
            Toy.model_validate_json(dumped)
            if isinstance(dumped, str)
            else Toy.model_validate(dumped)
        )
        assert again == first
    assert first.model_dump(mode="json", exclude_none=True)["volume"] == "5000..20000"


def test_the_record_of_point_answers_has_plain_numbers() -> None:
    first = toy(volume="5000..20000", peak=4, batch="20..80%")
    assert list(told_ranges(first)) == ["volume", "batch"]
    point = at_middle(first)
    assert (point.volume, point.batch, point.peak) == (10_000, 0.5, 4)
    assert told_ranges(point) == {}
    assert at_middle(point) is point


def test_bounds_are_read_from_the_definition_of_a_field() -> None:
    found = {name: definition(Toy, name) for name in Toy.model_fields}
    assert found == {
        "days_per_month": None,
        "volume": Definition(0.001, 1e12, "per_day"),
        "tokens": Definition(0, 1_000),
        "peak": Definition(1, 1e6),
        "batch": SHARE,
        "cache": SHARE,
        "quality": QUALITY,
        "gap": POINTS,
        "decline": Definition(0, 100 - 1e-9, "percent"),
        "name": None,
    }


def test_the_schema_tells_of_numbers_and_texts() -> None:
    schema = Toy.model_json_schema()["properties"]
    assert schema["tokens"]["anyOf"][:2] == [
        {"type": "integer", "minimum": 0, "maximum": 1_000},
        {"type": "string", "examples": ["5000..20000"]},
    ]
