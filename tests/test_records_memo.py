"""Memos: one small page without script or request, user text as text, every question answered."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ftvp.cli.app import app
from ftvp.render.formats import FORMATS
from ftvp.render.markdown import escaped
from tests.memos import HOSTILE, NAMES, memo, write_all

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
MAX_BYTES = 60_000
VOID = {"meta", "line", "circle", "polyline", "rect", "br"}
QUESTIONS = {
    "breakeven": (
        "What each side costs",
        "How sure this is",
        "What would change the answer",
        "What accuracy adds",
        "What else was considered",
        "What is not counted",
        "What it rests on",
        "How to check it",
    ),
    "compare": (
        "What each option costs",
        "How sure this is",
        "What would change the answer",
        "What was left out",
        "What it rests on",
        "How to check it",
    ),
}
QUESTIONS["decide"] = ("Why", *QUESTIONS["breakeven"])


class Reader(HTMLParser):
    """Reads a page strictly: its tags, attributes, headings and text."""

    def __init__(self) -> None:
        """Begin with nothing open."""
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag that closes itself."""
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Close the tag that was opened last, which must be this one."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note text, and a heading as such."""
        self.text.append(data)
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings.append(data)


def read(name: str) -> Reader:
    """Return a memo, read."""
    reader = Reader()
    reader.feed(memo(name))
    assert reader.open == []
    return reader


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_memo_is_one_small_page_that_asks_for_nothing(name: str) -> None:
    page, found = memo(name), read(name)
    assert len(page.encode()) < MAX_BYTES
    names = {tag for tag, _ in found.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "form", "a", "use"}
    attributes = {key for _, attrs in found.tags for key in attrs}
    assert not attributes & {"src", "href", "style", "onload", "onclick", "srcset", "action"}
    assert "url(" not in page
    assert "@import" not in page


@pytest.mark.parametrize("name", NAMES)
def test_a_memos_policy_allows_its_own_style_and_nothing_else(name: str) -> None:
    page = memo(name)
    style = page[page.index("<style>") + 7 : page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"content=\"default-src 'none'; style-src 'sha256-{digest}'\"" in page


@pytest.mark.parametrize("name", NAMES)
def test_text_of_others_is_shown_as_text(name: str) -> None:
    found = read(name)
    said = HOSTILE.replace("\u202e", "\\u202e")
    assert said in "".join(found.text)
    assert "\u202e" not in memo(name)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_memo_answers_every_question_under_a_heading_of_its_own(name: str) -> None:
    found = read(name)
    wanted = QUESTIONS[name.partition("_")[0]]
    _, *headings = found.headings
    assert [each for each in headings if each != "Before you sign"] == list(wanted)
    assert f"## {wanted[0]}" in memo(name, "markdown")
    assert re.findall("^## (.*)$", memo(name, "markdown"), re.MULTILINE) == headings


@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_has_its_text_beside_it(name: str) -> None:
    drawings = [attrs for tag, attrs in read(name).tags if tag == "svg"]
    for attrs in drawings:
        assert attrs["role"] == "img"
        assert len(attrs["aria-label"] or "") > 40
    assert drawings or "_ending" in name


def test_a_memo_says_what_the_answer_says() -> None:
    text = " ".join(" ".join(read("breakeven_plain").text).split())
    assert "Fine-tune Nova 2 Lite" in text
    assert "chance that tuning is ahead after 12 months" in text
    assert "25,000 to 60,000" in text
    assert "told by --volume" in text
    assert "ftvp breakeven --volume 25000..40000..60000" in text
    assert "116 days ago" in text or "113 days ago" in text


def test_several_outputs_are_written_at_once_and_each_is_confirmed(tmp_path: Path) -> None:
    names = [str(tmp_path / name) for name in ("memo.html", "memo.md", "memo.json", "memo.txt")]
    words = [word for name in names for word in ("--output", name)]
    scenario = str(ROOT / "examples" / "multi_label.yaml")
    found = CliRunner().invoke(app, ["decide", scenario, "--as-of", "2026-11-23", *words])
    assert (found.exit_code, found.stdout) == (0, "")
    assert found.stderr == "".join(f"Wrote {name}\n" for name in names)
    starts = [Path(name).read_text("utf-8")[:9] for name in names]
    assert starts == ["<!DOCTYPE", "**Fine-tu", '{\n  "sche', "Fine-tune"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("memo.pdf", "write .html and print it"),
        ("memo.docx", "write .html and print it"),
        ("200", "--output-tokens 200"),
        ("8,000", "--output-tokens 8,000"),
    ],
)
def test_an_output_that_is_not_written_is_refused(name: str, says: str, tmp_path: Path) -> None:
    scenario = str(ROOT / "examples" / "own_prices.yaml")
    found = CliRunner().invoke(app, ["breakeven", scenario, "--output", str(tmp_path / name)])
    assert (found.exit_code, found.stdout) == (2, "")
    assert says in found.stderr.replace(str(tmp_path) + "/", "")
    assert list(tmp_path.iterdir()) == []


