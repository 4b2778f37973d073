"""What cells say of an answer, on which scale, and which metrics are better when they are lower."""

from __future__ import annotations

from pathlib import Path

import pytest

from ftvp.errors import (
    EvalScaleError,
    FileProblemsError,
    FtvpError,
    MixedScoresError,
    UnusedScaleError,
)
from ftvp.evals.items import Amount, ScoreScale, amount_of, measures_errors, unscored
from tests.eval_files import CELLS, cells, measured, scores, table

WORDS = {
    "yes, no": ("yes", "no"),
    "Y, N": ("Y", "N"),
    "pass, fail": ("PASS", "FAIL"),
    "passed, failed": ("Passed", "Failed"),
    "success, failure": ("success", "failure"),
    "correct, incorrect": ("Correct", "Incorrect"),
    "right, wrong": ("right", "wrong"),
    "check marks": ("✓", "✗"),
    "heavy check marks": ("✔️", "✘"),
    "coloured check marks": ("✅", "❌"),
    "ballot boxes": ("☑", "☒"),
    "TRUE, FALSE": ("TRUE", "FALSE"),
    "WAHR, FALSCH": ("WAHR", "FALSCH"),
    "VRAI, FAUX": ("VRAI", "FAUX"),
    "VERDADERO, FALSO": ("VERDADERO", "FALSO"),
    "ja, nein": ("ja", "nein"),
    "T, F": ("T", "F"),
    "with spaces": (" pass ", "fail  "),
    "percentages": ("100%", "0%"),
    "percentages with a space": ("100 %", "0 %"),
    "decimals": ("1.00", "0.00"),
    "decimal commas": ('"1,0"', '"0,0"'),
}


@pytest.mark.slow
@pytest.mark.parametrize(("right", "wrong"), WORDS.values(), ids=WORDS)
def test_right_and_wrong_are_read_as_people_write_them(
    right: str, wrong: str, tmp_path: Path
) -> None:
    texts = [table(s, "{n},{s}", "id,result", right=right, wrong=wrong) for s in (0, 1)]
    assert cells(measured(tmp_path, *texts)) == CELLS


@pytest.mark.parametrize(
    ("written", "score"),
    [
        pytest.param("0.25", 0.25, id="a point"),
        pytest.param('"0,25"', 0.25, id="a comma"),
        pytest.param("25%", 0.25, id="a percentage"),
        pytest.param('"25,0 %"', 0.25, id="a percentage with a comma"),
        pytest.param(" .25", 0.25, id="no zero"),
        pytest.param("2.5e-1", 0.25, id="an exponent"),
        pytest.param("−0.0", 0, id="a minus sign"),  # noqa: RUF001  as spreadsheets write it
    ],
)
def test_parts_of_a_score_are_read_as_people_write_them(
    written: str, score: float, tmp_path: Path
) -> None:
    text = f"id,score\n1,{written}\n2,1\n"
    assert scores(measured(tmp_path, text, text)) == ((score, score), (1, 1))


@pytest.mark.parametrize(
    "written",
    ["", "N/A", "n/a", "-", "?", "error", "nan", "inf", "maybe", "1_0", "0x1", "1.2.3", "12,345.6"],
)
def test_what_says_nothing_is_not_scored(written: str) -> None:
    assert amount_of(written) is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        pytest.param(('"0,5"', "0.75"), "both as '0,5' and as '0.75'", id="commas and points"),
        pytest.param(("50%", "0.75"), "both as '50%' and as '0.75'", id="percent and shares"),
        pytest.param(("50%", "75"), "both as '50%' and as '75'", id="percent with and without"),
    ],
)
def test_numbers_written_in_two_ways_are_refused(
    values: tuple[str, str], says: str, tmp_path: Path
) -> None:
    text = f"id,score\n1,{values[0]}\n2,{values[1]}\n"
    with pytest.raises(MixedScoresError, match=says):
        measured(tmp_path, text, text)


