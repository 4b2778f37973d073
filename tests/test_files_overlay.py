"""Overlay files: laid over the tables, in what order, and written so that they can be read."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ftvp.api import breakeven, pricing
from ftvp.errors import FtvpError
from ftvp.files.overlay import load_overlay, overlaid, save_overlay, tables_of
from ftvp.files.scenario import load_scenario, save_scenario
from ftvp.scenario import Scenario
from tests.asked import DAY, EXTRACTION, tables
from tests.overlays import ACME, offer, overlay

MINI = "openai/gpt-4o-mini"
ASKED = {"volume": 10_000, **EXTRACTION, "training_examples": 500}


def written(folder: Path, text: str, name: str = "own.yaml") -> str:
    """Return the path of an overlay file with this text."""
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def priced(folder: Path, name: str, usd: float) -> str:
    """Return the path of an overlay that sets GPT-4o mini's input price."""
    laid = overlay(models={MINI: {"base": [offer(input_usd_per_mtok=usd)]}})
    save_overlay(laid, folder / name, "For a test")
    return str(folder / name)


@pytest.mark.slow
def test_a_provider_is_added_with_one_block(tmp_path: Path) -> None:
    file = written(tmp_path, ACME)
    own = {"model": "acme/swift", "prices": [file], "thinking_tokens": 0}
    answer = breakeven(Scenario.model_validate({**ASKED, **own}), tables(), DAY)
    # 300,000 requests x (1,200 x $0.10 + 200 x $0.40) / 1,000,000 = $60; tuned 400 tokens: $36.
    assert answer.prompted.monthly_usd == pytest.approx(60)
    assert answer.tuned is not None
    assert answer.tuned.usd("input", "output") == pytest.approx(36)
    assert [c.says for c in answer.overlays[0].changes] == ["added"]
    assert "Our contract" in {source.name for source in answer.sources}


@pytest.mark.slow
def test_an_added_model_stands_in_the_price_list(tmp_path: Path) -> None:
    answer = pricing("acme/swift", as_of=DAY, prices=[written(tmp_path, ACME)])
    assert answer.models["acme/swift"].training[0].usd_per_mtok == 2
    assert answer.overlays[0].file.endswith("own.yaml")


def test_the_last_file_is_strongest(tmp_path: Path) -> None:
    one, other = priced(tmp_path, "a.yaml", 1), priced(tmp_path, "b.yaml", 2)
    for files, usd in ((one, other), 2), ((other, one), 1):
        table = overlaid(tables(), files).pricing
        assert table.models[MINI].offers("base", DAY)[0].input_usd_per_mtok == usd


def test_files_that_lie_over_the_tables_already_are_not_read_again(tmp_path: Path) -> None:
    file = priced(tmp_path, "a.yaml", 1)
    under = overlaid(tables(), [file])
    Path(file).unlink()
    assert overlaid(under, [file]) is under


def test_a_scenario_file_names_overlays_beside_it(tmp_path: Path) -> None:
    priced(tmp_path, "a.yaml", 1)
    scenario = tmp_path / "s.yaml"
    scenario.write_text("prices: [a.yaml]\n", "utf-8")
    assert load_scenario(scenario).prices == (str(tmp_path / "a.yaml"),)


