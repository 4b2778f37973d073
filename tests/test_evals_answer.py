"""Eval results in the answers: headline, warnings, worth, and question 5 of the decision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ftvp.api import breakeven, decide, evals
from ftvp.errors import ConflictError, FileProblemsError, UnreadableFileError
from ftvp.evals.answer import (
    EvalFindings,
    EvalQuestion,
    ItemsForGap,
    compare_pairs,
    eval_findings,
    eval_question,
    evals_answer,
    general_skills,
    settling,
    signed,
)
from ftvp.evals.items import EvalSide, Pair, PairedScores, Unpaired
from ftvp.files.scenario import load_scenario, save_scenario
from ftvp.render import text_of
from ftvp.scenario import Scenario
from ftvp.units import Record
from tests.asked import DAY, EXTRACTION, decided, tables

SIDE = EvalSide(file="a.csv", format="CSV", score="score", items=9)
KINDS = ((1, 1), (1, 0), (0, 1), (0, 0))
BETTER, WORSE, OPEN, SAME = (60, 2, 20, 18), (60, 20, 2, 18), (60, 8, 10, 22), (900, 3, 4, 93)
"""Cells: both right, prompted only, tuned only, neither."""
TO_QUESTION_5 = {"volume": 10_000, "examples": 500, "format_task": False, "target_quality": 95}


def pairs(*cells: int) -> list[Pair]:
    """Return right and wrong answers with so many items in each cell."""
    kinds = [kind for kind, count in zip(KINDS, cells, strict=True) for _ in range(count)]
    return [Pair(str(number), *kind) for number, kind in enumerate(kinds)]


def said(*cells: int, **about: Any) -> EvalFindings:  # noqa: ANN401  any field of either
    """Return the findings on cells, with what is known or asked of them."""
    asked = {k: about.pop(k) for k in list(about) if k in EvalQuestion.__dataclass_fields__}
    measured = PairedScores(SIDE, SIDE, pairs(*cells), **about)
    return eval_findings(measured, EvalQuestion(default_gap=5, **asked))


def results(folder: Path, *cells: int) -> tuple[str, str]:
    """Return the paths of two result files with so many items in each cell."""
    listed = pairs(*cells)
    for side in ("prompted", "tuned"):
        rows = "".join(f"{pair.id},{getattr(pair, side):g}\n" for pair in listed)
        (folder / f"{side}.csv").write_text(f"id,score\n{rows}", "utf-8")
    return str(folder / "prompted.csv"), str(folder / "tuned.csv")


@pytest.mark.parametrize(
    ("cells", "margin", "headline"),
    [
        pytest.param(BETTER, None, "Tuning improves quality on this eval set", id="better"),
        pytest.param(WORSE, None, "Tuning lowers quality on this eval set", id="worse"),
        pytest.param(OPEN, None, "Whether tuning changes quality is not shown", id="not shown"),
        pytest.param(SAME, 2, "Tuning changes quality by less than 2 points", id="equivalent"),
    ],
)
def test_the_conclusion_is_said_with_its_interval(
    cells: tuple[int, ...], margin: float | None, headline: str
) -> None:
    found = said(*cells, margin=margin)
    seen = found.difference
    assert found.headline.startswith(headline)
    assert f"{seen.points:+.1f} points (95 %: {signed(seen.low)} to " in found.headline


@pytest.mark.parametrize(
    ("cells", "about", "warning"),
    [
        pytest.param((990, 2, 8, 0), {}, "99.8 % is near 100 %", id="near 100 %"),
        pytest.param((30, 2, 8, 10), {}, "50 items are few", id="few items"),
        pytest.param(
            BETTER, {"unpaired": Unpaired(tuned=("x",) * 9)}, "9 items were", id="unpaired"
        ),
        pytest.param(
            BETTER,
            {"train": "t.jsonl", "trained_on": ("1", "2")},
            r"2 of the items (2 %) stand in t.jsonl",
            id="trained on",
        ),
        pytest.param(BETTER, {"train": "t.jsonl"}, "cannot be told", id="training unknown"),
    ],
)
def test_what_to_beware_of_is_said(
    cells: tuple[int, ...], about: dict[str, Any], warning: str
) -> None:
    assert any(warning in said_so for said_so in said(*cells, **about).warnings)


FEW = " items are few: only large differences can be shown on them."
EASY = (
    " % is near 100 %: the items may stand in the training data, or be too easy to tell the sides "
    "apart."
)
MISSING = " items were answered by one side only. What made them go missing?"


@pytest.mark.parametrize(
    ("cells", "about", "warnings"),
    [
        pytest.param((60, 10, 20, 10), {}, (), id="100 items"),
        pytest.param((60, 10, 20, 9), {}, (f"99{FEW}",), id="99 items"),
        pytest.param((90, 0, 8, 2), {}, (f"98.0{EASY}",), id="98 % on the better side"),
        pytest.param((90, 8, 0, 2), {}, (f"98.0{EASY}",), id="98 % on the prompted side"),
        pytest.param((90, 0, 7, 3), {}, (), id="97 %"),
        pytest.param(
            BETTER,
            {"unpaired": Unpaired(prompted=("x", "y"), tuned=("z",) * 3)},
            (),
            id="5 % answered by one side",
        ),
        pytest.param(
            BETTER,
            {"unpaired": Unpaired(prompted=("x", "y"), tuned=("z",) * 4)},
            (f"6{MISSING}",),
            id="6 % answered by one side",
        ),
        pytest.param(BETTER, {"train": "t.jsonl", "trained_on": ()}, (), id="none trained on"),
        pytest.param(BETTER, {"notes": ("A note.",)}, ("A note.",), id="a note of the reader"),
    ],
)
def test_what_to_beware_of_begins_at_its_limit(
    cells: tuple[int, ...], about: dict[str, Any], warnings: tuple[str, ...]
) -> None:
    assert said(*cells, **about).warnings == warnings


@pytest.mark.parametrize(("clusters", "few"), [(9, True), (10, False)])
def test_fewer_than_ten_clusters_are_few(clusters: int, *, few: bool) -> None:
    """120 items, right on one side or on the other."""
    listed = [Pair(str(n), n % 2, (n + 1) % 2, str(n % clusters)) for n in range(120)]
    found = eval_findings(
        PairedScores(SIDE, SIDE, listed, clustered=True), EvalQuestion(default_gap=5)
    )
    words = f"{clusters} clusters are few"
    assert any(words in warning for warning in found.warnings) is few
    assert found.clusters == clusters


@pytest.mark.parametrize("cells", [(900, 8, 3, 89), (900, 3, 8, 89)], ids=["loss", "gain"])
def test_a_difference_is_equivalent_only_inside_of_its_margin(cells: tuple[int, ...]) -> None:
    """The end of the 90 % interval that lies farther from 0 must be less than the margin."""
    wide = said(*cells, margin=50).equivalence
    assert wide is not None
    assert wide.holds
    end = max(-wide.low, wide.high)
    assert said(*cells, margin=end).conclusion == "not_shown"
    assert said(*cells, margin=end + 1e-9).conclusion == "equivalent"


def test_scores_that_are_all_alike_prove_nothing() -> None:
    """A tenth of a point on each of 200 items says nothing of the next one."""
    listed = [Pair(str(n), 0.5, 0.501) for n in range(200)]
    found = eval_findings(PairedScores(SIDE, SIDE, listed), EvalQuestion(default_gap=5, margin=2))
    assert found.equivalence is not None
    assert not found.equivalence.holds
    assert found.conclusion == "not_shown"


def test_one_point_is_no_points() -> None:
    found = said(9_000, 30, 31, 939, margin=1)
    assert found.headline.startswith("Tuning changes quality by less than 1 point either way: ")


@pytest.mark.long
def test_what_is_shown_by_a_hair_is_not_shown_as_nothing() -> None:
    # 7 to none of 100,000: 0.007 points, of which the interval leaves out 0.
    found = said(99_000, 0, 7, 993)
    assert found.conclusion == "better"
    assert "+0.007 points (95 %: +0.00" in found.headline


def test_a_sound_eval_has_no_warnings() -> None:
    assert said(*BETTER).warnings == ()


@pytest.mark.parametrize(
    ("asked", "gap"),
    [
        pytest.param({}, 5, id="the framework's"),
        pytest.param({"quality_gap": 8}, 8, id="told"),
        # Prompting is right on 60 + 2 of 100 items.
        pytest.param({"target_quality": 72}, 10, id="the target less the measured prompting"),
        pytest.param({"target_quality": 50}, 5, id="a target already reached"),
    ],
)
def test_the_items_are_counted_for_the_gap_of_question_3(
    asked: dict[str, float], gap: float
) -> None:
    assert said(*BETTER, **asked).n_for_gap.points == pytest.approx(gap)


def test_a_difference_is_worth_money_where_volume_and_errors_are_known() -> None:
    found = said(*BETTER, requests_per_month=300_000, cost_per_error=0.1)
    # 18 points of 300,000 requests are 54,000 errors, at $0.10.
    assert found.worth is not None
    assert found.worth.usd_per_month == pytest.approx(5_400)
    assert said(*BETTER, requests_per_month=300_000).worth is None


def test_what_would_settle_an_open_matter_is_said() -> None:
    few, many = said(*OPEN), said(9_000, 400, 410, 190)
    assert few.next_step is not None
    assert f"Score {few.n_for_gap.n:,} items" in few.next_step
    assert many.next_step is not None
    assert many.next_step.startswith("10,000 items would have shown a gain of 5 points")
    assert said(*BETTER).next_step is None


@pytest.mark.long
@pytest.mark.parametrize(
    ("cells", "told", "choice", "because"),
    [
        pytest.param(BETTER, {}, "fine_tune", "eval_confirms", id="better"),
        pytest.param(WORSE, {}, "prompt", "eval_denies", id="worse"),
        pytest.param(OPEN, {}, "pilot", "eval_missing", id="not shown"),
        pytest.param(SAME, {"evals_margin": 2}, "prompt", "eval_denies", id="equivalent"),
        pytest.param(BETTER, {"target_quality": 66}, "prompt", "good_enough", id="a gap of 4"),
    ],
)
def test_question_5_and_the_qualities_come_from_the_eval(
    cells: tuple[int, ...], told: dict[str, Any], choice: str, because: str, tmp_path: Path
) -> None:
    target = {"target_quality": 99} if cells == SAME else {}
    answer = decided(**TO_QUESTION_5 | target | told, evals=results(tmp_path, *cells))
    assert (answer.verdict.choice, answer.tree.because) == (choice, because)
    assert answer.quality is not None
    assert answer.quality.measured
    assert answer.evals is not None
    assert answer.evals.headline in answer.verdict.reasons


def test_what_is_not_shown_asks_for_more_items(tmp_path: Path) -> None:
    answer = decided(**TO_QUESTION_5, evals=results(tmp_path, *OPEN))
    # Prompting is right on 68 of 100, and 95 is wanted.
    assert answer.evals is not None
    assert answer.next_steps[0] == answer.evals.next_step
    assert "27 points" in answer.next_steps[0]
    assert "no gain is shown on your 100 items" in answer.verdict.headline


def test_eval_results_and_told_qualities_exclude_each_other(tmp_path: Path) -> None:
    files = results(tmp_path, *BETTER)
    for field, value, typed in (
        ("eval_improves", True, "--eval-improves"),
        ("eval_improves", False, "--no-eval-improves"),
        ("tuned_quality", 90, "--tuned-quality"),
        ("prompting_quality", 1, "--prompting-quality"),
    ):
        with pytest.raises(ConflictError, match=f"--evals and {typed}"):
            decided(**TO_QUESTION_5, evals=files, **{field: value})


@pytest.mark.slow
def test_breakeven_says_what_the_quality_is_worth(tmp_path: Path) -> None:
    told = Scenario.model_validate(
        {**EXTRACTION, "volume": 10_000, "cost_per_error": 0.1, "evals": results(tmp_path, *BETTER)}
    )
    answer = breakeven(told, tables(), DAY)
    assert answer.evals is not None
    assert answer.evals.worth_usd_per_month == pytest.approx(5_400)


@pytest.mark.slow
def test_a_scenario_file_names_results_beside_it(tmp_path: Path) -> None:
    results(tmp_path, *BETTER)
    path = tmp_path / "case.yaml"
    path.write_text("evals: [prompted.csv, tuned.csv]\nvolume: 2000\n", "utf-8")
    told = load_scenario(path)
    assert evals(told, tables()).difference.points == 18
    (tmp_path / "sub").mkdir()
    save_scenario(told, tmp_path / "sub" / "kept.yaml")
    assert evals(load_scenario(tmp_path / "sub" / "kept.yaml")).n == 100


def test_the_command_that_repeats_it_names_both_files(tmp_path: Path) -> None:
    files = results(tmp_path, *BETTER)
    answer = decided(**TO_QUESTION_5, evals=files)
    assert f"--evals {files[0]} {files[1]}" in answer.equivalent_command
    (tmp_path / "both.csv").write_text("id,base,tuned\n1,1,0\n2,0,1\n", "utf-8")
    both = str(tmp_path / "both.csv")
    assert f"--evals {both} {both}" in decided(**TO_QUESTION_5, evals=both).equivalent_command


def test_a_missing_result_file_is_named(tmp_path: Path) -> None:
    results(tmp_path, *BETTER)
    told = Scenario(evals=(str(tmp_path / "prmpted.csv"),))
    with pytest.raises(UnreadableFileError, match=r"does not exist\. Did you mean .*prompted\.csv"):
        decide(told, tables(), DAY)


def test_unscored_items_stop_the_decision_too(tmp_path: Path) -> None:
    path = tmp_path / "both.csv"
    path.write_text("id,base,tuned\n1,1,0\n2,N/A,1\n", "utf-8")
    with pytest.raises(FileProblemsError, match="what is not scored is not wrong"):
        decided(volume=2000, evals=str(path))


@pytest.mark.parametrize(
    ("cells", "margin", "conclusion", "headline"),
    [
        pytest.param(WORSE, None, "worse", "General skills were lost", id="lost"),
        pytest.param(BETTER, None, "better", "General skills improved", id="gained"),
        pytest.param(OPEN, None, "not_shown", "Whether general skills were lost is", id="open"),
        pytest.param(SAME, 2, "equivalent", "General skills changed by less than 2", id="kept"),
    ],
)
def test_untouched_tasks_say_whether_general_skills_were_lost(
    cells: tuple[int, ...], margin: float | None, conclusion: str, headline: str
) -> None:
    scored = PairedScores(SIDE, SIDE, pairs(*BETTER))
    untouched = PairedScores(SIDE, SIDE, pairs(*cells))
    answer = evals_answer(scored, EvalQuestion(default_gap=5, margin=margin), "0", untouched)
    assert answer.conclusion == "better"
    assert answer.general is not None
    assert answer.general.conclusion == conclusion
    assert answer.general.headline.startswith(headline)
    low = answer.general.difference.low
    open_loss = f"A loss of up to {-low:.1f} points is not ruled out"
    assert (open_loss in answer.general.headline) == (conclusion == "not_shown")
    assert answer.general.headline in " ".join(text_of(answer, "plain").split())


def test_a_table_has_one_row_of_numbers() -> None:
    """60 + 2 of 100 items are right prompted, 60 + 20 tuned."""
    found = evals_answer(PairedScores(SIDE, SIDE, pairs(*BETTER)), EvalQuestion(default_gap=5), "0")
    assert found.csv_rows() == [
        {
            "n": 100,
            "prompted": 62,
            "tuned": 80,
            "p_value": found.p_value,
            "test": "exact McNemar",
            "difference_points": 18,
            "difference_low": found.difference.low,
            "difference_high": found.difference.high,
            "difference_level": 0.95,
            "conclusion": "better",
        }
    ]


def test_notes_of_the_reader_are_warnings(tmp_path: Path) -> None:
    for side, errors in (("a", "0.4"), ("b", "0.2")):
        (tmp_path / f"{side}.csv").write_text(f"id,wer\n1,{errors}\n2,0.5\n", "utf-8")
    files = tuple(str(tmp_path / f"{side}.csv") for side in "ab")
    answer = evals(Scenario(evals=files), tables())
    assert any("'wer' measures errors" in warning for warning in answer.warnings)
    assert "'wer', lower is better" in " ".join(text_of(answer, "plain").split())
    decided_on = decided(**TO_QUESTION_5, evals=files)
    assert any("'wer' measures errors" in warning for warning in decided_on.warnings)


@pytest.mark.parametrize("scale", [100, "100", "1,100", [1, 100], (1, 100.0)])
def test_a_scale_of_each_side_is_kept_in_a_scenario(scale: object, tmp_path: Path) -> None:
    given = Scenario.model_validate({"evals_scale": scale, "evals_lower_is_better": False})
    save_scenario(given, tmp_path / "kept.yaml")
    assert load_scenario(tmp_path / "kept.yaml") == given
    assert given.evals_scale in {(100,), (1, 100)}


def test_the_document_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    answer: Record = evals(Scenario(evals=results(tmp_path, *BETTER)), tables())
    contract = (
        "schema n prompted tuned difference cells p_value test conclusion "
        "smallest_detectable_points n_for_gap"
    )
    found = [key for key in answer.model_dump(by_alias=True) if key in contract.split()]
    assert found == contract.split()


ASKED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing": ({}, {}),
    "a month of 30 days": ({"volume": 10}, {"requests_per_month": 300}),
    "a month as told": ({"volume": 10, "days_per_month": 22}, {"requests_per_month": 220}),
    "days without a volume": ({"days_per_month": 22}, {}),
    "what quality is for": (
        {"evals_margin": 2, "quality_gap": 4, "target_quality": 90, "cost_per_error": 0.5},
        {"margin": 2, "quality_gap": 4, "target_quality": 90, "cost_per_error": 0.5},
    ),
}


@pytest.mark.parametrize("case", ASKED)
def test_a_scenario_asks_for_a_gap_a_margin_and_a_worth(case: str) -> None:
    """The gap of question 3 is 5 points where none is told."""
    fields, asked = ASKED[case]
    found = eval_question(Scenario(**fields), tables().framework)
    assert found == EvalQuestion(default_gap=5, **asked)


@pytest.mark.parametrize(
    ("n", "gap", "wanted", "seen", "says"),
    [
        pytest.param(100, 5, 101, None, "Score 101 items, 1 more: a gain of 5 points", id="more"),
        pytest.param(100, 1, 101, 99, "Score 101 items, 1 more: a gain of 1 point shows", id="1"),
        pytest.param(100, 5, 100, 400, "100 items would have shown a gain of 5", id="as many"),
        pytest.param(100, 5, 99, 400, "100 items would have shown a gain of 5", id="enough"),
        pytest.param(100, 5, 100, None, None, id="enough, and nothing was seen"),
        pytest.param(100, 5, None, 400, None, id="nobody can show it"),
    ],
)
def test_so_many_items_would_settle_the_matter(
    n: int, gap: float, wanted: int | None, seen: int | None, says: str | None
) -> None:
    found = said(*OPEN).model_copy(
        update={
            "n": n,
            "n_for_gap": ItemsForGap(points=gap, n=wanted),
            "n_for_difference": seen,
        }
    )
    text = settling(found)
    assert text is None if says is None else (text or "").startswith(says)
    if says is not None and wanted is not None and wanted <= n:
        assert f"{seen}." in (text or "")


def test_untouched_tasks_are_answered_with_all_their_numbers() -> None:
    """OPEN: 60 + 8 of 100 items are right prompted, 60 + 10 tuned."""
    scored = PairedScores(SIDE, SIDE, pairs(*BETTER))
    other = SIDE.model_copy(update={"file": "b.csv"})
    untouched = PairedScores(SIDE, other, pairs(*OPEN), notes=("A note.",))
    answer = evals_answer(scored, EvalQuestion(default_gap=5), "1.2", untouched)
    assert evals_answer(scored, EvalQuestion(default_gap=5), "1.2").general is None
    found = answer.general
    assert found is not None
    assert (answer.tool_version, answer.n, found.n) == ("1.2", 100, 100)
    assert (found.prompted, found.tuned, found.difference.points) == (68, 70, 2)
    assert (found.test, found.warnings) == ("exact McNemar", ("A note.",))
    assert found.p_value == compare_pairs(pairs(*OPEN), gap=1).p_value
    assert found.sides == {"prompted": SIDE, "tuned": other}
    assert answer.sides == {"prompted": SIDE, "tuned": SIDE}


@pytest.mark.parametrize(
    ("cells", "loss"),
    [
        pytest.param((60, 0, 6, 34), False, id="a gain that leaves out 0"),
        pytest.param((60, 0, 5, 35), True, id="a gain that does not"),
    ],
)
def test_a_loss_that_is_not_ruled_out_is_told(cells: tuple[int, ...], *, loss: bool) -> None:
    found = general_skills(PairedScores(SIDE, SIDE, pairs(*cells)), None)
    assert ("is not ruled out" in found.headline) is loss
    assert (found.difference.low < 0) is loss


def test_scores_are_told_in_percent_and_their_difference_in_points() -> None:
    found = compare_pairs([Pair("1", 0.25, 0.5), Pair("2", 0.5, 1), Pair("3", 0, 0)], gap=7)
    assert (found.n, found.cells, found.clusters, found.equivalence) == (3, None, None, None)
    assert (found.prompted, found.tuned) == (25, 50)
    assert found.difference.points == pytest.approx(25)
    assert (found.difference.level, found.n_for_gap.points) == (0.95, 7)
    alike = compare_pairs([Pair("1", 1, 1), Pair("2", 0, 0)], gap=7)
    assert (alike.n_for_difference, alike.difference.points) == (None, 0)
