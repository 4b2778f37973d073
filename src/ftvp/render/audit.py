"""What `ftvp guide audit` shows: each published figure beside what recomputing it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ftvp.advice.reference import GuideAnswer
from ftvp.lenses.audit import Finding
from ftvp.render.blocks import Block, Paragraph, Row, Table, Verdict

HOLDS = {True: "yes", False: "no", None: "not known"}


def audit_blocks(answer: GuideAnswer) -> Iterator[Block]:
    """Yield how many figures hold, then each finding."""
    found = Counter(finding.holds for finding in answer.findings)
    yield Verdict(
        f"Of {len(answer.findings)} published figures {found[True]} hold and {found[False]} do "
        f"not; {found[None]} cannot be told."
    )
    rows = tuple(_row(finding) for finding in answer.findings)
    yield Table("Does it hold?", ("",), rows, numeric=False)
    yield Paragraph(
        f"Recomputed with the prices of {answer.as_of}. The framework last changed on "
        f"{answer.updated_on}."
    )


def _row(finding: Finding) -> Row:
    said = f"{finding.claim} Recomputed: {finding.recomputed}. {finding.why}"
    return Row(HOLDS[finding.holds], (said,))
