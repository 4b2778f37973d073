"""What `ftvp tokens` shows: each file's tokens by part, and its text with the parts marked."""

from __future__ import annotations

from collections.abc import Iterator

from ftvp.prompts.answer import FileTokens, MarkedPart, TokensAnswer
from ftvp.render.document import (
    Block,
    Items,
    Lead,
    Paragraph,
    Quote,
    Row,
    Table,
    shown,
)
from ftvp.wording import (
    count_of,
    count_text,
)


def view(answer: TokensAnswer) -> tuple[Block, ...]:
    """Return the counts in blocks, then the marked text where it was asked for."""
    several = f" in {len(answer.files)} files" if len(answer.files) > 1 else ""
    alike = len({file.model for file in answer.files}) <= 1
    counted = f"as {answer.model} counts" if alike else "each as its own model counts"
    return (
        Lead(f"{count_of(answer.total, 'token')}{several}, {counted}."),
        Table(
            "File",
            ("tokens", "instructions", "examples", "request"),
            tuple(_row(file) for file in answer.files),
        ),
        *_exactness(answer),
        *(block for file in answer.files for block in _found(file)),
    )


def _row(file: FileTokens) -> Row:
    parts = file.parts
    shots = sum(shot.tokens for shot in parts.shots)
    cells = (file.tokens, parts.instructions, shots, parts.request)
    name = "standard input" if file.file == "-" else file.file
    return Row(name, tuple(count_text(tokens) if tokens else None for tokens in cells))


def _exactness(answer: TokensAnswer) -> Iterator[Block]:
    said = {
        f"Counted exactly, with {file.encoding}."
        if file.exact
        else f"Estimated from {file.encoding}, within {file.error_percent:.0f} %: "
        "this model's tokenizer is not public."
        for file in answer.files
    }
    yield Paragraph(" ".join(sorted(said)))


def _found(file: FileTokens) -> Iterator[Block]:
    """Yield what was taken for what, and what a reader of this file should know."""
    title = "standard input" if file.file == "-" else file.file
    shots = ", ".join(count_text(shot.tokens) for shot in file.parts.shots)
    many = count_of(len(file.parts.shots), "worked example")
    found = [many + (f", in tokens: {shots}" if shots else "")]
    found += [f"{count_of(file.characters, 'character')}, read as {file.format}"]
    found += [
        f"{count_of(one.count, 'block')} with {one.mark} from line {one.line} look like "
        "worked examples and were not taken: if they are, put each between <example> and </example>"
        for one in file.looked_like
    ]
    if file.named_model and file.named_model not in file.model:
        found.append(f"it names the model {shown(file.named_model)}, counted as {file.model}")
    yield Items(title, (*found, *file.warnings))
    for part in file.marked:
        yield Quote(_title(part, file), part.text)


def _title(part: MarkedPart, file: FileTokens) -> str:
    """Return what a part was taken for, on which line it begins, and the tokens of an example.

    Only texts have lines to look up: a chat or a template is read out of a structure.
    """
    line = f", from line {part.line}" if file.format in {"text", "markdown"} else ""
    if part.number is None:
        return f"{part.kind}{line}"
    tokens = count_of(file.parts.shots[part.number - 1].tokens, "token")
    return f"worked example {part.number}{line}, {tokens}"