def sides(*highest: float) -> list[str]:
    """Return a table for each side, whose scores go up to this."""
    return ["id,score\n" + "".join(f"{n},{n * top / 10}\n" for n in range(11)) for top in highest]


@pytest.mark.parametrize(
    ("highest", "scale"),
    [
        pytest.param((1, 100), (1, 100), id="a share and percent"),
        pytest.param((100, 1), (100, 1), id="percent and a share"),
        pytest.param((5, 10), (5, 10), id="five stars and ten"),
        pytest.param((100, 100), 100, id="percent both"),
        pytest.param((5, 5), (5,), id="one of a list"),
        pytest.param((3, 3), 3, id="three both"),
        pytest.param((1, 1), None, id="none"),
    ],
)
def test_each_side_has_its_own_scale(
    highest: tuple[float, float], scale: object, tmp_path: Path
) -> None:
    found = scores(measured(tmp_path, *sides(*highest), scale=scale))
    assert [list(pair) for pair in found] == [pytest.approx([n / 10] * 2) for n in range(11)]


@pytest.mark.parametrize(
    ("highest", "scale", "error", "says"),
    [
        pytest.param((1, 100), 100, UnusedScaleError, "--scale 1,100", id="the prompted side"),
        pytest.param((100, 1), 100, UnusedScaleError, "b.txt: no score in", id="the tuned side"),
        pytest.param((1, 1), 100, UnusedScaleError, "above 1, on a scale of 100", id="both"),
        pytest.param((1, 10), 10, UnusedScaleError, "--scale 1,10", id="ten and a share"),
        pytest.param((5, 1), 5, UnusedScaleError, "--scale 5,1", id="five stars and a share"),
        pytest.param((0.05, 4), 5, UnusedScaleError, "above 0.05", id="five stars and shares"),
        pytest.param((1, 100), None, EvalScaleError, "--scale 1,100", id="no scale"),
        pytest.param((1, 100), (100, 1), FtvpError, "on a scale of 100", id="the wrong way round"),
        pytest.param((4, 7), 5, FileProblemsError, "outside of 0 to 5", id="above the scale"),
    ],
)
def test_a_scale_that_does_not_fit_a_side_is_refused(
    highest: tuple[float, float],
    scale: object,
    error: type[FtvpError],
    says: str,
    tmp_path: Path,
) -> None:
    with pytest.raises(error, match=says):
        measured(tmp_path, *sides(*highest), scale=scale)


def test_a_low_side_is_believed_where_each_side_has_its_scale(tmp_path: Path) -> None:
    found = scores(measured(tmp_path, *sides(1, 5), scale=(5, 5)))
    assert found[-1] == pytest.approx((0.2, 1))


def test_a_side_that_has_nothing_right_fits_every_scale(tmp_path: Path) -> None:
    found = measured(tmp_path, *sides(0, 5), scale=5)
    assert {pair.prompted for pair in found.pairs} == {0}


def test_words_and_percentages_need_no_scale(tmp_path: Path) -> None:
    texts = ("id,score\n1,pass\n2,fail\n", "id,score\n1,50%\n2,100%\n")
    assert scores(measured(tmp_path, *texts)) == ((1, 0.5), (0, 1))


ERRORS = [
    *("wer", "CER", "ter", "word_perplexity", "loss", "eval_loss", "error_rate", "latency_ms"),
    *("Hallucination", "toxicity/v1/score", "rmse", "brier_score", "edit_distance"),
    "bits_per_byte",
]


@pytest.mark.parametrize("metric", ERRORS)
def test_of_errors_less_is_better(metric: str, tmp_path: Path) -> None:
    text = "id,{}\n1,{}\n2,{}\n"
    one, other = text.format(metric, 0.4, 0.5), text.format(metric, 0.2, 0.25)
    found = measured(tmp_path, one, other, score=metric)
    assert scores(found) == ((0.6, 0.8), (0.5, 0.75))
    assert found.prompted.lower_is_better
    assert any("lower is better: quality is 1 less" in note for note in found.notes)