def test_the_page_of_any_document_can_be_written() -> None:
    for words in (["quality"], ["guide", "tree"], ["pricing", "gpt-4o-mini"]):
        found = CliRunner().invoke(app, [*words, "--as-of", "2026-11-23", "--format", "html"])
        assert found.exit_code == 0, found.stderr
        assert found.stdout.startswith("<!DOCTYPE html>")


@pytest.mark.long
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
def test_chromium_prints_a_memo_with_the_network_off(tmp_path: Path) -> None:
    for path in write_all(tmp_path)[:3]:
        printed = path.with_suffix(".pdf")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * 0"]
        subprocess.run(  # noqa: S603  our own pages
            ["chromium", *flags, f"--print-to-pdf={printed}", path.as_uri()],  # noqa: S607
            check=True,
            capture_output=True,
            timeout=120,
        )
        assert printed.read_bytes().startswith(b"%PDF")


@pytest.mark.skipif("AXE_MODULES" not in os.environ, reason="AXE_MODULES names no node_modules")
def test_axe_finds_nothing_and_no_memo_is_wider_than_a_phone(tmp_path: Path) -> None:
    paths = [str(path) for path in write_all(tmp_path)]
    found = subprocess.run(  # noqa: S603  our own pages
        ["node", str(ROOT / "tests" / "axe.js"), *paths],  # noqa: S607
        env={**os.environ, "NODE_PATH": os.environ["AXE_MODULES"]},
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    pages = json.loads(found.stdout)
    assert len(pages) == 2 * len(NAMES)
    for page in pages:
        assert (page["violations"], page["requests"], page["width"]) == ([], [], 375), page


BILL = "--prompt-tokens 1200 --tuned-prompt-tokens 400 --output-tokens 200 --as-of 2026-11-26"


def page_of(command: str) -> str:
    """Return the page that a command line writes."""
    return CliRunner().invoke(app, [*f"{command} {BILL} --format html".split()]).output


def test_a_memo_of_a_model_whose_tuning_has_no_price_says_that_nothing_of_it_is_counted() -> None:
    page = page_of("breakeven --model claude-sonnet-4-5 --volume 3000")
    assert "All of tuning: what it costs is not known." in page
    assert "both are counted" not in page


def test_what_heads_the_bars_stays_within_the_drawing() -> None:
    page = page_of("compare --model nova-micro --volume 40000")
    labels = re.findall(r'x="([\d.]+)"[^>]*>(prompting|tuning) is better', page)
    found = {side: float(x) for x, side in labels}
    assert found["tuning"] + 7 * len("tuning is better") <= 640
    assert found["prompting"] < found["tuning"]


OWN = (
    "breakeven --prompted-price input=10,output=30 --tuned-price input=3,output=6 --volume 6000 "
    "--prompt-tokens 500 --tuned-prompt-tokens 500 --output-tokens 300 --training-cost 800 "
    "--engineering-hours 60 --hourly-rate 75 --retrains-per-year 0 --labelling-cost 0 "
    "--task reasoning"
)
CHANGED = (
    "--model claude-sonnet-4-5 --tuned-model nova-2-lite --prompt-tokens 3000 --cache off "
    "--tuned-prompt-tokens 1500 --output-tokens 50 --hourly-rate 90 --engineering-hours 40 "
    "--as-of 2026-11-26 --horizon 12 --existing-customer"
)
REQUEST = ROOT / "examples" / "openai_request.json"
ERRORS = f"{ROOT / 'examples' / 'multi_label.yaml'} --as-of 2026-11-26"
SAYS = {
    "the prices of each side": (OWN, "at $10.00 against $3.00 per million"),
    "whose prices": (OWN, "prompted: input $10.00, output $30.00 per million tokens"),
    "that nothing is uncertain": (OWN, "Nothing was told as a range, and nothing is assumed"),
    "what is uncertain": (
        f"breakeven --model nova-micro --volume 9000 {BILL}",
        "Drawn 1,024 times",
    ),
    "why there is no chance": (
        f"breakeven --model gpt-4.1-mini --volume 9000 {BILL}",
        "No chance is given: new customers have not been able to tune GPT-4.1 mini",
    ),
    "that a model ends": (
        f"breakeven --model gpt-4.1-mini --volume 9000 {BILL}",
        "**Move off GPT-4.1 mini, it ends in 49 days. Do not tune**",
    ),
    "what own work is taken to be": (
        f"breakeven --model nova-micro --volume 9000 {BILL}",
        "your own work (for the verdict $700: --engineering-hours, --hourly-rate)",
    ),
    "that a change of model is no saving by tuning": (
        f"breakeven {CHANGED} --volume 15000",
        " saved a month by tuning with the change of model, at 15,000 requests a day",
    ),
    "that no chance is a certainty": (f"breakeven {ERRORS}", "it is above $0 in over 99%, give"),
    "when what is paid once is due": (OWN, "; the one-off is paid before tuning goes live.*"),
    "which file told the model": (
        f"breakeven --prompt {REQUEST} --volume 3000 --as-of 2026-11-26",
        f"| Model | openai/gpt-4.1-mini |  | {escaped(str(REQUEST))} |",
    ),
    "what no bill holds": (OWN, "Taxes and minimum commitments are never counted."),
    "what a short formula says, beside the bills": (
        f"breakeven {ERRORS}",
        "no announced end. By the article's formula tuning saves $",
    ),
    "what a number counts": (f"breakeven {ERRORS} --quality-gap 7", "| Quality gap, points | 7 |"),
}


@pytest.mark.long
@pytest.mark.parametrize("volume", [2_000, 15_000, 60_000])
def test_one_net_benefit_decides_everywhere(volume: int) -> None:
    words = [*f"breakeven {CHANGED} --volume {volume}".split(), "--json"]
    answer = json.loads(CliRunner().invoke(app, words).output)
    swap, horizon = answer["swap"], answer["horizon"]
    net = min(swap["net_benefit_of_tuning_usd"], horizon["net_benefit_usd"])  # work is told
    assert net == pytest.approx(answer["odds"]["point_usd"])
    shown = f"{'-' if net < 0 else ''}${abs(net):,.0f}"
    page = CliRunner().invoke(app, [*words[:-1], "--format", "markdown"]).output
    assert f"**{shown}** net benefit" in page
    rows = CliRunner().invoke(app, [*words[:-1], "--volume", "70000", "--format", "plain"]).output
    assert f"12 months net {shown}" in " ".join(rows.split())


@pytest.mark.parametrize("case", SAYS)
def test_a_memo_tells_a_finance_reader(case: str) -> None:
    command, words = SAYS[case]
    found = CliRunner().invoke(app, [*command.split(), "--format", "markdown"]).output
    assert words in found


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_a_memo_is_the_same_on_standard_output_and_in_a_file(form: str, tmp_path: Path) -> None:
    words = ["compare", "--prompt-tokens", "800", "--volume", "3000", "--as-of", "2026-11-26"]
    kept = tmp_path / f"memo{FORMATS[form].suffix}"
    CliRunner().invoke(app, [*words, "--output", str(kept)])
    assert CliRunner().invoke(app, [*words, "--format", form]).output == kept.read_text("utf-8")


def test_a_memo_says_what_half_and_twice_the_volume_bring() -> None:
    # (1,200 - 400) x $2.50 per million is $0.002 a request; 20,000 x 30 x $0.002 is $1,200 a month,
    # so $10,000 of training are paid in 12 months from 13,889 requests a day on.
    words = (
        "breakeven --prompted-price input=2.5,output=10 --tuned-price input=2.5,output=10 "
        "--prompt-tokens 1200 --tuned-prompt-tokens 400 --output-tokens 200 --volume 20000 "
        "--training-cost 10000 --retrains-per-year 0 --cache off --as-of 2026-11-26 "
        "--engineering-hours 0 --hourly-rate 90 --format markdown"
    )
    page = CliRunner().invoke(app, words.split()).output
    assert "At half the volume, 10,000 requests a day, it does not; at twice, 40,000 " in page
    assert "40,000 requests a day, it pays." in page
    none = words.replace("--tuned-prompt-tokens 400", "--tuned-prompt-tokens 1200")
    assert "half the volume" not in CliRunner().invoke(app, none.split()).output