def test_a_saved_scenario_names_its_overlays_again(tmp_path: Path) -> None:
    told = Scenario(prices=(str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")))
    save_scenario(told, tmp_path / "s.yaml")
    assert "prices:\n- a.yaml\n- b.yaml\n" in (tmp_path / "s.yaml").read_text("utf-8")
    assert load_scenario(tmp_path / "s.yaml") == told


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    laid = overlay(models={MINI: {"base": [offer(), offer("2026-07-01")]}})
    save_overlay(laid, tmp_path / "a.yaml", "For a test")
    assert load_overlay(tables().pricing, str(tmp_path / "a.yaml")) == laid
    assert "'" not in (tmp_path / "a.yaml").read_text("utf-8")


def test_the_file_that_is_replaced_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    assert save_overlay(overlay(), path, "First") is None
    before = path.read_text("utf-8")
    assert save_overlay(overlay(), path, "Second") == tmp_path / "a.yaml.bak"
    assert (tmp_path / "a.yaml.bak").read_text("utf-8") == before
    assert path.read_text("utf-8").startswith("# Second.")


@pytest.mark.slow
def test_a_price_table_is_told_from_an_overlay(tmp_path: Path) -> None:
    table = Path(__file__).parent.parent / "data" / "pricing.yaml"
    assert tables_of(str(table)).overlays == ()
    assert len(tables_of(priced(tmp_path, "a.yaml", 1)).overlays) == 1


def test_a_missing_overlay_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(FtvpError, match="does not exist"):
        overlaid(tables(), [str(tmp_path / "none.yaml")])


def test_before_an_own_price_begins_the_table_holds(tmp_path: Path) -> None:
    table = overlaid(tables(), [priced(tmp_path, "a.yaml", 9)]).pricing
    early = table.models[MINI].offers("base", date(2026, 5, 1))[0]
    assert early.input_usd_per_mtok == 0.15


@pytest.mark.slow
def test_discounts_of_several_files_and_a_flag_never_compound(tmp_path: Path) -> None:
    text = """\
schema_version: 2
updated_on: 2026-11-20
sources: {contract: {name: Our contract}}
discounts:
- {provider: openai, discount_percent: 10, effective_from: 2026-01-01,
   checked_on: 2026-11-20, source: contract}
"""
    files = [written(tmp_path, text, name) for name in ("a.yaml", "b.yaml")]
    told = {**ASKED, "model": MINI, "prices": files}
    # 300,000 requests x (1,200 x $0.15 + 200 x $0.60) / 1,000,000 = $90, less 10 %.
    answer = breakeven(Scenario.model_validate(told), tables(), DAY)
    assert answer.prompted.monthly_usd == pytest.approx(81)
    told["discounts"] = "openai=25%"
    answer = breakeven(Scenario.model_validate(told), tables(), DAY)
    assert answer.prompted.monthly_usd == pytest.approx(67.5)
    assert [overlay.file for overlay in answer.overlays] == [*files, "--discount"]


@pytest.mark.parametrize("value", ["15", "15%", "15 %", " 15.0 % "])
def test_a_discount_is_told_in_percent(value: str) -> None:
    assert Scenario.model_validate({"discounts": f"openai={value}"}).discounts == {"openai": 15}
    assert Scenario.model_validate({"discounts": {"openai": value}}).discounts == {"openai": 15}


@pytest.mark.parametrize("value", ["openai", "openai=", "openai=100", "openai=-1", "openai=nan", 5])
def test_a_discount_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="discounts"):
        Scenario.model_validate({"discounts": value})


@pytest.mark.slow
def test_a_doubtful_overlay_says_so_in_every_answer(tmp_path: Path) -> None:
    file = written(tmp_path, ACME.replace("input_usd_per_mtok: 0.1", "input_usd_per_mtok: 0"))
    told = Scenario.model_validate({**ASKED, "model": "acme/swift", "prices": [file]})
    answer = breakeven(told, tables(), DAY)
    assert answer.overlays[0].doubts == (
        "own.yaml line 13: input of 0: a paid model is not free",
        "own.yaml line 19: input of 0: a paid model is not free",
    )


def test_an_overlay_that_is_updated_in_the_future_is_doubted(tmp_path: Path) -> None:
    file = written(tmp_path, ACME.replace("updated_on: 2026-11-20", "updated_on: 2027-11-20"))
    (applied,) = overlaid(tables(), [file], DAY).overlays
    assert applied.doubts == ("own.yaml line 2: updated on 2027-11-20, which is yet to come",)
    assert overlaid(tables(), [file]).overlays[0].doubts == ()