@pytest.mark.parametrize(
    "metric", ["accuracy", "error_free", "no_errors", "score", "f1", "person", "bleu", "answer"]
)
def test_of_other_metrics_more_is_better(metric: str) -> None:
    assert not measures_errors(metric)


@pytest.mark.parametrize(
    ("metric", "lower", "expected"),
    [
        pytest.param("cost_score", True, ((0.6, 0.8), (0.5, 0.75)), id="said to be lower"),
        pytest.param("loss", False, ((0.4, 0.2), (0.5, 0.25)), id="said to be higher"),
    ],
)
def test_the_user_says_otherwise(
    metric: str,
    lower: bool,  # noqa: FBT001  a case of the table
    expected: object,
    tmp_path: Path,
) -> None:
    text = "id,{}\n1,{}\n2,{}\n"
    one, other = text.format(metric, 0.4, 0.5), text.format(metric, 0.2, 0.25)
    found = measured(tmp_path, one, other, score=metric, lower_is_better=lower)
    assert scores(found) == expected


def test_errors_above_1_need_the_worst(tmp_path: Path) -> None:
    text = "id,perplexity\n1,{}\n2,{}\n"
    one, other = text.format(20, 10), text.format(5, 10)
    with pytest.raises(EvalScaleError, match="the error 'perplexity' reaches 20"):
        measured(tmp_path, one, other)
    assert scores(measured(tmp_path, one, other, scale=20)) == ((0, 0.75), (0.5, 0.5))


def test_a_metric_of_errors_is_found_by_its_name(tmp_path: Path) -> None:
    text = "id,reference,hypothesis,wer\n1,a b,a b,0\n2,c d,c,0.5\n"
    assert scores(measured(tmp_path, text, text)) == ((1, 1), (0.5, 0.5))


UNSCORED: dict[str, tuple[object, ScoreScale, str | None]] = {
    "a score": (0.5, ScoreScale(), None),
    "the highest": (5, ScoreScale(5), None),
    "nothing right": (0, ScoreScale(5), None),
    "nothing": (None, ScoreScale(), "nothing for a score in 'f'"),
    "an empty cell": ("", ScoreScale(), "nothing for a score in 'f'"),
    "a word": ("maybe", ScoreScale(), "'maybe' for a score in 'f'"),
    "a long text": ("x" * 50, ScoreScale(), f"'{'x' * 39} for a score in 'f'"),
    "above the scale": (5.5, ScoreScale(5), "5.5 for a score in 'f', outside of 0 to 5:"),
    "below the scale": (-1, ScoreScale(5), "-1 for a score in 'f', outside of 0 to 5:"),
    "more than all": ("101 %", ScoreScale(5), "101 % for a score in 'f', outside of 0 to 1:"),
}


@pytest.mark.parametrize("case", UNSCORED)
def test_an_item_without_a_score_says_what_it_has_instead(case: str) -> None:
    value, scale, says = UNSCORED[case]
    found = unscored(value, "f", scale, "i")
    assert found is None if says is None else (found or "").startswith(f"item 'i' has {says}")


@pytest.mark.parametrize(
    ("amount", "scale", "score"),
    [
        (Amount(2), ScoreScale(5), 0.4),
        (Amount(2), ScoreScale(5, lower_is_better=True), 0.6),
        (Amount(0.5, is_share=True), ScoreScale(5), 0.5),
        (Amount(5), ScoreScale(5), 1),
        (Amount(5.1), ScoreScale(5), None),
        (Amount(-0.1), ScoreScale(5), None),
        (Amount(0), ScoreScale(5, lower_is_better=True), 1),
    ],
)
def test_an_amount_is_a_part_of_a_perfect_score(
    amount: Amount, scale: ScoreScale, score: float | None
) -> None:
    assert scale.score(amount) == score
